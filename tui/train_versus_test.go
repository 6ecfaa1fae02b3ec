package tui

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"inkling/learn"
	"inkling/learn/metric"
	"inkling/tui/catalog"
)

// chosen is a choice among candidates that left for every reason.
func chosen() *learn.Choice {
	return &learn.Choice{Model: "softmax regression", Folds: 5, Labels: 173, Run: 12, Took: 2300 * time.Millisecond, Budget: 5 * time.Second, Metric: "log loss",
		Losses: []learn.Candidate{
			{Model: "stack", Loss: 0.301, SE: 0.02, Rows: 173, Seconds: 1.1, Left: learn.Dearer},
			{Model: "softmax regression", Loss: 0.309, SE: 0.021, Gap: 0.008, GapSE: 0.01, Rows: 173, Seconds: 0.2},
			{Model: "naive bayes", Loss: 0.401, SE: 0.03, Gap: 0.1, GapSE: 0.02, Rows: 173, Seconds: 0.004, Left: learn.Worse},
			{Model: "random forest", Loss: 0.622, SE: 0.05, Gap: 0.2, GapSE: 0.04, Rows: 43, Seconds: 0.4, Left: learn.Dropped},
			{Model: "neural network", Loss: 0.7, Rows: 43, Seconds: 0.9, Left: learn.NoTime},
			{Model: "elastic net\x1b[2J", Left: learn.Failed, Failure: "no convergence"}}}
}

// matchedOn is a comparison in which a is better than b.
func matchedOn(n int) *matched {
	truth, a, b := make([]int, n), make([]int, n), make([]int, n)
	pa, pb := make([][]float64, n), make([][]float64, n)
	for i := range n {
		truth[i] = i % 2
		a[i], b[i] = truth[i], truth[i]
		if i%11 == 0 {
			a[i] = 1 - a[i]
		}
		if i%3 == 0 {
			b[i] = 1 - b[i]
		}
		pa[i], pb[i] = []float64{0.1, 0.1}, []float64{0.2, 0.2}
		pa[i][a[i]], pb[i][b[i]] = 0.9, 0.8
	}
	return &matched{versus: metric.Compare(2, truth, a, b, pa, pb, rand.New(rand.NewPCG(1, 2)))}
}

func TestTrainLooksGolden(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		l    catalog.Language
		w, h int
	}{{"", catalog.English, 80, 24}, {"zh-", catalog.Chinese, 80, 24}, {"", catalog.English, 120, 40}, {"", catalog.English, 40, 12}} {
		d, tr := trainPosed(t, c.l, termenv.Ascii, true, c.w, c.h, 12)
		tr.runs[0].Choice = chosen()
		tr.look = choiceLook
		golden(t, fmt.Sprintf("train-choice-%s%dx%d", c.name, c.w, c.h), d.View())
		tr.look = versusLook
		tr.match = match{done: pairing{a: 12, b: 11}, found: matchedOn(99)}
		golden(t, fmt.Sprintf("train-versus-%s%dx%d", c.name, c.w, c.h), d.View())
	}
}

// TestTrainLooksFit: the two views are no larger than their window, and what
// records hold acts on no terminal.
func TestTrainLooksFit(t *testing.T) {
	t.Parallel()
	for _, found := range []match{{}, {err: errors.New("model 3\x1b[2J is gone")}, {found: &matched{}}, {found: matchedOn(60)}} {
		_, tr := trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 12)
		tr.runs[0].Choice = chosen()
		tr.runs[11].Origin = "a\x1b]0;owned\x07.model"
		found.done = pairing{a: 12, b: 11}
		tr.match = found
		for _, width := range []int{18, 20, 38, 55, 78, 118, 198} {
			for _, height := range []int{1, 2, 3, 4, 5, 6, 8, 10, 13, 18, 22, 36} {
				for _, tr.look = range []look{choiceLook, versusLook} {
					view := tr.view(width, height)
					lines := strings.Split(view, "\n")
					if len(lines) > max(height, 1) {
						t.Fatalf("look %d has %d lines in %dx%d:\n%s", tr.look, len(lines), width, height, view)
					}
					for _, l := range lines {
						if ansi.StringWidth(l) > width {
							t.Fatalf("look %d is too wide for %dx%d: %q", tr.look, width, height, l)
						}
					}
					if strings.ContainsAny(view, "\x1b\x07") {
						t.Fatalf("look %d lets a control through: %q", tr.look, view)
					}
				}
			}
		}
	}
}

// TestTrainPair: a run is compared with the one that was marked, else with the
// current one, else with where it comes from.
func TestTrainPair(t *testing.T) {
	t.Parallel()
	_, tr := trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 5)
	pair := func(want pairing) {
		t.Helper()
		want.events = tr.events
		if p, ok := tr.pair(); !ok || p != want {
			t.Errorf("got %+v, want %+v", p, want)
		}
	}
	pair(pairing{a: 5, b: 4}) // its parent
	tr.at = 2
	pair(pairing{a: 3, b: 5}) // the current one
	tr.marked = 1
	pair(pairing{a: 3, b: 1})
	tr.at = 4
	pair(pairing{a: 1, b: 5}) // not with itself
	_, one := trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 1)
	if p, ok := one.pair(); ok {
		t.Errorf("a single run is compared: %+v", p)
	}
}

func TestLineageLine(t *testing.T) {
	t.Parallel()
	_, tr := trainPosed(t, catalog.English, termenv.Ascii, true, 80, 24, 30)
	if got := tr.lineage(tr.runs[27], 70); got != "3 ← 2 ← 1 (fresh)" {
		t.Error(got)
	}
	if got := tr.lineage(tr.runs[0], 70); got != "30 ← 29 ← 28 ← 27 ← 26 ← … ← 5 ← 4 ← 3 ← 2 ← 1 (fresh)" {
		t.Error(got)
	}
	tr.runs[29].Origin = "a.model"
	tr.runs[20].Parent = 77 // a record that cannot be
	if got := tr.lineage(tr.runs[28], 70); got != "2 ← 1 (imported from a.model)" {
		t.Error(got)
	}
	if got := tr.lineage(tr.runs[20], 70); got != "10 (fresh)" {
		t.Error(got)
	}
}

// TestJourneyVersus trains twice and compares the two runs, by the audits that
// there are.
func TestJourneyVersus(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 60)
	d := newDriver(t, p, drive{train: quick()})
	for i := range uint64(40) {
		num := d.ready()
		d.press([]string{"1", "2", "3"}[(num-1)%8%3])
		d.saved(i + 3)
	}
	d.press("f2", "T")
	tr := d.screens[1].(*trainScreen)
	d.until("two runs", func() bool { return len(tr.runs) > 1 })
	d.press("w", "w")
	d.see("lineage")
	d.press("w")
	d.see("against run", "difference")
	audited := p.Counts().Audited
	d.see(fmt.Sprintf("on %d audited answers", audited))
	d.press("down", "o", "up")
	d.see("against run")
	d.press("left", "left", "left")
	if tr.look != curvesLook {
		t.Errorf("three steps back lead to look %d", tr.look)
	}
}
