package learn

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// What a stack's weights are held by.
const (
	stackPrior   = 2.0  // weight, in rows, of the pull of each number towards the members' mean
	stackBiases  = 64   // classes up to which each has a number of its own
	stackSteps   = 100  // of Newton's method at most
	stackEnough  = 1e-9 // fall of the loss that ends it
	stackHalving = 40
)

// stackOn finds the weights of members that serve best on what they say of rows
// that they were not fitted on (Wolpert, "Stacked generalization", 1992; with
// weights that are at least 0, Breiman, "Stacked regressions", 1996). said is by
// member, row and class.
func stackOn(ctx context.Context, t tells, d Data, said [][][]float64) (pooled, error) {
	s := newStacking(t, d, said)
	x, err := s.solve(ctx)
	if err != nil {
		return pooled{}, err
	}
	return pooled{weight: x[:s.members:s.members], bias: x[s.members:]}, nil
}

// stacking is the problem: find weights w >= 0 and biases b that minimise the
// loss of z = sum of w_m score_m + b, plus a pull of w towards equal weights and
// of b towards 0. The loss is log loss for classes and for labels, and half the
// squared error for numbers: convex each.
type stacking struct {
	tells   tells
	members int
	classes int           // with a bias each; 0 where there are too many
	z       [][][]float64 // by row, member, class
	d       Data
	scale   float64 // of numbers: their variance
}

func newStacking(t tells, d Data, said [][][]float64) *stacking {
	s := &stacking{tells: t, members: len(said), classes: len(said[0][0]), d: d, scale: 1}
	for i := range d.Rows {
		row := make([][]float64, s.members)
		for m := range said {
			row[m] = make([]float64, s.classes)
			mean := 0.0
			for c, p := range said[m][i] {
				row[m][c] = t.score(p)
				mean += row[m][c] / float64(s.classes)
			}
			if t == tellsClasses { // a constant makes no difference, and centred scores are smaller
				for c := range row[m] {
					row[m][c] -= mean
				}
			}
		}
		s.z = append(s.z, row)
	}
	if s.classes > stackBiases {
		s.classes = 0
	}
	if t == tellsNumbers {
		_, se := meanOf(d.Target)
		s.scale = max(se*se*float64(len(d.Target)), 1e-12)
	}
	return s
}

// at returns the penalised loss, and its gradient and Hessian where they are
// asked for.
func (s *stacking) at(x []float64, bends bool) (loss float64, g []float64, h *mat.SymDense) {
	n := len(x)
	if bends {
		g, h = make([]float64, n), mat.NewSymDense(n, nil)
	}
	width := len(s.z[0][0])
	z, p := make([]float64, width), make([]float64, width)
	// One row has for each number x_a the slope of each class's score: the
	// member's score for a weight, 1 for the class's own bias.
	for i, row := range s.z {
		for c := range z {
			z[c] = 0
			for m := range s.members {
				z[c] += x[m] * row[m][c]
			}
			if s.classes > 0 {
				z[c] += x[s.members+c]
			}
		}
		w := s.d.WeightOf(i)
		d, b := make([]float64, width), make([]float64, width) // first and second derivatives in z, but for the coupling of classes
		switch s.tells {
		case tellsNumbers:
			e := z[0] - s.d.Target[i]
			loss += w * e * e / 2 / s.scale
			d[0], b[0] = w*e/s.scale, w/s.scale
		case tellsSets:
			in := 0
			for c := range z {
				y := 0.0
				if set := s.d.Sets[i]; in < len(set) && set[in] == c {
					y, in = 1, in+1
				}
				q := 1 / (1 + math.Exp(-z[c]))
				loss += w * (math.Max(z[c], 0) + math.Log1p(math.Exp(-math.Abs(z[c]))) - y*z[c])
				d[c], b[c] = w*(q-y), w*q*(1-q)
			}
		default:
			loss += w * (logSum(z, p) - z[s.d.Class[i]])
			for c := range z {
				d[c], b[c] = w*p[c], w*p[c]
			}
			d[s.d.Class[i]] -= w
		}
		if !bends {
			continue
		}
		s.bend(row, w, d, b, p, g, h)
	}
	for a := range x {
		e := x[a]
		if a < s.members {
			e -= 1 / float64(s.members)
		} else if s.tells == tellsNumbers {
			continue // where numbers lie is not pulled
		}
		loss += stackPrior / 2 * e * e
		if bends {
			g[a] += stackPrior * e
			h.SetSym(a, a, h.At(a, a)+stackPrior)
		}
	}
	return loss, g, h
}

