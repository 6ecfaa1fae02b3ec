package calibrate

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// drawn makes rows of a model whose margins are off by a factor: the class is
// drawn from softmax(z), the model says softmax(z/beta).
func drawn(n, classes int, beta float64, seed uint64) (p [][]float64, class []int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range n {
		z, q := make([]float64, classes), make([]float64, classes)
		for k := range z {
			z[k] = 2 * rng.NormFloat64()
			q[k] = z[k] / beta
		}
		softmax(z)
		softmax(q)
		u, c := rng.Float64(), 0
		for ; c < classes-1 && u >= z[c]; c++ {
			u -= z[c]
		}
		p, class = append(p, q), append(class, c)
	}
	return p, class
}

func logLoss(p [][]float64, class []int) float64 {
	sum := 0.0
	for i, q := range p {
		sum -= math.Log(q[class[i]]) / float64(len(p))
	}
	return sum
}

func applied(m *Map, p [][]float64) [][]float64 {
	var out [][]float64
	for _, q := range p {
		r := append([]float64(nil), q...)
		m.Apply(r)
		out = append(out, r)
	}
	return out
}

// A factor on the log probabilities that was put in is found again.
func TestTemperatureFindsTheFactor(t *testing.T) {
	for _, factor := range []float64{0.3, 1, 4} {
		for _, classes := range []int{2, 5} {
			p, class := drawn(6000, classes, factor, 3)
			m, report, err := Fit(context.Background(), p, class)
			if err != nil {
				t.Fatal(err)
			}
			if factor == 1 {
				continue // see TestIdentityIsKept
			}
			if m.Kind() != Temperature {
				t.Errorf("factor %v, %d classes: %v, tried %+v", factor, classes, m, report.Tried)
				continue
			}
			if got := m.Beta(); math.Abs(got/factor-1) > 0.1 {
				t.Errorf("factor %v found as %.3f", factor, got)
			}
			if !(report.After.LogLoss < report.Before.LogLoss && report.After.ECE < 0.5*report.Before.ECE) {
				t.Errorf("before %+v, after %+v", report.Before, report.After)
			}
		}
	}
}

// The temperature is where no other on a fine grid is better, and its
// derivative agrees with differences of the loss.
func TestTemperatureIsLowest(t *testing.T) {
	p, class := drawn(200, 3, 2, 5)
	h := newHeld(p, class, nil)
	loss := func(b float64) (sum float64) {
		for i, m := range h.logs {
			q := make([]float64, len(m))
			for k, x := range m {
				q[k] = b * x
			}
			softmax(q)
			for k := range q {
				sum -= h.target(i, k) * math.Log(q[k])
			}
		}
		return sum + h.prior*(b+1/b-2)/2
	}
	b := fitTemperature(h)
	for g := 0.05; g < 20; g *= 1.01 {
		if loss(g) < loss(b)-1e-9 {
			t.Fatalf("%v at %v, %v at %v", loss(g), g, loss(b), b)
		}
	}
	for _, at := range []float64{0.2, 1, 3} {
		const e = 1e-5
		slope, bend := h.slopeAt(at)
		if d := (loss(at+e) - loss(at-e)) / (2 * e); math.Abs(d-slope) > 1e-5*(1+math.Abs(d)) {
			t.Errorf("slope at %v: %v, differences %v", at, slope, d)
		}
		up, _ := h.slopeAt(at + e)
		down, _ := h.slopeAt(at - e)
		if d := (up - down) / (2 * e); math.Abs(d-bend) > 1e-4*(1+math.Abs(d)) {
			t.Errorf("bend at %v: %v, differences %v", at, bend, d)
		}
	}
}

// Where all rows say the same, the best factor makes the sigmoid the share that
// was right, smoothed: worked out by hand.
func TestTemperatureClosedForm(t *testing.T) {
	var p [][]float64
	var class []int
	for i := range 100 {
		p, class = append(p, []float64{0.6, 0.4}), append(class, 0)
		if i < 10 {
			class[i] = 1
		}
	}
	s := 1.0 / 102
	right := 0.9*(1-s) + 0.1*s
	want := math.Log(right/(1-right)) / math.Log(1.5)
	h := newHeld(p, class, nil)
	h.prior = 0
	if got := fitTemperature(h); math.Abs(got-want) > 1e-6 {
		t.Errorf("%v, want %v", got, want)
	}
}

