package linear

import (
	"math/rand/v2"
	"testing"

	"inkling/learn/feature"
)

// numbers makes a table of numbers, of which the target is a sum with noise.
func numbers(rows, columns int) feature.Data {
	rng := rand.New(rand.NewPCG(1, 6))
	var d feature.Data
	for range columns {
		d.Fields = append(d.Fields, feature.Field{Kind: feature.Number})
	}
	for range rows {
		r := feature.Row{Table: make([]float32, columns)}
		y := rng.NormFloat64()
		for c := range r.Table {
			r.Table[c] = float32(rng.NormFloat64())
			y += float64(c%5) * float64(r.Table[c])
		}
		d.Rows, d.Target = append(d.Rows, r), append(d.Target, y)
	}
	return d
}

func BenchmarkRidge(b *testing.B) {
	d := numbers(80_000, 30)
	for b.Loop() {
		mustRegress(b, d, RegressionOptions{Method: Ridge})
	}
}

func BenchmarkRegressionPredict(b *testing.B) {
	d := numbers(1000, 30)
	m := mustRegress(b, d, RegressionOptions{Method: Ridge})
	y, i := make([]float64, 1), 0
	for b.Loop() {
		m.Predict(d.Rows[i%1000], y)
		i++
	}
}
