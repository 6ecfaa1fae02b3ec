package learn

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"inkling/label"
)

// crowded is what so many items were answered by people of a crowd of twenty, who
// are right 6 to 9 times in ten.
func crowded(items, votes, classes int) (*answers, label.Task) {
	t := label.Task{Kind: label.Classes, Labels: make([]label.Label, classes)}
	rng := rand.New(rand.NewPCG(1, 2))
	a := newAnswers()
	var all []label.Standing
	for i := range items {
		all = all[:0]
		truth := rng.IntN(classes)
		for j := range votes {
			who := (i*7 + j*3) % 20
			class := truth
			if rng.Float64() > 0.6+0.3*float64(who)/20 {
				class = rng.IntN(classes)
			}
			all = append(all, label.Standing{Item: uint64(i + 1), Event: uint64(i*votes + j), Annotator: fmt.Sprintf("person %d", who),
				Decision: label.Decision{Item: uint64(i + 1), Action: label.Answered, Answer: label.ClassAnswer(class)}})
		}
		a.take(uint64(i+1), all, t)
	}
	return a, t
}

// BenchmarkConsensus finds the truth of 300,000 answers from nothing, and anew
// after a hundred more.
func BenchmarkConsensus(b *testing.B) {
	a, t := crowded(100_000, 3, 5)
	var found *Truth
	b.Run("from nothing", func(b *testing.B) {
		for b.Loop() {
			var err error
			if found, err = a.consensus(b.Context(), t, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	more, _ := crowded(100_100, 3, 5)
	b.Run("after a hundred items more", func(b *testing.B) {
		for b.Loop() {
			if _, err := more.consensus(b.Context(), t, found); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkAnswersMemory tells the bytes that an item's answers take.
func BenchmarkAnswersMemory(b *testing.B) {
	for _, votes := range []int{1, 3} {
		b.Run(fmt.Sprintf("%d an item", votes), func(b *testing.B) {
			for b.Loop() {
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				a, _ := crowded(1_000_000, votes, 5)
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "B/item")
				runtime.KeepAlive(a)
			}
		})
	}
}
