package demo

import (
	"strings"
	"testing"
)

// eachBank calls yield with every bank of phrases and whether a phrase of it must hold for every file.
func eachBank(yield func(name string, zh bool, bank []string, conditional bool)) {
	for zh, l := range map[bool]*language{false: &english, true: &chinese} {
		for f := range facets {
			for level, bank := range l.facets[f] {
				yield("facet "+number(int(f))+", level "+number(level), zh, bank, true)
			}
			yield("tag "+number(int(f)), zh, l.tag[f], false)
		}
		for r, bank := range l.open {
			yield("open "+number(r), zh, bank, false)
		}
		for c, bank := range l.lean {
			yield("lean "+number(c), zh, bank, false)
		}
		yield("aside", zh, l.aside, true)
		yield("hedge", zh, l.hedge, false)
		yield("but", zh, l.but, false)
		yield("and", zh, l.and, false)
		yield("close", zh, l.close, false)
		yield("misc", zh, l.misc, false)
	}
}

func TestPhrasesExpand(t *testing.T) {
	var w writer
	total := 0
	eachBank(func(name string, zh bool, bank []string, conditional bool) {
		seen := map[string]bool{}
		free := 0
		for _, phrase := range bank {
			total++
			if seen[phrase] && name != "and" {
				t.Errorf("%s: %q stands there twice", name, phrase)
			}
			seen[phrase] = true
			bare := phrase
			for len(bare) > 1 && bare[1] == ':' {
				if !conditional {
					t.Errorf("%s: a condition in %q is never looked at", name, phrase)
				}
				if !strings.ContainsRune("esorwmlgftpqykh", rune(bare[0])) {
					t.Errorf("%s: no condition %q in %q", name, bare[0], phrase)
				}
				bare = bare[2:]
			}
			if bare == phrase {
				free++
			}
			for try := range uint64(12) {
				w.d.reseed(try, uint64(total))
				w.borrower.draw(&w.d)
				w.loan.draw(&w.d, &w.borrower)
				w.meet()
				w.draw()
				w.chinese, w.out = zh, nil
				w.expand(bare)
				if len(w.out) == 0 || strings.ContainsAny(string(w.out), "{}[]|") {
					t.Fatalf("%s: %q becomes %q", name, phrase, w.out)
				}
			}
		}
		if free == 0 {
			t.Errorf("%s: no phrase without a condition: a file could find none", name)
		}
	})
	if total < 900 {
		t.Errorf("%d phrases, want 900 at least", total)
	}
	t.Logf("%d phrases", total)
}

func TestExpand(t *testing.T) {
	w := writer{loan: loan{rate: 31}}
	got := map[string]bool{}
	for i := range uint64(200) {
		w.d.reseed(1, i)
		w.out = nil
		w.expand("a[ b|[ c| d] e|] {rate}")
		got[string(w.out)] = true
	}
	for _, want := range []string{"a b 31", "a c e 31", "a d e 31", "a 31"} {
		if !got[want] {
			t.Errorf("%q never came out of %d results", want, len(got))
		}
		delete(got, want)
	}
	for s := range got {
		t.Errorf("unexpected %q", s)
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		n, sums int
		zh      bool
		want    string
	}{
		{12400, 0, false, "12,400"}, {12400, 1, false, "12.4k"}, {12400, 2, false, "12400"}, {950, 0, false, "950"}, {950, 1, false, "950"},
		{12000, 1, false, "12k"}, {1005, 0, false, "1,005"}, {104050, 0, false, "104,050"}, {12450, 1, false, "12450"},
		{12400, 0, true, "1.24万"}, {20000, 0, true, "2万"}, {12400, 1, true, "12400元"}, {120500, 1, true, "12.05万"}, {12400, 2, true, "12400"},
		{6230, 0, true, "6230元"},
	} {
		w := writer{manner: manner{sums: c.sums}, chinese: c.zh}
		w.money(c.n)
		if string(w.out) != c.want {
			t.Errorf("money(%d), way %d, Chinese %v: %q, want %q", c.n, c.sums, c.zh, w.out, c.want)
		}
	}
}
