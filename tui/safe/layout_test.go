package safe

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

func texts(rows []Row) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.String()
	}
	return out
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, in string
		width    int
		want     []string
	}{
		{"empty", "", 10, nil},
		{"fits", "one row", 10, []string{"one row"}},
		{"words", "the quick brown fox", 10, []string{"the quick", "brown fox"}},
		{"word of the row's width", "abcde fghij", 5, []string{"abcde", "fghij"}},
		{"blanks at the break", "abc     def", 4, []string{"abc", "def"}},
		{"blanks within", "a   b cd", 6, []string{"a   b", "cd"}},
		{"indented", "  ab cd", 5, []string{"  ab", "cd"}},
		{"indented overlong word", "  abcdefgh", 5, []string{"  abc", "defgh"}},
		{"overlong word", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"overlong word after another", "ab cdefghij", 4, []string{"ab", "cdef", "ghij"}},
		{"line feeds", "a\n\nb\r\nc\n", 4, []string{"a", "", "b", "c"}},
		{"line feed at a full row", "abcd\nef", 4, []string{"abcd", "ef"}},
		{"line feed after swallowed blanks", "abcd   \nef", 4, []string{"abcd", "ef"}},
		{"blanks at the end", "abcd   ", 4, []string{"abcd"}},
		{"blanks before a line feed", "ab  \nc", 4, []string{"ab  ", "c"}},
		{"line feeds only", "\n\n", 4, []string{"", ""}},
		{"tabs", "a\tb\tc", 6, []string{"a   b", "c"}},
		{"tab after a broken word", "abcdefg\th", 5, []string{"abcde", "fg h"}},
		{"tab after a break at a blank", "abcde f\tgh", 6, []string{"abcde", "f gh"}},
		{"tab after swallowed blanks", "abcde f\tg", 5, []string{"abcde", "f g"}},
		{"tab after a break back to a blank", "abc def\tg", 6, []string{"abc", "def g"}},
		{"a cut stays with its base", "a日" + strings.Repeat("\u0335", 6), 6, []string{"a", "日\u0335\u0335\u0335\u0335⟨+2⟩"}},
		{"hyphens", "well-known x -1 4-5", 6, []string{"well-", "known", "x -1", "4-5"}},
		{"no-break space", "a b\u00a0c", 4, []string{"a", "b\u00a0c"}},
		{"Chinese", "今天天气很好", 5, []string{"今天", "天气", "很好"}},
		{"Chinese comma", "今天好，天气", 6, []string{"今天", "好，天", "气"}},
		{"Chinese full stop", "今天天气。好", 8, []string{"今天天", "气。好"}},
		{"all closing marks", "甲乙、甲乙。甲乙，甲乙！甲乙？甲乙）", 4,
			[]string{"甲", "乙、", "甲", "乙。", "甲", "乙，", "甲", "乙！", "甲", "乙？", "甲", "乙）"}},
		{"opening marks", "甲乙（丙）丁「戊」", 6, []string{"甲乙", "（丙）", "丁", "「戊」"}},
		{"small kana", "キャッチャー", 4, []string{"キャ", "ッ", "チャ", "ー"}},
		{"Chinese and Latin", "用iPhone手机", 8, []string{"用iPhone", "手机"}},
		{"Korean", "한국어 텍스트", 6, []string{"한국어", "텍스트"}},
		{"half-width katakana", "ｱｲｳｴｵ", 2, []string{"ｱｲ", "ｳｴ", "ｵ"}},
		{"half-width, voiced", "ｶﾞｷﾞ", 2, []string{"ガ", "ギ"}},
		{"emoji", "😀😀😀", 4, []string{"😀😀", "😀"}},
		{"families", "👨\u200d👩\u200d👧👨\u200d👩\u200d👧", 3, []string{"👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"}},
		{"flags", "🇩🇪🇫🇷🇯🇵", 4, []string{"🇩🇪🇫🇷", "🇯🇵"}},
		{"keycaps", "1\ufe0f\u20e32\ufe0f\u20e3", 2, []string{"1\ufe0f\u20e3", "2\ufe0f\u20e3"}},
		{"too wide", "a日b", 1, []string{"a", "▯", "b"}},
		{"marks", "e\u0301e\u0301e\u0301", 2, []string{"e\u0301e\u0301", "e\u0301"}},
		{"visible forms hold together", "ab \u202ecd", 8, []string{"ab", "⟨RLO⟩cd"}},
		{"visible forms too long", "\u202e\u202e", 3, []string{"⟨RL", "O⟩⟨", "RLO", "⟩"}},
		{"Thai words", "ภาษา\u200bไทย", 5, []string{"ภาษา", "ไทย"}},
		{"escape", "\x1b[31mred\x1b[0m", 8, []string{"␛[31mred", "␛[0m"}},
		{"width zero", "ab", 0, []string{"a", "b"}},
	} {
		rows, more := Wrap(c.in, c.width, nil, 0, 100)
		if got := texts(rows); !slices.Equal(got, c.want) || more {
			t.Errorf("%s: Wrap(%+q, %d) = %q, %t, want %q", c.name, c.in, c.width, got, more, c.want)
		}
	}
}

