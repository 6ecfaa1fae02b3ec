package learn

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"inkling/label"
)

// oracle is a model for tests of the comparison: it knows the class of each row
// and says so with a certain skill, and its fits take time on a clock.
type oracle struct {
	Model // the rest is never called
	skill float64
	needs time.Duration // a row
	clock *time.Time
	fails error
	fits  *int
}

func (o oracle) Fit(ctx context.Context, d Data, _ FitOptions) (Model, error) {
	*o.fits++
	*o.clock = o.clock.Add(o.needs * time.Duration(len(d.Rows)))
	return o, errors.Join(o.fails, ctx.Err())
}

// Predict reads the class off the row: half of the rows are hard, and there the
// skill shows.
func (o oracle) Predict(r Row, p []float64) {
	class, hard := int(r.Index[0]%2), r.Index[0]%4 >= 2
	x := 0.9
	if hard {
		x = o.skill
	}
	p[class], p[1-class] = x, 1-x
}

// compareOracles runs a comparison of oracles to its end.
func compareOracles(t *testing.T, rows int, budget time.Duration, entrants ...func(*entry, *oracle)) (*Choice, []int) {
	t.Helper()
	return compareOraclesOn(t, []rung{{rows / 9, earlyFolds}, {rows / 3, earlyFolds}, {rows, compareFolds}}, 2, budget, entrants...)
}

