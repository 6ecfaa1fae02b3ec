package forest

import "gonum.org/v1/gonum/integrate/quad"

// shapley computes exact Shapley values of a row in trees, where leaving a
// column out means to go down both sides of its splits, by their covers (the
// path-dependent expectation of Lundberg, Erion, Lee, "Consistent individualized feature
// attribution for tree ensembles", 2018).
//
// A leaf's part in that expectation is a product over the columns on its path:
// z, the share of rows that the column's splits let through, where the column is
// left out, and o, 1 or 0, whether they let this row through, where it is in. A Shapley value
// is an integral over the product (Owen, "Multilinear extensions of games", 1972),
//
//	phi_i = v (o_i - z_i) integral_0^1 prod_{j != i} (z_j (1-t) + o_j t) dt,
//
// whose integrand is a polynomial in t: Gauss and Legendre's formula with half
// as many points as columns gives it exactly. At one point, all leaves below a
// split can be summed before the division by the factor of the split's column, so that a tree
// costs in proportion to its nodes times the points, where going from leaf to leaf costs their
// depth squared. No factor is ever 0, and terms hardly cancel.
type shapley struct {
	t      *trees
	b      []uint8
	value  func(leaf *node) float64
	phi    []float64 // of each column
	x, w   []float64 // points between 0 and 1, and their weights
	states []state   // of each column
	levels [][]float64
}

// state is what the splits so far say of a column.
type state struct {
	z, o    float64
	inverse []float64 // 1 / (z (1-t) + o t) at each point
}

// points returns the points that trees with so many columns on a path need.
func points(columns int) (x, w []float64) {
	n := max(1, (columns+1)/2)
	x, w = make([]float64, n), make([]float64, n)
	quad.Legendre{}.FixedLocations(x, w, 0, 1)
	return x, w
}

// newShapley explains bins of a row by trees with at most so many columns on a path.
func newShapley(t *trees, b []uint8, columns, depth int, value func(leaf *node) float64) *shapley {
	s := &shapley{t: t, b: b, value: value, phi: make([]float64, len(b)), states: make([]state, len(b))}
	s.x, s.w = points(columns)
	n := len(s.x)
	ones := make([]float64, n)
	for q := range ones {
		ones[q] = 1
	}
	for c := range s.states {
		s.states[c] = state{1, 1, ones}
	}
	room := make([]float64, 4*n*(depth+2))
	for d := range depth + 2 {
		s.levels = append(s.levels, room[4*n*d:4*n*(d+1)])
	}
	copy(s.levels[0], ones)
	return s
}

// tree adds the values of one tree.
func (s *shapley) tree(root uint32) { s.down(root, 0) }

// The rooms of a level, each of as many numbers as there are points: the product of the factors
// above, the sum over the leaves below, and the inverse factors of both sides' column.
func (s *shapley) room(level, i int) []float64 {
	n := len(s.x)
	return s.levels[level][i*n : (i+1)*n : (i+1)*n]
}

// down leaves the sum over the leaves below a node of value times product in
// the level's second room.
func (s *shapley) down(at uint32, level int) {
	n := &s.t.nodes[at]
	product, sum := s.room(level, 0), s.room(level, 1)
	if n.kind == leaf {
		v := s.value(n)
		for q, p := range product {
			sum[q] = v * p
		}
		return
	}
	clear(sum)
	all := float64(s.t.cover[n.left]) + float64(s.t.cover[n.left+1])
	goes := n.right(s.t.sets, s.b[n.col])
	was := s.states[n.col]
	below, total := s.room(level+1, 0), s.room(level+1, 1)
	for side := range uint32(2) {
		ratio := float64(s.t.cover[n.left+side]) / all
		now := state{z: was.z * ratio, o: was.o}
		if side != goes {
			now.o = 0
		}
		if was.o == 0 { // the row was turned away before: nothing new about the column
			now.inverse = s.room(level, 2)
			for q, p := range product {
				below[q], now.inverse[q] = p*ratio, was.inverse[q]/ratio
			}
			s.states[n.col] = now
			s.down(n.left+side, level+1)
			for q, x := range total {
				sum[q] += x
			}
			continue
		}
		now.inverse = s.room(level, 2)
		for q, t := range s.x {
			f := float64(now.z*(1-t)) + float64(now.o*t)
			now.inverse[q], below[q] = 1/f, product[q]*f*was.inverse[q]
		}
		s.states[n.col] = now
		s.down(n.left+side, level+1)
		phi, dNow, dWas := 0.0, now.o-now.z, was.o-was.z
		for q, x := range total {
			sum[q] += x
			phi += float64(s.w[q] * x * (float64(dNow*now.inverse[q]) - float64(dWas*was.inverse[q])))
		}
		s.phi[n.col] += phi
	}
	s.states[n.col] = was
}