// A model that is right everywhere is made surer, never certain.
func TestTemperatureWithoutErrors(t *testing.T) {
	var p [][]float64
	var class []int
	for range 48 {
		p, class = append(p, []float64{0.45, 0.55}), append(class, 1)
	}
	m, err := FitTemperature(p, class, nil)
	if err != nil {
		t.Fatal(err)
	}
	if q := applied(m, p)[0][1]; !(q > 0.8 && q < 0.98) {
		t.Errorf("48 of 48 right: %v", q)
	}
}

func TestSigmoidGradient(t *testing.T) {
	p, class := drawn(60, 3, 2, 8)
	h := newHeld(p, class, nil)
	x := []float64{0.5, 1.2, 0.9, 0.1, -0.3, 0.2}
	_, g, hess := h.sigmoidAt(x, 0.8, true)
	const e = 1e-5
	for j := range x {
		at := func(d float64) (float64, []float64) {
			y := append([]float64(nil), x...)
			y[j] += d
			l, g, _ := h.sigmoidAt(y, 0.8, true)
			return l, g
		}
		up, gu := at(e)
		down, gd := at(-e)
		if d := (up - down) / (2 * e); math.Abs(d-g[j]) > 1e-5*(1+math.Abs(d)) {
			t.Errorf("gradient %d: %v, differences %v", j, g[j], d)
		}
		for k := range x {
			if d := (gu[k] - gd[k]) / (2 * e); math.Abs(d-hess.At(j, k)) > 1e-4*(1+math.Abs(d)) {
				t.Errorf("Hessian %d, %d: %v, differences %v", j, k, hess.At(j, k), d)
			}
		}
	}
	slope, shift, err := fitSigmoid(context.Background(), h, 0.8)
	if err != nil {
		t.Fatal(err)
	}
	_, g, _ = h.sigmoidAt(append(append([]float64(nil), slope...), shift...), 0.8, true)
	for j, v := range g {
		if math.Abs(v) > 1e-4 {
			t.Errorf("gradient %d is %v at the end", j, v)
		}
	}
}

// A model that leans to one class needs a shift, which no temperature gives.
func TestSigmoidMovesAShift(t *testing.T) {
	p, class := drawn(2000, 2, 1, 9)
	for _, q := range p {
		q[0], q[1] = math.Log(q[0])+1.5, math.Log(q[1])
		softmax(q)
	}
	m, report, err := Fit(context.Background(), p, class)
	if err != nil {
		t.Fatal(err)
	}
	if m.Kind() != Sigmoid {
		t.Fatalf("%v, tried %+v", m, report.Tried)
	}
	if got := report.After.ECE; got > 0.4*report.Before.ECE {
		t.Errorf("ECE %v, before %v", got, report.Before.ECE)
	}
}

// A bend that neither a factor nor a shift can straighten is one for steps.
func TestIsotonicFollowsABend(t *testing.T) {
	p, class := drawn(6000, 2, 1, 9)
	for _, q := range p { // symmetric about a half, so that no shift helps
		x := math.Abs(q[0]-0.5) * 2
		x = math.Pow(x, 8)
		if q[0] < 0.5 {
			x = -x
		}
		q[0] = min(max(0.5+x/2, 1e-6), 1-1e-6)
		q[1] = 1 - q[0]
	}
	m, report, err := Fit(context.Background(), p, class)
	if err != nil {
		t.Fatal(err)
	}
	if m.Kind() != Isotonic {
		t.Fatalf("%v, tried %+v", m, report.Tried)
	}
	if report.After.ECE > 0.4*report.Before.ECE {
		t.Errorf("ECE %v, before %v", report.After.ECE, report.Before.ECE)
	}
}

