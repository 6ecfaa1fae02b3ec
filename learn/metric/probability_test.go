package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// forecasts draws truths of k classes and rows of probabilities, in steps
// coarse enough to bring ties, zeros and ones.
func forecasts(t *rapid.T, k int) (truth []int, p [][]float64) {
	truth = rapid.SliceOfN(rapid.IntRange(0, k-1), 0, 40).Draw(t, "truth")
	p = make([][]float64, len(truth))
	for i := range p {
		weights := rapid.SliceOfN(rapid.IntRange(0, 4), k, k).Draw(t, "weights")
		sum := 0
		for _, w := range weights {
			sum += w
		}
		p[i] = make([]float64, k)
		for c, w := range weights {
			if sum == 0 {
				p[i][c] = 1 / float64(k)
			} else {
				p[i][c] = float64(w) / float64(sum)
			}
		}
	}
	return truth, p
}

func TestLogLossByHand(t *testing.T) {
	for _, c := range []struct {
		name  string
		truth []int
		p     [][]float64
		want  float64
	}{
		{"mean of ln 2 and ln 4", []int{0, 1}, [][]float64{{0.5, 0.5}, {0.75, 0.25}}, 1.5 * math.Ln2},
		{"sure and right", []int{1}, [][]float64{{0, 1}}, 0},
		{"sure and wrong: clipped to 2^-52", []int{1}, [][]float64{{1, 0}}, 52 * math.Ln2},
		{"rows are divided by their sum", []int{0}, [][]float64{{0.2, 0.2}}, math.Ln2},
		{"after clipping", []int{0}, [][]float64{{3, 3}}, math.Ln2},
		{"one class", []int{0}, [][]float64{{1}}, 0},
		{"no items", nil, nil, math.NaN()},
		{"a broken model", []int{0}, [][]float64{{math.NaN(), 1}}, math.NaN()},
	} {
		t.Run(c.name, func(t *testing.T) { near(t, "log loss", LogLoss(c.truth, c.p), c.want) })
	}
}

func TestBrierByHand(t *testing.T) {
	// (1/4 + 1/4), (9/16 + 9/16), (1 + 1), 0
	p := [][]float64{{0.5, 0.5}, {0.75, 0.25}, {1, 0}, {1, 0}}
	near(t, "brier", Brier([]int{0, 1, 1, 0}, p), (0.5+1.125+2+0)/4)
	near(t, "brier of nothing", Brier(nil, nil), math.NaN())
}

func TestTopKByHand(t *testing.T) {
	p := [][]float64{{0.5, 0.3, 0.2}, {0.5, 0.3, 0.2}, {0.4, 0.4, 0.2}, {math.NaN(), 1, 0}}
	truth := []int{0, 2, 1, 0} // ranks: first, third, second by the tie, none
	for k, want := range []float64{0, 1.0 / 4, 2.0 / 4, 3.0 / 4, 3.0 / 4} {
		near(t, "top k", TopK(truth, p, k), want)
	}
	near(t, "top 1 of nothing", TopK(nil, nil, 1), math.NaN())
}

func TestTopK(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 5).Draw(t, "k")
		truth, p := forecasts(t, k)
		if len(truth) == 0 {
			return
		}
		top := make([]int, len(p))
		for i, row := range p {
			top[i] = ArgMax(row)
		}
		if got, want := TopK(truth, p, 1), Tabulate(k, truth, top).Accuracy(); got != want {
			t.Fatalf("top 1 is %v, accuracy %v", got, want)
		}
		last := 0.0
		for n := 1; n <= k; n++ {
			now := TopK(truth, p, n)
			if now < last {
				t.Fatalf("top %d is %v, top %d %v", n, now, n-1, last)
			}
			last = now
		}
		if last != 1 {
			t.Fatalf("top %d of %d classes is %v", k, k, last)
		}
	})
}

// Both losses are proper: what is expected of the truth is lowest where the
// forecast is the true distribution.
func TestLossesAreProper(t *testing.T) {
	truth := []int{0, 0, 0, 1, 1, 2}
	constant := func(p ...float64) [][]float64 {
		rows := make([][]float64, len(truth))
		for i := range rows {
			rows[i] = p
		}
		return rows
	}
	best := constant(3.0/6, 2.0/6, 1.0/6)
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(0.01, 0.98).Draw(t, "a")
		b := rapid.Float64Range(0.01, 0.99-a).Draw(t, "b")
		other := constant(a, b, 1-a-b)
		if LogLoss(truth, other) < LogLoss(truth, best)-1e-12 {
			t.Fatalf("log loss %v below %v", LogLoss(truth, other), LogLoss(truth, best))
		}
		if Brier(truth, other) < Brier(truth, best)-1e-12 {
			t.Fatalf("brier %v below %v", Brier(truth, other), Brier(truth, best))
		}
	})
}

func TestCalibrationByHand(t *testing.T) {
	c := NewCalibration(10)
	c.Add(0.95, true)  // bin (0.9, 1]: off by 0.05
	c.Add(0.85, true)  // bin (0.8, 0.9]: accuracy 0.5
	c.Add(0.85, false) // off by 0.35
	c.Add(0.55, false) // bin (0.5, 0.6]: off by 0.55
	near(t, "ece", c.ECE(), (0.05+2*0.35+0.55)/4)
	near(t, "mce", c.MCE(), 0.55)
	b := c.Bins()[8]
	if b.N != 2 || b.Accuracy != 0.5 {
		t.Errorf("bin 8 is %+v", b)
	}
	near(t, "confidence", b.Confidence, 0.85)
	near(t, "low", b.Low, 0.8)
	near(t, "high", b.High, 0.9)
	near(t, "ece of nothing", NewCalibration(3).ECE(), math.NaN())
	near(t, "mce of nothing", NewCalibration(3).MCE(), math.NaN())
}

func TestCalibrationEdges(t *testing.T) {
	for _, c := range []struct {
		confidence float64
		bin        int // of 4
	}{
		{0, 0}, {0.25, 0}, {math.Nextafter(0.25, 1), 1}, {0.5, 1}, {0.75, 2}, {1, 3},
		{-0.5, 0}, {1.5, 3}, {math.Inf(1), 3}, {math.NaN(), 0},
	} {
		k := NewCalibration(4)
		k.Add(c.confidence, true)
		for b, bin := range k.Bins() {
			if (bin.N == 1) != (b == c.bin) {
				t.Errorf("confidence %v: %d items in bin %d", c.confidence, bin.N, b)
			}
		}
	}
	broken := NewCalibration(4)
	broken.Add(math.NaN(), true)
	if !math.IsNaN(broken.ECE()) || !math.IsNaN(broken.MCE()) {
		t.Errorf("a confidence that is NaN gives ECE %v, MCE %v", broken.ECE(), broken.MCE())
	}
}

func TestCalibrationBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth, p := forecasts(t, 3)
		if len(truth) == 0 {
			return
		}
		c := Calibrate(truth, p, rapid.IntRange(1, 20).Draw(t, "bins"))
		n := 0
		for _, b := range c.Bins() {
			n += b.N
			if b.N > 0 && (b.Confidence < b.Low-1e-12 || b.Confidence > b.High+1e-12) {
				t.Fatalf("confidence outside of its bin: %+v", b)
			}
		}
		if n != len(truth) || c.N() != n {
			t.Fatalf("%d items in bins, %d counted, %d given", n, c.N(), len(truth))
		}
		if e, m := c.ECE(), c.MCE(); e < 0 || e > m+1e-12 || m > 1 {
			t.Fatalf("ece %v, mce %v", e, m)
		}
	})
}
