package tui

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"inkling/learn"
	"inkling/learn/metric"
	"inkling/tui/catalog"
)

// ranOnce makes the record of a run of so many steps; the more labels, the
// better it is.
func ranOnce(id uint64, labels, steps int) learn.Run {
	r := learn.Run{ID: id, Parent: id - 1, Model: "softmax regression", Seed: 7, Seq: uint64(labels + 40), Labels: labels, Features: 4211, Size: 91234,
		Started: time.Date(2026, 1, 2, 3, 4, int(id), 0, time.UTC), Took: time.Duration(12+labels) * time.Millisecond,
		Params: []learn.Param{{Name: "C", Value: "10"}, {Name: "solver", Value: "L-BFGS"}}}
	good := 0.9 - 1.6/math.Sqrt(float64(labels))
	for s := 1; s <= steps; s++ {
		f := math.Exp(-float64(s) / float64(steps) * 4)
		r.Curve = append(r.Curve, learn.Point{Step: s, Epoch: float64(s), Train: 0.1 + f, Valid: 1.1 - good + 0.6*f, Accuracy: good - 0.3*f})
	}
	n := max(labels/8, 1)
	k := int(good * float64(n))
	v := metric.Wilson(k, n, metric.Level95)
	r.Audit = &learn.Audit{N: n, Correct: k, Accuracy: float64(k) / float64(n), Low: v.Low(), High: v.High(), LogLoss: 1.3 - good, ECE: 0.05}
	if labels >= 20 {
		r.Choice = &learn.Choice{Model: r.Model, Folds: 5, Labels: labels, Run: id, Losses: []learn.Candidate{
			{Model: "softmax regression", LogLoss: 0.312, Accuracy: 0.88}, {Model: "naive bayes", LogLoss: 0.401, Accuracy: 0.86}}}
	}
	return r
}

func ranOften(n int) []learn.Run {
	var out []learn.Run
	for i := range n {
		r := ranOnce(uint64(i+1), 8+15*i, 1+6*i)
		if i == 0 {
			r.Parent, r.Model = 0, "naive bayes"
		}
		out = append(out, r)
	}
	return out
}

// trainPosed is a workbench with the train screen on top, after so many runs.
func trainPosed(t testing.TB, l catalog.Language, p termenv.Profile, dark bool, width, height, runs int) (*driver, *trainScreen) {
	d := posed(t, l, p, dark, width, height)
	tr := d.screens[1].(*trainScreen)
	d.active, d.top = 1, tr
	tr.state = learn.State{Run: uint64(runs), Current: uint64(runs), Model: "softmax regression", Labels: 15*runs - 7}
	d.state = tr.state
	tr.read(ranOften(runs))
	return d, tr
}

func TestTrainGolden(t *testing.T) {
	t.Parallel()
	for _, s := range [][2]int{{80, 24}, {120, 40}, {200, 50}, {40, 12}, {20, 6}} {
		d, _ := trainPosed(t, catalog.English, termenv.Ascii, true, s[0], s[1], 12)
		golden(t, fmt.Sprintf("train-%dx%d", s[0], s[1]), d.View())
		if s[0] < 200 { // wider, both are in sight anyway
			d.press("w")
			golden(t, fmt.Sprintf("train-runs-%dx%d", s[0], s[1]), d.View())
		}
	}
	d, _ := trainPosed(t, catalog.Chinese, termenv.Ascii, true, 80, 24, 12)
	golden(t, "train-zh-80x24", d.View())
	d, _ = trainPosed(t, catalog.English, termenv.TrueColor, true, 80, 24, 12)
	golden(t, "train-colour-80x24", d.View())
	d, _ = trainPosed(t, catalog.English, termenv.TrueColor, false, 80, 24, 12)
	golden(t, "train-light-80x24", d.View())
	d, _ = trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 0)
	golden(t, "train-none-80x24", d.View())

	for _, n := range []int{1, 2} {
		d, _ = trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, n)
		golden(t, fmt.Sprintf("train-first-%d-80x24", n), d.View())
	}
	d, _ = trainPosed(t, catalog.English, termenv.Ascii, true, 120, 40, 1)
	golden(t, "train-first-1-120x40", d.View())
	for _, dark := range []bool{true, false} {
		d, _ = trainPosed(t, catalog.English, termenv.ANSI, dark, 80, 24, 12)
		golden(t, map[bool]string{true: "train-16-dark-80x24", false: "train-16-light-80x24"}[dark], d.View())
	}

	// While a run is in progress, the curves of the one before it stay until it
	// has its own.
	d, tr := trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 12)
	tr.state = learn.State{Run: 13, Current: 12, Model: "softmax regression", Labels: 190, Phase: learn.Fitting, Fraction: 0.61, Step: 40, Steps: 66, ETA: 1200 * time.Millisecond}
	tr.read(ranOften(12))
	golden(t, "train-fitting-80x24", d.View())
	d.press("m", "+", "+")
	golden(t, "train-zoomed-80x24", d.View())
}

