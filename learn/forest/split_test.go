package forest

import (
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"inkling/learn/feature"
)

// bestParting tries every parting of the rows that one split can make: every
// cut of a number with the missing values on either side, every subset of the
// categories. It returns the largest sum over sides and answers of sum²/weight.
func bestParting(b *binned, weight []float64, answers [][]float64) float64 {
	best := math.Inf(-1)
	try := func(left func(i int) bool) {
		var w [2]float64
		s := [2][]float64{make([]float64, len(answers[0])), make([]float64, len(answers[0]))}
		for i, a := range answers {
			side := 0
			if !left(i) {
				side = 1
			}
			w[side] += weight[i]
			for c, x := range a {
				s[side][c] += weight[i] * x
			}
		}
		if w[0] == 0 || w[1] == 0 {
			return
		}
		sum := 0.0
		for side := range s {
			for _, x := range s[side] {
				sum += x * x / w[side]
			}
		}
		best = max(best, sum)
	}
	for c, col := range b.col {
		if b.list[c].category {
			var codes []uint8
			seen := map[uint8]int{}
			for _, x := range col {
				if _, ok := seen[x]; !ok {
					seen[x] = len(codes)
					codes = append(codes, x)
				}
			}
			for s := range uint(1) << len(codes) {
				try(func(i int) bool { return s>>seen[col[i]]&1 != 0 })
			}
			continue
		}
		for cut := range 256 {
			try(func(i int) bool { return col[i] != missing && int(col[i]) <= cut })
			try(func(i int) bool { return col[i] == missing || int(col[i]) <= cut })
		}
	}
	return best
}

// TestBestSplit compares the split of each criterion, on few rows, with all there are.
func TestBestSplit(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		n := 4 + rng.IntN(20)
		for name, d := range map[string]feature.Data{"two": tabular(n, 2, seed), "three, one category order": tabular(n, 3, seed), "labels": asSets(tabular(n, 2, seed)), "numbers": asNumbers(tabular(n, 3, seed))} {
			d.Weight = make([]float64, n)
			for i := range d.Weight {
				d.Weight[i] = float64(1 + rng.IntN(3))
			}
			if name == "three, one category order" || name == "labels" {
				// With more than two sums the order of categories is a heuristic: numbers only.
				for i := range d.Rows {
					d.Rows[i].Table = []float32{d.Rows[i].Table[0], d.Rows[i].Table[2]}
				}
				d.Fields = []feature.Field{{Kind: feature.Number}, {Kind: feature.Number}}
			}
			m := &Model{task: asked(d), classes: max(1, d.Classes)}
			if m.task == manyLabels || m.task == oneClass && m.classes != 2 {
				m.dist = newDistributions()
			}
			o := Options{Whole: true}.withDefaults()
			b, err := bin(context.Background(), d, 0, 1)
			if err != nil {
				t.Fatal(err)
			}
			c := criteria(d, m, o)()
			times := make([]uint8, n)
			rows := make([]uint32, n)
			for i := range rows {
				times[i], rows[i] = 1, uint32(i)
			}
			c.sample(times)
			if mixed, _ := c.begin(rows); !mixed {
				continue
			}
			s := split{gain: math.Inf(-1)}
			for col, f := range d.Fields {
				c.try(&s, rows, b.col[col], col, f.Kind == feature.Category)
			}
			answers := make([][]float64, n)
			for i := range answers {
				answers[i] = make([]float64, m.classes)
				switch {
				case d.Target != nil:
					answers[i][0] = (d.Target[i] - m.base[0]) / m.scale
				case d.Sets != nil:
					for _, k := range d.Sets[i] {
						answers[i][k] = 1
					}
				case m.classes == 2: // the other class's sum of squares gains as much
					answers[i] = []float64{float64(d.Class[i])}
				default:
					answers[i][d.Class[i]] = 1
				}
			}
			want := bestParting(b, d.Weight, answers)
			if math.Abs(s.gain-want) > 1e-9*math.Abs(want) {
				t.Errorf("%s, seed %d: best split %v, best of all %v", name, seed, s.gain, want)
			}
			// What the split says it gains is what parting the rows by it gives.
			g := &grower{b: b, room: make([]uint32, n)}
			k := g.part(rows, &s)
			if k == 0 || k == n {
				t.Errorf("%s, seed %d: %d of %d rows left", name, seed, k, n)
			}
			got := 0.0
			for _, side := range [][]uint32{rows[:k], rows[k:]} {
				w, sum := 0.0, make([]float64, len(answers[0]))
				for _, i := range side {
					w += d.Weight[i]
					for c, x := range answers[i] {
						sum[c] += d.Weight[i] * x
					}
				}
				for _, x := range sum {
					got += x * x / w
				}
			}
			if math.Abs(got-s.gain) > 1e-9*math.Abs(got) {
				t.Errorf("%s, seed %d: the split says %v, its sides %v", name, seed, s.gain, got)
			}
		}
	}
}

