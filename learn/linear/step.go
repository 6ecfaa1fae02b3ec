package linear

import (
	"math"

	"inkling/learn/exact"
)

// step solves the problem of one row while all others stand still.
//
// With q = C |x|^2 and m the row's scores without its own part, the scores z
// that the row wants minimise
//
//	ln sum exp(z) - z_y + |z - m|^2 / 2q,
//
// a smooth problem whose Hessian is a diagonal less a product of two vectors, so that a step of
// Newton's method takes time in proportion to the classes (by the formula of Sherman and
// Morrison). From the present scores, one or two steps do.
//
// Products are converted to float64 before they are added, which the language
// makes a rounding: else some processors fuse the two, and come to other last
// bits.
type step struct {
	z, m, p, g, shrink []float64
	short              short   // of more classes than few
	near               float64 // usualNear
	still              float64 // a change of a row that is not worth carrying out
}

func newStep(classes int) step {
	v := func() []float64 { return make([]float64, classes) }
	s := step{z: v(), m: v(), p: v(), g: v(), shrink: v(), near: usualNear, still: leastStill}
	if classes > few {
		s.short = newShort(lanes(classes))
	}
	return s
}

// Bounds of Newton's method.
const (
	farthest   = 700 // below the best, a score counts no less: the exponential is still above 0
	leastStill = 1e-5
	mostSteps  = 40
	mostShort  = 5 // in float32, before the safe way is taken
	mostHalves = 12
	longest    = 3    // change of a score in one step, and more where the way is long: within, the quadratic tells enough
	longer     = 0.1  // of q, which is as far as the way can be
	usualNear  = 2    // change of a score in a step that the quadratic is trusted with alone
	enough     = 1e-2 // change of a score that is not worth another step
)

// solve writes by how much r changes into delta. It returns the loss of the
// row before, and the sum of the changes of its probabilities that are asked for.
// All three have lanes(classes) elements, those of score beyond the classes being
// nothing.
func (s *step) solve(score, r []float32, y int, q float64, delta []float32) (loss, change float64) {
	if len(s.z) > few {
		return s.solveWide(score, r, y, q, delta)
	}
	p := s.p
	loss = exact.Softmax(score, p) - float64(score[y])
	for c, x := range r {
		change += math.Abs(p[c] + float64(x))
	}
	at := p[y] + float64(r[y])
	change += math.Abs(1-at) - math.Abs(at)
	if q == 0 {
		return loss, 0 // no weight has a part in this row
	}
	if change <= s.still {
		return loss, change
	}
	if s.quick(r, y, q, delta) {
		return loss, change
	}
	s.walk(r, y, q, s.begin(score, r, y, q), delta)
	return loss, change
}

// solveWide is solve of more classes than few. Where the first step is long, others
// in float32 follow; should they lead nowhere, it goes the safe way.
func (s *step) solveWide(score, r []float32, y int, q float64, delta []float32) (loss, change float64) {
	var told [4]float32
	was := r[y]
	r[y]--
	s.short.step(score, r, float32(q), delta, &told)
	r[y] = was
	loss = exact.Log(float64(told[toldSum])) - float64(score[y]-told[toldTop])
	switch change = float64(told[toldChange]); {
	case q == 0:
		return loss, 0
	case change <= s.still || q*float64(told[toldFar]) <= s.near:
		return loss, change
	}
	v := &s.short
	copy(v.d, delta)
	clear(delta)
	for range mostShort {
		part := float32(min(1, (longest+float64(longer*q))/(q*float64(told[toldFar]))))
		for c, d := range v.d {
			delta[c] += float32(part * d)
			v.z[c] = score[c] + float32(float32(q)*delta[c])
			v.r[c] = r[c] + delta[c]
		}
		v.r[y]--
		v.step(v.z, v.r, float32(q), v.d, &told)
		if q*float64(told[toldFar]) <= s.near {
			for c, d := range v.d {
				delta[c] += d
			}
			return loss, change
		}
	}
	s.walk(r, y, q, s.begin(score, r, y, q), delta)
	return loss, change
}

