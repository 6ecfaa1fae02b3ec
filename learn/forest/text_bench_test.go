package forest

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/learn/feature"
)

// texts makes rows like those of short texts: some thirty of 20,000 features,
// each class with some of its own.
func texts(n, classes int, seed uint64) feature.Data {
	rng := rand.New(rand.NewPCG(seed, 9))
	const features = 20_000
	common := rand.NewZipf(rng, 1.1, 5, features-1)
	d := feature.Data{Classes: classes, Features: features, Texts: features}
	for range n {
		class, has := rng.IntN(classes), map[uint32]bool{}
		for range 25 {
			has[uint32(common.Uint64())] = true
		}
		for range 5 {
			has[uint32((class*31+rng.IntN(20)*7)%features)] = true
		}
		var r feature.Row
		for f := range uint32(features) {
			if has[f] {
				r.Index, r.Value = append(r.Index, f), append(r.Value, 1+rng.Float32())
			}
		}
		length := float32(math.Sqrt(r.Square()))
		for i := range r.Value {
			r.Value[i] /= length
		}
		d.Rows, d.Class = append(d.Rows, r), append(d.Class, class)
	}
	return d
}

// BenchmarkTexts fits both kinds on 5,000 texts of 20 classes, with one worker.
func BenchmarkTexts(b *testing.B) {
	d := texts(5000, 20, 1)
	b.Run("forest", func(b *testing.B) {
		for b.Loop() {
			mustFit(b, d, Options{Workers: 1})
		}
	})
	b.Run("boosting", func(b *testing.B) {
		for b.Loop() {
			if _, err := Boost(context.Background(), d, BoostOptions{Workers: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkExplain explains a row by a hundred trees of 100,000 rows.
func BenchmarkExplain(b *testing.B) {
	d := many(100_000)
	boosted, err := Boost(context.Background(), d, BoostOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for name, m := range map[string]*Model{"forest": mustFit(b, d, Options{}), "boosting": boosted} {
		b.Run(name, func(b *testing.B) {
			w, i := make([]float64, 30), 0
			for b.Loop() {
				m.Explain(d.Rows[i%len(d.Rows)], 1, w)
				i += 7919
			}
			b.ReportMetric(float64(m.Nodes()), "nodes")
		})
	}
}
