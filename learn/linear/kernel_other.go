//go:build !amd64

package linear

func gatherWide(s, w []float32, at []uint32, v []float32) { gatherPlain(s, w, at, v) }

func scatterWide(d, w []float32, at []uint32, v []float32) { scatterPlain(d, w, at, v) }

func gather64Wide(s []float64, w []float32, at []uint32, v []float32) { gather64Plain(s, w, at, v) }
