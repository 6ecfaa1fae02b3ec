package learn

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/label"
)

// stacked makes what two members say of rows: one that knows the truth through
// noise, and one that knows less of it.
func stacked(t tells, n, classes int, seed uint64) (Data, [][][]float64) {
	rng := rand.New(rand.NewPCG(seed, 2))
	d := Data{Classes: classes, Rows: make([]Row, n)}
	said := make([][][]float64, 2)
	for i := range n {
		switch t {
		case tellsNumbers:
			y := 10 * rng.NormFloat64()
			d.Target = append(d.Target, y+3)
			said[0] = append(said[0], []float64{y + rng.NormFloat64()})
			said[1] = append(said[1], []float64{2*y + 4*rng.NormFloat64()})
			continue
		case tellsSets:
			d.Sets = append(d.Sets, nil)
		}
		c := rng.IntN(classes)
		d.Class = append(d.Class, c)
		for m, noise := range []float64{1, 2.5} {
			z := make([]float64, classes)
			p := make([]float64, classes)
			for k := range z {
				z[k] = noise * rng.NormFloat64()
				if k == c {
					z[k] += 2
				}
			}
			logSum(z, p)
			if t == tellsSets {
				for k := range p {
					p[k] = 1 / (1 + math.Exp(-z[k]))
				}
			}
			said[m] = append(said[m], p)
		}
		if t == tellsSets {
			d.Sets[i] = []int{c}
			if i%7 == 0 {
				d.Sets[i] = []int{}
			}
		}
	}
	if t == tellsSets {
		d.Class = nil
	}
	return d, said
}

func TestStackGradient(t *testing.T) {
	for _, kind := range []tells{tellsClasses, tellsSets, tellsNumbers} {
		classes := 3
		if kind == tellsNumbers {
			classes = 1
		}
		d, said := stacked(kind, 50, classes, 4)
		for i := range d.Rows {
			d.Weight = append(d.Weight, 0.5+float64(i%3))
		}
		s := newStacking(kind, d, said)
		x := []float64{0.3, 0.9, 0.2, -0.4, 0.1}[:2+classes]
		_, g, h := s.at(x, true)
		const e = 1e-5
		for a := range x {
			at := func(by float64) (float64, []float64) {
				y := append([]float64(nil), x...)
				y[a] += by
				l, g, _ := s.at(y, true)
				return l, g
			}
			up, gu := at(e)
			down, gd := at(-e)
			if v := (up - down) / (2 * e); math.Abs(v-g[a]) > 1e-5*(1+math.Abs(v)) {
				t.Errorf("%d: gradient %d: %v, differences %v", kind, a, g[a], v)
			}
			for b := range x {
				if v := (gu[b] - gd[b]) / (2 * e); math.Abs(v-h.At(a, b)) > 1e-4*(1+math.Abs(v)) {
					t.Errorf("%d: Hessian %d, %d: %v, differences %v", kind, a, b, h.At(a, b), v)
				}
			}
		}
	}
}

