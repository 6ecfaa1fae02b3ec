package tui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// look reads what was said about the item at the cursor.
func (r *reviewScreen) look() tea.Cmd {
	if r.at >= len(r.rows) || !r.settles() {
		r.detail = nil
		return nil
	}
	num := r.rows[r.at].standing.Item
	if r.detail != nil && r.detail.num != num {
		r.detail = nil
	}
	return func() tea.Msg {
		d, err := r.readDetail(num)
		if err != nil {
			if r.ctx.Err() != nil {
				return nil
			}
			return failedMsg{r.words.Frame.Review, err}
		}
		return reviewDetailMsg{d}
	}
}

// settle settles an item, the one at the cursor, and goes on to the next one.
func (r *reviewScreen) settle(num uint64, a label.Answer) tea.Cmd {
	t := r.seat.Settle(num, a, "", r.now().Sub(r.since))
	cmd := r.awaits(t, reviewSettledMsg{num: num, said: r.told(a)})
	if r.list == settledItems || r.list == commented {
		return tea.Batch(cmd, r.move(1))
	}
	r.rows = append(r.rows[:r.at:r.at], r.rows[r.at+1:]...)
	r.detail, r.since = nil, r.now()
	return tea.Batch(cmd, r.move(0))
}

// fix takes what the model says for the answer of the item at the cursor.
func (r *reviewScreen) fix() tea.Cmd {
	if r.at >= len(r.rows) || r.rows[r.at].says == nil {
		return nil
	}
	return r.settle(r.rows[r.at].standing.Item, *r.rows[r.at].says)
}

// confirm says that the answer of the item at the cursor is right: it is not
// suspected again.
func (r *reviewScreen) confirm() tea.Cmd {
	if r.at >= len(r.rows) {
		return nil
	}
	x := r.rows[r.at]
	if x.together != nil {
		return r.settle(x.standing.Item, *x.together)
	}
	if !x.standing.Decision.Action.HasAnswer() {
		return nil
	}
	return r.settle(x.standing.Item, x.standing.Decision.Answer)
}

// undo takes back what the person did last.
func (r *reviewScreen) undo() tea.Cmd {
	return r.awaits(r.seat.Undo(), reviewSettledMsg{undo: true})
}

func (r *reviewScreen) awaits(t *seat.Ticket, m reviewSettledMsg) tea.Cmd {
	return func() tea.Msg {
		m.done = t.Wait(r.ctx)
		return m
	}
}

func (r *reviewScreen) tookSettled(m reviewSettledMsg) tea.Cmd {
	w := r.words.Review
	switch {
	case m.done.Err != nil:
		if r.ctx.Err() != nil {
			return nil
		}
		r.notice = fmt.Sprintf(w.Failed, safe.Line(m.done.Err.Error()))
		return r.load()
	case m.undo:
		r.notice = fmt.Sprintf(w.WasUndone, r.said(m.done.Target))
		return r.load()
	case m.said == "":
		r.notice = w.WasSaid
		return r.look()
	}
	r.notice = fmt.Sprintf(w.WasSettled, m.said)
	return nil
}

// writes takes a key while a comment is written.
func (r *reviewScreen) writes(m tea.KeyMsg) tea.Cmd {
	switch m.Type {
	case tea.KeyEsc:
		r.input = nil
		return nil
	case tea.KeyEnter:
		text := strings.TrimSpace(r.input.Value())
		r.input = nil
		if text == "" || r.at >= len(r.rows) {
			return nil
		}
		num := r.rows[r.at].standing.Item
		return r.awaits(r.seat.Comment(num, text), reviewSettledMsg{num: num})
	}
	in, cmd := r.input.Update(printable(m))
	r.input = &in
	return cmd
}

