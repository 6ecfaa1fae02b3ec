package metric

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func TestWilsonPublished(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{
		// Newcombe, "Two-sided confidence intervals for the single proportion",
		// Statistics in Medicine 17 (1998), table I, method 3.
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0.0000, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		got := Wilson(c.k, c.n, Level95)
		if math.Abs(got.Low()-c.low) > 0.00005 || math.Abs(got.High()-c.high) > 0.00005 {
			t.Errorf("%d of %d: %.4f, published %v to %v", c.k, c.n, got, c.low, c.high)
		}
	}
}

func TestWilsonEnds(t *testing.T) {
	z := distuv.UnitNormal.Quantile(0.975)
	for _, n := range []int{1, 5, 38, 1000} {
		none, all := Wilson(0, n, Level95), Wilson(n, n, Level95)
		// With nothing seen the equation is linear: high = z²/(n+z²).
		if want := z * z / (float64(n) + z*z); none[0] != 0 || math.Abs(none[1]-want) > 1e-12 {
			t.Errorf("0 of %d: %v, want 0 to %v", n, none, want)
		}
		if all[1] != 1 || math.Abs(all[0]-(1-none[1])) > 1e-12 {
			t.Errorf("%d of %d: %v is not the mirror of %v", n, n, all, none)
		}
	}
	if got := Wilson(0, 0, Level95); got != (Interval{0, 1}) {
		t.Errorf("0 of 0: %v", got)
	}
}

func TestWilsonSolvesItsEquation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		level := rapid.Float64Range(0.5, 0.999).Draw(t, "level")
		v := Wilson(k, n, level)
		share := float64(k) / float64(n)
		if v[0] < 0 || v[1] > 1 || !v.Contains(share) {
			t.Fatalf("%d of %d: %v", k, n, v)
		}
		// An end is a true share from which k is just z standard errors away,
		// those of that true share.
		z := distuv.UnitNormal.Quantile((1 + level) / 2)
		for _, end := range v {
			far := (share - end) * (share - end)
			if limit := z * z * end * (1 - end) / float64(n); math.Abs(far-limit) > 1e-12 {
				t.Fatalf("%d of %d: end %v is %v away, want %v", k, n, end, far, limit)
			}
		}
	})
}

// coverage is the exact probability that the interval holds the true share.
func coverage(n int, share float64, interval func(k int) Interval) float64 {
	b := distuv.Binomial{N: float64(n), P: share}
	sum := 0.0
	for k := range n + 1 {
		if interval(k).Contains(share) {
			sum += b.Prob(float64(k))
		}
	}
	return sum
}

// Brown, Cai and DasGupta, "Interval estimation for a binomial proportion"
// (2001), find the score interval's coverage close to its level on average, and
// that of share ± z·sd far below.
func TestWilsonCoverage(t *testing.T) {
	const n = 50
	wald := func(k int) Interval {
		p := float64(k) / n
		half := distuv.UnitNormal.Quantile(0.975) * math.Sqrt(p*(1-p)/n)
		return Interval{p - half, p + half}
	}
	mean, meanWald, steps := 0.0, 0.0, 0
	for share := 0.0025; share < 1; share += 0.005 {
		mean += coverage(n, share, func(k int) Interval { return Wilson(k, n, Level95) })
		meanWald += coverage(n, share, wald)
		steps++
	}
	mean /= float64(steps)
	meanWald /= float64(steps)
	if math.Abs(mean-0.95) > 0.01 {
		t.Errorf("mean coverage %.4f", mean)
	}
	if meanWald > 0.92 {
		t.Errorf("the check does not bite: share ± z·sd covers %.4f", meanWald)
	}
}

