package neural

import (
	"math"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// kind is what a network tells.
type kind uint8

const (
	oneClass kind = iota // by softmax, or by one sigmoid where there are two classes
	labels               // a sigmoid each
	number
)

// head makes answers of outputs.
type head struct {
	kind       kind
	n          int     // classes or labels
	mean, unit float64 // of the numbers
}

func headOf(d feature.Data) head {
	switch {
	case d.Target != nil:
		h := head{kind: number, n: 1, unit: 1}
		// In parts of the whole, and of the farthest, so that nothing overflows.
		weight, square, far := 0.0, 0.0, 0.0
		for i := range d.Target {
			weight += d.WeightOf(i)
		}
		for i, y := range d.Target {
			h.mean += float64(d.WeightOf(i) / weight * y)
		}
		for _, y := range d.Target {
			far = max(far, math.Abs(y/2-h.mean/2))
		}
		for i, y := range d.Target {
			off := (y/2 - h.mean/2) / far
			square += float64(d.WeightOf(i) / weight * float64(off*off))
		}
		if dev := 2 * float64(far*math.Sqrt(square)); dev > 0 && dev <= math.MaxFloat64 {
			h.unit = dev
		}
		return h
	case d.Sets != nil:
		return head{kind: labels, n: d.Classes}
	}
	return head{kind: oneClass, n: d.Classes}
}

func (h head) classes() int { return h.n }

// outputs is how many the last layer has.
func (h head) outputs() int {
	if h.kind == oneClass && h.n == 2 {
		return 1
	}
	return h.n
}

// farthest is how far from 0 a logit counts: exact.Exp(-700) is still above 0.
const farthest = 700

// logit is an output as it counts.
func logit(z float32) float64 {
	if z != z {
		return 0
	}
	return max(-farthest, min(float64(z), farthest))
}

// answer writes probabilities, or the number.
func (h head) answer(z []float32, p []float64) {
	switch {
	case h.kind == number:
		v := float64(z[0])
		if v != v {
			v = 0
		}
		p[0] = max(-math.MaxFloat64, min(h.mean+float64(h.unit*v), math.MaxFloat64))
	case h.kind == labels:
		for c, x := range z {
			p[c] = exact.Sigmoid(logit(x))
		}
	case h.n == 2:
		x := logit(z[0])
		p[0], p[1] = exact.Sigmoid(-x), exact.Sigmoid(x)
	default:
		softmax(z, p)
	}
}

// softmax writes probabilities of logits.
func softmax(z []float32, p []float64) {
	top := math.Inf(-1)
	for c, x := range z {
		p[c] = logit(x)
		top = max(top, p[c])
	}
	sum := 0.0
	for c, x := range p {
		p[c] = exact.Exp(max(x-top, -farthest))
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
}

// truth is what rows should be told: their answers, and the weight of each, 1 on
// average.
type truth struct {
	d      feature.Data
	head   head
	weight []float64 // nil where all are 1
}

func newTruth(d feature.Data, h head) *truth {
	t := &truth{d: d, head: h}
	if d.Weight == nil {
		return t
	}
	sum := 0.0
	for _, w := range d.Weight {
		sum += w
	}
	t.weight = make([]float64, len(d.Weight))
	for i, w := range d.Weight {
		t.weight[i] = w * float64(len(d.Weight)) / sum
	}
	return t
}

// loss returns the weighted loss of row i, told z, and whether it is told right; it
// writes its gradient times part into dz, where there is one. p is room for
// probabilities. Losses are in nats (of labels: their mean), and of a number the
// square of the error in deviations of the training rows.
func (t *truth) loss(i int, z []float32, part float64, dz []float32, p []float64) (loss float64, right bool) {
	w := 1.0
	if t.weight != nil {
		w = t.weight[i]
	}
	part *= w
	h := t.head
	set := func(c int, g float64) {
		if dz != nil {
			dz[c] = float32(part * g)
		}
	}
	switch {
	case h.kind == number:
		off := float64(z[0]) - (t.d.Target[i]/h.unit - h.mean/h.unit)
		loss = float64(off * off)
		set(0, 2*off)
	case h.kind == labels:
		right = true
		rest := t.d.Sets[i]
		for c, x := range z {
			y := 0.0
			if len(rest) > 0 && rest[0] == c {
				y, rest = 1, rest[1:]
			}
			l, g := crossEntropy(logit(x), y)
			loss += l / float64(len(z))
			right = right && (x > 0) == (y > 0)
			set(c, g/float64(len(z)))
		}
	case h.n == 2:
		y := float64(t.d.Class[i])
		l, g := crossEntropy(logit(z[0]), y)
		loss, right = l, (z[0] > 0) == (y > 0)
		set(0, g)
	default:
		softmax(z, p)
		y, best := t.d.Class[i], 0
		for c, x := range p {
			if x > p[best] {
				best = c
			}
			set(c, x)
		}
		loss, right = -exact.Log(p[y]), best == y
		set(y, p[y]-1)
	}
	return float64(loss * w), right
}

// crossEntropy is the loss of a logit where y (0 or 1) is true, and its derivative.
func crossEntropy(z, y float64) (loss, gradient float64) {
	loss = exact.Softplus(z)
	if y > 0 {
		loss -= z
	}
	return loss, exact.Sigmoid(z) - y
}
