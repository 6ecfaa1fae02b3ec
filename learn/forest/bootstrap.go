package forest

import (
	"math/rand/v2"
	"sort"

	"inkling/learn/feature"
)

// bootstrap draws the rows of each tree: as many as there are, each time from
// all, in proportion to their weights. A row that weighs twice as much is thereby
// in trees as often as two like it.
type bootstrap struct {
	seed  uint64
	whole bool
	n     uint32
	sums  []float64 // of the weights up to each row; nil where all weigh the same
}

func newBootstrap(d feature.Data, o Options) *bootstrap {
	b := &bootstrap{seed: o.Seed, whole: o.Whole, n: uint32(len(d.Rows))}
	same := true
	for i := range d.Rows {
		same = same && d.WeightOf(i) == d.WeightOf(0)
	}
	if same || o.Whole {
		return b
	}
	sum := 0.0
	for i := range d.Rows {
		sum += d.WeightOf(i)
		b.sums = append(b.sums, sum)
	}
	return b
}

// draw writes how often each row is in tree number so many, at most 255 times,
// and returns the random source for the rest of the tree.
func (b *bootstrap) draw(times []uint8, tree int) *rand.Rand {
	rng := rand.New(rand.NewPCG(b.seed, uint64(tree)))
	clear(times)
	if b.whole {
		for i := range times {
			times[i] = 1
		}
		return rng
	}
	for range b.n {
		i := rng.Uint32N(b.n)
		if b.sums != nil {
			i = uint32(min(sort.SearchFloat64s(b.sums, rng.Float64()*b.sums[b.n-1]), int(b.n)-1))
		}
		if times[i] < 255 {
			times[i]++
		}
	}
	return rng
}
