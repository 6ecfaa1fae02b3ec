package forest

import (
	"fmt"
	"math"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// expectation is what trees say without any column.
type expectation struct {
	sum     []float64 // over trees, of each class or output
	columns int       // different ones on one path, at most
	depth   int
}

// expect goes through all trees once, by covers as TreeSHAP does.
func (m *Model) expect() {
	e := expectation{sum: make([]float64, max(m.classes, len(m.base)))}
	var part []float64
	var deep []int
	for t, root := range m.t.roots {
		n := int(m.t.end(t) - root)
		part, deep = append(part[:0], make([]float64, n)...), append(deep[:0], make([]int, n)...)
		part[0] = 1
		for i := range n {
			x := &m.t.nodes[int(root)+i]
			if x.kind != leaf {
				l := x.left - root
				all := float64(m.t.cover[x.left]) + float64(m.t.cover[x.left+1])
				part[l], part[l+1] = part[i]*float64(m.t.cover[x.left])/all, part[i]*float64(m.t.cover[x.left+1])/all
				deep[l], deep[l+1] = deep[i]+1, deep[i]+1
				e.depth = max(e.depth, deep[i]+1)
				continue
			}
			switch {
			case m.boosted:
				e.sum[m.output[t]] += float64(part[i] * x.value())
			case m.dist == nil:
				e.sum[len(e.sum)-1] += float64(part[i] * x.value())
			default:
				for _, y := range m.dist.at(x.left) {
					e.sum[y.label] += float64(part[i] * float64(y.of))
				}
			}
		}
	}
	e.columns = min(e.depth, len(m.cols.list))
	m.without = e
}

// Explain writes what each part of a row adds to the margin of a class into w,
// which must have r.Len() elements, and returns what is there without any part; of a
// label, the log odds; of a number, the number.
//
// For boosting these are the Shapley values of the scores. A forest's trees say
// probabilities: their Shapley values phi_ik lead from the mean p0_k of each class to p_k.
// They are carried over to logarithms by the slope of the straight line between
// both, (ln p_k - ln p0_k) / (p_k - p0_k), which is exact in sum, and in proportion for each class.
//
// What a row's lack of a word says has no part of the row to stand with: it
// counts to what is there without any part.
func (m *Model) Explain(r feature.Row, class int, w []float64) (base float64) {
	if len(w) != r.Len() {
		panic(fmt.Sprintf("forest: room for %d of %d weights", len(w), r.Len()))
	}
	clear(w)
	phi, base := m.contributions(r, class)
	for c, x := range phi[:m.cols.table] {
		if f := m.cols.list[c].field; f < len(r.Table) {
			w[len(r.Index)+f] = x
		} else {
			base += x
		}
	}
	rest := phi[m.cols.table:]
	for i, f := range r.Index {
		if at := m.cols.set.Rank(f); at >= 0 {
			w[i], rest[at] = rest[at], 0
		}
	}
	for _, x := range rest {
		base += x
	}
	return base
}

// contributions are what each column adds to the margin.
func (m *Model) contributions(r feature.Row, class int) (phi []float64, base float64) {
	b := make([]uint8, len(m.cols.list))
	m.cols.bins(r, b)
	if m.boosted {
		return m.ofScores(b, class)
	}
	n := float64(len(m.t.roots))
	if m.task == oneNumber {
		s := newShapley(&m.t, b, m.without.columns, m.without.depth, func(x *node) float64 { return m.scale * x.value() / n })
		for _, root := range m.t.roots {
			s.tree(root)
		}
		return s.phi, m.base[0] + float64(m.scale*m.without.sum[0]/n)
	}
	p, before := make([]float64, m.classes), append([]float64(nil), m.without.sum...)
	m.answer(b, p)
	m.mean(before, len(m.t.roots))
	g := slopes(p, before, class, m.task)
	base = margin(before, class, m.task)
	value := func(x *node) float64 { return (g[1] - g[0]) * x.value() / (n + priorTree) }
	if m.dist != nil {
		value = func(x *node) (sum float64) {
			for _, y := range m.dist.at(x.left) {
				sum += float64(g[y.label] * float64(y.of))
			}
			return sum / (n + priorTree)
		}
	}
	s := newShapley(&m.t, b, m.without.columns, m.without.depth, value)
	for _, root := range m.t.roots {
		s.tree(root)
	}
	return s.phi, base
}

// ofScores is contributions for boosting.
func (m *Model) ofScores(b []uint8, class int) (phi []float64, base float64) {
	pull := make([]float64, len(m.base)) // of each output on the margin
	switch {
	case m.task == oneNumber:
		pull[0] = m.scale
		base = m.base[0]
	case m.task == manyLabels:
		pull[class] = 1
	case len(pull) == 1 && m.classes == 2:
		pull[0] = float64(2*class - 1)
	default:
		for c := range pull {
			pull[c] = -1 / float64(max(1, len(pull)-1))
		}
		pull[class] = 1
		if len(pull) == 1 {
			pull[0] = 0 // there is nothing else it could be
		}
	}
	for c, x := range pull {
		if m.task != oneNumber {
			base += float64(x * m.base[c])
		}
		base += float64(x * m.without.sum[c])
	}
	by := 0.0
	s := newShapley(&m.t, b, m.without.columns, m.without.depth, func(x *node) float64 { return by * x.value() })
	for t, root := range m.t.roots {
		if by = pull[m.output[t]]; by != 0 {
			s.tree(root)
		}
	}
	return s.phi, base
}

// margin is the log of a class's probability less the mean of the others', or a
// label's log odds.
func margin(p []float64, class int, t task) float64 {
	if t == manyLabels {
		return exact.Log(p[class]) - exact.Log(1-p[class])
	}
	others := 0.0
	for c, x := range p {
		if c != class {
			others += exact.Log(x)
		}
	}
	return exact.Log(p[class]) - others/float64(max(1, len(p)-1))
}

// slopes are by how much the margin grows with each probability, on the
// straight line from before to p.
func slopes(p, before []float64, class int, t task) []float64 {
	g := make([]float64, len(p))
	if t == manyLabels {
		g[class] = slopeOf(p[class], before[class]) + slopeOf(1-p[class], 1-before[class])
		return g
	}
	for c := range p {
		g[c] = slopeOf(p[c], before[c])
		if c != class {
			g[c] /= -float64(max(1, len(p)-1))
		}
	}
	return g
}

// slopeOf is (ln p - ln q) / (p - q).
func slopeOf(p, q float64) float64 {
	x := (p - q) / q
	if math.Abs(x) < 1e-9 {
		return 1 / q
	}
	return exact.Log1p(x) / (p - q)
}
