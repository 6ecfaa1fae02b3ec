package forest

import (
	"context"

	"inkling/learn/exact"
)

// slope is the first and second derivative of the loss of a row by a score.
type slope struct{ g, h float32 }

// derive writes the derivatives of the loss of all rows.
func (b *booster) derive(ctx context.Context) error {
	const chunk = 4096
	n, k := len(b.d.Rows), b.outputs
	return share(ctx, b.o.Workers, (n+chunk-1)/chunk, func(at int) {
		s, p := make([]float64, k), make([]float64, k)
		for i := at * chunk; i < min(n, (at+1)*chunk); i++ {
			w := b.d.WeightOf(i)
			switch {
			case b.m.task == oneNumber:
				b.slopes[i] = slope{float32(w * (b.score[i] - b.y[i])), float32(w)}
			case k == 1 && b.m.task == oneClass:
				q := exact.Sigmoid(b.score[i])
				b.slopes[i] = logistic(q, b.d.Class[i] == 1, w)
			case b.m.task == manyLabels:
				set := b.d.Sets[i]
				for c := range k {
					in := len(set) > 0 && set[0] == c
					if in {
						set = set[1:]
					}
					b.slopes[c*n+i] = logistic(exact.Sigmoid(b.score[c*n+i]), in, w)
				}
			default:
				for c := range k {
					s[c] = b.score[c*n+i]
				}
				exact.Softmax(s, p)
				more := w * float64(k) / float64(max(1, k-1))
				for c, q := range p {
					y := logistic(q, b.d.Class[i] == c, w)
					b.slopes[c*n+i] = slope{y.g, max(float32(more*q*(1-q)), leastSlope)}
				}
			}
		}
	})
}

// leastSlope keeps second derivatives above 0.
const leastSlope = 1e-16

func logistic(p float64, is bool, w float64) slope {
	g := p
	if is {
		g--
	}
	return slope{float32(w * g), max(float32(w*p*(1-p)), leastSlope)}
}
