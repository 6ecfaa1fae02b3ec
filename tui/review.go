package tui

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/tui/safe"
)

// reviewScreen lists what deserves another look: flagged items with their
// notes, skipped ones, and answers that the model contradicts most.
type reviewScreen struct {
	*desk
	list    reviewList
	rows    []reviewed
	at      int
	request int
	loading bool
}

type reviewList int

const (
	flagged reviewList = iota
	doubtful
	skipped
	reviewLists
)

// reviewed is one row of a list.
type reviewed struct {
	standing label.Standing
	text     string
	says     *label.Answer // what the model says, nil without one
	prob     float64       // how sure it is of that; of a number, how far it is off
}

type reviewMsg struct {
	request int
	rows    []reviewed
	err     error
}

// Lists are cut here; the doubtful ones are sought among so many answers.
const (
	reviewAtMost = 500
	doubtAmong   = 5000
)

func newReviewScreen(d *desk) *reviewScreen { return &reviewScreen{desk: d} }

func (r *reviewScreen) shown() tea.Cmd { return r.load() }

func (r *reviewScreen) load() tea.Cmd {
	r.request++
	r.loading = true
	request, list := r.request, r.list
	return func() tea.Msg {
		rows, err := r.read(list)
		return reviewMsg{request, rows, err}
	}
}

// read runs as a command.
func (r *reviewScreen) read(list reviewList) ([]reviewed, error) {
	var standings []label.Standing
	var err error
	switch list {
	case flagged:
		standings, err = r.project.Flagged(reviewAtMost)
	case skipped:
		standings, err = r.project.Skipped(reviewAtMost)
	default:
		err = r.project.Standings(r.ctx, func(s label.Standing) error {
			if s.Decision.Action.HasAnswer() && len(standings) < doubtAmong {
				standings = append(standings, s)
			}
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	snap := r.trainer.Current()
	task := r.project.Task()
	rows := make([]reviewed, 0, len(standings))
	for _, s := range standings {
		if r.ctx.Err() != nil {
			return nil, r.ctx.Err()
		}
		it, err := r.project.Item(s.Item)
		if err != nil {
			return nil, err
		}
		row := reviewed{standing: s, text: oneLine(task, it, 400)}
		// What is audited is answered, and answered again, without knowing what the
		// model says.
		if snap != nil && !it.Audit {
			sug := snap.Suggest(it)
			row.says, row.prob = &sug.Answer, sug.Probability
			if task.Kind == label.Number {
				row.prob = math.Abs(sug.Answer.Value - s.Decision.Answer.Value)
			}
		}
		if list == doubtful && (row.says == nil || row.says.Equal(s.Decision.Answer)) {
			continue
		}
		rows = append(rows, row)
	}
	if list == doubtful {
		sort.SliceStable(rows, func(i, j int) bool { return rows[i].prob > rows[j].prob })
		rows = rows[:min(len(rows), reviewAtMost)]
	}
	return rows, nil
}

func (r *reviewScreen) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case reviewMsg:
		if m.request != r.request {
			return nil
		}
		r.loading = false
		if m.err != nil && r.ctx.Err() == nil {
			return fail(r.words.Frame.Review, m.err)
		}
		r.rows = m.rows
		r.move(0) // onto a row that there is
	case tea.MouseMsg:
		r.move(wheel(m, wheelRows))
	case tea.KeyMsg:
		k := r.keys
		r.move(k.leaps(m, 10, len(r.rows)))
		switch {
		case key.Matches(m, k.Switch), key.Matches(m, k.Right):
			return r.turn(1)
		case key.Matches(m, k.Left):
			return r.turn(reviewLists - 1)
		case key.Matches(m, k.Open):
			if r.at < len(r.rows) {
				num := r.rows[r.at].standing.Item
				return func() tea.Msg { return openItemMsg{num} }
			}
		}
	}
	return nil
}

func (r *reviewScreen) move(n int) { r.at = stepped(r.at, n, len(r.rows)) }

// turn goes to the list so many after the one on show.
func (r *reviewScreen) turn(n reviewList) tea.Cmd {
	r.list = (r.list + n) % reviewLists
	r.at, r.rows = 0, nil
	return r.load()
}

func (r *reviewScreen) view(width, height int) string {
	w, th := r.words.Review, r.theme
	var tabs []string
	for i, name := range [reviewLists]string{w.Flagged, w.Doubtful, w.Skipped} {
		tabs = append(tabs, th.tab(name, reviewList(i) == r.list))
	}
	out := []string{" " + strings.Join(tabs, th.frame.Render(" ─ ")), ""}
	foot := r.viewFoot(width)
	room := height - len(out) - len(foot)
	answer := min(max(width/6, 10), 20)
	text := max(width-2*answer-5, 1)
	switch {
	case len(r.rows) == 0 && r.loading:
		out = append(out, "  "+th.dim.Render(w.Loading))
	case len(r.rows) == 0:
		out = append(out, "  "+th.dim.Render(w.None), "")
		about := [reviewLists]string{w.AboutFlagged, w.AboutDoubtful, w.AboutSkipped}[r.list]
		for _, row := range r.dimmed(about, max(width-4, 1), max(room-2, 0)) {
			out = append(out, "  "+row)
		}
	default:
		out[1] = "  " + th.dim.Render(safe.Pad("", text)+" "+safe.Pad(w.Answer, answer)+" "+safe.Pad(w.Says, answer))
	}
	top := max(r.at-room+1, 0)
	for i := top; i < len(r.rows) && i < top+room; i++ {
		row := r.rows[i]
		line := safe.Pad(row.text, text) + " " + safe.Pad(r.said(row.standing.Decision), answer) + " " + safe.Pad(r.model(row), answer)
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

func (r *reviewScreen) viewFoot(width int) []string {
	if r.at >= len(r.rows) {
		return nil
	}
	line := r.words.Review.About
	if d := r.rows[r.at].standing.Decision; d.Action == label.Flagged {
		line = r.words.Review.Note + ": " + d.Note
		if d.Note == "" {
			line = r.words.Review.NoteNone
		}
	}
	return []string{"", " " + r.theme.dim.Render(safe.Truncate(line, max(width-2, 1)))}
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

func (r *reviewScreen) typing() bool { return false }

func (r *reviewScreen) hints() []key.Binding {
	k := r.keys
	return []key.Binding{k.Up, k.Down, k.Open, k.Switch}
}

func (r *reviewScreen) help() [][]key.Binding {
	k := r.keys
	return [][]key.Binding{{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom}, {k.Open, k.Switch}}
}
