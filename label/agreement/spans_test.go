package agreement

import (
	"math"
	"math/rand/v2"
	"testing"

	"inkling/label"
)

func TestSpans(t *testing.T) {
	text := "Ana Lima works in 上海 today"
	shanghai := len("Ana Lima works in ")
	items := []SpanItem{
		{text, [][]label.Span{
			{{Start: 0, End: 8, Class: 0}, {Start: shanghai, End: shanghai + 6, Class: 1}},
			{{Start: 0, End: 3, Class: 0}, {Start: shanghai, End: shanghai + 6, Class: 1}},
		}},
		{text, [][]label.Span{{{Start: 0, End: 8, Class: 0}}}}, // one person alone
		{text, [][]label.Span{{}, {}}},                         // both: there is nothing
	}
	exact, token := Spans(items, Bootstrap{Samples: 50, Seed: 1})
	// Whole spans: one of two and two the same. Tokens: Ana, Lima, two characters
	// against Ana and these.
	if exact.Value != 0.5 || math.Abs(token.Value-6.0/7) > 1e-12 || exact.Items != 2 {
		t.Errorf("exact %v, token %v", exact, token)
	}
	// Another label is another span.
	exact, token = Spans([]SpanItem{{text, [][]label.Span{{{Start: 0, End: 3, Class: 0}}, {{Start: 0, End: 3, Class: 1}}}}}, Bootstrap{})
	if exact.Value != 0 || token.Value != 0 {
		t.Errorf("exact %v, token %v", exact, token)
	}
	if exact, _ := Spans(items[1:2], Bootstrap{}); exact.Why != NoOverlap {
		t.Error(exact)
	}
	if exact, _ := Spans(items[2:], Bootstrap{}); exact.Why != NoVariation {
		t.Error(exact)
	}
}

// Of people who stay the same one in a hundred is said to have fallen, and who
// falls from nine in ten to six is found out mostly.
func TestDrift(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	person := func(before, lately float64) Drift {
		var all []share
		for i := range 240 {
			right := before
			if i >= 180 {
				right = lately
			}
			x := 0.0
			if rng.Float64() < right {
				x = 1
			}
			all = append(all, share{uint64(1000 - i), x})
		}
		// In any order: events tell the time, here backwards.
		for i := range all {
			all[i].event = 2000 - all[i].event
		}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		return driftOf(all)
	}
	const people = 4000
	fell, found := 0, 0
	for range people {
		if person(0.8, 0.8).Fell() {
			fell++
		}
		if person(0.9, 0.6).Fell() {
			found++
		}
	}
	if rate := float64(fell) / people; rate < 0.003 || rate > 0.02 {
		t.Errorf("%.4f of those who stayed the same fell", rate)
	}
	if rate := float64(found) / people; rate < 0.95 {
		t.Errorf("%.4f of those who fell were found", rate)
	}
	if d := driftOf(make([]share, 40)); d.Answers != 0 || d.Fell() {
		t.Errorf("of forty answers: %+v", d)
	}
}
