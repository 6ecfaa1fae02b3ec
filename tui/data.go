package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/tui/safe"
)

// dataScreen browses the items in the order of import, beside what the project
// holds.
type dataScreen struct {
	*desk
	counts  label.Counts
	at      uint64 // the chosen item, from 1
	top     uint64 // the first item in sight
	rows    int    // items in sight at the last drawing
	page    map[uint64]browsed
	request uint64   // number of the latest one
	example []string // what the chosen item had in each column, when they were read
	roles   roleList
}

// browsed is one item of the list: its text in one line, and its answer.
type browsed struct {
	text     string
	standing *label.Decision
}

// pageMsg brings the items from a place on.
type pageMsg struct {
	request uint64
	page    map[uint64]browsed
	example []string
	err     error
}

// pageSize is the number of items read at once, around those in sight.
const pageSize = 120

func newDataScreen(d *desk) *dataScreen { return &dataScreen{desk: d, at: 1, top: 1, rows: 1} }

func (d *dataScreen) shown() tea.Cmd { return d.load() }

func (d *dataScreen) load() tea.Cmd {
	if d.counts.Items == 0 {
		return nil
	}
	d.request++
	request := d.request
	from := d.top - min(d.top-1, pageSize/3)
	to := min(from+pageSize, d.counts.Items)
	task, chosen := d.project.Task(), d.at
	return func() tea.Msg {
		var example []string
		page := make(map[uint64]browsed, pageSize)
		err := d.project.Items(d.ctx, from, to, func(it label.Item) error {
			page[it.Num] = browsed{text: oneLine(task, it, 400)}
			if it.Num == chosen {
				example = exampleOf(task, it, !d.seat.Role().Reviews())
			}
			return nil
		})
		for num, b := range page {
			if err != nil {
				break
			}
			var st *label.Standing
			if st, err = d.seat.Standing(num); st != nil {
				b.standing = &st.Decision
				page[num] = b
			}
		}
		return pageMsg{request, page, example, err}
	}
}

func (d *dataScreen) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case committedMsg:
		d.counts = m.counts
		if d.page != nil {
			return d.load()
		}
	case pageMsg:
		if m.request != d.request {
			return nil
		}
		if m.err != nil && d.ctx.Err() == nil {
			return fail(d.words.Frame.Data, m.err)
		}
		d.page, d.example = m.page, m.example
	case roleSetMsg:
		d.roles.setting, d.roles.picked = false, false
		if m.err != nil && d.ctx.Err() == nil {
			return fail(d.words.Frame.Data, m.err)
		}
	case tea.MouseMsg:
		if d.roles.on {
			d.roles.at, d.roles.picked = stepped(d.roles.at, wheel(m, wheelRows), len(d.project.Task().Columns)), false
			return nil
		}
		return d.move(wheel(m, wheelRows))
	case tea.KeyMsg:
		if key.Matches(m, d.keys.Switch) {
			d.roles.on, d.roles.picked = !d.roles.on, false
			return d.load()
		}
		if d.roles.on {
			return d.pressRoles(m)
		}
		if by := d.keys.leaps(m, d.rows, int(d.counts.Items)); by != 0 {
			return d.move(by)
		}
		if num := d.at; key.Matches(m, d.keys.Open) && num <= d.counts.Items {
			return func() tea.Msg { return openItemMsg{num} }
		}
	}
	return nil
}

// move moves the choice and, where that leaves the window, the window; it
// reads more where the window is not in hand.
func (d *dataScreen) move(n int) tea.Cmd {
	if d.counts.Items == 0 || n == 0 {
		return nil
	}
	at := min(max(int64(d.at)+int64(n), 1), int64(d.counts.Items))
	d.at = uint64(at)
	d.top = min(d.top, d.at)
	if rows := uint64(max(d.rows, 1)); d.at >= d.top+rows {
		d.top = d.at - rows + 1
	}
	_, first := d.page[d.top]
	_, last := d.page[min(d.top+uint64(max(d.rows, 1)), d.counts.Items)]
	if first && last {
		return nil
	}
	return d.load()
}

func (d *dataScreen) divider(width int) int {
	if width < twoPanes {
		return -1
	}
	return width - min(max(width/3, 26), 44) - 1
}

func (d *dataScreen) view(width, height int) string {
	div := d.divider(width)
	if div < 0 {
		return strings.Join(d.viewList(width, height), "\n")
	}
	left, right := d.viewList(div, height), d.viewSide(width-div-3, height)
	for i, l := range right {
		right[i] = " " + l
	}
	return strings.Join(d.beside(left, right, div, height), "\n")
}

func (d *dataScreen) viewList(width, height int) []string {
	w, th := d.words.Data, d.theme
	if height > 3 {
		tabs := " " + th.tab(w.Items, !d.roles.on) + th.frame.Render(" ─ ") + th.tab(w.Columns, d.roles.on)
		if d.roles.on {
			return append([]string{tabs}, d.viewRoles(width, height-1)...)
		}
		return append([]string{tabs}, d.viewItems(width, height-1)...)
	}
	return d.viewItems(width, height)
}

// viewItems draws the items in sight.
func (d *dataScreen) viewItems(width, height int) []string {
	w, th := d.words.Data, d.theme
	num := max(len(fmt.Sprint(d.counts.Items)), 3)
	answer := min(max(width/4, 8), 18)
	text := max(width-num-answer-6, 1)
	out := []string{" " + th.dim.Render("  "+safe.Pad(w.Number, num)+" "+safe.Pad(w.Text, text)+" "+safe.Pad(w.Standing, answer))}
	d.rows = max(height-1, 1)
	for n := d.top; n <= d.counts.Items && len(out) < height; n++ {
		b, ok := d.page[n]
		said := w.NotYet
		switch {
		case !ok:
			said = ""
		case b.standing != nil:
			said = d.says(*b.standing)
		}
		line := fmt.Sprintf("%*d", num, n) + " " + safe.Pad(b.text, text) + " " + safe.Pad(said, answer)
		if n == d.at {
			out = append(out, " ▸"+th.cursor.Render(line))
		} else {
			out = append(out, "  "+line)
		}
	}
	return out
}

func (d *dataScreen) says(dec label.Decision) string {
	switch dec.Action {
	case label.Skipped:
		return "(" + d.words.Data.Skipped + ")"
	case label.Flagged:
		return "(" + d.words.Data.Flagged + ")"
	}
	return d.told(dec.Answer)
}

func (d *dataScreen) typing() bool { return false }

func (d *dataScreen) hints() []key.Binding {
	k := d.keys
	if d.roles.on {
		set := key.NewBinding(key.WithKeys(k.Open.Keys()...), key.WithHelp(k.Open.Help().Key, d.words.Data.Role))
		set.SetEnabled(d.roles.picked)
		return []key.Binding{k.Up, k.Down, k.Left, k.Right, set, k.Switch}
	}
	return []key.Binding{k.Up, k.Down, k.PageUp, k.PageDown, k.Open, k.Switch}
}

func (d *dataScreen) help() [][]key.Binding {
	k := d.keys
	return [][]key.Binding{{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom}, {k.Open, k.Switch, k.Left, k.Right}}
}
