package external

import (
	"testing"
)

// BenchmarkRun is what an item costs by itself: a question, a process that
// answers at once, and its answer kept. Programs with a model in them take
// longer by what the model takes.
func BenchmarkRun(b *testing.B) {
	kept := Open(memory{}, 1)
	n := 0
	r, err := Run(b.Context(), here("kind"), task(), Options{}, numbered(b.N), func(a Answer) error {
		n++
		return kept.Put(a)
	})
	if err != nil || n != b.N || r.Answered != n {
		b.Fatal(n, r, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

// BenchmarkOf is what a card on screen waits for: one answer out of a project's
// blobs, in a block that is not in memory.
func BenchmarkOf(b *testing.B) {
	m := memory{}
	a := Open(m, 1)
	for num := range uint64(100_000) {
		if err := a.Put(Answer{Item: num + 1, Class: 1, Probability: 0.5, Classes: []float64{0.25, 0.5, 0.25}}); err != nil {
			b.Fatal(err)
		}
	}
	if err := a.Flush(); err != nil {
		b.Fatal(err)
	}
	num := uint64(0)
	for b.Loop() {
		num = (num + 7919*blockItems) % 100_000
		if _, ok, err := Open(m, 1).Of(num + 1); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
