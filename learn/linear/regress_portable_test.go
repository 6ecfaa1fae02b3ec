package linear

import (
	"flag"
	"hash/fnv"
	"math"
	"os"
	"testing"

	"inkling/learn/feature"
)

var writeModels = flag.Bool("write-models", false, "write the golden models of regressions anew")

// TestRegressionsSameEverywhere holds every processor to the same answers, to the last
// bit, of models that are read from files. It is run for others under an emulator.
func TestRegressionsSameEverywhere(t *testing.T) {
	d, _ := houses(80, 9)
	for _, c := range []struct {
		name string
		hash uint64
		fit  func() ([]byte, error)
		load func(b []byte) (func(feature.Row, []float64), int, error)
	}{
		{"elastic", 0x3aa64d4ced318c1a, func() ([]byte, error) {
			return mustRegress(t, d, RegressionOptions{Method: Elastic, Bends: BendYes}).MarshalBinary()
		}, func(b []byte) (func(feature.Row, []float64), int, error) {
			m, err := UnmarshalRegression(b)
			return m.Predict, 1, err
		}},
		{"logistic", 0x299b29f1dc5af61e, func() ([]byte, error) {
			return mustLogistic(t, shops(80, 4, false, 9), LogisticOptions{C: 1}).MarshalBinary()
		}, func(b []byte) (func(feature.Row, []float64), int, error) {
			m, err := UnmarshalOneVsRest(b)
			return m.Predict, 4, err
		}},
	} {
		file := "testdata/" + c.name + ".model"
		if *writeModels {
			b, err := c.fit()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		predict, n, err := c.load(b)
		if err != nil {
			t.Fatal(err)
		}
		h, p := fnv.New64a(), make([]float64, n)
		for _, r := range d.Rows {
			predict(r, p)
			for _, x := range p {
				bits := math.Float64bits(x)
				for range 8 {
					h.Write([]byte{byte(bits)})
					bits >>= 8
				}
			}
		}
		if got := h.Sum64(); got != c.hash {
			t.Errorf("%s: hash of the answers' bits is %#x, want %#x", c.name, got, c.hash)
		}
	}
}

// TestRegressionFitsSameEverywhere holds every processor to the same bytes of fits, with
// hats and with words, as well with vectors as without.
func TestRegressionFitsSameEverywhere(t *testing.T) {
	h := fnv.New64a()
	for _, odd := range []bool{false, true} {
		d := flats(600, odd, odd, odd, odd)
		for _, o := range []RegressionOptions{{}, {Method: Ridge, Bends: BendYes}, {Method: Elastic, Bends: BendYes}, {Method: Ridge}} {
			b, err := mustRegress(t, d, o).MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			h.Write(b)
		}
	}
	if got, want := h.Sum64(), uint64(0x7137e560dce85d0a); got != want {
		t.Errorf("hash of the fits' bytes is %#x, want %#x", got, want)
	}
}
