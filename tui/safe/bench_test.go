package safe

import (
	"strings"
	"testing"
)

var sink int

func benchmarkTexts() map[string]string {
	english := strings.Repeat("Applicant asks to roll over the March instalment, second time this year. ", 28)
	return map[string]string{
		"english": english[:2000],
		"chinese": strings.Repeat("今天天气很好，适合出门散步。", 48),
		"emoji":   strings.Repeat("👨\u200d👩\u200d👧 ok ❤\ufe0f 👍🏽 ", 38),
		"nasty":   strings.Repeat("\x1b[31mred\x1b[0m \u202eabc\u202c \xff e\u0335\u0335\u0335\u0335\u0335\u0335 ", 38),
	}
}

// A text of about 2 kB, laid out whole in rows of 50 cells.
func BenchmarkWrap2kB(b *testing.B) {
	for name, s := range benchmarkTexts() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				rows, _ := Wrap(s, 50, []Mark{{100, 120, 1}, {300, 340, 2}}, 0, 1000)
				sink += len(rows)
			}
		})
	}
}

func BenchmarkText2kB(b *testing.B) {
	for name, s := range benchmarkTexts() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				sink += len(Text(s))
			}
		})
	}
}

// The first 24 rows of a single line of 10 MB.
func BenchmarkFirstScreen10MB(b *testing.B) {
	for _, c := range longLines {
		s := long(c.unit, 10<<20)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				sink += len(NewLayout(s, 50, nil).Rows(0, 24))
			}
		})
	}
}

// From the first row of such a line to its last, and then back by one screen.
func BenchmarkLastScreen10MB(b *testing.B) {
	s := long("some words of a very long line, ", 10<<20)
	for b.Loop() {
		l := NewLayout(s, 50, nil)
		n, _ := l.Reach(len(s))
		sink += len(l.Rows(n-48, 24))
	}
}

func BenchmarkPad(b *testing.B) {
	s := benchmarkTexts()["english"]
	for b.Loop() {
		sink += len(Pad(s, 40))
	}
}