// viewDetail draws what was said about the item at the cursor, in at most so
// many rows.
func (r *reviewScreen) viewDetail(width, most int) []string {
	th, w := r.theme, r.words.Review
	out := []string{th.frame.Render(strings.Repeat("─", width))}
	d := r.detail
	if d == nil {
		return append(out, "  "+th.dim.Render(w.Loading))
	}
	inner := max(width-4, 1)
	var said []string
	for _, s := range d.all {
		said = append(said, r.viewAnswer(s, inner))
	}
	if d.known || len(d.answers) > 1 {
		said = append(said, r.viewTogether(inner))
	}
	if d.says != nil {
		line := fmt.Sprintf("%s  %s %.2f", safe.Pad(w.Model, 12), r.told(d.says.Answer), d.says.Probability)
		if r.project.Task().Kind == label.Number {
			line = fmt.Sprintf("%s  %s", safe.Pad(w.Model, 12), r.told(d.says.Answer))
		}
		for _, x := range d.says.Reasons {
			line += fmt.Sprintf("   %s %+.1f", safe.Line(x.Term), x.Weight)
		}
		said = append(said, "  "+th.dim.Render(safe.Truncate(line, inner)))
	}
	for _, c := range d.comments {
		said = append(said, "  "+th.plain.Render(safe.Truncate("✎ "+r.viewComment(c), inner)))
	}
	text := min(max(most-len(said)-1, 1), 6)
	for _, row := range wrapped(d.text, inner, text) {
		out = append(out, "  "+row)
	}
	if cut := most - len(out); len(said) > cut {
		said = said[:max(cut, 0)]
	}
	return append(out, said...)
}

// viewAnswer is what one person said.
func (r *reviewScreen) viewAnswer(s label.Standing, width int) string {
	th, w := r.theme, r.words.Review
	d := s.Decision
	mark := "  "
	if r.pick < len(r.detail.answers) && d.Action.HasAnswer() && sameAnswer(r.project.Task().Kind, r.detail.answers[r.pick], d.Answer) {
		mark = "▸ "
	}
	how := map[label.Action]string{label.Accepted: w.HowAccepted, label.Corrected: w.HowCorrected, label.Answered: w.HowAnswered,
		label.Skipped: w.Skipped, label.Flagged: w.Flagged}[d.Action]
	if d.Settles {
		how = w.Settles
	}
	if d.Shown != nil && d.Action == label.Accepted {
		how += fmt.Sprintf(" %.2f", d.Shown.Probability)
	}
	line := fmt.Sprintf("%s  %s  %s %6.1f s", safe.Pad(safe.Line(s.Annotator), 12), safe.Pad(r.said(d), 16), safe.Pad(how, 16), d.Took.Seconds())
	if at, ok := r.detail.when[s.Event]; ok && width >= 90 {
		line += "  " + at.Local().Format(r.words.People.Moment)
	}
	if q, ok := r.detail.quality[s.Annotator]; ok {
		line += fmt.Sprintf("   %s %.2f", w.Right, q)
	}
	if d.Note != "" {
		line += "   “" + safe.Line(d.Note) + "”"
	}
	line = mark + safe.Truncate(line, width)
	if d.Settles {
		return th.good.Render(line)
	}
	return line
}

// viewTogether is what the answers come to.
func (r *reviewScreen) viewTogether(width int) string {
	th, w, d := r.theme, r.words.Review, r.detail
	line := safe.Pad(w.Together, 12) + "  "
	if d.known {
		c := d.consensus
		line += r.told(label.Answer{Class: c.Class, Set: c.Set, Value: c.Value})
		if c.Confidence > 0 {
			line += fmt.Sprintf(" %.2f", c.Confidence)
		}
		if !c.Settled {
			line += fmt.Sprintf("   "+w.By, d.method)
		}
	}
	mark := "  "
	if d.known && r.pick == 0 {
		mark = "▸ "
	}
	if r.pick >= len(d.answers) && len(d.answers) > 0 {
		line += "   " + fmt.Sprintf(w.NearTie, r.keys.PickBack.Help().Key, r.keys.PickForth.Help().Key)
	}
	if r.pick < len(d.answers) && (r.pick > 0 || !d.known) {
		line += "   → " + r.told(d.answers[r.pick])
	}
	return mark + th.accent.Render(safe.Truncate(line, width))
}
