package learn

import (
	"context"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"inkling/learn/feature"
)

// BenchmarkCancel measures how long each model's fit goes on after it was
// cancelled, on 200,000 rows of a table of 30 columns and on 50,000 rows of
// texts: the longest of fits that are cancelled at times drawn from the length of
// a whole fit, or its first two seconds. Of those that were not over by then.
func BenchmarkCancel(b *testing.B) {
	for _, c := range []struct {
		name string
		data Data
	}{{"table", cancelTable(200_000, 30)}, {"texts", cancelTexts(50_000, 100_000)}} {
		for _, e := range registry() {
			if e.tells&tellsClasses == 0 {
				continue
			}
			b.Run(c.name+"/"+e.name, func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 2))
				longest, cancelled := time.Duration(0), 0
				within, end := context.WithTimeout(b.Context(), 2*time.Second)
				began := time.Now()
				_, _ = e.empty().Fit(within, c.data, FitOptions{Fresh: true, Seed: 1, Workers: 1})
				whole := time.Since(began)
				end()
				for b.Loop() {
					ctx, cancel := context.WithCancel(b.Context())
					var at time.Time
					timer := time.AfterFunc(time.Duration(r.Int64N(int64(whole))), func() { at = time.Now(); cancel() })
					_, err := e.empty().Fit(ctx, c.data, FitOptions{Fresh: true, Seed: 1, Workers: 1})
					if took := time.Since(at); !timer.Stop() && err != nil {
						longest, cancelled = max(longest, took), cancelled+1
					}
					cancel()
				}
				b.ReportMetric(float64(longest.Microseconds())/1000, "ms-longest")
				b.ReportMetric(float64(cancelled), "cancelled")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// cancelTable is a table of numbers and some categories, in two classes.
func cancelTable(rows, columns int) Data {
	r := rand.New(rand.NewPCG(3, 4))
	d := Data{Classes: 2, Fields: make([]feature.Field, columns), Rows: make([]Row, rows), Class: make([]int, rows)}
	for i := range d.Rows {
		t, sum := make([]float32, columns), 0.0
		for j := range t {
			t[j] = float32(r.NormFloat64())
			sum += float64(t[j]) * math.Sin(float64(j))
		}
		d.Rows[i].Table = t
		if sum+2*r.NormFloat64() > 0 {
			d.Class[i] = 1
		}
	}
	return d
}

// cancelTexts is rows of thirty features that are drawn like words, a hundred in
// the end of them by class, in ten classes.
func cancelTexts(rows, features int) Data {
	r := rand.New(rand.NewPCG(5, 6))
	words := rand.NewZipf(r, 1.1, 4, uint64(features-1001))
	d := Data{Classes: 10, Features: features, Texts: features, Rows: make([]Row, rows), Class: make([]int, rows)}
	for i := range d.Rows {
		d.Class[i] = r.IntN(10)
		set := map[uint32]bool{uint32(features - 1000 + d.Class[i]*100 + r.IntN(100)): true}
		for range 30 {
			set[uint32(words.Uint64())] = true
		}
		for _, f := range slices.Sorted(maps.Keys(set)) {
			d.Rows[i].Index, d.Rows[i].Value = append(d.Rows[i].Index, f), append(d.Rows[i].Value, 0.18)
		}
	}
	return d
}
