package tui

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/metric"
	"inkling/store"
	"inkling/tui/catalog"
)

// evaluatedOn makes an evaluation of k classes by a model that is right four
// times in five, and sure of itself.
func evaluatedOn(k, n int) *evaluated {
	r := rand.New(rand.NewPCG(1, uint64(k)))
	ev := &learn.Evaluation{Evaluation: metric.NewEvaluation(k, metric.DefaultBins)}
	names := []string{"GOOD", "WATCH", "RISKY", "展期 申请", "fraud\x1b]0;owned\x07"}
	for c := range k {
		if c < len(names) {
			ev.Names = append(ev.Names, names[c])
		} else {
			ev.Names = append(ev.Names, fmt.Sprintf("label %d", c+1))
		}
	}
	for range n {
		truth := r.IntN(k)
		says := truth
		if r.Float64() < 0.2 {
			says = (truth + 1 + r.IntN(2)) % k
		}
		sure := 0.5 + 0.5*r.Float64()
		p := make([]float64, k)
		for c := range p {
			p[c] = (1 - sure) / float64(k-1)
		}
		p[says] = sure
		ev.Add(truth, says, p)
		ev.Truth, ev.Probabilities = append(ev.Truth, truth), append(ev.Probabilities, p)
	}
	out := &evaluated{at: measured{run: 12, events: 300}}
	out.fill(ev, nil)
	out.weights = weighed(k)
	for i := range 12 {
		audited := 6 + 3*i
		right := audited * (5 + 4*i) / (10 + 5*i)
		v := metric.Wilson(right, audited, metric.Level95)
		out.curve = append(out.curve, learn.Learned{Run: uint64(i + 1), Labels: 10 + 18*i, N: audited,
			Accuracy: float64(right) / float64(audited), Low: v.Low(), High: v.High()})
	}
	return out
}

// weighed is what a model of k classes goes by: a text, a number and a category
// whose name acts on terminals.
func weighed(k int) *weights {
	m := &learn.Importance{Items: 100, Columns: []learn.Weighty{{Column: 0, Weight: 2.31}, {Column: 2, Weight: 0.84}, {Column: 1, Weight: 0.12}}}
	for c := range k {
		m.Classes = append(m.Classes, learn.ClassTerms{Class: c, Items: 20, Terms: []learn.Term{
			{Term: fmt.Sprintf("word%d", c), Column: 0, Weight: 1.5, Items: 9}, {Term: "rent\x1b]0;owned\x07", Column: 2, Weight: 0.7, Items: 20},
			{Term: "展期申请", Column: 0, Weight: 0.41, Items: 5}, {Term: "employer does not answer the telephone", Column: 0, Weight: 0.3, Items: 4}}})
	}
	m.Classes[k-1].Terms = nil
	return newWeights(m, []label.Column{{Name: "memo", Role: label.Text}, {Name: "amount", Role: label.Numeric}, {Name: "housing\x07", Role: label.Category}})
}

// calibrated is the same evaluation by a model whose probabilities were
// calibrated, and which tells its answers by a rule.
func calibrated(e *evaluated) *evaluated {
	before := metric.NewEvaluation(len(e.names), metric.DefaultBins)
	for i, t := range e.eval.Truth {
		p := make([]float64, len(e.names))
		for c, v := range e.eval.Probabilities[i] {
			p[c] = v * v
		}
		sum := 0.0
		for _, v := range p {
			sum += v
		}
		for c := range p {
			p[c] /= sum
		}
		before.Add(t, metric.ArgMax(p), p)
	}
	e.eval.Before = before
	e.fill(&learn.Evaluation{Evaluation: e.eval.Evaluation, Names: e.eval.Names, Truth: e.eval.Truth, Probabilities: e.eval.Probabilities, Before: before}, nil)
	e.decision = "recall:RISKY>=0.9"
	return e
}

// evaluatePosed is a workbench with an evaluation on screen.
func evaluatePosed(t testing.TB, l catalog.Language, p termenv.Profile, dark bool, width, height int, found *evaluated) (*driver, *evaluateScreen) {
	d := posed(t, l, p, dark, width, height)
	e := d.screens[2].(*evaluateScreen)
	d.active, d.top = 2, e
	e.found, e.wanted, e.begun, e.asked = found, found.at, found.at, true
	return d, e
}

