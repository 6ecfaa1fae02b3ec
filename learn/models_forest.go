package learn

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"inkling/learn/feature"
	"inkling/learn/forest"
)

// Names of the models that are trees.
const (
	RandomForest = "random forest"
	Boosting     = "gradient boosting"
)

// forestEntry is the registry's line for the random forest.
func forestEntry() entry {
	return entry{name: RandomForest, tells: tellsClasses | tellsSets | tellsNumbers,
		empty: func() Model { return forestModel{} },
		load: func(b []byte) (Model, error) {
			m, err := forest.Unmarshal(b)
			if err == nil && m.Boosted() {
				return nil, fmt.Errorf("%w: gradient boosting, not a random forest", forest.ErrDamaged)
			}
			return forestModel{treesModel{m}}, err
		},
		check: func(set ModelOptions) error { return readForest(set, &forest.Options{}) }}
}

// boostingEntry is the registry's line for gradient boosting.
func boostingEntry() entry {
	return entry{name: Boosting, tells: tellsClasses | tellsSets | tellsNumbers,
		empty: func() Model { return boostingModel{} },
		load: func(b []byte) (Model, error) {
			m, err := forest.Unmarshal(b)
			if err == nil && !m.Boosted() {
				return nil, fmt.Errorf("%w: a random forest, not gradient boosting", forest.ErrDamaged)
			}
			return boostingModel{treesModel{m}}, err
		},
		check: func(set ModelOptions) error { return readBoosting(set, &forest.BoostOptions{}) }}
}

// treesModel is what both have of Model in common.
type treesModel struct{ m *forest.Model }

func (t treesModel) Classes() int {
	if t.m == nil {
		return 0
	}
	return t.m.Classes()
}

func (t treesModel) Predict(r Row, p []float64) {
	if t.m == nil {
		uniform(p)
		return
	}
	t.m.Predict(r, p)
}

func (t treesModel) Explain(r Row, class int, w []float64) float64 {
	if t.m == nil {
		clear(w)
		return 0
	}
	return t.m.Explain(r, class, w)
}

// Nodes is how many nodes an explanation goes through.
func (t treesModel) Nodes() int {
	if t.m == nil {
		return 0
	}
	return t.m.Nodes()
}

func (t treesModel) MarshalBinary() ([]byte, error) {
	if t.m == nil {
		return nil, fmt.Errorf("%w: not fitted", ErrNoModel)
	}
	return t.m.MarshalBinary()
}

// forestModel is the random forest as a Model. Each fit starts over: trees
// cannot be taken back, and an answer that was must leave no trace.
type forestModel struct{ treesModel }

func (forestModel) Name() string { return RandomForest }

func (f forestModel) Params() []Param {
	if f.m == nil {
		return nil
	}
	p := []Param{{"trees", strconv.Itoa(f.m.Trees())}, {"nodes", strconv.Itoa(f.m.Nodes())}}
	if o := f.m.Outside(); o.Rows > 0 {
		p = append(p, Param{"out-of-bag loss", short(o.Loss)})
		if !math.IsNaN(o.Accuracy) { // as R² is of numbers that are all equal
			p = append(p, Param{"out-of-bag " + f.m.Score(), short(o.Accuracy)})
		}
	}
	return p
}

// readForest reads what a person set.
func readForest(set ModelOptions, o *forest.Options) error {
	return set.read(
		wholeOption("trees", &o.Trees, 1, 10000),
		wholeOption("columns", &o.Columns, 1, 1<<16),
		wholeOption("depth", &o.Depth, 1, 200),
		wholeOption("least", &o.Least, 1, 1<<20),
		wholeOption("words", &o.Words, 1, 1<<14))
}

// outsideUpTo is how many rows a forest has at most for which it is worth the
// time to ask the trees that did not see them.
const outsideUpTo = 50_000

func (f forestModel) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	fo := forest.Options{Seed: o.Seed, Workers: max(1, o.Workers), Outside: len(d.Rows) <= outsideUpTo}
	if err := readForest(o.Set, &fo); err != nil {
		return nil, err
	}
	fo.Valid, fo.Progress = watched(o)
	m, err := forest.Fit(ctx, d, fo)
	if err != nil {
		return nil, tooFew(err, forest.ErrNoRows)
	}
	return forestModel{treesModel{m}}, nil
}

// boostingModel is gradient boosting as a Model. Each fit starts over, as the
// forest's does.
type boostingModel struct{ treesModel }

func (boostingModel) Name() string { return Boosting }

func (b boostingModel) Params() []Param {
	if b.m == nil {
		return nil
	}
	kept, tried := b.m.Rounds()
	rounds := strconv.Itoa(kept)
	if kept != tried {
		rounds = fmt.Sprintf("%d of %d", kept, tried)
	}
	return []Param{{"rounds", rounds}, {"trees", strconv.Itoa(b.m.Trees())}, {"nodes", strconv.Itoa(b.m.Nodes())}}
}

// readBoosting reads what a person set.
func readBoosting(set ModelOptions, o *forest.BoostOptions) error {
	return set.read(
		wholeOption("rounds", &o.Rounds, 1, 10000),
		numberOption("rate", &o.Rate, 1e-4, 1),
		wholeOption("leaves", &o.Leaves, 2, 1<<14),
		wholeOption("depth", &o.Depth, 1, 200),
		numberOption("penalty", &o.Penalty, 1e-6, 1e6),
		numberOption("least", &o.Least, 1e-6, 1e6),
		numberOption("part", &o.Part, 0.01, 1),
		numberOption("columns", &o.Columns, 0.01, 1),
		wholeOption("patience", &o.Patience, 1, 10000),
		wholeOption("words", &o.Words, 1, 1<<14))
}

func (b boostingModel) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	bo := forest.BoostOptions{Seed: o.Seed, Workers: max(1, o.Workers)}
	if err := readBoosting(o.Set, &bo); err != nil {
		return nil, err
	}
	bo.Valid, bo.Progress = watched(o)
	m, err := forest.Boost(ctx, d, bo)
	if err != nil {
		return nil, tooFew(err, forest.ErrNoRows)
	}
	return boostingModel{treesModel{m}}, nil
}

// watched is how a fit of trees tells where it stands.
func watched(o FitOptions) (valid *feature.Data, progress func(forest.Progress)) {
	if o.Progress == nil {
		return nil, nil
	}
	step := 0
	return o.Valid, func(p forest.Progress) {
		step++
		train := p.Loss
		if math.IsInf(train, 0) {
			train = math.NaN()
		}
		o.Progress(Point{Step: step, Epoch: float64(p.Trees), Train: train, Valid: p.Valid, Accuracy: p.Accuracy}, p.Of)
	}
}