// begin sets out from the present scores, and returns what is to be minimised there.
func (s *step) begin(score, r []float32, y int, q float64) float64 {
	for c := range s.z {
		s.z[c] = float64(score[c])
		s.m[c] = s.z[c] - float64(q*float64(r[c]))
	}
	return s.softmax(y) + s.distance(q)
}

// walk goes all the way to the minimum.
func (s *step) walk(r []float32, y int, q, at float64, delta []float32) {
	z, p := s.z, s.p
	for range mostSteps {
		far := s.newton(y, q)
		now := s.softmax(y) + s.distance(q)
		// Far from the minimum a step may lead up: then it is taken back by half,
		// and by half again.
		for half := 0; now > at+float64(1e-9*(1+at)) && half < mostHalves; half++ {
			for c := range z {
				s.g[c] /= 2
				z[c] += s.g[c]
			}
			now = s.softmax(y) + s.distance(q)
		}
		at = now
		if far < enough {
			break
		}
	}
	for c := range p {
		d := -p[c] - float64(r[c])
		if c == y {
			d++
		}
		delta[c] = float32(d)
	}
}

// quick is the first step of Newton's method where it is short: then the
// probabilities at its end are as good as known, and need no exponentials. What r
// is to be is (z - m) / q at the minimum, so it changes by the step over q. It
// reports whether the step was short.
func (s *step) quick(r []float32, y int, q float64, delta []float32) bool {
	p, g, shrink := s.p, s.g, s.shrink
	var pg, rest float64
	r, g, shrink = r[:len(p)], g[:len(p)], shrink[:len(p)]
	for c, x := range p {
		inverse := 1 / (1 + float64(q*x))
		shrink[c] = inverse
		g[c] = inverse * (-x - float64(r[c]))
		pg += float64(x * g[c])
		rest += float64(x * inverse)
	}
	g[y] += shrink[y]
	pg += float64(p[y] * shrink[y])
	pg = pg * q / rest
	far := 0.0
	for c, x := range p {
		g[c] += float64(shrink[c] * float64(x*pg))
		far = max(far, math.Abs(g[c]))
	}
	if float64(far*q) > s.near {
		return false
	}
	for c, x := range g {
		delta[c] = float32(x)
	}
	return true
}

// newton takes one step, leaves it in g, and returns the largest change of a score.
func (s *step) newton(y int, q float64) float64 {
	z, m, p, g := s.z, s.m, s.p, s.g
	// With D = 1/q + p and H = diag(D) - p p', the step is H^-1 g.
	var pg, rest float64
	for c := range z {
		grad := (z[c]-m[c])/q + p[c]
		if c == y {
			grad--
		}
		d := 1 + float64(q*p[c])
		g[c] = q / d * grad
		pg += float64(p[c] * g[c])
		rest += p[c] / d
	}
	pg /= rest
	far := 0.0
	for c := range g {
		g[c] += float64(q / (1 + float64(q*p[c])) * p[c] * pg)
		far = max(far, math.Abs(g[c]))
	}
	scale := 1.0
	if most := longest + float64(longer*q); far > most {
		scale = most / far
	}
	for c := range z {
		g[c] = float64(g[c] * scale)
		z[c] -= g[c]
	}
	return far
}

// distance is the part of the problem that keeps z near m.
func (s *step) distance(q float64) float64 {
	sum := 0.0
	for c, z := range s.z {
		sum += float64((z - s.m[c]) * (z - s.m[c]))
	}
	return sum / (2 * q)
}

// softmax writes the probabilities of z, and returns the loss.
func (s *step) softmax(y int) float64 {
	z, p := s.z, s.p
	top := z[0]
	for _, x := range z {
		top = max(top, x)
	}
	sum := 0.0
	for c, x := range z {
		p[c] = exact.Exp(max(x-top, -farthest))
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return top - z[y] + exact.Log(sum)
}