func TestEvaluateGolden(t *testing.T) {
	t.Parallel()
	names := [panes]string{"report", "confusion", "calibration", "curve", "importance"}
	for _, s := range [][2]int{{80, 24}, {40, 12}, {20, 6}} {
		d, e := evaluatePosed(t, catalog.English, termenv.Ascii, true, s[0], s[1], evaluatedOn(5, 100))
		for e.pane = range panes {
			golden(t, fmt.Sprintf("evaluate-%s-%dx%d", names[e.pane], s[0], s[1]), d.View())
		}
	}
	for _, s := range [][2]int{{120, 40}, {200, 50}} {
		d, e := evaluatePosed(t, catalog.English, termenv.Ascii, true, s[0], s[1], evaluatedOn(5, 100))
		for _, e.pane = range []pane{reportPane, calibrationPane} {
			golden(t, fmt.Sprintf("evaluate-%s-%dx%d", names[e.pane], s[0], s[1]), d.View())
		}
	}
	for _, s := range [][2]int{{80, 24}, {200, 50}} {
		d, e := evaluatePosed(t, catalog.English, termenv.Ascii, true, s[0], s[1], evaluatedOn(77, 1000))
		for _, e.pane = range []pane{reportPane, confusionPane, importancePane} {
			golden(t, fmt.Sprintf("evaluate-77-%s-%dx%d", names[e.pane], s[0], s[1]), d.View())
		}
		e.pane = confusionPane
		d.press("end")
		golden(t, fmt.Sprintf("evaluate-77-end-%dx%d", s[0], s[1]), d.View())
	}
	d, e := evaluatePosed(t, catalog.Chinese, termenv.Ascii, true, 80, 24, evaluatedOn(5, 100))
	for e.pane = range panes {
		golden(t, fmt.Sprintf("evaluate-zh-%s-80x24", names[e.pane]), d.View())
	}
	d, e = evaluatePosed(t, catalog.English, termenv.TrueColor, true, 80, 24, evaluatedOn(5, 100))
	e.pane = confusionPane
	golden(t, "evaluate-colour-80x24", d.View())
	d, e = evaluatePosed(t, catalog.English, termenv.TrueColor, false, 80, 24, evaluatedOn(5, 100))
	e.pane = calibrationPane
	golden(t, "evaluate-light-80x24", d.View())
	d, e = evaluatePosed(t, catalog.English, termenv.Ascii, true, 80, 24, evaluatedOn(5, 100))
	e.found.gold, e.found.curve = "known", nil
	for e.pane = range panes {
		golden(t, fmt.Sprintf("evaluate-gold-%s-80x24", names[e.pane]), d.View())
	}
	d, e = evaluatePosed(t, catalog.English, termenv.Ascii, true, 80, 24, calibrated(evaluatedOn(5, 100)))
	e.pane = calibrationPane
	golden(t, "evaluate-calibrated-80x24", d.View())
	for _, dark := range []bool{true, false} {
		d, e = evaluatePosed(t, catalog.English, termenv.ANSI, dark, 80, 24, evaluatedOn(5, 100))
		e.pane = confusionPane
		golden(t, map[bool]string{true: "evaluate-16-dark-80x24", false: "evaluate-16-light-80x24"}[dark], d.View())
	}
}

// TestEvaluateFits: no view is larger than its window, whatever that is and
// however many classes there are, and names act on no terminal.
func TestEvaluateFits(t *testing.T) {
	t.Parallel()
	for _, k := range []int{2, 5, 77} {
		found := evaluatedOn(k, 20*k)
		_, e := evaluatePosed(t, catalog.Chinese, termenv.Ascii, true, 80, 24, found)
		for _, width := range []int{18, 20, 38, 60, 78, 117, 118, 198} {
			for _, height := range []int{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 15, 18, 20, 28, 36, 46} {
				for e.pane = range panes {
					for _, e.scroll[e.pane] = range []int{0, 200} {
						view := e.view(width, height)
						lines := strings.Split(view, "\n")
						if len(lines) > max(height, 1) {
							t.Fatalf("view %d of %d classes has %d lines in %dx%d:\n%s", e.pane, k, len(lines), width, height, view)
						}
						for _, l := range lines {
							if ansi.StringWidth(l) > width {
								t.Fatalf("view %d of %d classes is too wide for %dx%d: %q", e.pane, k, width, height, l)
							}
						}
						if strings.ContainsAny(view, "\x1b\x07") {
							t.Fatalf("view %d lets a control through", e.pane)
						}
					}
				}
			}
		}
	}
}

