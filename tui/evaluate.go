package tui

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/metric"
	"inkling/tui/safe"
)

// evaluateScreen shows how good the current model is, in several views. All of
// them are measured on the audit stream; while nothing of it is answered, on the
// gold column of the project, if it has one.
type evaluateScreen struct {
	*desk
	pane    pane // the view on show; on a wide window the next one stands beside it
	scroll  [panes]int
	found   *evaluated // nil until something was measured
	wanted  measured   // what the trainer and the project are at
	begun   measured   // what the last evaluation began from
	turn    turn
	asked   bool // an evaluation has been begun at least once
	counts  label.Counts
	people  agreeing
	anchors anchoring
	// The size of the view, to know how far it scrolls.
	width, height int
}

// pane is one of the views.
type pane int

const (
	reportPane pane = iota
	confusionPane
	calibrationPane
	curvePane
	importancePane
	panes
)

// measured is what an evaluation depends on.
type measured struct {
	run    uint64 // whose model is the current one
	events uint64 // the last one
}

// turn is where the screen stands between two evaluations.
type turn int

const (
	idle turn = iota
	running
	resting // for evaluateEvery after the last one
)

// evaluateEvery is the time between the end of one evaluation and the start of
// the next, so that answers may come faster than they can be measured.
const evaluateEvery = time.Second

// evaluated is a finished evaluation, with all that the views draw.
type evaluated struct {
	at     measured
	eval   *learn.Evaluation // nil where there was no model
	names  []string          // of its classes, fit to be drawn
	report metric.Report
	counts [][]int
	// Classes in the order of the report and of the confusion matrix where not all
	// are in sight, and the latter in that order.
	bySupport []int
	tangled   [][]int
	heads     []string
	gold      string // name of the gold column that it was measured on; empty: the audit stream
	bins      []metric.Bin
	before    []metric.Bin // the same before calibration; nil where there was none
	pairs     []confused
	curve     []learn.Learned
	extra     extra
	weights   *weights             // what the model goes by; nil where that was not asked
	numbers   *metric.NumberReport // where a number is told; nil otherwise
	sets      *metric.SetReport    // where several labels are
	decision  string               // how answers are told, where not by the most probable label; fit to be drawn
}

// extra are the figures beside the report.
type extra struct {
	mcc, kappa float64
	rocAUC     float64 // NaN where it is not defined
	eceBefore  float64 // NaN without calibration
}

// confused is a pair of classes of which the model took one for the other.
type confused struct {
	truth, predicted int
	n, of            int // so many of the answers with the true class
}

// pairsKept are the pairs that a list could ever show.
const pairsKept = 100

// answered reports whether anything was there to measure by.
func (e *evaluated) answered() bool { return e != nil && e.eval != nil && e.report.N > 0 }

// Messages of evaluations.
type (
	evaluatedMsg struct {
		found *evaluated
		err   error
	}
	evaluateDueMsg struct{}
)

func newEvaluateScreen(d *desk) *evaluateScreen { return &evaluateScreen{desk: d} }

func (e *evaluateScreen) shown() tea.Cmd { return tea.Batch(e.measure(), e.agree()) }

// measure begins an evaluation where one is due: the screen is on top,
// something changed since the last one, and that is over.
func (e *evaluateScreen) measure() tea.Cmd {
	if e.top != screen(e) || e.turn != idle || e.asked && e.begun == e.wanted {
		return nil
	}
	e.turn, e.asked, e.begun = running, true, e.wanted
	at := e.wanted
	return func() tea.Msg {
		found, err := e.evaluate(at)
		return evaluatedMsg{found, err}
	}
}

// evaluate runs as a command.
func (e *evaluateScreen) evaluate(at measured) (*evaluated, error) {
	out := &evaluated{at: at, curve: learn.LabelCurve(e.trainer.Runs())}
	snap := e.trainer.Current()
	if snap == nil {
		return out, nil
	}
	out.at.run = snap.Version()
	if !keyed(e.project.Task()) {
		return e.evaluateTold(snap, out)
	}
	ev, err := learn.EvaluateAudit(e.ctx, e.project, snap)
	if err != nil {
		return nil, err
	}
	task := e.project.Task()
	if gold := task.Column(label.Gold); ev.Confusion.N() == 0 && gold >= 0 {
		if ev, err = evaluateGold(e.ctx, e.project, snap, goldItems); err != nil {
			return nil, err
		}
		out.gold = safe.Line(task.Columns[gold].Name)
	}
	out.fill(ev, task.Labels)
	if out.weights, err = e.weigh(snap, ev); err != nil {
		return nil, err
	}
	for _, r := range e.trainer.Runs() {
		if d := r.Decision; d != nil && r.ID == out.at.run {
			out.decision = safe.Line(d.Asked)
		}
	}
	return out, nil
}

