package tui

import (
	"slices"
	"time"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/tui/seat"
)

// reviewScreen lists what deserves another look: flagged items with their notes,
// skipped ones, answers that the model contradicts most; and where several people
// answer, what they disagree about, with their answers side by side, for a
// reviewer to settle.
type reviewScreen struct {
	*desk
	list    reviewList
	lists   []reviewList
	rows    []reviewed
	at      int
	request int
	loading bool
	loaded  time.Time
	stale   bool // a reload waits for its time
	renewed bool // the rows that come take an order of their own
	wrong   int  // answers that are held for wrong

	detail *reviewDetail // of the row at the cursor, nil while it is read
	pick   int           // the answer that would be settled on
	since  time.Time     // when the detail was shown
	input  *textinput.Model
	notice string
}

type reviewList int

const (
	disputed reviewList = iota
	uncertain
	flagged
	doubtful
	commented
	settledItems
	skipped
)

// alone are the lists where one person answers, and of those who do not review.
var alone = []reviewList{flagged, doubtful, skipped}

// several are the lists of a reviewer where several people answer.
var several = []reviewList{disputed, uncertain, flagged, doubtful, commented, settledItems, skipped}

// reviewed is one row of a list.
type reviewed struct {
	standing label.Standing
	text     string
	together *label.Answer // what the answers of several people come to
	wrong    float64       // how probably the answer is wrong, where models that never saw it were asked; else 0
	says     *label.Answer // what the model says, nil without one
	prob     float64       // how sure it is of that; of a number, how far it is off
}

type (
	reviewMsg struct {
		request int
		lists   []reviewList
		rows    []reviewed
		wrong   int // answers that are held for wrong, in all
		err     error
	}
	reviewStaleMsg   struct{}
	reviewDetailMsg  struct{ detail reviewDetail }
	reviewSettledMsg struct {
		num  uint64
		done seat.Done
		said string
		undo bool
	}
)

// Lists are cut here; the doubtful ones are sought among so many answers. What is
// in sight is read again no more often than that.
const (
	reviewAtMost = 500
	doubtAmong   = 5000
	reviewEvery  = 2 * time.Second
)

func newReviewScreen(d *desk) *reviewScreen {
	return &reviewScreen{desk: d, lists: alone, list: flagged}
}

func (r *reviewScreen) shown() tea.Cmd {
	r.renewed = true
	return r.load()
}

func (r *reviewScreen) load() tea.Cmd {
	r.request++
	r.loading = true
	r.loaded = r.now()
	request, list := r.request, r.list
	return func() tea.Msg {
		m := reviewMsg{request: request}
		m.lists, m.err = r.readLists()
		if m.err == nil {
			m.rows, m.err = r.read(list)
		}
		m.wrong = r.trainer.Suspects().Len()
		return m
	}
}

func (r *reviewScreen) update(msg tea.Msg) tea.Cmd {
	if r.input != nil {
		if m, ok := msg.(tea.KeyMsg); ok {
			return r.writes(m)
		}
	}
	switch m := msg.(type) {
	case reviewMsg:
		return r.took(m)
	case committedMsg:
		return r.refresh()
	case reviewStaleMsg:
		if r.stale = false; r.top == screen(r) {
			return r.load()
		}
	case reviewDetailMsg:
		if r.at < len(r.rows) && r.rows[r.at].standing.Item == m.detail.num {
			if r.detail == nil || r.detail.num != m.detail.num {
				r.since, r.pick = r.now(), m.detail.first()
			}
			r.detail = &m.detail
			r.pick = min(r.pick, max(len(m.detail.answers)-1, m.detail.first()))
		}
	case reviewSettledMsg:
		return r.tookSettled(m)
	case tea.MouseMsg:
		return r.move(wheel(m, wheelRows))
	case tea.KeyMsg:
		return r.press(m)
	}
	return nil
}

func (r *reviewScreen) took(m reviewMsg) tea.Cmd {
	if m.request != r.request {
		return nil
	}
	r.loading = false
	if m.err != nil {
		if r.ctx.Err() != nil {
			return nil
		}
		return fail(r.words.Frame.Review, m.err)
	}
	var before uint64
	if r.at < len(r.rows) {
		before = r.rows[r.at].standing.Item
	}
	r.wrong = m.wrong
	if r.renewed {
		r.rows, r.renewed = m.rows, false
	} else {
		r.rows = inOrderOf(m.rows, r.rows)
	}
	if !slices.Equal(r.lists, m.lists) {
		grown := len(m.lists) > len(r.lists)
		if r.lists = m.lists; grown && len(r.rows) == 0 || !slices.Contains(r.lists, r.list) {
			return r.turnTo(r.lists[0]) // what is most worth a look
		}
	}
	// The row that was looked at stays where the eye is.
	if i := slices.IndexFunc(r.rows, func(x reviewed) bool { return x.standing.Item == before }); i >= 0 {
		r.at = i
	}
	return r.move(0) // onto a row that there is
}

