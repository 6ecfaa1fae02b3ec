package anchor

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"inkling/label"
)

// said is one decision about an item that had a suggestion.
func said(num, event uint64, who string, suggested, answered int, withheld bool) label.Standing {
	d := label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(answered), Took: time.Second}
	s := &label.Shown{Answer: label.ClassAnswer(suggested)}
	if withheld {
		d.Withheld = s
	} else {
		d.Shown, d.Action = s, label.Corrected
		if suggested == answered {
			d.Action = label.Accepted
		}
	}
	return label.Standing{Item: num, Event: event, Annotator: who, Decision: d}
}

// table draws answers of a person who is right with probability right, and who
// follows a suggestion that is in sight, whatever it says, with probability drawn.
// The model is right with a probability that grows, and so does the share that is
// withheld.
func table(rng *rand.Rand, n int, right, drawn, from, to float64) *Table {
	t := &Table{}
	for i := range n {
		at := float64(i) / float64(n)
		truth := rng.IntN(4)
		err := func(p float64) int {
			if rng.Float64() < p {
				return truth
			}
			return rng.IntN(4)
		}
		suggested, answered, withheld := err(0.5+0.4*at), err(right), rng.Float64() < from+(to-from)*at
		if !withheld && rng.Float64() < drawn {
			answered = suggested
		}
		t.Take(uint64(i+1), []label.Standing{said(uint64(i+1), uint64(i+10), "ana", suggested, answered, withheld)})
	}
	return t
}

// TestCoverage holds the interval to its level where nobody is anchored, also
// where the model gets better while the withheld share is raised, and to finding
// who is.
func TestCoverage(t *testing.T) {
	for _, c := range []struct {
		name           string
		n              int
		drawn          float64
		from, to       float64
		covers, showed [2]float64 // bounds of the shares of draws
	}{
		{"none, 5%", 600, 0, 0.05, 0.05, [2]float64{0.93, 0.985}, [2]float64{0, 0.04}},
		{"none, 20%", 600, 0, 0.2, 0.2, [2]float64{0.93, 0.98}, [2]float64{0, 0.04}},
		{"none, raised on the way", 1200, 0, 0.05, 0.5, [2]float64{0.93, 0.98}, [2]float64{0, 0.04}},
		{"a third follows, 20%", 800, 0.33, 0.2, 0.2, [2]float64{0, 0.2}, [2]float64{0.8, 1}},
		{"half follows, 5%", 1200, 0.5, 0.05, 0.05, [2]float64{0, 0.35}, [2]float64{0.65, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			const draws = 300
			covered, showed := 0, 0
			for range draws {
				r := table(rng, c.n, 0.8, c.drawn, c.from, c.to).Report(4)
				if r.All.Low <= 0 && r.All.High >= 0 {
					covered++
				}
				if r.People[0].Shows() {
					showed++
				}
			}
			for name, x := range map[string]struct {
				n  int
				in [2]float64
			}{"covers 0": {covered, c.covers}, "shows": {showed, c.showed}} {
				if got := float64(x.n) / draws; got < x.in[0] || got > x.in[1] {
					t.Errorf("%s in %.3f of the draws, not in %v", name, got, x.in)
				}
			}
		})
	}
}

// TestNewcombe compares the interval of one block with those that Newcombe prints
// for his method 10 (Statistics in Medicine 17, 1998, table II).
func TestNewcombe(t *testing.T) {
	for _, c := range []struct {
		a, m, b, n int
		low, high  float64
	}{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{10, 10, 0, 10, 0.6075, 1},
		{10, 10, 0, 20, 0.6791, 1},
	} {
		var all []record
		add := func(k, n int, withheld bool) {
			for i := range n {
				r := record{withheld: withheld, suggested: 1}
				if i < k {
					r.answered = 1
				}
				all = append(all, r)
			}
		}
		add(c.a, c.m, false)
		add(c.b, c.n, true)
		got := compare([][]record{all}, 2)
		if math.Abs(got.Low-c.low) > 5e-5 || math.Abs(got.High-c.high) > 5e-5 {
			t.Errorf("%d/%d and %d/%d: %.4f to %.4f, not %.4f to %.4f", c.a, c.m, c.b, c.n, got.Low, got.High, c.low, c.high)
		}
	}
}