// fill takes from an evaluation what the views draw. labels give the texts of
// its classes; it may know classes that they do not.
func (e *evaluated) fill(ev *learn.Evaluation, labels []label.Label) {
	e.eval, e.report, e.bins, e.counts = ev, ev.Report(), ev.Calibration.Bins(), ev.Confusion.Rows()
	roc, _ := metric.ROCAUC(ev.Truth, ev.Probabilities)
	e.extra = extra{mcc: ev.Confusion.MCC(), kappa: ev.Confusion.Kappa(), rocAUC: roc, eceBefore: math.NaN()}
	if ev.Before != nil {
		e.before, e.extra.eceBefore = ev.Before.Calibration.Bins(), ev.Before.Calibration.ECE()
	}
	for c, name := range ev.Names {
		if c < len(labels) {
			name = labels[c].Shown()
		}
		e.names = append(e.names, safe.Line(name))
	}
	e.pairs = confusedPairs(ev.Confusion)
	e.bySupport = bySupport(ev.Confusion)
	e.tangled, e.heads = arranged(e.counts, e.names, byConfusion(ev.Confusion))
}

// confusedPairs lists what was taken for something else, the most frequent
// first.
func confusedPairs(m *metric.Confusion) []confused {
	var out []confused
	for t := range m.Classes() {
		for p := range m.Classes() {
			if n := m.At(t, p); n > 0 && t != p {
				out = append(out, confused{t, p, n, m.Support(t)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b confused) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.of, b.of)) })
	return out[:min(len(out), pairsKept)]
}

func (e *evaluateScreen) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		e.width, e.height = m.Width-2, m.Height-frameRows
	case trainerMsg:
		e.wanted.run = m.state.Current
		return e.measure()
	case committedMsg:
		e.counts, e.wanted.events = m.counts, m.counts.Events
		return tea.Batch(e.measure(), e.agree())
	case agreedMsg:
		return e.agreedTo(m)
	case agreeDueMsg:
		e.people.turn = idle
		return e.agree()
	case evaluatedMsg:
		e.turn = resting
		rest := tea.Tick(evaluateEvery, func(time.Time) tea.Msg { return evaluateDueMsg{} })
		switch {
		case m.err != nil && e.ctx.Err() == nil:
			return tea.Batch(rest, fail(e.words.Frame.Evaluate, m.err))
		case m.err == nil && (e.found == nil || m.found.at.events >= e.found.at.events):
			e.found = m.found
		}
		return rest
	case evaluateDueMsg:
		e.turn = idle
		return e.measure()
	case tea.KeyMsg:
		if key.Matches(m, e.keys.Agree) {
			e.people.on, e.anchors.on = !e.people.on, false
			return e.agree()
		}
		if key.Matches(m, e.keys.Anchors) {
			e.anchors.on, e.people.on = !e.anchors.on, false
			return nil
		}
		e.press(m)
	case tea.MouseMsg:
		e.move(wheel(m, wheelRows))
	}
	return nil
}

func (e *evaluateScreen) press(m tea.KeyMsg) {
	k := e.keys
	if e.people.on {
		if e.people.scroll = max(e.people.scroll+k.leaps(m, 10, math.MaxInt/2), 0); key.Matches(m, k.Close) {
			e.people.on = false
		}
		return
	}
	if e.anchors.on {
		if e.anchors.scroll = max(e.anchors.scroll+k.leaps(m, 10, math.MaxInt/2), 0); key.Matches(m, k.Close) {
			e.anchors.on = false
		}
		return
	}
	if !e.found.answered() {
		return
	}
	e.move(k.leaps(m, 10, math.MaxInt/2))
	switch {
	case key.Matches(m, k.Switch), key.Matches(m, k.Right):
		e.pane = (e.pane + 1) % panes
	case key.Matches(m, k.SwitchBack), key.Matches(m, k.Left):
		e.pane = (e.pane + panes - 1) % panes
	}
}

// move scrolls the view on show, by classes, as far as there are any below.
func (e *evaluateScreen) move(n int) { e.scroll[e.pane] = max(min(e.scroll[e.pane]+n, e.last()), 0) }

// last is how far the view on show scrolls.
func (e *evaluateScreen) last() int {
	if !e.found.answered() {
		return 0
	}
	return max(len(e.found.names)-e.classesIn(e.pane, e.width, e.height), 0)
}

func (e *evaluateScreen) divider(int) int { return -1 }

func (e *evaluateScreen) typing() bool { return false }

func (e *evaluateScreen) hints() []key.Binding {
	k := e.keys
	if e.people.on {
		return []key.Binding{e.keys.Agree, k.Up, k.Down}
	}
	if e.anchors.on {
		return []key.Binding{e.keys.Anchors, k.Up, k.Down}
	}
	if !e.found.answered() {
		return []key.Binding{k.Agree, k.Anchors} // there are no views yet
	}
	out := []key.Binding{e.views()}
	if e.last() > 0 {
		out = append(out, k.Up, k.Down)
	}
	return append(out, k.Agree, k.Anchors)
}

// views is one hint for all the keys that lead from view to view.
func (e *evaluateScreen) views() key.Binding {
	k := e.keys
	var keys, names []string
	for _, b := range []key.Binding{k.Switch, k.SwitchBack, k.Left, k.Right} {
		if len(b.Keys()) > 0 {
			keys, names = append(keys, b.Keys()...), append(names, b.Help().Key)
		}
	}
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(strings.Join(names, " "), k.Switch.Help().Desc))
}

func (e *evaluateScreen) help() [][]key.Binding {
	k := e.keys
	if !e.found.answered() {
		return [][]key.Binding{{k.Agree, k.Anchors}}
	}
	return [][]key.Binding{{k.Switch, k.SwitchBack, k.Left, k.Right, k.Agree, k.Anchors}, {k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom}}
}
