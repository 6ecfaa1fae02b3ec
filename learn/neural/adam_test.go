package neural

import (
	"math"
	"testing"

	"inkling/learn/dense"
)

// Adam as its paper has it, in float64, step by step.
func TestAdamByHand(t *testing.T) {
	gradients := []float64{0.5, -2, 1, 0, 3, 1e-3, -1}
	w, m, v := 1.0, 0.0, 0.0
	opt := optimiser{decay: 0.1}
	const rate = 0.01
	p := newParam(&matrix{1, 1, dense.Lanes, []float32{1, 0, 0, 0, 0, 0, 0, 0}}, 1)
	for i, g := range gradients {
		n := float64(i + 1)
		m, v = 0.9*m+0.1*g, 0.999*v+0.001*g*g
		w = w - rate*0.1*w - rate*(m/(1-math.Pow(0.9, n)))/(math.Sqrt(v/(1-math.Pow(0.999, n)))+1e-8)
		p.g.v[0] = float32(g)
		p.move(&opt, i+1, rate, nil, alone())
		if math.Abs(float64(p.w[0])-w) > 1e-6 {
			t.Fatalf("step %d: %v, by hand %v", i+1, p.w[0], w)
		}
	}
	for _, x := range p.w[1:] {
		if x != 0 {
			t.Errorf("what pads a row became %v", x)
		}
	}
}

// With the same gradient in each step the corrected moments are that gradient and its
// square, so that each step is the rate: a closed form.
func TestAdamConstantGradient(t *testing.T) {
	p := newParam(&matrix{1, 1, dense.Lanes, make([]float32, dense.Lanes)}, 1)
	var opt optimiser
	for i := range 50 {
		p.g.v[0] = -7
		p.move(&opt, i+1, 0.01, nil, alone())
	}
	if math.Abs(float64(p.w[0])-0.5) > 1e-4 {
		t.Errorf("50 steps of 0.01 led to %v", p.w[0])
	}
}

// The minimum of a quadratic is found, however its sides differ in steepness.
func TestAdamQuadratic(t *testing.T) {
	p := newParam(&matrix{1, dense.Lanes, dense.Lanes, make([]float32, dense.Lanes)}, 1)
	var opt optimiser
	for i := range 3000 {
		for j := range dense.Lanes {
			p.g.v[j] = float32(math.Pow(10, float64(j-4))) * (p.w[j] - float32(j))
		}
		p.move(&opt, i+1, 0.05*Options{Rate: 1, Schedule: Cosine}.rate(float64(i)/3000, 0), nil, alone())
	}
	for j, x := range p.w {
		if math.Abs(float64(x)-float64(j)) > 1e-2 {
			t.Errorf("minimum %d found at %v", j, x)
		}
	}
}

// A sparse row moves as if the steps without it had not been.
func TestAdamSparse(t *testing.T) {
	var opt optimiser
	sparse := newParam(&matrix{4, 3, dense.Lanes, make([]float32, 4*dense.Lanes)}, 1) // one dense row, three sparse ones
	single := newParam(&matrix{1, 3, dense.Lanes, make([]float32, dense.Lanes)}, 1)
	steps := 0
	for i := range 20 {
		sparse.clear(1)
		row := uint32(i % 3)
		for c := range 3 {
			sparse.g.v[dense.Lanes+c] = float32(i - 3*c)
		}
		sparse.move(&opt, i+1, 0.01, []uint32{row}, alone())
		if row == 1 {
			steps++
			copy(single.g.v, sparse.g.v[dense.Lanes:])
			single.move(&opt, steps, 0.01, nil, alone())
		}
	}
	same(t, "sparse row", sparse.w[2*dense.Lanes:3*dense.Lanes], single.w)
	for _, x := range sparse.w[:dense.Lanes] {
		if x != 0 {
			t.Errorf("a row without gradient moved to %v", x)
		}
	}
}

// Schedules: the closed forms of each, and the cosine against the library's.
func TestSchedules(t *testing.T) {
	for i := range 101 {
		x := float64(i) / 100
		if got, want := halfWave(x), (1+math.Cos(math.Pi*x))/2; math.Abs(got-want) > 1e-14 {
			t.Errorf("half a wave at %v is %v, want %v", x, got, want)
		}
	}
	o := Options{Rate: 1, Schedule: Steps, Every: 3, Factor: 0.5, Epochs: 9}.withDefaults()
	for epoch, want := range []float64{1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25} {
		if got := o.rate(0, epoch); got != want {
			t.Errorf("epoch %d: rate %v, want %v", epoch, got, want)
		}
	}
	f := fit{o: Options{Schedule: Plateau, Every: 2, Factor: 0.5}.withDefaults(), factor: 1, best: math.Inf(1)}
	for i, s := range []struct{ loss, factor float64 }{{3, 1}, {2, 1}, {2, 1}, {2.5, 0.5}, {1, 0.5}, {1, 0.5}, {1, 0.25}, {1, 0.25}, {1, 0.125}} {
		if f.watch(s.loss, i+1); f.factor != s.factor {
			t.Errorf("epoch %d: rate times %v, want %v", i+1, f.factor, s.factor)
		}
	}
}

// alone is a splitter of one worker that never stops.
func alone() splitter { return splitOver(1, func() bool { return false }) }
