package linear

import (
	"math"
	"testing"
)

// A row that weighs three is three rows.
func TestWeight(t *testing.T) {
	d := synthetic(200, 60, 3, 11)
	many := d
	many.Rows, many.Class = nil, nil
	for i, r := range d.Rows {
		n := 1 + i%3
		d.Weight = append(d.Weight, float64(n))
		for range n {
			many.Rows, many.Class = append(many.Rows, r), append(many.Class, d.Class[i])
		}
	}
	tight := Options{C: 2, Epochs: 2000, Tolerance: 1e-6}
	a, b := mustFit(t, d, tight), mustFit(t, many, tight)
	p, q := make([]float64, 3), make([]float64, 3)
	for _, r := range d.Rows {
		a.Predict(r, p)
		b.Predict(r, q)
		for c := range p {
			if math.Abs(p[c]-q[c]) > 1e-3 {
				t.Fatalf("%v by weights, %v by copies", p, q)
			}
		}
	}
}