// What is calibrated already, and what is noise, stays as it is or nearly so.
func TestIdentityIsKept(t *testing.T) {
	// Every row the same, and right as often as it says: nothing can gain.
	var p [][]float64
	var class []int
	for i := range 200 {
		p, class = append(p, []float64{0.75, 0.25}), append(class, 0)
		if i%20 >= 15 {
			class[i] = 1
		}
	}
	m, report, err := Fit(context.Background(), p, class)
	if err != nil {
		t.Fatal(err)
	}
	if m != nil {
		t.Errorf("%v, tried %+v", m, report.Tried)
	}
	if report.After != report.Before {
		t.Errorf("before %+v, after %+v", report.Before, report.After)
	}
	// Over many draws of a model that is calibrated, what was put on costs next
	// to nothing.
	worst := 0.0
	for seed := range uint64(20) {
		p, class := drawn(100, 3, 1, 100+seed)
		m, _, err := Fit(context.Background(), p, class)
		if err != nil {
			t.Fatal(err)
		}
		fresh, truth := drawn(2000, 3, 1, 500+seed)
		worst = max(worst, logLoss(applied(m, fresh), truth)-logLoss(fresh, truth))
	}
	if worst > 0.03 {
		t.Errorf("%.3f nats lost on new rows", worst)
	}
}

// Pooling gives the rising function of least squares: no other partition into
// blocks, with levels that rise, is nearer.
func TestPoolIsNearest(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 300 {
		n := 1 + rng.IntN(8)
		samples := make([]sample, n)
		for i := range samples {
			samples[i] = sample{float64(rng.IntN(6)) / 6, float64(rng.IntN(2)), 1 + float64(rng.IntN(3))}
		}
		square := func(bs []block) (sum float64) {
			for _, s := range samples {
				for _, b := range bs {
					if s.p >= b.low && s.p <= b.high {
						sum += s.weight * math.Pow(s.true-b.sum/b.weight, 2)
					}
				}
			}
			return sum
		}
		got := pool(append([]sample(nil), samples...))
		for j := 1; j < len(got); j++ {
			if got[j-1].sum/got[j-1].weight >= got[j].sum/got[j].weight || got[j-1].high >= got[j].low {
				t.Fatalf("not rising: %+v", got)
			}
		}
		// By brute force: every way to cut the sorted distinct places.
		var sorted []float64
		for x := 0; x <= 6; x++ {
			p := float64(x) / 6
			for _, s := range samples {
				if s.p == p {
					sorted = append(sorted, p)
					break
				}
			}
		}
		nearest := math.Inf(1)
		for cuts := range 1 << (len(sorted) - 1) {
			var bs []block
			for j, p := range sorted {
				if j == 0 || cuts>>(j-1)&1 == 1 {
					bs = append(bs, block{low: p})
				}
				b := &bs[len(bs)-1]
				b.high = p
				for _, s := range samples {
					if s.p == p {
						b.sum += s.weight * s.true
						b.weight += s.weight
					}
				}
			}
			rises := true
			for j := 1; j < len(bs); j++ {
				rises = rises && bs[j-1].sum/bs[j-1].weight <= bs[j].sum/bs[j].weight
			}
			if rises {
				nearest = min(nearest, square(bs))
			}
		}
		if math.Abs(square(got)-nearest) > 1e-9 {
			t.Fatalf("%+v: %v, by brute force %v", samples, square(got), nearest)
		}
	}
}

// The margins after calibration are the sums that Linear tells of.
func TestLinear(t *testing.T) {
	p, class := drawn(400, 3, 2, 11)
	h := newHeld(p, class, nil)
	for _, k := range []Kind{Identity, Temperature, Sigmoid} {
		m, err := h.fit(context.Background(), k)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range p[:50] {
			before, after := append([]float64(nil), q...), append([]float64(nil), q...)
			m.Apply(after)
			margins(before)
			margins(after)
			slope := make([]float64, 3)
			for c := range 3 {
				sum, ok := m.Linear(c, slope)
				for j, s := range slope {
					sum += s * before[j]
				}
				if want := after[c]; !ok || math.Abs(sum-want) > 1e-9*(1+math.Abs(want)) {
					t.Fatalf("%v, class %d: %v, want %v", k, c, sum, want)
				}
			}
		}
	}
	iso, _ := h.fit(context.Background(), Isotonic)
	if _, ok := iso.Linear(0, make([]float64, 3)); ok {
		t.Error("steps are not linear")
	}
}