// TestTrainFits: no view is larger than its window, whatever that is.
func TestTrainFits(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 12} {
		_, tr := trainPosed(t, catalog.Chinese, termenv.Ascii, true, 80, 24, n)
		for _, width := range []int{18, 20, 38, 55, 56, 78, 118, 198} {
			for _, height := range []int{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 15, 18, 20, 28, 36, 46} {
				for tr.look = range looks {
					view := tr.view(width, height)
					lines := strings.Split(view, "\n")
					if len(lines) > max(height, 1) {
						t.Fatalf("%d lines in %dx%d:\n%s", len(lines), width, height, view)
					}
					for _, l := range lines {
						if ansi.StringWidth(l) > width {
							t.Fatalf("too wide for %dx%d: %q", width, height, l)
						}
					}
				}
			}
		}
	}
}

// TestTrainAxes: accuracy that is 1 all along is drawn on an axis that ends
// there, and a loss that hardly changes is not stretched over the whole height.
func TestTrainAxes(t *testing.T) {
	t.Parallel()
	_, tr := trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 3)
	for i := range tr.runs {
		for j := range tr.runs[i].Curve {
			p := &tr.runs[i].Curve[j]
			p.Accuracy, p.Train, p.Valid = 1, 0.053+0.0001*float64(j), 0.054
		}
	}
	ticks := func(view string) (out []float64) {
		for _, m := range regexp.MustCompile(`([\d.]+)┤`).FindAllStringSubmatch(view, -1) {
			v, err := strconv.ParseFloat(m[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, v)
		}
		return out
	}
	loss, acc, axis := tr.stepSeries()
	at := ticks(strings.Join(tr.viewChart("loss", axis, loss, false, false, 40, 12), "\n"))
	if len(at) < 2 || at[len(at)-1] < 0 || at[0]-at[len(at)-1] < 0.04 {
		t.Errorf("the loss has ticks at %v", at)
	}
	at = ticks(strings.Join(tr.viewChart("accuracy", axis, acc, false, true, 40, 12), "\n"))
	if len(at) < 2 || at[0] > 1 {
		t.Errorf("the accuracy has ticks at %v", at)
	}
}

// TestTrainNothingHeldOut: a run without held-out answers has the curve of its
// loss, and words in place of the other.
func TestTrainNothingHeldOut(t *testing.T) {
	t.Parallel()
	d, tr := trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 3)
	for i := range tr.runs {
		for j := range tr.runs[i].Curve {
			p := &tr.runs[i].Curve[j]
			p.Accuracy, p.Valid = math.NaN(), math.NaN()
		}
	}
	d.see("training 0.118", "Nothing was held out")
	d.unseen("held out 0")
}

// TestTrainFollowsTheRunInProgress: its points are drawn as they come, and the
// choice stays on an earlier run while new ones come in above it.
func TestTrainFollowsTheRunInProgress(t *testing.T) {
	t.Parallel()
	_, tr := trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 3)
	tr.state = learn.State{Run: 4, Current: 3, Phase: learn.Fitting, Labels: 60}
	tr.read(ranOften(3))
	if tr.live != 4 || tr.runs[0].ID != 4 || tr.runs[tr.drawn()].ID != 3 {
		t.Errorf("live %d, first %d, curves of %d; want 4, 4 and 3", tr.live, tr.runs[0].ID, tr.runs[tr.drawn()].ID)
	}
	tr.state.Points = ranOnce(4, 60, 9).Curve
	if tr.runs[tr.drawn()].ID != 4 || len(tr.points(tr.runs[0])) != 9 {
		t.Errorf("the points of run 4 are not drawn: curves of %d", tr.runs[tr.drawn()].ID)
	}
	tr.move(2)
	if tr.runs[tr.at].ID != 2 || tr.runs[tr.drawn()].ID != 2 {
		t.Fatalf("chosen %d", tr.runs[tr.at].ID)
	}
	tr.state = learn.State{Run: 5, Current: 5, Phase: learn.Idle}
	tr.read(ranOften(5))
	if tr.live != 0 || tr.runs[tr.at].ID != 2 {
		t.Errorf("live %d, chosen %d; want none and 2", tr.live, tr.runs[tr.at].ID)
	}
}

