package linear

import (
	"math"
	"testing"
)

// What the features add, and what is there without any, is the margin of the
// probabilities: the log of the class's less the mean log of the others.
func TestExplanationsAreComplete(t *testing.T) {
	for _, classes := range []int{2, 3, 4, 5, 9, 77} {
		d := texts(400, 300, classes, 4)
		m := mustFit(t, d, Options{C: 6})
		p := make([]float64, classes)
		for i, r := range part(synthetic(80, 320, classes, 5), 0, 80).Rows {
			m.Predict(r, p)
			w, class := make([]float64, r.Len()), i%classes
			sum := m.Explain(r, class, w)
			for _, x := range w {
				sum += x
			}
			want := math.Log(p[class])
			for c, q := range p {
				if c != class {
					want -= math.Log(q) / float64(classes-1)
				}
			}
			if math.Abs(sum-want) > 1e-6 {
				t.Fatalf("%d classes: reasons sum to %v, the margin is %v", classes, sum, want)
			}
		}
	}
}
