package tui

import (
	"fmt"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/learn"
)

// trainScreen shows the curves of the run in progress or of the one chosen,
// earlier runs behind them, what the runs brought, and their list.
type trainScreen struct {
	*desk
	state   learn.State
	runs    []learn.Run // newest first; the run in progress is the first one
	live    uint64      // the run in progress while it has no record yet; 0 where none is
	at      int         // the chosen run
	overlay map[uint64]bool
	smooth  int // index in smoothings
	zoom    int // halvings of the stretch in sight
	look    look
	marked  uint64 // the run that a person overlaid last, to compare with; 0 for none
	match   match
	pick    int    // the query strategy at the cursor
	events  uint64 // in the project
	notice  string
}

// look is what stands above the list of runs.
type look int

const (
	curvesLook   look = iota // the curves of one run
	acrossLook               // what the runs brought, one after the other
	choiceLook               // how the model of one run was chosen, and its lineage
	versusLook               // two runs on the same answers
	strategyLook             // by what the items are chosen that are asked
	looks
)

// smoothings are the factors of the exponential average that a key steps
// through.
var smoothings = [...]float64{0, 0.6, 0.9}

// zooms are so many halvings at most.
const zooms = 6

// behind is how many earlier runs are drawn behind the one on show unless a
// person says otherwise. They are looked for among so many: of a long history
// none further back says anything of the present one.
const behind, behindAmong = 2, 20

func newTrainScreen(d *desk) *trainScreen { return &trainScreen{desk: d, overlay: map[uint64]bool{}} }

// usedMsg says that an earlier run was made current, or why not.
type usedMsg struct {
	run uint64
	err error
}

func (t *trainScreen) shown() tea.Cmd { t.read(t.trainer.Runs()); return t.compare() }

// read takes the records, oldest first, as the trainer has them.
func (t *trainScreen) read(runs []learn.Run) {
	chosen := uint64(0)
	if t.at > 0 && t.at < len(t.runs) {
		chosen = t.runs[t.at].ID
	}
	t.runs, t.live = t.runs[:0:0], 0
	s := t.state
	working := s.Phase != learn.Idle && s.Phase != learn.Paused
	if working && s.Run != 0 && (len(runs) == 0 || runs[len(runs)-1].ID < s.Run) {
		t.live = s.Run
		t.runs = append(t.runs, learn.Run{ID: s.Run, Model: s.Model, Labels: s.Labels})
	}
	for i := len(runs) - 1; i >= 0; i-- {
		t.runs = append(t.runs, runs[i])
	}
	// The choice stays on its run while new ones come in above it; on top it
	// follows the newest.
	t.at = 0
	for i, r := range t.runs {
		if chosen != 0 && r.ID == chosen {
			t.at = i
		}
	}
}

func (t *trainScreen) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case trainerMsg:
		s := t.state
		t.state = m.state
		if t.match.err != nil && m.state.Saved && !s.Saved {
			t.match.done = pairing{} // a model that was not there may be by now
		}
		if m.state.Run != s.Run || m.state.Phase != s.Phase || m.state.Current != s.Current || m.state.Saved != s.Saved {
			t.read(t.trainer.Runs())
		}
		return t.compare()
	case committedMsg:
		t.events = m.counts.Events
		return t.compare()
	case matchedMsg:
		t.match.busy, t.match.done, t.match.found, t.match.err = false, m.of, m.found, m.err
		return t.compare()
	case usedMsg:
		if m.err != nil {
			return fail(t.words.Keys.Use, m.err)
		}
		t.notice = fmt.Sprintf(t.words.Train.Using, m.run)
	case strategyMsg:
		return t.tookStrategy(m)
	case tea.KeyMsg:
		return tea.Batch(t.press(m), t.compare())
	case tea.MouseMsg:
		if t.look != strategyLook {
			t.move(wheel(m, 1))
		}
		return t.compare()
	}
	return nil
}

func (t *trainScreen) move(n int) { t.at = stepped(t.at, n, len(t.runs)) }

