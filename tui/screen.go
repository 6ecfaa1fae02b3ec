package tui

import (
	"context"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/external"
	"inkling/store"
	"inkling/tui/catalog"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// screen is one of the places of the workbench. The root gives it the data
// messages and, while it is on top, the keys; it does no I/O in update or
// view: what takes time is a command, whose message says which item or run it
// is about, so that a stale one can be dropped.
type screen interface {
	// update takes one message. A screen not on top gets every message but
	// keys and mouse.
	update(msg tea.Msg) tea.Cmd
	// shown tells the screen that it came on top; it may load what it needs.
	shown() tea.Cmd
	// view draws exactly width x height cells; the root pads and cuts what is
	// not. What it draws follows from the screen's state alone; what it may keep is
	// the text as it was broken into rows, and how much of a list was in sight.
	view(width, height int) string
	// divider is the column of a vertical line through the whole view, or -1;
	// the frame joins it above and below.
	divider(width int) int
	// hints are the keys for the line below, most useful first.
	hints() []key.Binding
	// help are all keys, in groups, for the help overlay.
	help() [][]key.Binding
	// typing reports whether the screen is taking text, so that no key is
	// anybody else's but ctrl-c.
	typing() bool
}

// desk is what every screen is handed: the project and those who work on it,
// and how this session looks and speaks. Screens keep the pointer; the
// language and the theme may change under them between two messages.
type desk struct {
	ctx     context.Context
	project *store.Project
	trainer *learn.Trainer
	seat    *seat.Seat
	other   external.Annotator // whose answers are suggested instead of the model's, where it has one; no ID where there is none
	theme   theme
	words   *catalog.Words
	keys    keymap
	now     func() time.Time
	top     screen // the one that takes the keys
	demo    Oracle // answers by itself in the demo; nil otherwise
	playing bool   // it does so now

	// While moving is not 0, the label screen's card is about to change because
	// the person asked for it. Keys are held until it has, so that what is typed
	// ahead never hits the card that leaves.
	moving int
	held   []tea.KeyMsg
}

// title is the text of a label, fit to be drawn.
func (d *desk) title(class int) string {
	labels := d.project.Task().Labels
	if class < 0 || class >= len(labels) {
		return "?"
	}
	return safe.Line(labels[class].Shown())
}

// Oracle answers items by itself, as `inkling demo` has it: the answer, and
// how long a person would have taken.
type Oracle interface {
	Answer(item label.Item) (class int, took time.Duration, ok bool)
}

// Messages that the root sends to every screen.
type (
	// committedMsg: the project changed; counts as they are now on disk.
	committedMsg struct{ counts label.Counts }
	// trainerMsg: the trainer moved.
	trainerMsg struct{ state learn.State }
	// openItemMsg asks the label screen to show one item, whatever its standing.
	openItemMsg struct{ item uint64 }
	// failedMsg is any error that a person should see.
	failedMsg struct {
		doing string
		err   error
	}
)