// compareOraclesOn does so on these rungs, up to one of them in any case.
func compareOraclesOn(t *testing.T, rungs []rung, sure int, budget time.Duration, entrants ...func(*entry, *oracle)) (*Choice, []int) {
	t.Helper()
	rows := rungs[len(rungs)-1].rows
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := Data{Classes: 2, Features: 1 << 20}
	p := &problem{kind: label.Classes, labels: []label.Label{{Name: "a"}, {Name: "b"}}}
	for i := range rows {
		d.Rows = append(d.Rows, Row{Index: []uint32{uint32(i)}, Value: []float32{1}})
		d.Class = append(d.Class, i%2)
		p.keys = append(p.keys, mix(uint64(i)+1))
	}
	p.all = d
	c := newComparison(p, []string{NaiveBayes}, Options{Now: func() time.Time { return now }, Budget: budget}, true)
	c.trials = nil
	fits := make([]int, len(entrants))
	for k, set := range entrants {
		e, o := entry{name: string(rune('a' + k)), tells: tellsClasses}, oracle{skill: 0.6, needs: time.Millisecond, clock: &now, fits: &fits[k]}
		set(&e, &o)
		e.empty = func() Model { return o }
		c.trials = append(c.trials, &trial{entry: e, place: k, cost: e.cost(d), record: Candidate{Model: e.name}})
	}
	c.sure, c.rungs = sure, rungs
	for steps := 0; !c.done(); steps++ {
		if c.steps() < steps {
			t.Errorf("step %d of %d", steps, c.steps())
		}
		if err := c.advance(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	choice, err := c.choice(7)
	if err != nil {
		t.Fatal(err)
	}
	return choice, fits
}

func leftOf(c *Choice, name string) Candidate {
	for _, l := range c.Losses {
		if l.Model == name {
			return l
		}
	}
	return Candidate{}
}

func skilled(skill float64, light bool) func(*entry, *oracle) {
	return func(e *entry, o *oracle) { o.skill, e.light = skill, light }
}

// Of heavy candidates that would outlast the budget the best third goes on; a light one always does, and the
// best of all is chosen.
func TestHalving(t *testing.T) {
	quick := func(e *entry, o *oracle) { o.skill, e.light, o.needs = 0.3, true, time.Millisecond/10 }
	c, fits := compareOracles(t, 900, 8*time.Second, quick, skilled(0.9, false), skilled(0.5, false), skilled(0.2, false), skilled(0.4, false))
	if c.Model != "b" || c.Rungs != 3 || leftOf(c, "b").Left != Chosen {
		t.Errorf("%+v", c)
	}
	for name, want := range map[string]Candidate{"a": {Left: Worse, Rung: 3, Rows: 900}, "c": {Left: Dropped, Rung: 2, Rows: 300}, "d": {Left: Dropped, Rung: 1, Rows: 100}} {
		if got := leftOf(c, name); got.Left != want.Left || got.Rung != want.Rung || got.Rows != want.Rows {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if fits[0] != 3+3+5 || fits[1] != 3+3+5 || fits[3] != 3 {
		t.Errorf("fits %v", fits)
	}
}

// Of two that are the same the first is chosen, and the other is dearer.
func TestCheaperIsChosen(t *testing.T) {
	c, _ := compareOracles(t, 900, 0, skilled(0.7, true), skilled(0.7, false), skilled(0.3, false))
	if c.Model != "a" || leftOf(c, "b").Left != Dearer {
		t.Errorf("%+v", c)
	}
}

// Of kinds that take no time to speak of the better model is chosen, however close the other comes; a heavier
// kind must be better by more than a standard error.
func TestWinner(t *testing.T) {
	of := func(name string, cost int, loss, gap, se float64) *trial {
		return &trial{cost: cost, record: Candidate{Model: name, Rung: 1, Loss: loss, Gap: gap, GapSE: se}}
	}
	for want, trials := range map[string][]*trial{
		"better": {of("near", 0, 0.32, 0.02, 0.05), of("better", 0, 0.31, 0.01, 0.05), of("best", 2, 0.30, 0, 0)},
		"best":   {of("far", 0, 0.40, 0.10, 0.05), of("best", 2, 0.30, 0, 0), of("dearer", 3, 0.31, 0.01, 0.05)},
	} {
		c := comparison{trials: trials}
		if w := c.winner(); w.record.Model != want {
			t.Errorf("%s is chosen, not %s", w.record.Model, want)
		}
	}
}

// A candidate whose next rung would outlast the budget leaves; light ones stay.
// On 100 rows in 3 folds b takes 3 x 67 rows x 10 ms, about 2 s; its second rung
// would take 6 s more than the 4 s that there are.
func TestBudget(t *testing.T) {
	slow := func(e *entry, o *oracle) { o.skill, o.needs = 0.9, 10*time.Millisecond }
	quick := func(e *entry, o *oracle) { o.skill, e.light, o.needs = 0.3, true, time.Millisecond/10 }
	c, fits := compareOracles(t, 900, 4*time.Second, quick, slow)
	if c.Model != "a" || leftOf(c, "b").Left != NoTime || leftOf(c, "b").Rung != 1 || fits[1] != 3 || fits[0] != 11 {
		t.Errorf("%+v, fits %v", c, fits)
	}
	c, _ = compareOracles(t, 900, time.Minute, quick, slow)
	if c.Model != "b" || c.Budget != time.Minute || c.Took <= 0 || c.Took > time.Minute {
		t.Errorf("with time enough: %+v", c)
	}
}

// What the budget carries on all answers is compared on all, also what is
// clearly behind on few: it may be the best on many.
func TestNobodyLeavesWithTimeEnough(t *testing.T) {
	c, fits := compareOracles(t, 900, time.Hour, skilled(0.9, false), skilled(0.2, false), skilled(0.4, false))
	for _, l := range c.Losses {
		if l.Rows != 900 || l.Left != Chosen && l.Left != Worse {
			t.Errorf("%+v", l)
		}
	}
	if want := earlyFolds + compareFolds; fits[0] != want || fits[1] != want || fits[2] != want {
		t.Errorf("fits %v", fits)
	}
}

// Where there are more answers than the last sure rung takes, the comparison goes
// on as far as the budget carries two. By hand: a rung of n rows takes 2n ms a
// candidate in 3 folds, 4n in 5; the sure one of 3,600 rows 14.4 s.
func TestGoesOnWithTheBudget(t *testing.T) {
	for _, c := range []struct {
		name   string
		budget time.Duration
		rows   int // of the two best
		third  Candidate
	}{
		{"no time for more", 55 * time.Second, 3600, Candidate{Left: Worse, Rows: 3600}},
		{"for two", 120 * time.Second, 10800, Candidate{Left: Dropped, Rows: 3600}},
		{"for all", 150 * time.Second, 10800, Candidate{Left: Worse, Rows: 10800}},
		{"to the end", 3 * time.Hour, 32400, Candidate{Left: Worse, Rows: 32400}},
	} {
		got, _ := compareOraclesOn(t, []rung{{3600, compareFolds}, {10800, earlyFolds}, {32400, earlyFolds}}, 0, c.budget,
			skilled(0.6, true), skilled(0.6, false), skilled(0.2, true))
		third := leftOf(got, "c")
		if a, b := leftOf(got, "a"), leftOf(got, "b"); a.Rows != c.rows || b.Rows != c.rows || third.Left != c.third.Left || third.Rows != c.third.Rows || got.Labels != c.rows {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// A candidate that fails leaves, and says with what.
func TestFailedCandidate(t *testing.T) {
	broken := func(e *entry, o *oracle) { o.fails = errors.New("singular") }
	c, _ := compareOracles(t, 900, 0, broken, skilled(0.6, false))
	if got := leftOf(c, "a"); c.Model != "b" || got.Left != Failed || got.Failure != "singular" {
		t.Errorf("%+v", c)
	}
}

// The standard error is that of the differences row by row, by hand: 1, 3, 2
// against 0, 1, 3 is 1, 2, -1 apart, 2/3 on average, and their variance is 7/3.
// Errors too large for their squares make no candidate the best, and are named
// where no other is left.
func TestErrorsBeyondNumbers(t *testing.T) {
	for _, c := range []struct {
		target float64
		want   string
	}{{3, ""}, {1e200, "none could be fitted: its errors are too large"}} {
		d := Data{Features: 2}
		p := &problem{kind: label.Number}
		for i := range 40 {
			d.Rows = append(d.Rows, Row{Index: []uint32{uint32(i % 2)}, Value: []float32{1}})
			d.Target = append(d.Target, c.target*float64(i%2))
			p.keys = append(p.keys, mix(uint64(i)+1))
		}
		p.all = d
		cmp := newComparison(p, []string{RidgeRegression, LinearRegression}, Options{Now: time.Now}, false)
		for !cmp.done() {
			if err := cmp.advance(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := cmp.choice(1); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("numbers of %v: %v, want %q", c.target, err, c.want)
		}
	}
}

func TestPaired(t *testing.T) {
	gap, se := paired([]float64{0, 1, 3}, []float64{1, 3, 2})
	if math.Abs(gap-2.0/3) > 1e-12 || math.Abs(se-math.Sqrt(7.0/9)) > 1e-12 {
		t.Errorf("%v ± %v", gap, se)
	}
}

// A comparison that is given up goes on where it was.
func TestComparisonGivenUp(t *testing.T) {
	d := conforming(60, 3, 30, 3)
	p := &problem{kind: label.Classes, labels: make([]label.Label, 3), all: d}
	for i := range d.Rows {
		p.keys = append(p.keys, mix(uint64(i)))
	}
	run := func(giveUp bool) *Choice {
		now := time.Unix(0, 0)
		c := newComparison(p, []string{NaiveBayes, Softmax}, Options{Now: func() time.Time { return now }}, false)
		for !c.done() {
			if giveUp {
				ctx, cancel := context.WithCancel(context.Background())
				cancel()
				if err := c.advance(ctx); !errors.Is(err, context.Canceled) {
					t.Fatalf("given up: %v", err)
				}
			}
			if err := c.advance(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		out, err := c.choice(1)
		if err != nil || c.found == nil {
			t.Fatalf("%v, %v", c.found, err)
		}
		return out
	}
	if a, b := run(false).String(), run(true).String(); a != b {
		t.Errorf("%s, and given up on the way %s", a, b)
	}
}