// TestNewtonSplit does the same for boosting's criterion with penalties and a least weight.
func TestNewtonSplit(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 2))
		r := rule{penalty: rng.Float64() * 5, least: float64(rng.IntN(4))}
		category := seed%2 == 0
		var b bars
		n := 2 + rng.IntN(8)
		for i := range n {
			b.bin[i], b.g[i], b.h[i] = uint8(3*i), float64(rng.IntN(21)-10), float64(1+rng.IntN(5))
		}
		if seed%3 == 0 {
			b.bin[n-1] = missing
		}
		b.n = n
		s, want := split{gain: math.Inf(-1)}, math.Inf(-1)
		if category {
			r.penalty = 0 // with one, the order by means need not hold the best of all
		}
		b.best(&s, 0, category, r)
		for mask := uint(1); mask < 1<<n-1; mask++ {
			if !category {
				known := n
				if b.bin[n-1] == missing {
					known--
				}
				// Left must be the first so many of the bins that are known.
				if low := mask & (1<<known - 1); bits.OnesCount(low) != bits.Len(low) {
					continue
				}
			}
			var g, h [2]float64
			for i := range n {
				g[mask>>i&1], h[mask>>i&1] = g[mask>>i&1]+b.g[i], h[mask>>i&1]+b.h[i]
			}
			if h[0] >= r.least && h[1] >= r.least {
				want = max(want, g[0]*g[0]/(h[0]+r.penalty)+g[1]*g[1]/(h[1]+r.penalty))
			}
		}
		if math.Abs(s.gain-want) > 1e-9*max(1, math.Abs(want)) && !(math.IsInf(want, -1) && math.IsInf(s.gain, -1)) {
			t.Errorf("seed %d: %v, best of all %v", seed, s.gain, want)
		}
	}
}

// TestCuts finds that bins keep the order of values and part those that differ.
func TestCuts(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, of := range [][]float32{{}, {nan, nan}, {1}, {1, 1, 1}, {0, float32(math.Copysign(0, -1))}, {-inf, inf}, {-inf, 0, inf, nan},
		{math.MaxFloat32, -math.MaxFloat32, 1}, {1, math.Nextafter32(1, 2)}, {3, 1, 2, nan}} {
		var keys []uint32
		for _, x := range of {
			if x == x {
				keys = append(keys, key(x))
			}
		}
		c := column{cuts: cut(keys, make([]uint32, len(keys)), maxCuts)}
		for _, x := range of {
			for _, y := range of {
				a, b := c.bin(x), c.bin(y)
				switch {
				case x != x:
					if a != missing {
						t.Errorf("%v: bin of NaN is %d", of, a)
					}
				case x < y && !(a < b), x == y && a != b:
					t.Errorf("%v: bins of %v and %v are %d and %d", of, x, y, a, b)
				}
			}
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	var keys []uint32
	for range 100_000 {
		keys = append(keys, key(float32(rng.ExpFloat64())))
	}
	c := column{cuts: cut(append([]uint32(nil), keys...), make([]uint32, len(keys)), maxCuts)}
	var count [256]int
	for _, k := range keys {
		count[c.bin(unkey(k))]++
	}
	for b, n := range count[:255] {
		if n < 300 || n > 500 { // 392 each
			t.Errorf("bin %d has %d of 100,000 values", b, n)
		}
	}
}
