package store

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Names come in order, and equal ones as they stood, whether their first bits
// are spread evenly or not at all.
func TestOrderNames(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for what, high := range map[string]func() uint64{
		"hashes":        r.Uint64,
		"all the same":  func() uint64 { return 7 },
		"small numbers": func() uint64 { return r.Uint64N(50) },
		"large numbers": func() uint64 { return ^r.Uint64N(3) },
	} {
		for _, n := range []int{0, 1, 2, 3, 100, 70_000} {
			var all []name
			for i := range n {
				all = append(all, name{high(), r.Uint64N(4), uint64(i)})
			}
			want := slices.Clone(all)
			slices.SortStableFunc(want, name.compare)
			cut := n / 3
			if got := orderNames(make([]name, 5), all[:cut], nil, all[cut:]); !slices.Equal(got, want) {
				t.Errorf("%d names, %s: not in order", n, what)
			}
		}
	}
}