func TestWrapWindow(t *testing.T) {
	const s = "a b c d e"
	for _, c := range []struct {
		from, n int
		want    string
		more    bool
	}{
		{0, 2, "a b", true},
		{2, 2, "c d", true},
		{4, 1, "e", false},
		{3, 9, "d e", false},
		{5, 1, "", false},
		{99, 3, "", false},
		{-1, 2, "a", true},
		{0, 0, "", true},
		{2, -1, "", true},
	} {
		rows, more := Wrap(s, 1, nil, c.from, c.n)
		if got := strings.Join(texts(rows), " "); got != c.want || more != c.more {
			t.Errorf("rows %d+%d: %q, more %t, want %q, %t", c.from, c.n, got, more, c.want, c.more)
		}
	}
}

// The brackets tell where segments of kinds other than 0 begin and end.
func drawn(rows []Row) string {
	var b strings.Builder
	for i, r := range rows {
		if i > 0 {
			b.WriteByte('|')
		}
		for _, s := range r {
			if s.Kind == 0 {
				b.WriteString(s.Text)
			} else {
				fmt.Fprintf(&b, "[%d:%s]", s.Kind, s.Text)
			}
		}
	}
	return b.String()
}

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		name, in string
		width    int
		marks    []Mark
		want     string
	}{
		{"none", "roll over", 20, nil, "roll over"},
		{"one", "asks to roll over", 20, []Mark{{8, 17, 1}}, "asks to [1:roll over]"},
		{"across a break", "asks to roll over", 12, []Mark{{8, 17, 1}}, "asks to [1:roll]|[1:over]"},
		{"two that touch", "abcd", 20, []Mark{{0, 2, 1}, {2, 4, 1}}, "[1:abcd]"},
		{"later is on top", "abcdef", 20, []Mark{{0, 6, 1}, {2, 4, 2}}, "[1:ab][2:cd][1:ef]"},
		{"later covers", "abcdef", 20, []Mark{{2, 4, 2}, {0, 6, 1}}, "[1:abcdef]"},
		{"three deep", "abcdef", 20, []Mark{{0, 5, 1}, {1, 4, 2}, {3, 6, 3}}, "[1:a][2:bc][3:def]"},
		{"plain on top", "abcd", 20, []Mark{{0, 4, 1}, {1, 2, 0}}, "[1:a]b[1:cd]"},
		{"outside, empty and upside down", "abc", 20, []Mark{{-5, 1, 1}, {2, 99, 2}, {1, 1, 3}, {2, 1, 4}, {50, 60, 5}}, "[1:a]b[2:c]"},
		{"after a control", "\x1bab", 20, []Mark{{1, 2, 1}}, "␛[1:a]b"},
		{"on a control", "a\x1bb", 20, []Mark{{1, 2, 1}}, "a[1:␛]b"},
		{"on a broken form", "\u202e\u202e", 3, []Mark{{0, 3, 1}}, "[1:⟨RL]|[1:O⟩]⟨|RLO|⟩"},
		{"on bad bytes", "a\xff\xfeb", 20, []Mark{{2, 3, 1}}, `a\xff[1:\xfe]b`},
		{"half a cluster", "xe\u0301y", 20, []Mark{{2, 4, 1}}, "x[1:e\u0301]y"},
		{"after a dropped character", "a\u00adbc", 20, []Mark{{3, 4, 1}}, "a[1:b]c"},
		{"across a dropped character", "a\u00adbc", 20, []Mark{{0, 4, 1}}, "[1:ab]c"},
		{"across line breaks", "ab\r\ncd", 20, []Mark{{1, 5, 1}}, "a[1:b]|[1:c]d"},
		{"on a tab", "a\tb", 20, []Mark{{1, 2, 1}}, "a[1:   ]b"},
		{"wide", "今天天气", 4, []Mark{{3, 9, 1}}, "今[1:天]|[1:天]气"},
		{"too wide", "今天", 1, []Mark{{3, 6, 1}}, "▯|[1:▯]"},
	} {
		rows, _ := Wrap(c.in, c.width, c.marks, 0, 100)
		if got := drawn(rows); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestFlattenProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "n")
		marks := anyMarks(t, n)
		want := make([]int, n) // painted byte by byte
		for i := range want {
			want[i] = -1
		}
		for k, m := range marks {
			for i := max(m.Start, 0); i < min(m.End, n); i++ {
				want[i] = k
			}
		}
		got := make([]int, n)
		for i := range got {
			got[i] = -1
		}
		end := 0
		for _, s := range flatten(marks, n) {
			if s.start < end || s.start >= s.end {
				t.Fatalf("%v: span %v after %d", marks, s, end)
			}
			end = s.end
			for i := s.start; i < s.end; i++ {
				got[i] = s.mark
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v: %v, want %v", marks, got, want)
		}
	})
}

