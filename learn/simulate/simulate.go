// Package simulate measures how many labels a way of asking saves.
//
// An oracle knows the answer to every item of a pool. It answers a few, a model
// is fitted on these and measured on a test set, a strategy chooses the next few,
// and so on: a learning curve. Strategies are compared over several seeds, all
// of which draw the same under the same seed; how many goroutines share the work
// changes nothing of the result.
//
// What the oracle did not answer yet is seen by no model and no strategy, and the
// test set by neither.
package simulate

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"inkling/label"
	"inkling/learn/feature"
	"inkling/learn/query"
)

// Errors of a simulation.
var (
	ErrProblem  = errors.New("simulate: nothing to simulate")
	ErrStrategy = errors.New("simulate: the strategy does not keep to its contract")
)

// Predictor tells the probability of every class or label, or a number, as
// learn.Model does. It is safe for concurrent use.
type Predictor interface {
	Predict(r feature.Row, p []float64)
}

// Problem is what is simulated on.
type Problem struct {
	Pool feature.Data // with the known answers, which only the oracle looks at
	Keys []uint64     // of the pool's rows: equal for items that read the same
	Test feature.Data // never fitted on, never asked

	Vectors [][]float32  // what strategies take the pool's rows to be alike by, as query.Pool has them; nil for none
	Own     [][]float32  // what the graph of the pool goes by; nil for Vectors
	Graph   *query.Graph // of Vectors, by position from 1 on; nil: it is made where a strategy goes by it

	// Fit fits a model on some rows of the pool, from nothing. The same rows in the
	// same order and the same seed give the same model.
	Fit   func(ctx context.Context, d feature.Data, seed uint64) (Predictor, error)
	Model string // what is fitted on all answers, for people
}

// Options say what is simulated. Zero values mean the defaults.
type Options struct {
	Strategies []query.Strategy
	First      int    // items that are answered before the first model; default Batch
	Batch      int    // items that are answered between two models; default 25
	Budget     int    // items that are answered in all; default 500. The pool bounds it
	Seeds      int    // runs of each strategy; default 5
	Seed       uint64 // of the first run; the others follow it
	Cold       bool   // the first items are drawn at random, the same ones for all strategies, also where a strategy would choose them
	Workers    int    // goroutines; default one a processor

	// Progress is called after each fit with how many are done of how many, one call
	// at a time; nil for none.
	Progress func(done, total int)
}

// The defaults of Options.
const (
	DefaultBatch  = 25
	DefaultBudget = 500
	DefaultSeeds  = 5
)

func (o Options) withDefaults(pool int) Options {
	if o.Batch <= 0 {
		o.Batch = DefaultBatch
	}
	if o.First <= 0 {
		o.First = o.Batch
	}
	if o.Budget <= 0 {
		o.Budget = DefaultBudget
	}
	o.Budget = min(o.Budget, pool)
	o.First = min(o.First, o.Budget)
	if o.Seeds <= 0 {
		o.Seeds = DefaultSeeds
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o
}

// labels returns the numbers of answers at which a model is measured.
func (o Options) labels() []int {
	var out []int
	for n := o.First; n <= o.Budget; n += o.Batch {
		out = append(out, n)
	}
	return out
}

func (p *Problem) check() error {
	switch {
	case len(p.Pool.Rows) == 0:
		return fmt.Errorf("%w: the pool is empty", ErrProblem)
	case len(p.Test.Rows) == 0:
		return fmt.Errorf("%w: the test set is empty", ErrProblem)
	case len(p.Keys) != len(p.Pool.Rows):
		return fmt.Errorf("%w: %d keys of %d items", ErrProblem, len(p.Keys), len(p.Pool.Rows))
	case p.Vectors != nil && len(p.Vectors) != len(p.Pool.Rows):
		return fmt.Errorf("%w: %d vectors of %d items", ErrProblem, len(p.Vectors), len(p.Pool.Rows))
	case metricOf(p.Pool) != metricOf(p.Test):
		return fmt.Errorf("%w: the test set is of another kind than the pool", ErrProblem)
	}
	return nil
}

// kind is the kind of answer.
func (p *Problem) kind() label.Kind {
	switch metricOf(p.Pool) {
	case RMSE:
		return label.Number
	case MicroF1:
		return label.MultiLabel
	}
	return label.Classes
}

// Run simulates every strategy with every seed. It stops with the context's error
// soon after that is cancelled.
func Run(ctx context.Context, p *Problem, o Options) (*Result, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	o = o.withDefaults(len(p.Pool.Rows))
	out := &Result{Metric: metricOf(p.Pool), Pool: len(p.Pool.Rows), Test: len(p.Test.Rows)}
	labels := o.labels()
	out.Curves = make([]Curve, len(o.Strategies))
	for i, s := range o.Strategies {
		out.Curves[i] = Curve{Strategy: s.Name(), Labels: labels, Runs: make([][]float64, o.Seeds)}
		if out.Metric != RMSE {
			out.Curves[i].Seen = make([][]int, o.Seeds)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if p.Graph == nil && p.Vectors != nil && slices.ContainsFunc(o.Strategies, func(s query.Strategy) bool { return s.Graph }) {
		with := *p
		var err error
		if with.Graph, err = graphOf(ctx, p); err != nil {
			return nil, err
		}
		p = &with
	}
	done := counter{total: len(o.Strategies)*o.Seeds*len(labels) + 1, show: o.Progress}
	// The seeds of one strategy after each other, so that what is slow is not left
	// for the end; the model of all answers first, because it takes longest.
	jobs := []func() error{func() (err error) {
		out.Full, err = p.full(ctx, o.Seed)
		done.add()
		return err
	}}
	for k := range o.Seeds {
		for i, s := range o.Strategies {
			c := &out.Curves[i]
			jobs = append(jobs, func() error {
				r := newRun(p, &o, s, o.Seed+uint64(k))
				scores, seen, err := r.curve(ctx, labels, done.add)
				if err != nil {
					return fmt.Errorf("%s, seed %d: %w", s.Name(), r.seed, err)
				}
				if c.Runs[k] = scores; c.Seen != nil {
					c.Seen[k] = seen
				}
				return nil
			})
		}
	}
	if err := share(jobs, o.Workers, cancel); err != nil {
		return nil, err
	}
	out.summarise()
	return out, nil
}

// neighbours is how many of each item a graph has.
const neighbours = 10

// graphOf makes the graph of all items once: which of them are asked about makes no
// difference to it.
func graphOf(ctx context.Context, p *Problem) (*query.Graph, error) {
	nums := make([]uint64, len(p.Vectors))
	for i := range nums {
		nums[i] = uint64(i + 1)
	}
	own := p.Own
	if own == nil {
		own = p.Vectors
	}
	return query.NewGraph(ctx, nums, own, neighbours, 0)
}

// share does jobs on so many goroutines, and returns the error that came first;
// from then on none is begun, and stop is called.
func share(jobs []func() error, workers int, stop func()) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	next := 0
	for range min(workers, len(jobs)) {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				over := first != nil || i >= len(jobs)
				mu.Unlock()
				if over {
					return
				}
				if err := jobs[i](); err != nil {
					mu.Lock()
					if first == nil {
						first = err
						stop()
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return first
}

// counter counts what is done, and says so to one listener at a time.
type counter struct {
	mu          sync.Mutex
	done, total int
	show        func(done, total int)
}

func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done++
	if c.show != nil {
		c.show(c.done, c.total)
	}
}
