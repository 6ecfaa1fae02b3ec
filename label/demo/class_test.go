package demo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestHalvings(t *testing.T) {
	for x := range 300 {
		want := math.Exp2(-float64(x)/16) * scale
		if got := float64(halvings(x)); math.Abs(got-want) > 1.01 {
			t.Errorf("halvings(%d) = %v, want %v", x, got, want)
		}
	}
}

func anyBorrower(t *rapid.T) borrower {
	var b borrower
	for f := range facets {
		b.told[f] = rapid.IntRange(unremarkable, levels-1).Draw(t, "level")
	}
	return b
}

func TestPosteriorSumsToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := anyBorrower(t)
		sum := 0
		for _, v := range b.posterior() {
			if v < 0 {
				t.Fatalf("posterior %v of %v", b.posterior(), b.told)
			}
			sum += v
		}
		if sum != scale {
			t.Fatalf("posterior %v of %v sums to %d", b.posterior(), b.told, sum)
		}
	})
}

// Told alone, the worst news of a facet makes a default likelier than the best news does, and repayment less likely.
func TestWorstNewsAgainstBest(t *testing.T) {
	for f := range facets {
		var b borrower
		for g := range facets {
			b.told[g] = unremarkable
		}
		b.told[f] = 0
		good := b.posterior()
		b.told[f] = 3
		if bad := b.posterior(); bad[repay] >= good[repay] || bad[deflt] <= good[deflt] {
			t.Errorf("facet %d: posterior at best %v, at worst %v", f, good, bad)
		}
	}
}

// A perfect reader, who sees the told latents, is right as often as the posterior says, overall and within bins; that
// is the ceiling of any model of the memos.
func TestPosteriorCalibrated(t *testing.T) {
	var d dice
	var b borrower
	var sum, hit, n [10]int
	const rows = 30000
	for i := range uint64(rows) {
		d.reseed(21, i)
		b.draw(&d)
		p := b.posterior()
		guess := p.likeliest()
		bin := min(p[guess]*10/scale, 9)
		n[bin]++
		sum[bin] += p[guess]
		if p.draw(&d) == guess {
			hit[bin]++
		}
	}
	right := 0
	for bin := range n {
		right += hit[bin]
		if n[bin] < 300 {
			continue
		}
		want := float64(sum[bin]) / float64(n[bin]) / scale
		got := float64(hit[bin]) / float64(n[bin])
		if math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/float64(n[bin])) {
			t.Errorf("posterior %.3f, but right in %.3f of %d", want, got, n[bin])
		}
	}
	if ceiling := float64(right) / rows; ceiling < 0.91 || ceiling > 0.95 {
		t.Errorf("a perfect reader reaches %.3f, want 0.91 to 0.95", ceiling)
	}
}

func TestDice(t *testing.T) {
	var d dice
	d.reseed(1, 1)
	const n = 100000
	var sum, square float64
	var hist [7]int
	for range n {
		x := float64(d.normal())
		sum += x
		square += x * x
		hist[d.below(len(hist))]++
	}
	mean := sum / n
	if sd := math.Sqrt(square/n - mean*mean); math.Abs(mean) > 15 || math.Abs(sd-1000) > 15 {
		t.Errorf("normal has mean %.1f and standard deviation %.1f, want 0 and 1000", mean, sd)
	}
	for v, k := range hist {
		if math.Abs(float64(k)-n/7.0) > 450 { // 4 standard deviations
			t.Errorf("below(7) gave %d in %d of %d throws", v, k, n)
		}
	}
}