// bend adds one row's gradient and Hessian.
func (s *stacking) bend(row [][]float64, w float64, d, b, p, g []float64, h *mat.SymDense) {
	mean := make([]float64, s.members) // of a member's scores under p
	coupled := s.tells == tellsClasses
	for m := range s.members {
		for c, z := range row[m] {
			g[m] += d[c] * z
			mean[m] += p[c] * z
		}
	}
	for m := range s.members {
		for k := m; k < s.members; k++ {
			v := 0.0
			for c := range b {
				v += b[c] * row[m][c] * row[k][c]
			}
			if coupled {
				v -= w * mean[m] * mean[k]
			}
			h.SetSym(m, k, h.At(m, k)+v)
		}
		for c := range s.classes {
			v := b[c] * row[m][c]
			if coupled {
				v -= w * p[c] * mean[m]
			}
			h.SetSym(m, s.members+c, h.At(m, s.members+c)+v)
		}
	}
	for c := range s.classes {
		g[s.members+c] += d[c]
		h.SetSym(s.members+c, s.members+c, h.At(s.members+c, s.members+c)+b[c])
		if !coupled {
			continue
		}
		for k := c; k < s.classes; k++ {
			h.SetSym(s.members+c, s.members+k, h.At(s.members+c, s.members+k)-w*p[c]*p[k])
		}
	}
}

// solve minimises the loss by Newton's method with the weights kept at 0 or
// above (Bertsekas, "Projected Newton methods for optimization problems with
// simple constraints", 1982).
func (s *stacking) solve(ctx context.Context) ([]float64, error) {
	x := make([]float64, s.members+s.classes)
	for m := range s.members {
		x[m] = 1 / float64(s.members)
	}
	for range stackSteps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		loss, g, h := s.at(x, true)
		var free []int
		for a := range x {
			if a >= s.members || x[a] > 0 || g[a] < 0 {
				free = append(free, a)
			}
		}
		sub, rhs := mat.NewSymDense(len(free), nil), mat.NewVecDense(len(free), nil)
		for i, a := range free {
			rhs.SetVec(i, g[a])
			for j := i; j < len(free); j++ {
				sub.SetSym(i, j, h.At(a, free[j]))
			}
			sub.SetSym(i, i, sub.At(i, i)+1e-9)
		}
		var chol mat.Cholesky
		step := mat.NewVecDense(len(free), nil)
		if !chol.Factorize(sub) || chol.SolveVecTo(step, rhs) != nil {
			break
		}
		next, better := make([]float64, len(x)), false
		rate := 1.0
		for range stackHalving {
			copy(next, x)
			for i, a := range free {
				next[a] -= rate * step.AtVec(i)
				if a < s.members {
					next[a] = max(next[a], 0)
				}
			}
			if l, _, _ := s.at(next, false); l < loss-stackEnough*(1+math.Abs(loss)) {
				better = true
				break
			}
			rate /= 2
		}
		if !better {
			break
		}
		x = next
	}
	return x, nil
}

// logSum returns the log of the sum of exponentials, and their shares in p.
func logSum(z, p []float64) float64 {
	top := math.Inf(-1)
	for _, x := range z {
		top = max(top, x)
	}
	sum := 0.0
	for c, x := range z {
		p[c] = math.Exp(x - top)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return top + math.Log(sum)
}
