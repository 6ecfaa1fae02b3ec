package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/tui/safe"
)

func (r *reviewScreen) view(width, height int) string {
	w, th := r.words.Review, r.theme
	names := map[reviewList][2]string{disputed: {w.Disputed, w.AboutDisputed}, uncertain: {w.Uncertain, w.AboutUncertain}, flagged: {w.Flagged, w.AboutFlagged},
		doubtful: {w.Doubtful, w.AboutDoubtful}, commented: {w.Commented, w.AboutCommented}, settledItems: {w.Settled, w.AboutSettled}, skipped: {w.Skipped, w.AboutSkipped}}
	if r.wrong > 0 && r.seat.Role().Reviews() {
		names[doubtful] = [2]string{fmt.Sprintf(w.Wrong, r.wrong), w.AboutWrong}
	}
	var tabs []string
	for _, l := range r.lists {
		tabs = append(tabs, th.tab(names[l][0], l == r.list))
	}
	line := " " + strings.Join(tabs, th.frame.Render(" ─ "))
	for at := slices.Index(r.lists, r.list); at > 0 && lipgloss.Width(line) > width; at-- {
		// What comes before the list on show gives way to it.
		tabs = tabs[1:]
		line = " … " + strings.Join(tabs, th.frame.Render(" ─ "))
	}
	out := []string{line, ""}
	foot := r.viewFoot(width, height)
	room := height - len(out) - len(foot)
	answer := min(max(width/6, 10), 20)
	text := max(width-2*answer-5, 1)
	share := 0 // of the row, for how probably its answer is wrong
	if slices.ContainsFunc(r.rows, func(x reviewed) bool { return x.wrong > 0 }) {
		share = max(lipgloss.Width(w.WrongBy), 4) + 1
		text = max(text-share, 1)
	}
	switch {
	case len(r.rows) == 0 && r.loading:
		out = append(out, "  "+th.dim.Render(w.Loading))
	case len(r.rows) == 0:
		out = append(out, "  "+th.dim.Render(w.None), "")
		for _, row := range r.dimmed(names[r.list][1], max(width-4, 1), max(room-2, 0)) {
			out = append(out, "  "+row)
		}
	default:
		out[1] = "  " + th.dim.Render(safe.Pad(w.WrongBy, share)+safe.Pad("", text)+" "+safe.Pad(w.Answer, answer)+" "+safe.Pad(w.Says, answer))
	}
	top := max(r.at-room+1, 0)
	for i := top; i < len(r.rows) && i < top+room; i++ {
		row := r.rows[i]
		line := safe.Pad(row.text, text) + " " + safe.Pad(r.answerOf(row), answer) + " " + safe.Pad(r.model(row), answer)
		if share > 0 {
			line = safe.Pad(fmt.Sprintf("%.2f", row.wrong), share) + line
		}
		if i == r.at {
			out = append(out, " ▸"+th.cursor.Render(line))
		} else {
			out = append(out, "  "+line)
		}
	}
	for len(out) < height-len(foot) {
		out = append(out, "")
	}
	return strings.Join(append(out, foot...), "\n")
}

func (r *reviewScreen) viewFoot(width, height int) []string {
	w, th := r.words.Review, r.theme
	if r.input != nil {
		fitInput(r.input, width-2)
		if !r.settles() {
			return []string{"", " " + r.input.View()}
		}
		return append(r.viewDetail(width, height-6), " "+r.input.View())
	}
	if r.at >= len(r.rows) {
		if r.notice != "" {
			return []string{"", " " + safe.Truncate(r.notice, max(width-2, 1))}
		}
		return nil
	}
	line := w.About
	if d := r.rows[r.at].standing.Decision; d.Action == label.Flagged {
		line = w.Note + ": " + d.Note
		if d.Note == "" {
			line = w.NoteNone
		}
	}
	out := []string{""}
	if r.settles() {
		if r.detail != nil && len(r.detail.answers) > 0 {
			line = fmt.Sprintf(w.AboutSettle, r.keys.Settle.Help().Key, r.keys.PickBack.Help().Key, r.keys.PickForth.Help().Key)
			if r.project.Task().Kind == label.Classes {
				line += w.AboutNumber
			}
		}
		out = r.viewDetail(width, height-6)
	}
	if r.judges() {
		line = fmt.Sprintf(w.AboutJudge, r.keys.Fix.Help().Key, r.keys.Confirm.Help().Key)
	}
	if r.notice != "" {
		return append(out, " "+safe.Truncate(r.notice, max(width-2, 1)))
	}
	return append(out, " "+th.dim.Render(safe.Truncate(line, max(width-2, 1))))
}

// answerOf is what counts as the answer of a row.
func (r *reviewScreen) answerOf(x reviewed) string {
	if x.together != nil {
		return r.told(*x.together)
	}
	return r.said(x.standing.Decision)
}

func (r *reviewScreen) said(d label.Decision) string {
	if !d.Action.HasAnswer() {
		return "–"
	}
	return r.told(d.Answer)
}

func (r *reviewScreen) model(row reviewed) string {
	switch {
	case row.says == nil:
		return ""
	case r.project.Task().Kind == label.Number:
		return r.told(*row.says)
	}
	return fmt.Sprintf("%.2f %s", row.prob, r.told(*row.says))
}

func (r *reviewScreen) divider(int) int { return -1 }

func (r *reviewScreen) typing() bool { return r.input != nil }

func (r *reviewScreen) hints() []key.Binding {
	k := r.keys
	switch {
	case r.input != nil:
		return []key.Binding{enter(k.Comment.Help().Desc), k.Close}
	case r.judges():
		return []key.Binding{k.Fix, k.Confirm, k.Undo, k.Open, k.Switch, k.Up, k.Down}
	case r.settles():
		return []key.Binding{k.Settle, k.Undo, k.Comment, k.Open, k.Switch, k.Up, k.Down}
	}
	return []key.Binding{k.Up, k.Down, k.Open, k.Switch, k.Comment}
}

func (r *reviewScreen) help() [][]key.Binding {
	k := r.keys
	out := [][]key.Binding{{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom}, {k.Open, k.Switch, k.Comment, k.Fix, k.Confirm}}
	if r.settles() {
		out = append(out, []key.Binding{k.Settle, k.PickBack, k.PickForth, k.Undo})
	}
	return out
}