// TestEvaluateReportIsTheReport: the figures on screen are those of the report
// that everybody knows, line by line.
func TestEvaluateReportIsTheReport(t *testing.T) {
	t.Parallel()
	found := evaluatedOn(3, 100)
	_, e := evaluatePosed(t, catalog.English, termenv.Ascii, true, 80, 24, found)
	var got, want []string
	for _, l := range strings.Split(found.report.Text(3), "\n") {
		if f := strings.Fields(l); len(f) > 0 {
			want = append(want, strings.Join(f, " "))
		}
	}
	for _, l := range e.viewReport(76, 20) {
		// The bars after the figures are ours.
		if f := strings.Fields(strings.TrimRight(l, "▏▎▍▌▋▊▉█ ")); len(f) > 0 {
			got = append(got, strings.Join(f, " "))
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("on screen:\n%s\nthe report:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestConfusedPairs, by hand: 3 of class 0 taken for 1 and 1 of class 2 for 0;
// equal counts go by the smaller class first.
func TestConfusedPairs(t *testing.T) {
	truth := []int{0, 0, 0, 0, 1, 1, 2, 2, 1}
	says := []int{1, 1, 1, 0, 1, 1, 0, 2, 2}
	got := confusedPairs(metric.Tabulate(3, truth, says))
	want := []confused{{0, 1, 3, 4}, {2, 0, 1, 2}, {1, 2, 1, 3}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestEvaluateTakesTurns: nothing is measured while another screen is on top,
// one evaluation at a time, then a rest, and only where something changed.
func TestEvaluateTakesTurns(t *testing.T) {
	t.Parallel()
	d := posed(t, catalog.English, termenv.Ascii, true, 80, 24)
	e := d.screens[2].(*evaluateScreen)
	begins := func(what string, cmd tea.Cmd, want bool) {
		t.Helper()
		if (cmd != nil && e.turn == running) != want {
			t.Errorf("%s: an evaluation begins: %t, want %t", what, !want, want)
		}
	}
	events := func(n uint64) tea.Msg { return committedMsg{label.Counts{Events: n, Audited: 3}} }
	begins("behind another screen", e.update(events(300)), false)
	d.top = e
	begins("shown", e.shown(), true)
	begins("another event meanwhile", e.update(events(301)), false)
	found := evaluatedOn(3, 50)
	found.at = measured{run: 2, events: 300}
	if e.update(evaluatedMsg{found: found}); e.found != found || e.turn != resting {
		t.Errorf("a result is not taken: turn %d", e.turn)
	}
	begins("an event while resting", e.update(events(302)), false)
	begins("rested", e.update(evaluateDueMsg{}), true)
	if e.begun.events != 302 {
		t.Errorf("it begins from event %d, want the last one, 302", e.begun.events)
	}

	stale := evaluatedOn(3, 40)
	stale.at = measured{run: 1, events: 250}
	if e.update(evaluatedMsg{found: stale}); e.found != found {
		t.Error("a result older than what is on show replaced it")
	}
	begins("rested, nothing new", e.update(evaluateDueMsg{}), false)
	begins("a new model", e.update(trainerMsg{learn.State{Current: 3}}), true)
	if e.update(evaluatedMsg{err: errors.New("disk gone")}); e.found != found {
		t.Error("an error took away what was on show")
	}
}

// TestJourneyEvaluate labels the demo of the tests until audited answers are
// there, and looks at every view of the evaluation.
func TestJourneyEvaluate(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 60)
	d := newDriver(t, p, drive{train: quick()})
	d.ready()
	d.press("f3")
	d.see("No audited answer yet.", "one item in 5")
	d.unseen("other view")
	d.press("f1")
	for i := range uint64(60) {
		num := d.ready()
		d.press([]string{"1", "2", "3"}[(num-1)%8%3])
		d.saved(i + 3)
		if p.Counts().Audited >= 5 && i > 20 {
			break
		}
	}
	d.press("f3")
	d.see("precision", "macro avg", "weighted avg", fmt.Sprintf("%d audited · run", p.Counts().Audited))
	d.press("w")
	d.see("predicted", "true")
	d.press("right")
	d.see("confidence", "ideal")
	d.press("w")
	d.see("Each point is a run")
	d.press("w")
	d.see("labels: what speaks most for each", "columns: how far each moves", "memo")
	d.press("left", "left", "W", "left")
	d.see("precision", "w W ← → other view")
	d.size(130, 40)
	d.see("precision", "predicted")
	d.size(20, 6)
	d.see("report 1/5")
}

// TestOrders, by hand: class 2 is confused most (4), with 0 (3) more than with 3
// (1); 1 has answers and no errors, 4 has neither.
func TestOrders(t *testing.T) {
	m := metric.Tabulate(5, []int{0, 0, 0, 0, 1, 1, 2, 3, 3}, []int{2, 2, 2, 0, 1, 1, 2, 2, 3})
	if got := fmt.Sprint(byConfusion(m)); got != "[2 0 3 1 4]" {
		t.Errorf("by confusion: %s", got)
	}
	if got := fmt.Sprint(bySupport(m)); got != "[0 1 3 2 4]" {
		t.Errorf("by support: %s", got)
	}
	rows, heads := arranged([][]int{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}, []string{"a", "b", "c"}, []int{2, 0, 1})
	if got := fmt.Sprint(rows, heads); got != "[[9 7 8] [3 1 2] [6 4 5]] [c a b]" {
		t.Errorf("arranged: %s", got)
	}
}

// goldProject has the memos with their answers in a gold column, the last one
// of which is none of the labels, and no audit stream.
func goldProject(t *testing.T, n int) *store.Project {
	t.Helper()
	task := loansTask()
	task.Audit = 0
	task.Columns = append(task.Columns, label.Column{Name: "known", Role: label.Gold})
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{fmt.Sprintf("%s (%d)", memos[i%len(memos)], i+1), fmt.Sprint(100 * (i + 1)), "rent", task.Labels[i%8%3].Name}
	}
	rows[n-1][3] = "SOLD"
	return projectOf(t, task, rows)
}

// TestEvaluateGold: where nothing is audited the model is measured on the gold
// column, as the screen says, and never on what it learned from.
func TestEvaluateGold(t *testing.T) {
	t.Parallel()
	const n, answers = 60, 9
	p := goldProject(t, n)
	d := newDriver(t, p, drive{train: quick()})
	d.ready()
	d.press("f3")
	d.see("No model yet", "has a gold column")
	d.press("f1")
	decided := map[uint64]bool{}
	for i := range uint64(answers) {
		num := d.ready()
		decided[num] = true
		d.press([]string{"1", "2", "3"}[(num-1)%8%3])
		d.saved(i + 3)
	}
	known := n - answers
	if !decided[n] {
		known-- // its gold is no label
	}
	d.press("f3")
	d.see(fmt.Sprintf("%d with gold · run", known), "measured on the gold column “known”", "precision")
	d.press("left", "left")
	d.see("nothing is audited yet")

	ctx := t.Context()
	ev, err := evaluateGold(ctx, p, d.trainer.Current(), n)
	if err != nil {
		t.Fatal(err)
	}
	if ev.Confusion.N() != known || ev.Unknown != n-answers-known {
		t.Errorf("%d items and %d unknown, want %d and %d", ev.Confusion.N(), ev.Unknown, known, n-answers-known)
	}
	for i, num := range ev.Items {
		if decided[num] {
			t.Errorf("measured on item %d, which the model learned from", num)
		}
		if want := int(num-1) % 8 % 3; ev.Truth[i] != want {
			t.Errorf("item %d counts as class %d, want %d", num, ev.Truth[i], want)
		}
	}
	if ev, err = evaluateGold(ctx, p, d.trainer.Current(), 20); err != nil || len(ev.Items)+ev.Unknown != 20 {
		t.Errorf("of at most 20 items %d were measured, %v", len(ev.Items), err)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := evaluateGold(stopped, p, d.trainer.Current(), n); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// BenchmarkEvaluateView draws the report and the confusion matrix of 77 classes
// side by side in a large window.
func BenchmarkEvaluateView(b *testing.B) {
	d, _ := evaluatePosed(b, catalog.English, termenv.TrueColor, true, 200, 50, evaluatedOn(77, 1000))
	for b.Loop() {
		_ = d.View()
	}
}
