package linear

import (
	"fmt"

	"golang.org/x/sys/cpu"
)

// vectors reports whether the processor has the instructions of kernel_amd64.s.
var vectors = cpu.X86.HasAVX2

//go:noescape
func gatherAVX2(s *float32, lanes int, w *float32, at *uint32, v *float32, n int)

//go:noescape
func scatterAVX2(d *float32, lanes int, w *float32, at *uint32, v *float32, n int)

//go:noescape
func gather64AVX2(s *float64, lanes int, w *float32, at *uint32, v *float32, n int)

// bound panics where a vector would reach beyond the weights, as an index would.
// Places ascend, and so the last one tells.
func bound(lanes, weights int, at []uint32) {
	if top := int(at[len(at)-1]); top+lanes > weights || lanes%lane != 0 {
		panic(fmt.Sprintf("linear: %d classes at %d of %d weights", lanes, top, weights))
	}
}

func gatherWide(s, w []float32, at []uint32, v []float32) {
	if !vectors || len(at) == 0 {
		gatherPlain(s, w, at, v)
		return
	}
	bound(len(s), len(w), at)
	gatherAVX2(&s[0], len(s), &w[0], &at[0], &v[0], len(at))
}

func scatterWide(d, w []float32, at []uint32, v []float32) {
	if !vectors || len(at) == 0 {
		scatterPlain(d, w, at, v)
		return
	}
	bound(len(d), len(w), at)
	scatterAVX2(&d[0], len(d), &w[0], &at[0], &v[0], len(at))
}

func gather64Wide(s []float64, w []float32, at []uint32, v []float32) {
	if !vectors || len(at) == 0 {
		gather64Plain(s, w, at, v)
		return
	}
	bound(len(s), len(w), at)
	gather64AVX2(&s[0], len(s), &w[0], &at[0], &v[0], len(at))
}
