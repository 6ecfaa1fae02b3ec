package neural

import (
	"math"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// explainer goes along the line from the row without news to a row. The first layer's
// sums are linear along the whole of it: start + t step.
type explainer struct {
	weights     [][]float64 // of the layers after the first, by rows, adapters included
	biases      [][]float32
	start, step []float64
	out         []float64   // the margin as a sum of outputs
	slopes      []float64   // mean slope of the margin by the first layer's sums: the result
	z, dz       [][]float64 // of each layer: sums, and their slope along the line
	bend        [][]float64 // slope of the bend at each sum
	back        [][]float64 // slope of the margin by each sum
}

// explainer readies what does not depend on where on the line one is.
func (m *Model) explainer(r feature.Row, class int) *explainer {
	e := &explainer{out: m.head.direction(class)}
	for i := range m.layers {
		l := &m.layers[i]
		n := l.w.cols
		e.z, e.dz = append(e.z, make([]float64, n)), append(e.dz, make([]float64, n))
		e.bend, e.back = append(e.bend, make([]float64, n)), append(e.back, make([]float64, n))
		if i == 0 {
			continue
		}
		w := make([]float64, l.w.rows*n)
		for j := range l.w.rows {
			l.rowOf(j, w[j*n:(j+1)*n])
		}
		e.weights, e.biases = append(e.weights, w), append(e.biases, l.b)
	}
	first := &m.layers[0]
	n := first.w.cols
	e.start, e.step, e.slopes = make([]float64, n), make([]float64, n), make([]float64, n)
	for j := range e.start {
		e.start[j] = float64(first.b[j])
	}
	m.baseline(e.start)
	row := make([]float64, n)
	m.news(r, func(input int, from, to float64, _ int) {
		first.rowOf(input, row)
		for j, x := range row {
			e.step[j] += float64((to - from) * x)
		}
	})
	return e
}

const (
	sameTime  = 1e-12   // part of the line within which units turn at once
	mostTurns = 1 << 14 // that are looked at singly
)

// walk finds the mean slopes of a network of ReLUs.
func (e *explainer) walk() {
	last := len(e.z) - 1
	for t, turns := 0.0, 0; t < 1; turns++ {
		next := 1.0
		for i := range e.z {
			e.sums(i, t)
			if i == last {
				break
			}
			for j, z := range e.z[i] {
				on, d := z > 0, e.dz[i][j]
				if d != 0 {
					if turn := t - z/d; turn <= t+sameTime {
						on = d > 0
					} else if turn < next {
						next = turn
					}
				}
				if e.bend[i][j] = 0; on {
					e.bend[i][j] = 1
				}
			}
		}
		if turns == mostTurns {
			next = 1
		}
		e.backward(next - t)
		t = next
	}
}

// sums computes the sums of layer i at t, and their slopes along the line.
func (e *explainer) sums(i int, t float64) {
	z, dz := e.z[i], e.dz[i]
	if i == 0 {
		copy(dz, e.step)
		for j := range z {
			z[j] = e.start[j] + float64(t*e.step[j])
		}
		return
	}
	for j := range z {
		z[j], dz[j] = float64(e.biases[i-1][j]), 0
	}
	for k, b := range e.bend[i-1] {
		if b == 0 {
			continue
		}
		x, dx := e.z[i-1][k], e.dz[i-1][k]
		for j, w := range e.weights[i-1][k*len(z) : (k+1)*len(z)] {
			z[j] += float64(x * w)
			dz[j] += float64(dx * w)
		}
	}
}

// backward adds part of the margin's slope by the first layer's sums to the mean.
func (e *explainer) backward(part float64) {
	last := len(e.z) - 1
	copy(e.back[last], e.out)
	for i := last - 1; i >= 0; i-- {
		n := len(e.z[i+1])
		for k, b := range e.bend[i] {
			if e.back[i][k] = 0; b == 0 {
				continue
			}
			sum := 0.0
			for j, w := range e.weights[i][k*n : (k+1)*n] {
				sum += float64(w * e.back[i+1][j])
			}
			e.back[i][k] = sum * b
		}
	}
	for j, x := range e.back[0] {
		e.slopes[j] += float64(part * x)
	}
}

const mostPanels = 1 << 12

// sample finds the mean slopes of a network of tanh, on more and more panels until
// what the inputs get is what the margin moves by.
func (e *explainer) sample() {
	// Points and weights of Gauss and Legendre's quadrature of eight points, on both
	// sides of the middle (Abramowitz, Stegun, table 25.4).
	legendre := [4][2]float64{
		{0.1834346424956498, 0.3626837833783620}, {0.5255324099163290, 0.3137066458778873},
		{0.7966664774136267, 0.2223810344533745}, {0.9602898564975363, 0.1012285362903763}}
	f0, f1 := e.at(0), e.at(1)
	for panels := 1; panels <= mostPanels; panels *= 2 {
		clear(e.slopes)
		half := 0.5 / float64(panels)
		for p := range panels {
			middle := float64(2*p+1) * half
			for _, l := range legendre {
				for _, side := range [2]float64{-1, 1} {
					e.at(middle + float64(side*half*l[0]))
					e.backward(half * l[1])
				}
			}
		}
		sum := 0.0
		for j, s := range e.slopes {
			sum += float64(s * e.step[j])
		}
		if math.Abs(sum-(f1-f0)) <= 1e-9*(1+math.Abs(f0)+math.Abs(f1)) {
			return
		}
	}
}

// at is the margin at t, but for a constant; it leaves the slopes of the bends.
func (e *explainer) at(t float64) float64 {
	last, margin := len(e.z)-1, 0.0
	for i := range e.z {
		e.sums(i, t)
		if i == last {
			break
		}
		for j, z := range e.z[i] {
			q := exact.Exp(-2 * math.Abs(z))
			x := math.Copysign((1-q)/(1+q), z)
			e.z[i][j], e.bend[i][j] = x, 1-float64(x*x)
		}
	}
	for j, z := range e.z[last] {
		margin += float64(z * e.out[j])
	}
	return margin
}
