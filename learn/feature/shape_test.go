package feature

import "testing"

// Words look alike or not, whatever they say.
func TestShapes(t *testing.T) {
	of := func(text string) uint64 {
		s := newScanner(text, 1)
		if !s.next() {
			t.Fatalf("%q has no token", text)
		}
		return shape(&s.tok, text, shapeSeed(1))
	}
	alike := [][]string{
		{"word", "straße", "don't", "iPhone", "привет"}, // nothing to say
		{"WORD", "OK", "ПРИВЕТ", "DON'T"},
		{"Word", "A", "Éclair", "Привет"},
		{"1", "7", "٣"},
		{"1234", "0871"},
		{"4u", "m8", "B2"},
		{"123456789012", "1234567890123", "08712778107109999"},
	}
	for i, group := range alike {
		for _, text := range group {
			if of(text) != of(group[0]) {
				t.Errorf("%q looks other than %q", text, group[0])
			}
		}
		for j, other := range alike {
			if i != j && of(group[0]) == of(other[0]) {
				t.Errorf("%q looks like %q", group[0], other[0])
			}
		}
	}
	if of("word") != 0 {
		t.Error("a plain word has a shape")
	}
}

func TestLengths(t *testing.T) {
	seen := map[uint64]bool{}
	for n := 1; n <= 1<<21; n *= 2 {
		seen[length(n, 1)] = true
	}
	if len(seen) != 21 { // from 2^20 on a text is long
		t.Errorf("%d lengths of texts of 1 to 2^21 tokens", len(seen))
	}
	if length(100, 1) == length(150, 1) || length(100, 1) != length(110, 1) {
		t.Error("a step is not half a power of two")
	}
}