func anyMarks(t *rapid.T, n int) []Mark {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Mark {
		start := rapid.IntRange(-3, n+3).Draw(t, "start")
		return Mark{start, start + rapid.IntRange(-2, 12).Draw(t, "length"), rapid.IntRange(0, 4).Draw(t, "kind")}
	}), 0, 6).Draw(t, "marks")
}

// drawnCell is a cluster as it is to be drawn.
type drawnCell struct {
	text string
	kind int
	at   int // offset in the input
}

// expected is the drawing of a text without its layout: each cluster of each
// piece with the kind that its bytes carry, painted byte by byte.
func expected(s string, width int, marks []Mark) (out []drawnCell) {
	mark := make([]int, len(s))
	for i := range mark {
		mark[i] = -1
	}
	for k, m := range marks {
		for i := max(m.Start, 0); i < min(m.End, len(s)); i++ {
			mark[i] = k
		}
	}
	col := 0
	for pos := 0; pos < len(s); {
		p := scan(s, pos, col, manyLines)
		if col += p.width; p.kind == newline {
			col, pos = 0, p.end
			continue
		}
		kind := 0
		if top := slices.Max(mark[pos:p.end]); top >= 0 {
			kind = marks[top].Kind
		}
		for _, c := range clustersOf(p.text) {
			if lipgloss.Width(c) > width {
				c = tooWide
				if p.kind == blank {
					c = " "
				}
			}
			out = append(out, drawnCell{c, kind, pos})
		}
		pos = p.end
	}
	return out
}

func (c drawnCell) blank() bool {
	r := []rune(c.text)
	return len(r) == 1 && isBlank(r[0])
}

// checkLayout holds a layout against what it promises.
func checkLayout(t interface{ Fatalf(string, ...any) }, s string, width int, marks []Mark) {
	l := NewLayout(s, width, marks)
	rows := l.Rows(0, 10*len(s)+10)
	known, complete := l.Known()
	if !complete || known != len(rows) {
		t.Fatalf("%+q: %d rows, known %d, complete %t", s, len(rows), known, complete)
	}
	want := expected(s, width, marks)
	at := 0
	for i, r := range rows {
		text := r.String()
		if bad := harmful(text, false); bad != "" {
			t.Fatalf("%+q in %d: row %d %+q: %s", s, width, i, text, bad)
		}
		if w := lipgloss.Width(text); w > width {
			t.Fatalf("%+q in %d: row %d %+q has width %d", s, width, i, text, w)
		}
		sum := 0
		for j, seg := range r {
			if seg.Text == "" || j > 0 && seg.Kind == r[j-1].Kind {
				t.Fatalf("%+q in %d: row %d has segments %q", s, width, i, r)
			}
			sum += lipgloss.Width(seg.Text)
		}
		if sum != lipgloss.Width(text) {
			t.Fatalf("%+q in %d: row %d %+q: segments sum up to %d", s, width, i, r, sum)
		}
		// Blanks, and nothing else, may have vanished before this row.
		for ; at < len(want) && want[at].at < l.starts[i].at; at++ {
			if !want[at].blank() {
				t.Fatalf("%+q in %d: %+q is missing before row %d %+q", s, width, want[at].text, i, r)
			}
		}
		for _, seg := range r {
			for _, c := range clustersOf(seg.Text) {
				if at == len(want) || want[at].text != c || want[at].kind != seg.Kind {
					t.Fatalf("%+q in %d with %v: row %d %+q: %+q of kind %d is not in place %d of %+v", s, width, marks, i, r, c, seg.Kind, at, want)
				}
				at++
			}
		}
	}
	for ; at < len(want); at++ {
		if !want[at].blank() {
			t.Fatalf("%+q in %d: %+q is missing at the end", s, width, want[at].text)
		}
	}
	// A layout entered anywhere, in any order, shows the same rows.
	for _, from := range []int{len(rows) / 2, 0, len(rows) - 1} {
		if from < 0 {
			continue
		}
		again := NewLayout(s, width, marks).Rows(from, 3)
		if want := rows[from:min(from+3, len(rows))]; drawn(again) != drawn(want) {
			t.Fatalf("%+q in %d from %d: %q, want %q", s, width, from, again, want)
		}
		if again := l.Rows(from, 3); drawn(again) != drawn(rows[from:min(from+3, len(rows))]) {
			t.Fatalf("%+q in %d again from %d: %q", s, width, from, again)
		}
	}
}

func TestLayoutProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := nastyText().Draw(t, "s")
		width := rapid.SampledFrom([]int{1, 2, 3, 4, 5, 8, 13, 40, 200}).Draw(t, "width")
		checkLayout(t, s, width, anyMarks(t, len(s)))
	})
}

// Where a row may break other than after a blank, the Unicode line breaking
// algorithm (as another library has it) allows that too; and between wide
// characters the two are the same. Curly quotes are left out: that library is
// older than their rules for Chinese.
func TestBreaksAgreeWithAnnex14(t *testing.T) {
	parts := []string{"a", "word", " ", " ", "  ", "-", "7", "12", ",", ".", "日", "本", "語", "、", "。", "！", "（", "「", "）", "」",
		"ー", "ッ", "ア", "ｱ", "ｧ", "。", "한", "국", "😀", "…", "(", ")", "!", "\u00a0", "Ａ", "é", "々", "：", "/", "\"", "'", "⟨", "⟩", "［", "～", "・"}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 30, 30).Draw(t, "parts"), "")
		allowed := map[int]bool{}
		at, state := 0, -1
		for rest := s; rest != ""; {
			var segment string
			segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
			at += len(segment)
			allowed[at] = true
		}
		l := NewLayout(s, 1000, nil)
		l.fill(place{})
		for i, c := range l.cells {
			if i == 0 || c.blank || l.cells[i-1].blank {
				continue // we always break after blanks, even before a comma
			}
			at, may := c.from.at, mayBreak(l.cells[:i], c)
			if may && !allowed[at] {
				t.Fatalf("may break %q|%q, against Annex 14", s[:at], s[at:])
			}
			if !may && allowed[at] && c.width == 2 && l.cells[i-1].width == 2 {
				t.Fatalf("must not break %q|%q, but Annex 14 allows it", s[:at], s[at:])
			}
		}
	})
}

// long returns n bytes of one line.
func long(unit string, n int) string { return strings.Repeat(unit, n/len(unit)) }

var longLines = []struct{ name, unit string }{
	{"letter", "a"}, {"words", "some words of a very long line, "}, {"blank", " "}, {"tab", "\t"}, {"chinese", "今天天气很好，"},
	{"marks", "\u0335"}, {"escapes", "\x1b"}, {"bytes", "\xff"}, {"zwj", "👨\u200d"}, {"joiners", "\u200d"}, {"jamo", "\u1100"},
	{"conjuncts", "क\u094d"}, {"hyphens", "\u00ad"}, {"selectors", "\ufe0f"}, {"prepended", "\u0d4e"}, {"flags", "🇩"}, {"override", "\u202e"},
}

// The first screen of a line of 10 MB looks at no more than its share.
func TestFirstScreenIsLazy(t *testing.T) {
	for _, c := range longLines {
		s := long(c.unit, 10<<20)
		l := NewLayout(s, 50, []Mark{{0, len(s), 1}})
		rows := l.Rows(0, 24)
		if len(rows) != 24 {
			t.Errorf("%s: %d rows", c.name, len(rows))
		}
		for _, r := range rows {
			if w := lipgloss.Width(r.String()); w > 50 {
				t.Errorf("%s: row of width %d", c.name, w)
			}
		}
		known, complete := l.Known()
		if known != 24 || complete {
			t.Errorf("%s: %d rows known, complete %t", c.name, known, complete)
		}
		if limit := 25 * (maxSwallowed + 50*window); l.next.at > limit {
			t.Errorf("%s: looked at %d bytes for 24 rows", c.name, l.next.at)
		}
		if got := lipgloss.Width(Truncate(s, 40)); got > 40 || got == 0 {
			t.Errorf("%s: truncated to %d cells", c.name, got)
		}
	}
}

