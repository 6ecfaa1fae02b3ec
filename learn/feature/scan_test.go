package feature

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// tokens writes the tokens of a text, words in square brackets, characters of
// scripts without blanks and symbols bare.
func tokens(text string) string {
	var out []string
	s := newScanner(text, 1)
	for s.next() {
		t := text[s.tok.start:s.tok.end]
		if s.tok.sort == word {
			t = "[" + t + "]"
		}
		out = append(out, t)
	}
	return strings.Join(out, " ")
}

func TestTokens(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"Roll over the March instalment, please.", "[Roll] [over] [the] [March] [instalment] [please]"},
		{"don't 'quote' it's’s l’été", "[don't] [quote] [it's’s] [l’été]"},
		{"rock-n-roll 12,400 3G a_b", "[rock] [n] [roll] [12] [400] [3G] [a] [b]"},
		{"Win £100 now!! $5", "[Win] £ [100] [now] ! ! $ [5]"},
		{"申请展期，已还", "申 请 展 期 已 还"},
		{"客户on leave两周 再call", "客 户 [on] [leave] 两 周 再 [call]"},
		{"データ 한국어 привет", "デ ー タ [한국어] [привет]"},
		{"สวัสดี", "ส ว ั ส ด ี"},
		{"fine 👍🏽 ok", "[fine] 👍 🏽 [ok]"},
		{"so\u00adft he\u200bllo", "[so\u00adft] [he\u200bllo]"},
		{"e\u0301te\u0301 \u0301x", "[e\u0301te\u0301] [x]"},
		{"a\xff\xfeb \xe4\xb8", "[a] [b]"},
		{"\x00\x1b[31m", "[31m]"},
		{"2×3 ½", "[2] × [3] ½"},
	} {
		if got := tokens(c.text); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

// Words that differ in case or in the form of the apostrophe, or by what
// cannot be seen, are the same; others are not.
func TestHash(t *testing.T) {
	hash := func(text string) uint64 {
		s := newScanner(text, 1)
		if !s.next() || s.tok.end != len(text) {
			t.Fatalf("%q is not one word", text)
		}
		return s.tok.hash
	}
	for _, same := range [][]string{{"word", "WORD", "Word"}, {"don't", "DON’T"}, {"hello", "he\u200bllo"}, {"été", "ÉTÉ"}, {"привет", "ПРИВЕТ"}} {
		for _, s := range same[1:] {
			if hash(s) != hash(same[0]) {
				t.Errorf("%q and %q differ", same[0], s)
			}
		}
	}
	seen := map[uint64]string{}
	for i := range 200_000 {
		s := fmt.Sprintf("w%d", i)
		h := key(hash(s))
		if seen[h] != "" {
			t.Errorf("%q and %q have the same key", seen[h], s)
		}
		seen[h] = s
	}
}

func TestPieces(t *testing.T) {
	got := map[string][]string{}
	list := func(text string, letters [2]int) []string {
		var out []string
		padded := []rune(" " + strings.ToLower(text) + " ")
		pieces(nil, text, 5, letters, func(_ uint64, from, to int) { out = append(out, string(padded[from:to])) })
		slices.Sort(out)
		got[text] = out
		return out
	}
	for _, c := range []struct {
		text    string
		letters [2]int
		want    []string
	}{
		{"a", [2]int{3, 4}, nil}, // " a " says what the word says
		{"on", [2]int{3, 4}, []string{" on", "on "}},
		{"Loan", [2]int{3, 4}, []string{" lo", " loa", "an ", "loa", "loan", "oan", "oan "}},
		{"été", [2]int{3, 3}, []string{" ét", "té ", "été"}},
	} {
		if out := list(c.text, c.letters); !slices.Equal(out, slices.Sorted(slices.Values(c.want))) {
			t.Errorf("%q: %q, want %q", c.text, out, c.want)
		}
	}
	if n := len(list(strings.Repeat("x", 10_000), [2]int{3, 4})); n > 2*maxWord {
		t.Errorf("%d pieces of a very long word", n)
	}
}