// inOrderOf returns rows in the order in which they were before, and those that
// were not there behind them: what is looked at does not jump while it is read
// again.
func inOrderOf(rows, before []reviewed) []reviewed {
	place := make(map[uint64]int, len(before))
	for i, x := range before {
		place[x.standing.Item] = i
	}
	at := func(x reviewed) int {
		if i, ok := place[x.standing.Item]; ok {
			return i
		}
		return len(before)
	}
	slices.SortStableFunc(rows, func(a, b reviewed) int { return at(a) - at(b) })
	return rows
}

// refresh reads the list again because something was committed: not at once, and
// not while it is not in sight.
func (r *reviewScreen) refresh() tea.Cmd {
	if r.top != screen(r) || r.stale || !r.seat.Role().Reviews() || len(r.lists) == len(alone) {
		return nil
	}
	r.stale = true
	wait := max(r.loaded.Add(reviewEvery).Sub(r.now()), reviewEvery/4)
	return tea.Tick(wait, func(time.Time) tea.Msg { return reviewStaleMsg{} })
}

func (r *reviewScreen) press(m tea.KeyMsg) tea.Cmd {
	k := r.keys
	if by := k.leaps(m, 10, len(r.rows)); by != 0 {
		return r.move(by)
	}
	switch {
	case key.Matches(m, k.Switch), key.Matches(m, k.Right):
		return r.turn(1)
	case key.Matches(m, k.SwitchBack), key.Matches(m, k.Left):
		return r.turn(len(r.lists) - 1)
	case key.Matches(m, k.Open):
		if r.at < len(r.rows) {
			num := r.rows[r.at].standing.Item
			return func() tea.Msg { return openItemMsg{num} }
		}
	case !r.seat.Role().Answers():
	case key.Matches(m, k.Comment) && r.at < len(r.rows):
		in := newInput(r.words.Review.Prompt, r.theme)
		in.CharLimit = commentAtMost
		r.input = &in
	case r.judges() && key.Matches(m, k.Fix):
		return r.fix()
	case r.judges() && key.Matches(m, k.Confirm):
		return r.confirm()
	case r.judges() && key.Matches(m, k.Undo):
		return r.undo()
	case !r.settles():
	case key.Matches(m, k.Undo):
		return r.undo()
	case r.detail == nil:
	case key.Matches(m, k.PickBack):
		r.pick = stepped(r.pick, -1, len(r.detail.answers))
	case key.Matches(m, k.PickForth):
		if r.pick >= len(r.detail.answers) {
			r.pick = -1 // nothing is picked yet
		}
		r.pick = stepped(r.pick, 1, len(r.detail.answers))
	case key.Matches(m, k.Settle) && r.pick < len(r.detail.answers):
		return r.settle(r.detail.num, r.detail.answers[r.pick])
	default:
		if class := r.labelOf(m.String()); class >= 0 {
			return r.settle(r.detail.num, label.ClassAnswer(class))
		}
	}
	return nil
}

// settles reports whether items can be settled here.
func (r *reviewScreen) settles() bool {
	return r.seat.Role().Reviews() && len(r.lists) == len(several)
}

// judges reports whether answers that may be wrong can be set right here.
func (r *reviewScreen) judges() bool { return r.seat.Role().Reviews() && r.list == doubtful }

// labelOf is the class whose key was pressed: its own, or its number; -1 for
// none.
func (r *reviewScreen) labelOf(k string) int {
	t := r.project.Task()
	if t.Kind != label.Classes {
		return -1
	}
	for i, l := range t.Labels {
		if l.Key == k && k != "" {
			return i
		}
	}
	if len(k) == 1 && k[0] >= '1' && int(k[0]-'1') < min(len(t.Labels), 9) {
		return int(k[0] - '1')
	}
	return -1
}

// move goes so many rows down, and reads what is said about the one there.
func (r *reviewScreen) move(n int) tea.Cmd {
	r.at = stepped(r.at, n, len(r.rows))
	if n != 0 {
		r.notice = ""
	}
	return r.look()
}

// turn goes to the list so many after the one on show.
func (r *reviewScreen) turn(n int) tea.Cmd {
	at := max(slices.Index(r.lists, r.list), 0)
	return r.turnTo(r.lists[(at+n)%len(r.lists)])
}

func (r *reviewScreen) turnTo(l reviewList) tea.Cmd {
	r.list, r.at, r.rows, r.detail, r.notice, r.renewed = l, 0, nil, nil, "", true
	return r.load()
}
