package linear

import "gonum.org/v1/gonum/blas/gonum"

// axpy adds v*x to y. Products are rounded before they are added, as gonum's
// vector code does it, so that it makes no difference which way is taken.
func axpy(v float32, x, y []float32) {
	switch len(y) {
	case 2:
		x = x[:2]
		y[0] += float32(v * x[0])
		y[1] += float32(v * x[1])
	case 3:
		x = x[:3]
		y[0] += float32(v * x[0])
		y[1] += float32(v * x[1])
		y[2] += float32(v * x[2])
	case 4:
		x = x[:4]
		y[0] += float32(v * x[0])
		y[1] += float32(v * x[1])
		y[2] += float32(v * x[2])
		y[3] += float32(v * x[3])
	default:
		if len(y) >= wide {
			gonum.Implementation{}.Saxpy(len(y), v, x, 1, y, 1)
			return
		}
		x = x[:len(y)]
		for c := range y {
			y[c] += float32(v * x[c])
		}
	}
}

// wide is the number of classes from which on gonum's vector code pays for its call.
const wide = 16