func TestReach(t *testing.T) {
	l := NewLayout(strings.Repeat("word ", 10), 4, nil)
	if rows, complete := l.Known(); rows != 0 || complete {
		t.Errorf("before: %d, %t", rows, complete)
	}
	if rows, complete := l.Reach(3); rows != 3 || complete {
		t.Errorf("Reach(3) = %d, %t", rows, complete)
	}
	if rows, complete := l.Reach(100); rows != 10 || !complete {
		t.Errorf("Reach(100) = %d, %t", rows, complete)
	}
	if rows, complete := NewLayout("", 4, nil).Known(); rows != 0 || !complete {
		t.Errorf("empty: %d, %t", rows, complete)
	}
}

func TestTruncateAndPad(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"", 3, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"abc", 0, ""},
		{"abc", -1, ""},
		{"abc", 1, "…"},
		{"a", 1, "a"},
		{"日", 1, "…"},
		{"日本語", 6, "日本語"},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{"👨\u200d👩\u200d👧👨\u200d👩\u200d👧", 3, "👨\u200d👩\u200d👧…"},
		{"a\nb", 3, "a⏎b"},
		{"a\r\nbc", 3, "a⏎…"},
		{"a\tb", 3, "a b"},
		{"\x1b]0;x\x07", 4, "␛]0…"},
		{"ab\u202ecd", 6, "ab⟨RL…"},
		{"\ufeffabc", 3, "abc"},
		{"\ufeffabcd", 3, "ab…"},
		{"x\xff", 3, `x\…`},
		{"ab\x1b", 3, "ab␛"},
		{"ab\x1bd", 3, "ab…"},
	} {
		got := Truncate(c.in, c.width)
		if got != c.want {
			t.Errorf("Truncate(%+q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
		pad := strings.Repeat(" ", max(0, c.width-lipgloss.Width(got)))
		if padded := Pad(c.in, c.width); padded != c.want+pad {
			t.Errorf("Pad(%+q, %d) = %q, want %q", c.in, c.width, padded, c.want+pad)
		}
	}
}

func checkTruncate(t interface{ Fatalf(string, ...any) }, s string, width int) {
	line, cut, padded := Line(s), Truncate(s, width), Pad(s, width)
	if bad := harmful(cut, false); bad != "" {
		t.Fatalf("Truncate(%+q, %d) = %+q: %s", s, width, cut, bad)
	}
	w := lipgloss.Width(cut)
	if full := lipgloss.Width(line); full <= width {
		if cut != line {
			t.Fatalf("Truncate(%+q, %d) = %+q, though %d wide", s, width, cut, full)
		}
	} else if kept, found := strings.CutSuffix(cut, ellipsis); !found || !strings.HasPrefix(line, kept) || w > width || w < width-1 {
		t.Fatalf("Truncate(%+q, %d) = %+q of %+q", s, width, cut, line)
	}
	if padded != cut+strings.Repeat(" ", width-w) || lipgloss.Width(padded) != width {
		t.Fatalf("Pad(%+q, %d) = %+q", s, width, padded)
	}
}

func TestTruncateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTruncate(t, nastyText().Draw(t, "s"), rapid.IntRange(1, 60).Draw(t, "width"))
	})
}

func TestShortCellsAreNotCopied(t *testing.T) {
	for _, s := range []string{"plain", "日本語", "👍🏽 ok"} {
		if n := testing.AllocsPerRun(20, func() { Truncate(s, 20) }); n != 0 {
			t.Errorf("Truncate(%q) allocates %v times", s, n)
		}
	}
}

func FuzzWrap(f *testing.F) {
	for i, s := range pool {
		f.Add(s+"x"+pool[len(pool)-1-i], uint8(i%9), 0, len(s), 1)
	}
	f.Add(strings.Join(pool, ""), uint8(20), 5, 90, 2)
	f.Add(strings.Join(pool, " "), uint8(2), 50, 400, 0)
	f.Fuzz(func(t *testing.T, s string, w uint8, start, end, kind int) {
		if len(s) > 4096 {
			return // the check is quadratic
		}
		width := int(w)%80 + 1
		checkLayout(t, s, width, []Mark{{start, end, kind}, {len(s) / 3, len(s) / 2, kind + 1}})
		checkTruncate(t, s, width)
	})
}

// clustersOf returns the clusters of text that is fit to be drawn.
func clustersOf(text string) (out []string) {
	for text != "" {
		c, _ := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		out = append(out, c)
		text = text[len(c):]
	}
	return out
}
