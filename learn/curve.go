package learn

import (
	"context"
	"fmt"
	"time"

	"inkling/label"
)

// drawCurve fits the run's model once more without a part that is held out by
// hash, and measures it on that part after each step. It goes on from where
// the last curve's model stood, which never saw that part either. It gives way:
// a run that is followed by the next one at once may stay without a curve.
func (t *Trainer) drawCurve(ctx context.Context, watch <-chan struct{}) error {
	snap, p, from := t.current.Load(), t.problem, t.curve
	var points []Point
	var m Model
	var found *calibrated
	settings := t.o.Settings
	recalibrate := p.kind == label.Classes && len(p.all.Rows) > compareRows && (!t.calibrated.serves(snap.model.Name(), snap.space, settings, t.goesOn) || !t.calibrated.tells(settings) ||
		otherAnswers(len(p.all.Rows), t.calibrated.labels))
	began := time.Now()
	done, err := t.aside(ctx, watch, &t.gave.curve, func(ctx context.Context) (err error) {
		var held []int
		points, m, held, err = curve(ctx, p, snap.model.Name(), from, t.goesOn, FitOptions{Seed: t.o.Seed, Workers: t.fitWorkers(), Set: t.o.Settings.Set}, func(points []Point, steps int) {
			t.hub.update(func(s *State) { s.Points = points })
			t.step(points[len(points)-1], steps)
		}, func() { t.phase(Validating) })
		if err == nil && recalibrate && len(held) > 0 {
			found, err = heldOut(ctx, p, m, held, settings)
		}
		return err
	})
	if !done {
		return nil
	}
	t.spent.add(snap.model.Name(), time.Since(began))
	t.todo.curve = false
	if err != nil {
		return err
	}
	t.curve = m
	t.record(snap.version, func(r *Run) { r.Curve = points })
	if found != nil {
		t.calibrate(found, snap.model.Name(), len(p.all.Rows))
	}
	return nil
}

// curve returns the points, the model behind them, and the places of the rows
// that it never saw; none where there is too little to hold anything out.
func curve(ctx context.Context, p *problem, name string, from Model, f *further, o FitOptions, progress func([]Point, int), begin func()) ([]Point, Model, []int, error) {
	held, rest := p.split(func(h uint64) bool { return h/compareFolds%curveParts == 0 })
	if len(held) > curveRows {
		held = held[:curveRows]
	}
	train, valid := p.taught(rest), p.all.Take(held)
	if !learnable(p.kind, train) || len(held) < 3 {
		return nil, from, nil, nil
	}
	begin()
	o.Valid = &valid
	if from == nil || from.Name() != name {
		m, err := newModel(name)
		if err != nil {
			return nil, nil, nil, err
		}
		from, o.Fresh = m, true
	}
	var points []Point
	o.Progress = func(p Point, steps int) {
		points = append(points, p)
		if progress != nil {
			progress(points[:len(points):len(points)], steps)
		}
	}
	fit := from.Fit
	if o.Fresh {
		fit = func(ctx context.Context, d Data, o FitOptions) (Model, error) { return f.fit(ctx, from, d, o) }
	}
	m, err := fit(ctx, train, o)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("curve of %s: %w", name, err)
	}
	return points, m, held, nil
}

// heldOut calibrates on what the curve's model says of the rows that it never
// saw.
func heldOut(ctx context.Context, p *problem, m Model, held []int, o Settings) (*calibrated, error) {
	var said [][]float64
	var class []int
	per := p.perClass()
	for _, i := range held {
		per[p.all.Class[i]]--
	}
	for j, i := range held {
		if j%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if per[p.all.Class[i]] == 0 {
			continue
		}
		q := make([]float64, p.all.Classes)
		m.Predict(p.all.Rows[i], q)
		said, class = append(said, q), append(class, p.all.Class[i])
	}
	if len(said) == 0 {
		return nil, nil
	}
	return calibrateOn(ctx, p, said, class, o)
}

// The part held out for the curve.
const (
	curveParts = 5    // one in so many
	curveRows  = 2000 // at most
)
