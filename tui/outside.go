package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/tui/safe"
)

// outsideScreen stands in the place of the label screen where answers are given
// outside the workbench: numbers, and several labels. It says so, and shows the
// item that another screen opens.
type outsideScreen struct {
	*desk
	wanted uint64       // the item asked for last; 0 for none
	shows  *outsideItem // nil for none
}

// outsideItem is an item as it stood when it was opened.
type outsideItem struct {
	item   label.Item
	answer string // of people
	model  string // what the model says; nothing of audited items
}

type outsideMsg struct {
	num   uint64
	shows *outsideItem
	err   error
}

func newOutsideScreen(d *desk) *outsideScreen { return &outsideScreen{desk: d} }

// keyed reports whether the items of a task are labelled by keys.
func keyed(t label.Task) bool { return t.Kind == label.Classes }

// told writes an answer for people: the label, all labels, or the number.
func (d *desk) told(a label.Answer) string {
	switch t := d.project.Task(); {
	case t.Kind == label.Number:
		return strconv.FormatFloat(a.Value, 'g', 6, 64)
	case t.Kind == label.MultiLabel && len(a.Set) == 0:
		return d.words.Label.NoneHolds
	case t.Kind == label.MultiLabel:
		var names []string
		for _, c := range a.Set {
			names = append(names, d.title(c))
		}
		return strings.Join(names, ", ")
	}
	return d.title(a.Class)
}

func (o *outsideScreen) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case openItemMsg:
		o.wanted = m.item
		return o.open(m.item)
	case outsideMsg:
		switch {
		case m.num != o.wanted:
		case m.err != nil && o.ctx.Err() == nil:
			return fail(o.words.Label.Fetch, m.err)
		case m.err == nil:
			o.shows = m.shows
		}
	}
	return nil
}

// open reads an item, as a command.
func (o *outsideScreen) open(num uint64) tea.Cmd {
	return func() tea.Msg {
		it, err := o.project.Item(num)
		if err != nil {
			return outsideMsg{num: num, err: err}
		}
		out := &outsideItem{item: it}
		st, err := o.seat.Standing(num)
		if st != nil && st.Decision.Action.HasAnswer() {
			out.answer = o.told(st.Decision.Answer)
		}
		// What is audited is answered without knowing what the model says.
		if snap := o.trainer.Current(); snap != nil && !it.Audit {
			out.model = o.told(snap.Suggest(it).Answer)
		}
		return outsideMsg{num, out, err}
	}
}

func (o *outsideScreen) shown() tea.Cmd { return nil }

func (o *outsideScreen) view(width, height int) string {
	out := []string{""}
	for _, l := range o.dimmed(o.words.Label.Outside, min(width-4, 76), max(height-1, 0)) {
		out = append(out, "  "+l)
	}
	if s := o.shows; s != nil {
		out = append(out, "")
		t := o.project.Task()
		name := 0
		for _, c := range t.Columns {
			name = max(name, lipgloss.Width(safe.Truncate(c.Name, 24)))
		}
		row := func(head, text string) {
			if text != "" {
				out = append(out, "  "+o.theme.dim.Render(safe.Pad(head, name))+"  "+safe.Truncate(text, max(width-name-6, 1)))
			}
		}
		for i, c := range t.Columns {
			if c.Role.Input() {
				row(c.Name, s.item.Field(i))
			}
		}
		row(o.words.Review.Answer, s.answer)
		row(o.words.Review.Says, s.model)
	}
	return strings.Join(out[:min(len(out), height)], "\n")
}

func (o *outsideScreen) divider(int) int { return -1 }

func (o *outsideScreen) hints() []key.Binding { return nil }

func (o *outsideScreen) help() [][]key.Binding { return nil }

func (o *outsideScreen) typing() bool { return false }
