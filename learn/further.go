package learn

import "context"

// further is how a run goes on from an earlier model: what its curve and its
// calibration have to do as well, or they would be those of another model. The
// earlier model has seen the answers that they hold out, so they go on from one
// that was fitted as its line began, without these. A model that was imported has
// not, and is gone on from itself.
type further struct {
	base Model        // nil for one that is fitted on the same part first
	set  ModelOptions // of the run that the line began with
	tune Tuning
}

// further says how the next run goes on from an earlier one; nil where it starts
// over, where its model is only chosen later, or is of a kind that learns all
// answers anew each time.
func (t *Trainer) further(fresh bool) (*further, error) {
	e, err := find(t.o.Settings.Model)
	if err != nil || !e.tunes { // to be chosen by comparison
		return nil, nil
	}
	_, parent, err := t.start(e.name, fresh)
	if err != nil || parent == 0 {
		return nil, err
	}
	byID := map[uint64]Run{}
	for _, r := range t.Runs() {
		byID[r.ID] = r
	}
	r := byID[parent]
	for r.Parent != 0 && r.Parent < r.ID && byID[r.Parent].ID != 0 {
		r = byID[r.Parent]
	}
	f := &further{set: r.Set, tune: t.tune}
	if r.Origin != "" {
		s, err := Load(t.project, r.ID)
		if err != nil {
			return nil, err
		}
		f.base = s.model
	}
	return f, nil
}

// how names the way, for who compares two.
func (f *further) how() string {
	if f == nil {
		return ""
	}
	return f.tune.String()
}

// fit fits a model on a part of the answers, as the run was fitted on all.
func (f *further) fit(ctx context.Context, empty Model, d Data, o FitOptions) (Model, error) {
	if f == nil {
		o.Fresh = true
		return empty.Fit(ctx, d, o)
	}
	base := f.base
	if base == nil {
		var err error
		if base, err = empty.Fit(ctx, d, FitOptions{Fresh: true, Seed: o.Seed, Workers: o.Workers, Set: f.set}); err != nil {
			return nil, err
		}
	}
	o.Fresh, o.Tune = false, f.tune
	return base.Fit(ctx, d, o)
}
