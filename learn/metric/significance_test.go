package metric

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestMcNemarByHand(t *testing.T) {
	for _, c := range []struct {
		onlyA, onlyB int
		p, mid       float64
	}{
		{0, 0, 1, 1},
		{1, 5, 2 * (1.0 + 6) / 64, 2*(1.0+6)/64 - 6.0/64}, // two tails of (6 over 0) + (6 over 1) in 2^6
		{5, 1, 2 * (1.0 + 6) / 64, 2*(1.0+6)/64 - 6.0/64},
		{10, 0, 2.0 / 1024, 1.0 / 1024},
		{5, 5, 1, 1},             // the tails overlap
		{4, 5, 1, 1 - 126.0/512}, // 9 over 4 is 126; the tails meet
		{12, 12, 1, 1},
	} {
		got := McNemar(c.onlyA, c.onlyB)
		near(t, "p", got.P, c.p)
		near(t, "mid-p", got.MidP, c.mid)
		if got.Fewer != min(c.onlyA, c.onlyB) {
			t.Errorf("%d and %d: the smaller is %d", c.onlyA, c.onlyB, got.Fewer)
		}
	}
}

// Where both runs are alike the test must not cry wolf more often than it
// says: never the exact one, and the other hardly. The probability of that is a
// sum over the binomial distribution.
func TestMcNemarSize(t *testing.T) {
	for _, alpha := range []float64{0.01, 0.05, 0.2} {
		for n := 1; n <= 120; n++ {
			b := distuv.Binomial{N: float64(n), P: 0.5}
			size, mid := 0.0, 0.0
			for k := range n + 1 {
				got := McNemar(k, n-k)
				if got.P <= alpha {
					size += b.Prob(float64(k))
				}
				if got.MidP <= alpha {
					mid += b.Prob(float64(k))
				}
			}
			if size > alpha+1e-12 || mid < size {
				t.Errorf("%d disagreements: %.4f of the tests reach %v, by mid-p %.4f", n, size, alpha, mid)
			}
			if n > 40 && (mid > 1.4*alpha || mid < 0.5*alpha) {
				t.Errorf("%d disagreements: %.4f of the tests reach %v by mid-p", n, mid, alpha)
			}
		}
	}
}

func TestDiscordant(t *testing.T) {
	truth := []int{0, 1, 2, 0, 1, 2}
	a := []int{0, 1, 0, 1, 1, 0} // right, right, wrong, wrong, right, wrong
	b := []int{0, 0, 2, 2, 0, 1} // right, wrong, right, wrong, wrong, wrong
	if onlyA, onlyB := Discordant(truth, a, b); onlyA != 2 || onlyB != 1 {
		t.Errorf("only a %d, only b %d, want 2 and 1", onlyA, onlyB)
	}
}

// share returns a statistic: the share of rows that are true.
func share(right []bool) func(rows []int) float64 {
	return func(rows []int) float64 {
		k := 0
		for _, r := range rows {
			if right[r] {
				k++
			}
		}
		return float64(k) / float64(len(rows))
	}
}

// runs draws which of n items two runs get right: usually both the same.
func runs(rng *rand.Rand, n int, onlyA, onlyB float64) (a, b []bool) {
	a, b = make([]bool, n), make([]bool, n)
	for i := range n {
		both := rng.Float64() < 0.8
		a[i], b[i] = both, both
		switch u := rng.Float64(); {
		case u < onlyA:
			a[i], b[i] = true, false
		case u < onlyA+onlyB:
			a[i], b[i] = false, true
		}
	}
	return a, b
}

// Where both runs are equally good, P is spread evenly: a share of about alpha
// lies below alpha. Where one is better, most P are small.
func TestPairedBootstrapDistribution(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	const trials, n, resamples = 300, 150, 150
	share := func(onlyA, onlyB, alpha float64) (below, held float64) {
		for range trials {
			a, b := runs(rng, n, onlyA, onlyB)
			c := PairedBootstrap(rng, n, resamples, Level95, share(a), share(b))
			if float64(c.P) <= alpha {
				below += 1.0 / trials
			}
			if c.Interval.Contains(onlyA - onlyB) {
				held += 1.0 / trials
			}
		}
		return below, held
	}
	// Three standard errors of 300 trials: 0.05 at 0.1 and 0.09 at 0.5.
	if below, held := share(0.1, 0.1, 0.1); below < 0.05 || below > 0.15 || held < 0.90 {
		t.Errorf("alike: P at most 0.1 in %.3f, interval right in %.3f", below, held)
	}
	if below, _ := share(0.1, 0.1, 0.5); below < 0.41 || below > 0.6 {
		t.Errorf("alike: P at most 0.5 in %.3f", below)
	}
	// 0.15 apart with standard error sqrt(0.25-0.15²)/sqrt(150) = 0.039: nearly
	// four of them.
	if below, held := share(0.05, 0.2, 0.05); below < 0.9 || held < 0.90 {
		t.Errorf("different: P at most 0.05 in %.3f, interval right in %.3f", below, held)
	}
}

func TestPairedBootstrapAtTheEdges(t *testing.T) {
	seeded := func() *rand.Rand { return rand.New(rand.NewPCG(11, 12)) }
	right := []bool{true, false, true, true}
	a := share(right)
	if c := PairedBootstrap(seeded(), 4, 100, Level95, a, a); c.P != 1 || c.Difference != 0 || c.Interval != (Interval{}) || c.A != 0.75 {
		t.Errorf("a run against itself: %+v", c)
	}
	nan := func([]int) float64 { return math.NaN() }
	if c := PairedBootstrap(seeded(), 4, 100, Level95, a, nan); c.P.Known() || !math.IsNaN(c.Interval[0]) {
		t.Errorf("against NaN: %+v", c)
	}
	b := share([]bool{true, true, true, true})
	x, y := PairedBootstrap(seeded(), 4, 100, Level95, a, b), PairedBootstrap(seeded(), 4, 100, Level95, b, a)
	if x.Difference != -0.25 || y.Difference != 0.25 || x.P != y.P {
		t.Errorf("the other way round: %+v and %+v", x, y)
	}
	if x != PairedBootstrap(seeded(), 4, 100, Level95, a, b) {
		t.Error("the same seed gives another result")
	}
	// Nothing strays from a difference that every resample shows, and P is still
	// not 0.
	never, always := share(make([]bool, 4)), b
	near(t, "p of all against nothing", float64(PairedBootstrap(seeded(), 4, 100, Level95, never, always).P), 1.0/101)
}

// Where a single row differs, the difference on a resample is how often that
// row is in it, which is binomial with mean 1, over n: as far off as the
// observed 1/n, or farther, unless it is in it exactly once. Without care for
// rounding, 5 rows would give 0.39 instead of 0.59.
func TestPairedBootstrapOfOneRow(t *testing.T) {
	for _, n := range []int{4, 5, 9, 25} {
		a, b := make([]bool, n), make([]bool, n)
		for i := range n {
			a[i], b[i] = i%3 > 0, i%3 > 0 || i == 0
		}
		c := PairedBootstrap(rand.New(rand.NewPCG(13, 14)), n, 10000, Level95, share(a), share(b))
		once := distuv.Binomial{N: float64(n), P: 1 / float64(n)}.Prob(1)
		if math.Abs(float64(c.P)-(1-once)) > 0.02 { // four standard errors of 10,000 resamples
			t.Errorf("%d rows: p = %v, want %v", n, c.P, 1-once)
		}
	}
}