// The percentile interval of a mean of 60 normal values holds the true mean
// nearly as often as it says: its width lacks the factor sqrt(60/59) and the
// difference of Student's t to the normal, which costs about one per cent.
func TestBootstrapCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const sets, n = 500, 60
	for _, c := range []struct {
		level     float64
		low, high float64 // 0.01 below the level, give or take three standard errors of 500 trials
	}{
		{0.95, 0.91, 0.97},
		{0.5, 0.42, 0.56},
	} {
		held := 0
		x := make([]float64, n)
		for range sets {
			for i := range x {
				x[i] = 5 + 2*rng.NormFloat64()
			}
			v := Bootstrap(rng, n, 200, c.level, func(rows []int) float64 {
				sum := 0.0
				for _, r := range rows {
					sum += x[r]
				}
				return sum / n
			})
			if v.Contains(5) {
				held++
			}
		}
		if got := float64(held) / sets; got < c.low || got > c.high {
			t.Errorf("level %v: coverage %v", c.level, got)
		}
	}
}

// For a share the bootstrap's distribution is known: binomial with the share
// seen.
func TestBootstrapOfAShare(t *testing.T) {
	const n, seen = 200, 150
	v := Bootstrap(rand.New(rand.NewPCG(3, 4)), n, 4000, Level95, func(rows []int) float64 {
		k := 0
		for _, r := range rows {
			if r < seen {
				k++
			}
		}
		return float64(k) / n
	})
	b := distuv.Binomial{N: n, P: float64(seen) / n}
	for i, tail := range []float64{0.025, 0.975} {
		// Two steps of 1/n for the draw of 4,000.
		if low, high := b.CDF(v[i]*n-2), b.CDF(v[i]*n+2); low > tail || high < tail {
			t.Errorf("end %v lies between the quantiles %v and %v, want %v", v[i], low, high, tail)
		}
	}
}

func TestBootstrapAtTheEdges(t *testing.T) {
	seeded := func() *rand.Rand { return rand.New(rand.NewPCG(5, 6)) }
	first := func(rows []int) float64 { return float64(rows[0]) }
	if a, b := Bootstrap(seeded(), 1000, 50, 0.9, first), Bootstrap(seeded(), 1000, 50, 0.9, first); a != b {
		t.Errorf("the same seed gives %v and %v", a, b)
	}
	isNaN := func(v Interval) bool { return math.IsNaN(v[0]) && math.IsNaN(v[1]) }
	if v := Bootstrap(seeded(), 0, 50, Level95, first); !isNaN(v) {
		t.Errorf("no items: %v", v)
	}
	if v := Bootstrap(seeded(), 5, 50, Level95, func([]int) float64 { return math.NaN() }); !isNaN(v) {
		t.Errorf("always NaN: %v", v)
	}
	// Undefined on a third of the resamples; what remains is 1 or 2.
	v := Bootstrap(seeded(), 3, 300, Level95, func(rows []int) float64 {
		if rows[0] == 0 {
			return math.NaN()
		}
		return float64(rows[0])
	})
	if v != (Interval{1, 2}) {
		t.Errorf("sometimes NaN: %v", v)
	}
}

func TestIntervalEnds(t *testing.T) {
	v := Interval{0.25, 0.75}
	if v.Low() != 0.25 || v.High() != 0.75 || v.Half() != 0.25 || !v.Contains(0.25) || !v.Contains(0.75) || v.Contains(0.76) || v.Contains(0.24) {
		t.Errorf("%v: low %v, high %v, half %v", v, v.Low(), v.High(), v.Half())
	}
}

func TestResampleDrawsEveryRowAlike(t *testing.T) {
	const n, resamples = 10, 4000
	count := make([]float64, n)
	resample(rand.New(rand.NewPCG(7, 8)), n, resamples, func(rows []int) float64 {
		for _, r := range rows {
			count[r]++
		}
		return 0
	})
	expected := make([]float64, n)
	for i := range expected {
		expected[i] = resamples
	}
	if p := (distuv.ChiSquared{K: n - 1}).Survival(stat.ChiSquare(count, expected)); p < 0.001 {
		t.Errorf("rows were drawn %v times, p = %v", count, p)
	}
}