// No weights on a fine grid, from 0 up, do better than those that were found.
func TestStackIsLowest(t *testing.T) {
	for _, kind := range []tells{tellsClasses, tellsSets, tellsNumbers} {
		classes := 3
		if kind == tellsNumbers {
			classes = 1
		}
		d, said := stacked(kind, 200, classes, 5)
		// A member that speaks against the truth must get 0, not less.
		var against [][]float64
		for _, p := range said[0] {
			q := make([]float64, len(p))
			sum := 0.0
			for c, x := range p {
				q[c] = 1 / x
				if kind == tellsNumbers {
					q[c] = -x
				} else if kind == tellsSets {
					q[c] = 1 - x
				}
				sum += q[c]
			}
			if kind == tellsClasses {
				for c := range q {
					q[c] /= sum
				}
			}
			against = append(against, q)
		}
		for _, said := range [][][][]float64{said, {said[0], against}} {
			s := newStacking(kind, d, said)
			x, err := s.solve(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			least, _, _ := s.at(x, false)
			for a := 0.0; a < 3; a += 0.05 {
				for b := 0.0; b < 3; b += 0.05 {
					y := append([]float64{a, b}, x[2:]...)
					if l, _, _ := s.at(y, false); l < least-1e-6*(1+math.Abs(least)) {
						t.Fatalf("%d: %v at %v, %v at %v", kind, l, y, least, x)
					}
				}
			}
			if x[0] < 0 || x[1] < 0 {
				t.Errorf("%d: weights %v", kind, x)
			}
		}
	}
}

// An ensemble of two models does about as well as the better one, whatever the
// data, and its weights stay while the answers grow by less than a quarter.
func TestEnsemblesKeepUp(t *testing.T) {
	d := conforming(400, 5, 60, 21)
	valid := conforming(400, 5, 60, 22)
	ctx := context.Background()
	loss := func(m Model) float64 {
		s, err := measure(ctx, m, valid)
		if err != nil {
			t.Fatal(err)
		}
		return s.loss
	}
	least := math.Inf(1)
	for _, name := range []string{NaiveBayes, Softmax} {
		m, _ := newModel(name)
		least = min(least, loss(mustFit(t, m, d, FitOptions{Seed: 1})))
	}
	set := ModelOptions{{"members", "naive-bayes+softmax-regression"}}
	for _, name := range []string{Vote, Stack} {
		m, _ := newModel(name)
		m = mustFit(t, m, d, FitOptions{Seed: 1, Set: set})
		if got := loss(m); got > least+0.02 {
			t.Errorf("%s: log loss %.3f, of the better member %.3f; %v", name, got, least, m.Params())
		}
		grown := conforming(440, 5, 60, 21)
		again := mustFit(t, m, grown, FitOptions{Seed: 1, Set: set}).(*ensemble)
		if was := m.(*ensemble); &again.weight[0] != &was.weight[0] {
			t.Errorf("%s: weights were fitted anew for a tenth more answers", name)
		}
		fresh := mustFit(t, m, conforming(600, 5, 60, 21), FitOptions{Seed: 1, Set: set}).(*ensemble)
		if fresh.rows != 600 {
			t.Errorf("%s: weights are those of %d answers", name, fresh.rows)
		}
	}
	for _, bad := range []string{"members=stack+vote", "members=naive-bayes", "members=no-such+naive-bayes", "folds=1"} {
		o, err := ParseModelOptions(bad)
		if err != nil {
			t.Fatal(err)
		}
		if err := (Settings{Model: Stack, Set: o}).Check(label.Task{Kind: label.Classes}); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// Whatever bytes an ensemble is read from, it answers or says that they are
// damaged.
func FuzzUnmarshalEnsemble(f *testing.F) {
	d := conforming(40, 3, 20, 4)
	m, err := (&ensemble{name: Stack}).Fit(context.Background(), d, FitOptions{Set: ModelOptions{{"members", "naive-bayes+softmax-regression"}}})
	if err != nil {
		f.Fatal(err)
	}
	b, err := m.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := unmarshalEnsemble(Stack, b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		if n := m.Classes(); n < 1<<12 {
			p := make([]float64, n)
			m.Predict(d.Rows[0], p)
			m.Explain(d.Rows[0], 0, make([]float64, d.Rows[0].Len()))
		}
	})
}

// probe is a member that keeps what it was fitted on.
type probe struct {
	oracle
	saw *[]Row
}

func (p probe) Fit(_ context.Context, d Data, _ FitOptions) (Model, error) {
	*p.saw = d.Rows
	return p, nil
}

// Rows that read the same as one that weights are fitted on are not among those
// that members were fitted on, however many there are.
func TestHeldRowsWereNotSeen(t *testing.T) {
	d := Data{Classes: 2, Features: 1 << 20}
	for i := range 20_000 {
		d.Rows = append(d.Rows, Row{Index: []uint32{uint32(i % 7000)}, Value: []float32{1}})
		d.Class = append(d.Class, i%2)
	}
	var saw []Row
	member := entry{name: "probe", empty: func() Model { return probe{saw: &saw} }}
	held, said, err := heldFolds(context.Background(), d, FitOptions{}, ensembleOptions{members: []entry{member}, folds: poolFolds})
	if err != nil || len(held) < poolHeld/2 || len(held) > 2*poolHeld || len(said[0]) != len(held) {
		t.Fatalf("%d rows held, %d answers: %v", len(held), len(said[0]), err)
	}
	out := map[uint32]bool{}
	for _, i := range held {
		out[d.Rows[i].Index[0]] = true
	}
	for _, r := range saw {
		if out[r.Index[0]] {
			t.Fatalf("row %v is on both sides", r.Index)
		}
	}
}
