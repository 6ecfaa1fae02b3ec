package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// bulk decides about many items at once: the person says which, looks through
// them, those that are doubtful first, leaves some out, and gives all of them
// their answer in one event.
type bulk struct {
	l     *labelScreen
	stage bulkStage
	by    bulkBy
	above [bulkWays]float64
	input textinput.Model // what is searched for
	item  *label.Item     // on screen when it was opened; nil for none
	names *palette        // where a label is chosen

	query  bulkQuery
	reader *bulkReader
	ctx    context.Context // of the search
	cancel context.CancelFunc
	read   uint64 // items looked at
	found  int

	rows   []bulkRow
	passed int
	full   bool
	at     int
	sight  int // rows in sight at the last drawing
	since  time.Time
}

type bulkStage int

const (
	bulkChoose bulkStage = iota // how they are found
	bulkName                    // which label they get
	bulkRead                    // they are being found
	bulkLook                    // they are looked through
	bulkSave                    // their answers are on the way to the disk
)

// bulkReadMsg brings how far the search for items is; bulkDoneMsg that their
// answers are saved.
type (
	bulkReadMsg struct {
		reader *bulkReader
		done   bool
		err    error
	}
	bulkDoneMsg struct {
		n    int
		done seat.Done
		err  error
	}
)

// Bounds of what counts as sure, or as alike.
const (
	leastSure, sureAtFirst   = 0.5, 0.95
	leastAlike, alikeAtFirst = 0.5, 0.9
	bulkSteps                = 0.01
)

func newBulk(l *labelScreen) *bulk {
	b := &bulk{l: l, input: newInput("", l.theme), cancel: func() {}}
	b.above[bySure], b.above[byLike] = sureAtFirst, alikeAtFirst
	if l.cur != nil {
		b.item = &l.cur.Item
	}
	return b
}

func (b *bulk) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case bulkReadMsg:
		return b.took(m)
	case tea.KeyMsg:
		switch b.stage {
		case bulkChoose:
			return b.choose(m)
		case bulkName:
			return b.names.update(m)
		case bulkLook:
			return b.look(m)
		}
	}
	return nil
}

// leave ends what is under way when the overlay closes.
func (b *bulk) leave() { b.cancel() }

func (b *bulk) choose(m tea.KeyMsg) tea.Cmd {
	k := b.l.keys
	if m.Type == tea.KeyEnter {
		return b.chosen()
	}
	steps := k.typingSteps(m, 1)
	if b.by != bySearch {
		steps = k.steps(m, 1)
	}
	if steps != 0 {
		b.by = bulkBy(stepped(int(b.by), steps, int(bulkWays)))
		return nil
	}
	if b.by == bySearch {
		var cmd tea.Cmd
		b.input, cmd = b.input.Update(printable(m))
		return cmd
	}
	least := [bulkWays]float64{bySure: leastSure, byLike: leastAlike}[b.by]
	switch {
	case key.Matches(m, k.Less):
		b.above[b.by] = max(b.above[b.by]-bulkSteps, least)
	case key.Matches(m, k.More):
		b.above[b.by] = min(b.above[b.by]+bulkSteps, 1)
	}
	return nil
}

// chosen goes on to the label, where the person has to name one.
func (b *bulk) chosen() tea.Cmd {
	b.query = bulkQuery{by: b.by, above: b.above[b.by], text: strings.TrimSpace(b.input.Value())}
	switch {
	case b.by == bySure:
		return b.begin()
	case b.by == bySearch && b.query.text == "", b.by == byLike && b.item == nil:
		return nil
	case b.by == byLike:
		b.query.item = *b.item
	}
	b.stage, b.names = bulkName, newPalette(b.l)
	b.names.chosen = func(class int) tea.Cmd {
		b.query.class = class
		return b.begin()
	}
	return nil
}

// begin looks for the items.
func (b *bulk) begin() tea.Cmd {
	ctx, cancel := context.WithCancel(b.l.ctx)
	b.stage, b.ctx, b.cancel, b.read, b.found, b.since = bulkRead, ctx, cancel, 0, 0, b.l.now()
	b.reader = newBulkReader(b.l, b.query)
	return b.goOn()
}

// goOn searches on for a while. Between two of these the reader is nobody's.
func (b *bulk) goOn() tea.Cmd {
	r, ctx := b.reader, b.ctx
	return func() tea.Msg {
		done, err := r.read(ctx)
		return bulkReadMsg{r, done, err}
	}
}

