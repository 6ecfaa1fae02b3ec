package seat

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// However many cards are taken and given back, the audits among those that
// were kept are never more than one away from their share.
func TestQuota(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		share := rapid.SampledFrom([]float64{0.05, 0.1, 0.2, 0.5}).Draw(t, "share")
		q := newQuota(rng)
		num, kept := uint64(0), 0
		for range rapid.IntRange(1, 40).Draw(t, "fetches") {
			n := rapid.IntRange(1, 6).Draw(t, "cards")
			keep := rapid.IntRange(0, n).Draw(t, "kept")
			kept += keep
			for range n {
				num++
				q.hand(num, q.due(share), rng)
			}
			for i := n; i > keep; i-- {
				q.back(num - uint64(n-i))
			}
			if off := float64(q.audits) - share*float64(kept); math.Abs(off) > 1 {
				t.Fatalf("%d audits in %d cards", q.audits, kept)
			}
		}
	})
}

// Where in its run an audit falls is uniform: a chi-square test over the ten
// places of a run, at the 0.1% level (critical value 27.88 for 9 degrees of
// freedom).
func TestQuotaPlaces(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	q := newQuota(rng)
	const runs = 2000
	var at [10]int
	for i := range 10 * runs {
		audit := q.due(0.1)
		q.hand(uint64(i), audit, rng)
		if audit {
			at[i%10]++
		}
	}
	chi := 0.0
	for _, n := range at {
		chi += math.Pow(float64(n)-runs/10, 2) / (runs / 10)
	}
	if chi > 27.88 {
		t.Errorf("places %v: chi-square %.1f", at, chi)
	}
}
