package neural

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"inkling/learn/feature"
)

// slow is a context that ends when it has been asked so many times.
type slow struct {
	context.Context
	mu   sync.Mutex
	left int
}

func (s *slow) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left--; s.left < 0 {
		return context.Canceled
	}
	return nil
}

func (s *slow) Deadline() (time.Time, bool) { return time.Time{}, false }

// A fit that is cancelled, however far it came, ends with the context's error; and it
// looks at its context at least once a batch, so that it ends soon.
func TestCancelled(t *testing.T) {
	d := mixed(200, asTwo, 1)
	valid := mixed(100, asTwo, 2)
	o := Options{Epochs: 3, Batch: 10, Valid: &valid, Progress: func(Progress) {}}
	asked := &slow{Context: context.Background(), left: math.MaxInt}
	if _, err := Fit(asked, d, o); err != nil {
		t.Fatal(err)
	}
	times := math.MaxInt - asked.left
	if times < 3*20 {
		t.Errorf("the context was looked at %d times in 60 batches", times)
	}
	for n := range times {
		if m, err := Fit(&slow{Context: context.Background(), left: n}, d, o); !errors.Is(err, context.Canceled) || m != nil {
			t.Fatalf("cancelled at look %d of %d: %v, %v", n, times, m, err)
		}
	}
}

// Early stopping keeps the weights of the best epoch.
func TestEarlyStopping(t *testing.T) {
	d, valid := mixed(60, asTwo, 1), mixed(300, asTwo, 2)
	best, at, last := math.Inf(1), 0, 0
	o := Options{Hidden: []int{64}, Epochs: 200, Rate: 0.02, Patience: 4, Valid: &valid}
	o.Progress = func(p Progress) {
		if last = p.Epoch; p.Valid < best {
			best, at = p.Valid, p.Epoch
		}
	}
	m := mustFit(t, d, o)
	run, kept := m.Epochs()
	if run != last || kept != at || run != at+4 {
		t.Errorf("epoch %d of %d kept; best was %d of %d", kept, run, at, last)
	}
	if got := lossOf(m, valid); math.Abs(got-best) > 1e-6 {
		t.Errorf("loss %v, at its best %v", got, best)
	}
}

// What a fit reports is what the model then says.
func TestProgress(t *testing.T) {
	for as := asTwo; as <= asNumber; as++ {
		d, valid := mixed(100, as, 1), mixed(70, as, 2)
		var points []Progress
		m := mustFit(t, d, Options{Epochs: 4, Schedule: Cosine, Valid: &valid, Progress: func(p Progress) { points = append(points, p) }})
		if len(points) != 4 {
			t.Fatalf("%d points", len(points))
		}
		last := points[3]
		want := lossOf(m, valid)
		switch as {
		case asLabels:
			want /= 3
		case asNumber:
			want /= m.head.unit * m.head.unit
		}
		if math.Abs(last.Valid-want) > 1e-5*(1+want) || last.Epoch != 4 || last.Epochs != 4 || !(last.Loss < points[0].Loss) || !(last.Rate < 1e-3/2) {
			t.Errorf("answers %d: last point %+v, loss %v", as, last, want)
		}
		if math.IsNaN(last.Accuracy) != (as == asNumber) {
			t.Errorf("answers %d: accuracy %v", as, last.Accuracy)
		}
	}
}

// One step that takes long is left soon as well: within it the fit looks at its
// context after so many products that no processor takes long for.
func TestCancelledWithinAStep(t *testing.T) {
	d := mixed(1, asTwo, 1)
	d.Texts, d.Features, d.Fields = 0, 0, make([]feature.Field, 64)
	for j := range d.Fields {
		d.Fields[j].Kind = feature.Number
	}
	row := feature.Row{Table: make([]float32, 64)}
	row.Table[3] = 1
	d.Rows, d.Class = nil, nil
	for i := range 4096 {
		d.Rows, d.Class = append(d.Rows, row), append(d.Class, i%2)
	}
	o := Options{Hidden: []int{512}, Epochs: 1, Batch: 4096}
	for _, o.Workers = range []int{1, 2} {
		looks := func(epochs int) int {
			o.Epochs = epochs
			asked := &slow{Context: context.Background(), left: math.MaxInt}
			if _, err := Fit(asked, d, o); err != nil {
				t.Fatal(err)
			}
			return math.MaxInt - asked.left
		}
		// Forward and gradient are 2^27 products each.
		if in := looks(2) - looks(1); in < 2*(1<<27/stopWork-2) {
			t.Errorf("%d looks in a step", in)
		}
		if _, err := Fit(&slow{Context: context.Background(), left: looks(1) - 5}, d, o); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled within a step: %v", err)
		}
	}
}

// Weights that are no numbers any more are an error, and not a model.
func TestDiverged(t *testing.T) {
	d := mixed(40, asNumber, 1)
	o := Options{Rate: 9.9, Epochs: 30} // each weight moves by about that much in a step
	for range 20 {
		o.Hidden = append(o.Hidden, 16)
	}
	if _, err := Fit(context.Background(), d, o); !errors.Is(err, ErrDiverged) {
		t.Errorf("error %v", err)
	}
}