// TestTrainOverlay: the two runs before the one on show lie behind it, unless a
// person says otherwise.
func TestTrainOverlay(t *testing.T) {
	t.Parallel()
	d, tr := trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 6)
	behind := func() (ids []uint64) {
		for i := range tr.runs {
			if tr.overlaid(i) {
				ids = append(ids, tr.runs[i].ID)
			}
		}
		return ids
	}
	if got := fmt.Sprint(behind()); got != "[5 4]" {
		t.Errorf("behind run 6: %s, want [5 4]", got)
	}
	d.press("down", "o", "down", "down", "down", "o", "home")
	if got := fmt.Sprint(behind()); got != "[5 4 2]" {
		t.Errorf("after toggling 5, seen from itself, and 2: %s", got)
	}
}

// TestJourneyTrain labels, asks for another run, finds both in the list, and
// goes back to the first.
func TestJourneyTrain(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 40)
	d := newDriver(t, p, drive{train: quick()})
	d.press("f2")
	d.see("No run yet")
	d.press("f1")
	for i := range 8 {
		num := d.ready()
		d.press([]string{"1", "2", "3"}[(num-1)%8%3])
		d.saved(uint64(i + 3))
	}
	d.press("f2")
	tr := d.screens[1].(*trainScreen)
	rested := func(n int) func() bool {
		return func() bool { return tr.state.Phase == learn.Idle && tr.live == 0 && len(tr.runs) >= n }
	}
	d.until("a first run", rested(1))
	n := len(tr.runs)
	d.press("t")
	d.until("another run", rested(n+1))
	d.see("audit accuracy", "log loss", "data version")

	first := tr.runs[len(tr.runs)-1].ID
	d.press("end", "c")
	d.see(fmt.Sprintf("run %d suggests", first))
	d.until("the model of the first run", func() bool { return tr.state.Current == first })
	d.see(fmt.Sprintf("● %d ", first))
}

// TestJourneyRollBackIsSaidEverywhere goes back to the first run: the status line, the list and
// the evaluation all say so, and still do when the project is opened again.
func TestJourneyRollBackIsSaidEverywhere(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 60)
	d := newDriver(t, p, drive{train: quick()})
	for i := range uint64(60) {
		num := d.ready()
		d.press([]string{"1", "2", "3"}[(num-1)%8%3])
		d.saved(i + 3)
		if p.Counts().Audited >= 2 && i > 10 {
			break
		}
	}
	train := func() *trainScreen { return d.screens[1].(*trainScreen) }
	d.press("f2")
	d.until("two runs", func() bool {
		tr := train()
		return tr.state.Phase == learn.Idle && tr.live == 0 && len(tr.runs) >= 2 && tr.state.Current == tr.runs[0].ID
	})
	tr := train()
	first, newest := tr.runs[len(tr.runs)-1].ID, tr.runs[0].ID
	d.see(fmt.Sprintf("audited · run %d · saved", newest))

	suggests := func() {
		t.Helper()
		d.until("the model of the first run", func() bool { return d.state.Phase == learn.Idle && d.state.Current == first })
		d.see(fmt.Sprintf("● %d ", first), fmt.Sprintf("audited · run %d · saved", first))
		d.press("f3")
		d.see("accuracy", fmt.Sprintf("%d audited · run %d ", p.Counts().Audited, first))
		d.press("f2")
		if v := d.trainer.Current().Version(); v != first {
			t.Errorf("run %d suggests, want %d", v, first)
		}
	}
	d.press("end", "c")
	suggests()
	d.stop()

	d = newDriver(t, p, drive{train: quick()})
	d.ready()
	d.press("f2")
	d.until("the runs", func() bool { return len(train().runs) >= 2 })
	d.press("end")
	suggests()
	if runs := d.trainer.Runs(); runs[len(runs)-1].ID != newest {
		t.Errorf("opening trained run %d", runs[len(runs)-1].ID)
	}
}

// BenchmarkTrainView draws the screen after a long history, in a large window.
func BenchmarkTrainView(b *testing.B) {
	d, tr := trainPosed(b, catalog.English, termenv.TrueColor, true, 200, 50, 12)
	runs := ranOften(12)
	for i := len(runs); i < 3000; i++ {
		r := runs[i%12]
		r.ID, r.Labels = uint64(i+1), 200+5*i
		runs = append(runs, r)
	}
	tr.read(runs)
	for b.Loop() {
		_ = d.View()
	}
}
