package linear

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// texts makes rows whose features all count as words of texts.
func texts(n, features, classes int, seed uint64) feature.Data {
	d := synthetic(n, features, classes, seed)
	d.Texts = d.Features
	return d
}

// counted returns a solver with its prior, whose weights have scale 1.
func counted(t *testing.T, d feature.Data) (*solver, *prior) {
	t.Helper()
	s, err := newSolver(context.Background(), d, Options{C: 1}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPrior(context.Background(), s)
	if err != nil || p == nil {
		t.Fatalf("prior %v, %v", p, err)
	}
	if err := p.write(context.Background(), s.w, s.bias); err != nil {
		t.Fatal(err)
	}
	return s, p
}

// score is what some weights say of a row.
func score(s *solver, r feature.Row, class int) float64 {
	z := s.bias * float64(s.w[len(s.w)-s.stride+class])
	for j, f := range r.Index {
		z += float64(r.Value[j]) * float64(s.w[s.set.Rank(f)*s.stride+class])
	}
	return z
}

// The handicap of a row is how much less the prior says for its class when it
// is counted without the row.
func TestHandicap(t *testing.T) {
	d := texts(40, 12, 3, 5) // few features, so that none is lost with a row
	d.Weight = make([]float64, len(d.Rows))
	for i := range d.Weight {
		d.Weight[i] = 0.5 + float64(i%3)
	}
	all, p := counted(t, d)
	for i, r := range d.Rows {
		rest := d
		rest.Rows, rest.Class, rest.Weight = nil, nil, nil
		for j := range d.Rows {
			if j != i {
				rest.Rows, rest.Class, rest.Weight = append(rest.Rows, d.Rows[j]), append(rest.Class, d.Class[j]), append(rest.Weight, d.Weight[j])
			}
		}
		without, q := counted(t, rest)
		if q.wide != p.wide {
			t.Fatalf("row %d has a feature of its own", i)
		}
		y := d.Class[i]
		other := (y + 1) % d.Classes
		want := score(all, r, y) - score(all, r, other) - (score(without, r, y) - score(without, r, other))
		words, class := p.handicap(all, i)
		if got := words + class; math.Abs(got-want) > 1e-4 {
			t.Errorf("row %d: handicap %v, counted without it %v", i, got, want)
		}
	}
}

// At the optimum the weights are the prior's and C times the sum of what the
// rows, each with its handicap, still pull.
func TestOptimumAroundPrior(t *testing.T) {
	d := texts(120, 60, 3, 6)
	d.Texts = 40 // the others are drawn to 0
	o := Options{C: 3, Prior: 0.7, Epochs: 2000, Tolerance: 1e-6}
	m := mustFit(t, d, o)
	s, p := counted(t, d)
	want := make([]float64, len(s.w))
	for i := range want {
		want[i] = float64(s.w[i])
		if i < p.end {
			want[i] *= 0.7
		}
	}
	at := weights(m, d.Features)
	z, q := make([]float64, 3), make([]float64, 3)
	for i, r := range d.Rows {
		for c := range z {
			z[c] = 0.25 * at(d.Features, c)
			for j, f := range r.Index {
				z[c] += float64(r.Value[j]) * at(int(f), c)
			}
		}
		words, class := p.handicap(s, i)
		z[d.Class[i]] -= 0.7*words + class
		exact.Softmax(z, q)
		for c := range q {
			pull := -3 * q[c]
			if c == d.Class[i] {
				pull += 3
			}
			for j, f := range r.Index {
				want[s.set.Rank(f)*3+c] += pull * float64(r.Value[j])
			}
			want[len(want)-3+c] += pull * 0.25
		}
	}
	s.set.All(func(rank int, f uint32) {
		for c := range 3 {
			if got := at(int(f), c); math.Abs(got-want[rank*3+c]) > 2e-3 {
				t.Errorf("weight of feature %d towards %d is %v, the rows make it %v", f, c, got, want[rank*3+c])
			}
		}
	})
	for c := range 3 {
		if got := at(d.Features, c); math.Abs(got-want[len(want)-3+c]) > 2e-3 {
			t.Errorf("constant of %d is %v, the rows make it %v", c, got, want[len(want)-3+c])
		}
	}
}

// The prior is for words: not where it is not wanted, not where no feature
// comes from a text, not where values are below 0.
func TestNoPrior(t *testing.T) {
	d := texts(80, 50, 3, 7)
	plain := d
	plain.Texts = 0
	want, _ := mustFit(t, plain, Options{C: 5}).MarshalBinary()
	got, _ := mustFit(t, d, Options{C: 5, Prior: -1}).MarshalBinary()
	if !bytes.Equal(got, want) {
		t.Error("a prior that is not wanted")
	}
	d.Rows[3].Value[2] *= -1
	want, _ = mustFit(t, plain, Options{C: 5}).MarshalBinary()
	got, _ = mustFit(t, d, Options{C: 5}).MarshalBinary()
	if !bytes.Equal(got, want) {
		t.Error("a prior of negative counts")
	}
}

// A class that no row has does not win on words that nobody knows.
func TestPriorOfEmptyClass(t *testing.T) {
	d := texts(60, 40, 4, 8)
	for i, y := range d.Class {
		d.Class[i] = y % 3
	}
	m := mustFit(t, d, Options{})
	p := make([]float64, 4)
	for i, r := range d.Rows {
		if m.Predict(r, p); p[3] > 0.2 {
			t.Errorf("row %d belongs with %v to a class that no row has", i, p[3])
		}
	}
}

// Fine-tuning around a prior takes fewer passes than starting over, and comes
// to the same place.
func TestFineTuningAroundPrior(t *testing.T) {
	d := texts(800, 400, 6, 3)
	tight := Options{C: 6, Prior: 0.5, Epochs: 1000, Tolerance: 1e-5}
	fresh := mustFit(t, d, tight)
	tight.From = mustFit(t, part(d, 0, 780), tight)
	tuned := mustFit(t, d, tight)
	if tuned.Epochs() >= fresh.Epochs() {
		t.Errorf("%d passes fresh, %d fine-tuned", fresh.Epochs(), tuned.Epochs())
	}
	p, q := make([]float64, 6), make([]float64, 6)
	for i, r := range d.Rows {
		fresh.Predict(r, p)
		tuned.Predict(r, q)
		for c := range p {
			if math.Abs(p[c]-q[c]) > 2e-3 {
				t.Fatalf("row %d: %v fresh, %v fine-tuned", i, p, q)
			}
		}
	}
	// The scale is taken over with C.
	first := mustFit(t, d, Options{})
	if again := mustFit(t, d, Options{From: first}); again.prior != first.prior || again.C() != first.C() || first.prior == 0 {
		t.Errorf("scale %v, C %v; then %v, %v", first.prior, first.C(), again.prior, again.C())
	}
}

// countdown is a context that ends when it was looked at so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// Wherever a fit is when its context ends, it says so.
func TestCancelAnywhere(t *testing.T) {
	d := texts(120, 60, 6, 9)
	from := mustFit(t, d, Options{})
	for _, o := range []Options{{}, {C: 3, From: from}} {
		looks := 0
		for ; looks < 10_000; looks++ {
			m, err := Fit(&countdown{context.Background(), looks}, d, o)
			if err == nil {
				break
			}
			if m != nil || !errors.Is(err, context.Canceled) {
				t.Fatalf("ended at look %d: %v, %v", looks, m, err)
			}
		}
		if looks < 10 || looks == 10_000 {
			t.Errorf("a fit looked at its context %d times", looks)
		}
	}
}