func (t *trainScreen) press(m tea.KeyMsg) tea.Cmd {
	t.notice = ""
	k := t.keys
	if t.look == strategyLook {
		if cmd, taken := t.pressStrategy(m); taken {
			return cmd
		}
	} else {
		t.move(k.leaps(m, 8, len(t.runs)))
	}
	switch {
	case key.Matches(m, k.ZoomIn):
		t.zoom = min(t.zoom+1, zooms)
	case key.Matches(m, k.ZoomOut):
		t.zoom = max(t.zoom-1, 0)
	case key.Matches(m, k.Smooth):
		t.smooth = (t.smooth + 1) % len(smoothings)
	case key.Matches(m, k.Switch), key.Matches(m, k.Right):
		t.turn(1)
	case key.Matches(m, k.SwitchBack), key.Matches(m, k.Left):
		t.turn(looks - 1)
	case key.Matches(m, k.Overlay):
		if t.at < len(t.runs) {
			id := t.runs[t.at].ID
			t.overlay[id], t.marked = !t.overlaid(t.at), id
			if !t.overlay[id] {
				t.marked = 0
			}
		}
	case key.Matches(m, k.Use):
		if t.at < len(t.runs) && t.runs[t.at].ID != t.live {
			id := t.runs[t.at].ID
			return func() tea.Msg { return usedMsg{id, t.trainer.Use(id)} }
		}
	case key.Matches(m, k.Train):
		t.trainer.Refit(false)
	case key.Matches(m, k.Fresh):
		t.trainer.Refit(true)
	}
	return nil
}

// turn goes to another view. Before there is a run there are two: what there will
// be, and the strategies.
func (t *trainScreen) turn(by look) {
	t.look = (t.look + by) % looks
	if len(t.runs) == 0 && t.look != curvesLook {
		t.look = strategyLook
	}
	if t.look == strategyLook {
		t.pick = t.strategyAt()
	}
}

// points are those of a run: as they come, while it is in progress.
func (t *trainScreen) points(r learn.Run) []learn.Point {
	if r.ID == t.state.Run && len(t.state.Points) > len(r.Curve) {
		return t.state.Points
	}
	return r.Curve
}

// drawn is the run whose curves are on show: the chosen one. While the newest
// is chosen and has no curve yet, the last one before it that has.
func (t *trainScreen) drawn() int {
	if t.at > 0 {
		return t.at
	}
	for i, r := range t.runs {
		if len(t.points(r)) > 0 {
			return i
		}
	}
	return 0
}

// overlaid reports whether a run's curves are drawn behind those on show:
// where nobody said, the last few runs before it that have any.
func (t *trainScreen) overlaid(i int) bool {
	if said, ok := t.overlay[t.runs[i].ID]; ok {
		return said
	}
	left := behind
	from := t.drawn() + 1
	for j := from; j < min(len(t.runs), from+behindAmong) && left > 0; j++ {
		if len(t.runs[j].Curve) > 1 {
			if j == i {
				return true
			}
			left--
		}
	}
	return false
}

func (t *trainScreen) divider(int) int { return -1 }

func (t *trainScreen) typing() bool { return false }

func (t *trainScreen) hints() []key.Binding {
	k := t.keys
	if t.look == strategyLook {
		use := k.Use
		use.SetHelp(use.Help().Key, t.words.Train.UseStrategy)
		return []key.Binding{k.Up, k.Down, use, k.Switch, k.Train}
	}
	if len(t.runs) == 0 {
		return []key.Binding{k.Train, k.Switch} // there is nothing else to do yet
	}
	return []key.Binding{k.Up, k.Down, k.Use, k.Switch, k.Overlay, k.Smooth, k.ZoomIn, k.ZoomOut, k.Train}
}

func (t *trainScreen) help() [][]key.Binding {
	k := t.keys
	return [][]key.Binding{
		{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom},
		{k.Use, k.Overlay, k.Train, k.Fresh},
		{k.Switch, k.ZoomIn, k.ZoomOut, k.Smooth},
	}
}