// margins turns probabilities into the margins of their logs.
func margins(p []float64) {
	centre(p)
	n := float64(len(p))
	for k := range p {
		p[k] *= n / (n - 1)
	}
}

func TestCodec(t *testing.T) {
	p, class := drawn(400, 3, 2, 12)
	h := newHeld(p, class, nil)
	for _, k := range []Kind{Identity, Temperature, Sigmoid, Isotonic} {
		m, err := h.fit(context.Background(), k)
		if err != nil {
			t.Fatal(err)
		}
		b, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Unmarshal(b)
		if err != nil || back.Kind() != k {
			t.Fatalf("%v became %v, %v", m, back, err)
		}
		again, _ := back.MarshalBinary()
		if !bytes.Equal(b, again) {
			t.Error("other bytes the second time")
		}
		for i, q := range applied(m, p) {
			for c, x := range applied(back, p[i:i+1])[0] {
				if x != q[c] || !(x > 0 && x <= 1) {
					t.Fatalf("%v became %v", q[c], x)
				}
			}
		}
		if len(b) > 0 {
			if _, err := Unmarshal(b[:len(b)-1]); !errors.Is(err, ErrDamaged) {
				t.Errorf("cut short: %v", err)
			}
		}
	}
}

// Rows weigh: each row twice is each row with weight 2, but for the smoothing.
func TestWeights(t *testing.T) {
	p, class := drawn(50, 2, 3, 14)
	w := make([]float64, len(p))
	for i := range w {
		w[i] = 1 + float64(i%3)
	}
	a := newHeld(p, class, w)
	var p2 [][]float64
	var c2 []int
	for i := range p {
		for range 1 + i%3 {
			p2, c2 = append(p2, p[i]), append(c2, class[i])
		}
	}
	b := newHeld(p2, c2, nil)
	b.smooth = a.smooth
	if x, y := fitTemperature(a), fitTemperature(b); math.Abs(x-y) > 1e-6 {
		t.Errorf("%v with weights, %v with repeats", x, y)
	}
}

func TestOddRows(t *testing.T) {
	ctx := context.Background()
	if _, _, err := Fit(ctx, nil, nil); !errors.Is(err, ErrNoRows) {
		t.Errorf("no rows: %v", err)
	}
	for _, p := range [][][]float64{{{1}}, {{1, 0}}, {{0.5, 0.5}, {0.5, 0.5}}} {
		m, _, err := Fit(ctx, p, make([]int, len(p)))
		if err != nil || m != nil {
			t.Errorf("%v: %v, %v", p, m, err)
		}
	}
	// Certain and wrong: probabilities of 0 are survived.
	var p [][]float64
	var class []int
	for i := range 60 {
		p, class = append(p, []float64{1, 0}), append(class, i%2)
	}
	m, _, err := Fit(ctx, p, class)
	if err != nil {
		t.Fatal(err)
	}
	if q := applied(m, p)[0]; !(q[1] > 0.05) {
		t.Errorf("certain and wrong half of the time: %v", q)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := Fit(cancelled, p, class); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzUnmarshal(f *testing.F) {
	p, class := drawn(100, 3, 2, 13)
	h := newHeld(p, class, nil)
	for _, k := range []Kind{Temperature, Sigmoid, Isotonic} {
		m, err := h.fit(context.Background(), k)
		if err != nil {
			f.Fatal(err)
		}
		b, err := m.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Unmarshal(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		if m.Classes() > 1000 {
			return
		}
		q := make([]float64, max(m.Classes(), 2))
		for k := range q {
			q[k] = 1 / float64(len(q))
		}
		m.Apply(q)
		for _, x := range q {
			if !(x >= 0 && x <= 1) {
				t.Fatalf("%v says %v", m, q)
			}
		}
	})
}