// TestHomogeneity compares p with chi2_contingency of scipy, without Yates'
// correction, and the permutations with the exact test of Fisher.
func TestHomogeneity(t *testing.T) {
	for _, c := range []struct {
		a, b []int
		want float64
		near float64
	}{
		{[]int{30, 50, 20}, []int{25, 20, 15}, 0.1168124, 1e-6},
		{[]int{90, 10}, []int{70, 30}, 0.0004069520, 1e-9},
		{[]int{8, 2}, []int{1, 5}, 0.0349650, 0.01}, // Fisher's exact test
		{[]int{5, 0}, []int{7, 0}, 1, 0},
	} {
		if got := homogeneity(c.a, c.b); math.Abs(got-c.want) > c.near {
			t.Errorf("%v and %v: %.6f, not %.6f", c.a, c.b, got, c.want)
		}
	}
}

// TestTake counts what is an answer to a suggestion, once, and forgets what was
// undone.
func TestTake(t *testing.T) {
	shown, hidden := said(1, 5, "ana", 1, 1, false), said(1, 6, "ben", 1, 0, true)
	var many, settled, audited, skipped = shown, shown, hidden, hidden
	many.Decision.Took = 0
	settled.Decision.Settles = true
	audited.Decision.Audit = true
	skipped.Decision.Action = label.Skipped
	plain := label.Standing{Item: 1, Event: 9, Annotator: "ana", Decision: label.Decision{Action: label.Answered, Took: time.Second}}
	for _, c := range []struct {
		name            string
		all             []label.Standing
		shown, withheld int
	}{
		{"both", []label.Standing{shown, hidden}, 1, 1},
		{"again", []label.Standing{hidden, shown}, 1, 1},
		{"many at once, settled", []label.Standing{many, settled, hidden}, 0, 1},
		{"audited, skipped, without a suggestion", []label.Standing{audited, skipped, plain}, 0, 0},
		{"undone", nil, 0, 0},
	} {
		tab := &Table{}
		tab.Take(1, []label.Standing{shown, hidden})
		tab.Take(1, c.all)
		if r := tab.Report(2); r.All.Shown.N != c.shown || r.All.Withheld.N != c.withheld || r.Withheld() != c.withheld {
			t.Errorf("%s: %+v", c.name, r.All)
		}
	}
	var none *Report
	if _, ok := none.Of("ana"); ok || none.Withheld() != 0 {
		t.Error("something of nothing")
	}
}

// TestShare raises the share only where anchoring shows, and within its bounds.
func TestShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.Float64Range(0, 0.5).Draw(t, "base")
		c := Comparison{Withheld: Side{N: rapid.IntRange(0, 100).Draw(t, "withheld")}, Low: rapid.Float64Range(-1, 1).Draw(t, "low")}
		got := c.Share(base)
		switch {
		case got < base || got > 0.5, base == 0 && got != 0, !c.Shows() && got != base, c.Shows() && base > 0 && got < 0.2:
			t.Fatalf("%v of %v", got, base)
		}
	})
}

// TestReportIsTheSame whatever the order in which items are taken in, and has every
// answer on one side.
func TestReportIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "n")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		all := make([]label.Standing, n)
		for i := range all {
			who := []string{"ana", "ben"}[rng.IntN(2)]
			all[i] = said(uint64(i+1), uint64(i+1), who, rng.IntN(3), rng.IntN(3), rng.IntN(4) == 0)
		}
		reports := [2]*Report{}
		for k := range reports {
			tab := &Table{}
			for _, i := range rng.Perm(n) {
				tab.Take(all[i].Item, all[i:i+1])
			}
			reports[k] = tab.Report(3)
		}
		a, b := reports[0].All, reports[1].All
		if a.Shown.N+a.Withheld.N != n || len(reports[0].People) != len(reports[1].People) {
			t.Fatalf("%+v", a)
		}
		same := func(x, y float64) bool { return x == y || x != x && y != y }
		if !same(a.Difference, b.Difference) || !same(a.Low, b.Low) || !same(a.High, b.High) || !same(a.P, b.P) {
			t.Fatalf("%+v\n%+v", a, b)
		}
		if a.Defined() && !math.IsNaN(a.Difference) && !(a.Low <= a.Difference && a.Difference <= a.High) {
			t.Fatalf("%+v", a)
		}
	})
}
