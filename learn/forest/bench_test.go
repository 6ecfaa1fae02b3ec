package forest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"inkling/learn/feature"
)

// many makes a table of numbers like that of docs/bench/trees.
func many(n int) feature.Data {
	rng := rand.New(rand.NewPCG(3, 30))
	d := feature.Data{Classes: 2, Fields: make([]feature.Field, 30)}
	for c := range d.Fields {
		d.Fields[c].Kind = feature.Number
	}
	for range n {
		x := make([]float32, 30)
		for c := range x {
			x[c] = float32(rng.NormFloat64())
		}
		z := 1.2*x[0] - x[1] + 0.7*x[0]*x[3] + 1.5*float32(math.Sin(2*float64(x[4]))) + x[6]*x[7]
		class := 0
		if rng.Float64() < 1/(1+math.Exp(-float64(z))) {
			class = 1
		}
		d.Rows, d.Class = append(d.Rows, feature.Row{Table: x}), append(d.Class, class)
	}
	return d
}

func BenchmarkBoost(b *testing.B) {
	d := many(100_000)
	for b.Loop() {
		if _, err := Boost(context.Background(), d, BoostOptions{Workers: 1, Rounds: 100}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkForest(b *testing.B) {
	d := many(100_000)
	for b.Loop() {
		mustFit(b, d, Options{Workers: 1, Trees: 20})
	}
}

func BenchmarkPredict(b *testing.B) {
	d := many(100_000)
	m := mustFit(b, d, Options{Workers: 2})
	p, i := make([]float64, 2), 0
	for b.Loop() {
		m.Predict(d.Rows[i%len(d.Rows)], p)
		i += 7919
	}
}

// BenchmarkRows is the time against the rows, with one worker: 100 rounds, and 20 trees.
func BenchmarkRows(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		d := many(n)
		b.Run(fmt.Sprintf("boosting/%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Boost(context.Background(), d, BoostOptions{Workers: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("forest/%d", n), func(b *testing.B) {
			for b.Loop() {
				mustFit(b, d, Options{Workers: 1, Trees: 20})
			}
		})
	}
}

// BenchmarkCancel is how long fits of 300,000 rows go on after their context ended, the longest
// of some moments.
func BenchmarkCancel(b *testing.B) {
	d := many(300_000)
	for name, fit := range map[string]func(context.Context) error{
		"forest":   func(ctx context.Context) error { _, err := Fit(ctx, d, Options{}); return err },
		"boosting": func(ctx context.Context) error { _, err := Boost(ctx, d, BoostOptions{}); return err },
	} {
		b.Run(name, func(b *testing.B) {
			longest := time.Duration(0)
			for b.Loop() {
				for at := 10 * time.Millisecond; at < time.Second; at = at * 5 / 4 {
					ctx, cancel := context.WithTimeout(context.Background(), at)
					end, _ := ctx.Deadline()
					if fit(ctx) != nil {
						longest = max(longest, time.Since(end))
					}
					cancel()
				}
			}
			b.ReportMetric(float64(longest.Milliseconds()), "ms-longest")
		})
	}
}
