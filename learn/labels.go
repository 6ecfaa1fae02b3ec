package learn

import (
	"context"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"inkling/learn/exact"
)

// perLabel returns the registry's line of a model of classes that tells several
// labels as well: by one model of two classes, with the label and without, for each.
func perLabel(e entry) entry {
	one := e
	e.tells |= tellsSets
	e.empty = func() Model { return labelsModel{one: one, each: []Model{one.empty()}} }
	e.load = func(b []byte) (Model, error) {
		m := labelsModel{one: one}
		if len(b) == 0 || b[0]>>5 != cborArray { // the model of classes
			inner, err := one.load(b)
			m.each = []Model{inner}
			return m, err
		}
		var parts [][]byte
		if err := cbor.Unmarshal(b, &parts); err != nil {
			return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
		}
		m.sets = true
		for _, part := range parts {
			inner, err := one.load(part)
			if err != nil {
				return nil, err
			}
			if inner.Classes() != 2 {
				return nil, fmt.Errorf("%w: a label's model has %d classes", ErrDamaged, inner.Classes())
			}
			m.each = append(m.each, inner)
		}
		if len(m.each) == 0 {
			return nil, fmt.Errorf("%w: no labels", ErrDamaged)
		}
		return m, nil
	}
	return e
}

// cborArray is what the first byte of an array begins with. A model's own file is no
// array.
const cborArray = 4

// labelsModel is a model of classes, or one such model for each of several labels.
type labelsModel struct {
	one  entry
	sets bool
	each []Model
}

func (l labelsModel) Name() string { return l.one.name }

func (l labelsModel) Params() []Param {
	if !l.sets {
		return l.each[0].Params()
	}
	return nil // each label's are its own
}

func (l labelsModel) Classes() int {
	if l.sets {
		return len(l.each)
	}
	return l.each[0].Classes()
}

func (l labelsModel) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	if d.Sets == nil {
		from := l.one.empty()
		if !l.sets {
			from = l.each[0]
		}
		m, err := from.Fit(ctx, d, o)
		if err != nil {
			return nil, err
		}
		return labelsModel{one: l.one, each: []Model{m}}, nil
	}
	out := labelsModel{one: l.one, sets: true}
	progress := o.Progress
	o.Progress = nil
	for c := range d.Classes {
		with := o
		if o.Valid != nil {
			valid := hasLabel(*o.Valid, c)
			with.Valid = &valid
		}
		if progress != nil {
			with.Progress = func(p Point, steps int) {
				p.Epoch = (float64(c) + p.Epoch/float64(max(1, steps))) / float64(d.Classes)
				p.Step = c + 1
				progress(p, d.Classes)
			}
		}
		from := l.one.empty()
		if l.sets && c < len(l.each) {
			from = l.each[c]
		}
		m, err := from.Fit(ctx, hasLabel(d, c), with)
		if err != nil {
			return nil, err
		}
		out.each = append(out.each, m)
	}
	return out, ctx.Err()
}

// hasLabel is the question whether each row has a label: class 1 if so.
func hasLabel(d Data, label int) Data {
	class := make([]int, len(d.Rows))
	for i, set := range d.Sets {
		for _, l := range set {
			if l == label {
				class[i] = 1
			}
		}
	}
	d.Sets, d.Class, d.Classes = nil, class, 2
	return d
}

func (l labelsModel) Predict(r Row, p []float64) {
	if !l.sets {
		l.each[0].Predict(r, p)
		return
	}
	var two [2]float64
	for c, m := range l.each {
		m.Predict(r, two[:])
		p[c] = two[1]
		if z := exact.Log(two[1]) - exact.Log(two[0]); z > surest || z < -surest {
			p[c] = exact.Sigmoid(min(max(z, -surest), surest))
		}
	}
}

// surest bounds the log odds of a label: farther on, a float64 just below 1 no
// longer tells what they were.
const surest = 18

func (l labelsModel) Explain(r Row, class int, w []float64) float64 {
	if !l.sets {
		return l.each[0].Explain(r, class, w)
	}
	base := l.each[class].Explain(r, 1, w)
	parts := 0.0
	for _, x := range w {
		parts += x
	}
	from, to := min(max(base, -surest), surest), min(max(base+parts, -surest), surest)
	if (from != base || to != base+parts) && parts != 0 {
		for i := range w { // what is cut off is taken from all alike
			w[i] *= (to - from) / parts
		}
	}
	return from
}

func (l labelsModel) MarshalBinary() ([]byte, error) {
	if !l.sets {
		return l.each[0].MarshalBinary()
	}
	var parts [][]byte
	for _, m := range l.each {
		b, err := m.MarshalBinary()
		if err != nil {
			return nil, err
		}
		parts = append(parts, b)
	}
	return cbor.Marshal(parts)
}
