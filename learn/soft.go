package learn

import "math"

// What of a class is too little to learn from, and how finely probabilities are
// told apart. Steps that coarse make models the same whether the truth was found
// from nothing or from where it stood before.
const (
	leastSoft = 0.02
	finest    = 256
)

// spread rounds the probabilities of an item's classes to what a model learns
// from; nil where one class is left.
func spread(p []float64) []float64 {
	out, sum, classes := make([]float64, len(p)), 0.0, 0
	for c, x := range p {
		if x >= leastSoft {
			out[c] = math.Round(x*finest) / finest
			sum += out[c]
			classes++
		}
	}
	if classes < 2 {
		return nil
	}
	for c := range out {
		out[c] /= sum
	}
	return out
}

// taught returns what a model is fitted on of some rows: each row once, or once
// for each class that it may be of, weighing as much as that is probable. Data
// that weighs all classes of a row together as much as one certain row gives the
// expected loss over what the truth may be (Ipeirotis, Provost, Sheng, Wang,
// "Repeated labeling using multiple noisy labelers", 2014).
func (p *problem) taught(rows []int) Data {
	d := p.all.Take(rows)
	if p.soft == nil {
		return d
	}
	weigh := func(c int) float64 {
		if p.weight == nil {
			return 1
		}
		return p.weight[c]
	}
	out := d
	out.Rows, out.Class, out.Weight = nil, nil, nil
	add := func(i, c int, w float64) {
		out.Rows, out.Class, out.Weight = append(out.Rows, d.Rows[i]), append(out.Class, c), append(out.Weight, w*weigh(c))
	}
	for i, at := range rows {
		soft := p.soft[at]
		if soft == nil {
			add(i, d.Class[i], 1)
			continue
		}
		for c, x := range soft {
			if x > 0 {
				add(i, c, x)
			}
		}
	}
	return out
}

// everything is taught of all rows.
func (p *problem) everything() Data {
	if p.soft == nil {
		return p.all
	}
	return p.taught(sequence(len(p.all.Rows)))
}

// first returns the problem of the first n rows alone.
func (p *problem) first(n int) *problem {
	q := *p
	q.all, q.keys = p.all.Take(sequence(n)), p.keys[:n]
	if p.soft != nil {
		q.soft = p.soft[:n]
	}
	return &q
}

// softRows is how many rows are not certain.
func (p *problem) softRows() int {
	n := 0
	for _, s := range p.soft {
		if s != nil {
			n++
		}
	}
	return n
}
