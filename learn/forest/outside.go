package forest

import (
	"context"
	"math"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// outside adds up, for each row, what the trees say that did not see it, and
// for the rows of a validation set what all say.
type outside struct {
	d     feature.Data
	b     *binned
	o     Options
	draw  *bootstrap
	k     int
	sum   []float64 // by row and class
	trees []uint32  // by row
	valid *feature.Data
	held  []float64
}

// newOutside returns nil where nobody asks.
func newOutside(m *Model, d feature.Data, b *binned, o Options, draw *bootstrap) *outside {
	curve := o.Progress != nil && o.Valid != nil && len(o.Valid.Rows) > 0
	if !o.Outside && !curve {
		return nil
	}
	out := &outside{d: d, b: b, o: o, draw: draw, k: m.classes, sum: make([]float64, len(d.Rows)*m.classes), trees: make([]uint32, len(d.Rows))}
	if curve {
		out.valid, out.held = o.Valid, make([]float64, len(o.Valid.Rows)*m.classes)
	}
	return out
}

// outsideRows is how many rows go through all trees together.
const outsideRows = 512

// add lets the trees from number from on speak.
func (t *outside) add(ctx context.Context, m *Model, from int) error {
	if t == nil {
		return nil
	}
	seen := make([][]uint8, len(m.t.roots)-from)
	err := share(ctx, t.o.Workers, len(seen), func(i int) {
		seen[i] = make([]uint8, len(t.d.Rows))
		t.draw.draw(seen[i], from+i)
	})
	if err != nil {
		return err
	}
	n := len(t.d.Rows)
	err = share(ctx, t.o.Workers, (n+outsideRows-1)/outsideRows, func(c int) {
		bins := make([]uint8, len(t.b.list))
		for i := c * outsideRows; i < min(n, (c+1)*outsideRows); i++ {
			for j, col := range t.b.col {
				bins[j] = col[i]
			}
			for k, times := range seen {
				if times[i] == 0 {
					m.vote(m.t.walk(m.t.roots[from+k], bins), t.sum[i*t.k:(i+1)*t.k])
					t.trees[i]++
				}
			}
		}
	})
	if err != nil || t.valid == nil {
		return err
	}
	n = len(t.valid.Rows)
	return share(ctx, t.o.Workers, (n+outsideRows-1)/outsideRows, func(c int) {
		bins := make([]uint8, len(t.b.list))
		for i := c * outsideRows; i < min(n, (c+1)*outsideRows); i++ {
			m.cols.bins(t.valid.Rows[i], bins)
			for _, root := range m.t.roots[from:] {
				m.vote(m.t.walk(root, bins), t.held[i*t.k:(i+1)*t.k])
			}
		}
	})
}

// measure is what the rows say that some tree did not see.
func (t *outside) measure(m *Model) Outside {
	if t == nil {
		return Outside{}
	}
	return tally(t.d, func(i int, p []float64) bool {
		copy(p, t.sum[i*t.k:])
		m.mean(p, int(t.trees[i]))
		return t.trees[i] > 0
	}, t.k)
}

// progress is where the fit stands.
func (t *outside) progress(m *Model, o Options) Progress {
	p := Progress{Trees: len(m.t.roots), Of: o.Trees, Loss: math.NaN(), Valid: math.NaN(), Accuracy: math.NaN()}
	if t == nil || t.valid == nil {
		return p
	}
	p.Loss = t.measure(m).Loss
	v := tally(*t.valid, func(i int, p []float64) bool {
		copy(p, t.held[i*t.k:])
		m.mean(p, len(m.t.roots))
		return true
	}, t.k)
	p.Valid, p.Accuracy = v.Loss, v.Accuracy
	return p
}

// tally measures answers about rows; answer returns false where there is none.
func tally(d feature.Data, answer func(i int, p []float64) bool, k int) (s Outside) {
	p, all, right, mean := make([]float64, k), 0.0, 0.0, 0.0
	for i := range d.Rows {
		if !answer(i, p) {
			continue
		}
		w := d.WeightOf(i)
		s.Rows++
		all += w
		loss, ok := judged(d, i, p)
		s.Loss += w * loss
		right += w * ok
		if d.Target != nil {
			mean += w * d.Target[i]
		}
	}
	if s.Rows == 0 {
		return Outside{Loss: math.NaN(), Accuracy: math.NaN()}
	}
	s.Loss, s.Accuracy, mean = s.Loss/all, right/all, mean/all
	if d.Target == nil {
		return s
	}
	spread := 0.0
	for i, y := range d.Target {
		if answer(i, p) {
			spread += d.WeightOf(i) * (y - mean) * (y - mean)
		}
	}
	if s.Accuracy = math.NaN(); spread > 0 {
		s.Accuracy = 1 - s.Loss*all/spread
	}
	return s
}

// judged is the loss of an answer about row i, and how much of it is right.
func judged(d feature.Data, i int, p []float64) (loss, right float64) {
	switch {
	case d.Target != nil:
		e := p[0] - d.Target[i]
		return e * e, 0
	case d.Sets == nil:
		best := 0
		for c := range p {
			if p[c] > p[best] {
				best = c
			}
		}
		if best == d.Class[i] {
			right = 1
		}
		return -exact.Log(p[d.Class[i]]), right
	}
	set := d.Sets[i]
	for c, x := range p {
		in := len(set) > 0 && set[0] == c
		if in {
			set = set[1:]
			loss -= exact.Log(x)
		} else {
			loss -= exact.Log(max(1-x, 1e-300))
		}
		if in == (x > 0.5) {
			right += 1 / float64(len(p))
		}
	}
	return loss, right
}