func (b *bulk) took(m bulkReadMsg) tea.Cmd {
	if m.reader != b.reader || b.stage != bulkRead {
		return nil
	}
	if m.err != nil {
		b.l.over = nil
		if b.ctx.Err() != nil {
			return nil
		}
		return fail(b.l.words.Bulk.Doing, m.err)
	}
	b.found, b.passed, b.full = len(m.reader.rows), m.reader.passed, m.reader.full
	b.read = m.reader.next - 1
	if !m.done {
		return b.goOn()
	}
	b.cancel()
	b.stage, b.rows, b.at = bulkLook, m.reader.rows, 0
	return nil
}

// look takes a key while the items are looked through.
func (b *bulk) look(m tea.KeyMsg) tea.Cmd {
	k := b.l.keys
	switch {
	case m.Type == tea.KeyEnter:
		return b.save()
	case key.Matches(m, k.Toggle) && b.at < len(b.rows):
		b.rows[b.at].off = !b.rows[b.at].off
		b.at = stepped(b.at, 1, len(b.rows))
	default:
		b.at = stepped(b.at, k.leaps(m, b.sight, len(b.rows)), len(b.rows))
	}
	return nil
}

// picked are the items that are not left out.
func (b *bulk) picked() []seat.Pick {
	var out []seat.Pick
	for _, x := range b.rows {
		if !x.off {
			out = append(out, seat.Pick{Item: x.num, Answer: label.ClassAnswer(x.class), Shown: x.says})
		}
	}
	return out
}

// save gives them their answers.
func (b *bulk) save() tea.Cmd {
	picks := b.picked()
	if len(picks) == 0 {
		b.l.over = nil
		return nil
	}
	b.stage = bulkSave
	l, how, took := b.l, b.query.how(), b.l.now().Sub(b.since)
	return func() tea.Msg {
		t, n, err := l.seat.Bulk(l.ctx, how, picks, took)
		m := bulkDoneMsg{n: n, err: err}
		if t != nil {
			m.done = t.Wait(l.ctx)
		}
		return m
	}
}

// whole says that the overlay takes the whole width of the screen.
func (b *bulk) whole() bool { return true }

func (b *bulk) typing() bool {
	return b.stage == bulkName || b.stage == bulkChoose && b.by == bySearch
}

func (b *bulk) hints() []key.Binding {
	k, w := b.l.keys, b.l.words
	switch b.stage {
	case bulkChoose:
		if b.by == bySearch {
			return []key.Binding{enter(w.Bulk.Look), k.Up, k.Down}
		}
		return []key.Binding{enter(w.Bulk.Look), k.Up, k.Down, k.Less, k.More}
	case bulkName:
		return b.names.hints()
	case bulkLook:
		return []key.Binding{enter(w.Bulk.Answer), k.Toggle, k.Up, k.Down, k.PageUp, k.PageDown}
	}
	return nil
}

// bulkDone takes the store's word on answers that were given at once: their items
// leave the screen and the queue.
func (l *labelScreen) bulkDone(m bulkDoneMsg) tea.Cmd {
	w := l.words.Bulk
	if b, ok := l.over.(*bulk); ok && b.stage == bulkSave {
		l.over = nil
	}
	err := m.err
	if err == nil {
		err = m.done.Err
	}
	switch {
	case err != nil:
		if l.ctx.Err() == nil {
			l.notice = fmt.Sprintf(l.words.Label.NotSaved, safe.Line(err.Error()))
		}
		return nil
	case m.n == 0:
		l.notice = w.NoneOpen
		return nil
	}
	l.notice = fmt.Sprintf(w.Done, m.n, l.keys.Undo.Help().Key)
	l.mine.add(m.done.Event.Decisions, 1)
	l.dropAll(m.done.Event.Decisions)
	return tea.Batch(l.refill(), l.play())
}

// dropAll takes the items of decisions off the screen and out of what was fetched.
func (l *labelScreen) dropAll(all []label.Decision) {
	gone := make(map[uint64]bool, len(all))
	for _, d := range all {
		gone[d.Item] = true
	}
	l.next = slices.DeleteFunc(slices.Clone(l.next), func(c seat.Card) bool { return gone[c.Item.Num] })
	if l.cur != nil && gone[l.cur.Item.Num] {
		l.leavePast()
		if l.cur != nil && gone[l.cur.Item.Num] {
			l.cur = nil
			l.take()
		}
	}
}
