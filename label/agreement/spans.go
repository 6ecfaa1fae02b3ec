package agreement

import (
	"unicode"

	"inkling/label"
)

// SpanItem is a text in which people marked spans, each person's by themselves.
type SpanItem struct {
	Text  string
	Marks [][]label.Span
}

// Spans is the agreement of people who mark spans: F1 between each two of them,
// over all pairs together, of whole spans (the same bounds and label) and of
// tokens with their labels. F1 treats both alike, and is what kappa comes to where
// what nobody marked is without number (Hripcsak and Rothschild, "Agreement, the
// F-measure, and reliability in information retrieval", JAMIA 12(3), 2005). The
// intervals are over items.
func Spans(items []SpanItem, b Bootstrap) (exact, token Estimate) {
	type tally struct{ both, marked float64 }
	var whole, words []tally
	var w []float64
	count := func(t *tally, a, b map[label.Span]bool) {
		for s := range a {
			if b[s] {
				t.both += 2
			}
		}
		t.marked += float64(len(a) + len(b))
	}
	for _, it := range items {
		if len(it.Marks) < 2 {
			continue
		}
		tokens := tokensOf(it.Text)
		var x, y tally
		for i, a := range it.Marks {
			for _, b := range it.Marks[:i] {
				count(&x, setOf(a), setOf(b))
				count(&y, labelled(tokens, a), labelled(tokens, b))
			}
		}
		whole, words, w = append(whole, x), append(words, y), append(w, 1)
	}
	f1 := func(all []tally) Estimate {
		return b.estimate(w, func(w []float64) (float64, string) {
			both, marked, n := 0.0, 0.0, 0.0
			for i, x := range w {
				both, marked, n = both+x*all[i].both, marked+x*all[i].marked, n+x
			}
			switch {
			case n == 0:
				return 0, NoOverlap
			case marked == 0:
				return 0, NoVariation
			}
			return both / marked, ""
		})
	}
	return f1(whole), f1(words)
}

func setOf(spans []label.Span) map[label.Span]bool {
	out := map[label.Span]bool{}
	for _, s := range spans {
		out[s] = true
	}
	return out
}

// labelled are the tokens that lie in spans, with the labels of these.
func labelled(tokens [][2]int, spans []label.Span) map[label.Span]bool {
	out := map[label.Span]bool{}
	for _, s := range spans {
		for _, t := range tokens {
			if t[0] < s.End && t[1] > s.Start {
				out[label.Span{Start: t[0], End: t[1], Class: s.Class}] = true
			}
		}
	}
	return out
}

// tokensOf are the words of a text, and each character of a script that is
// written without blanks between them.
func tokensOf(text string) [][2]int {
	var out [][2]int
	start := -1
	for i, r := range text {
		single := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
		inWord := !single && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
		if start >= 0 && !inWord {
			out = append(out, [2]int{start, i})
			start = -1
		}
		switch {
		case single:
			out = append(out, [2]int{i, i + len(string(r))})
		case inWord && start < 0:
			start = i
		}
	}
	if start >= 0 {
		out = append(out, [2]int{start, len(text)})
	}
	return out
}
