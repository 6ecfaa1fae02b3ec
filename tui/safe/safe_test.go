package safe

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"
)

// harmful returns what is wrong with text that was made fit to be drawn, or
// nothing. It is written against the promises of the package, not with its
// tables.
func harmful(text string, lineFeeds bool) string {
	if !utf8.ValidString(text) {
		return "bad UTF-8"
	}
	for i, r := range text {
		switch {
		case r == '\n' && lineFeeds:
			continue
		case r < 0x20 || 0x7f <= r && r <= 0x9f:
			return fmt.Sprintf("control %U at %d", r, i)
		case unicode.Is(unicode.Bidi_Control, r):
			return fmt.Sprintf("bidi control %U at %d", r, i)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		for line != "" {
			c, w := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
			line = line[len(c):]
			if w < 1 || w > 2 {
				return fmt.Sprintf("cluster %+q has width %d", c, w)
			}
			above, runes, only := 0, 0, true
			for _, r := range c {
				runes++
				above++
				if !unicode.In(r, unicode.Mn, unicode.Me) || r == emojiSelector || r == textSelector {
					above = 0
				}
				only = only && unicode.IsGraphic(r)
			}
			if above > 4 {
				return fmt.Sprintf("%d marks on one base in %+q", above, c)
			}
			if runes > 20 {
				return fmt.Sprintf("%d code points in %+q", runes, c)
			}
			if !only && w != 2 {
				return fmt.Sprintf("invisible character in %+q, no emoji", c)
			}
			for _, r := range c {
				if !unicode.IsGraphic(r) && r != zwj && !(0xe0061 <= r && r <= 0xe007f) {
					return fmt.Sprintf("%U in %+q", r, c)
				}
			}
		}
	}
	return ""
}

func TestControls(t *testing.T) {
	for r := rune(0); r < 0xa0; r++ {
		if r == '\n' || r == '\r' || r == '\t' || r == 0x85 {
			continue // TestLineBreaks, TestTabs
		}
		var want string
		switch {
		case r < 0x20:
			want = string(0x2400 + r) // the block Control Pictures is in their order
		case r == 0x7f:
			want = "\u2421"
		case r > 0x7f:
			want = fmt.Sprintf(`\x%02x`, r)
		default:
			want = string(r)
		}
		in := "a" + string(r) + "b"
		if got := Text(in); got != "a"+want+"b" {
			t.Errorf("Text(%+q) = %+q, want a%sb", in, got, want)
		}
		if got := Line(in); got != "a"+want+"b" {
			t.Errorf("Line(%+q) = %+q, want a%sb", in, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "plain text, nothing to do", "plain text, nothing to do"},
		// What acts on a terminal.
		{"clipboard, OSC 52", "\x1b]52;c;aGVsbG8=\x07", "␛]52;c;aGVsbG8=␇"},
		{"link, OSC 8", "\x1b]8;;http://a.example\x1b\\x\x1b]8;;\x1b\\", `␛]8;;http://a.example␛\x␛]8;;␛\`},
		{"title, OSC 0", "\x1b]0;title\x07", "␛]0;title␇"},
		{"title, 8 bit", "\u009d0;title\u009c", `\x9d0;title\x9c`},
		{"title, bytes", "\x9d0;title\x9c", `\x9d0;title\x9c`},
		{"DCS", "\x1bP$qm\x1b\\", `␛P$qm␛\`},
		{"APC", "\x1b_Ga=T\x1b\\", `␛_Ga=T␛\`},
		{"PM and SOS", "\x1b^x\x1bXy\x1b\\", `␛^x␛Xy␛\`},
		{"end of bracketed paste", "\x1b[201~rm -rf /\r", "␛[201~rm -rf /\n"},
		{"CSI, 8 bit", "\u009b2J", `\x9b2J`},
		{"clear screen", "\x1b[2J\x1b[H", "␛[2J␛[H"},
		{"reset", "\x1bc", "␛c"},
		{"shift out", "\x0e\x0f", "␎␏"},
		{"backspace", "abc\b\b\bxyz", "abc␈␈␈xyz"},
		{"enquiry", "\x05", "␅"},
		// What hides or reorders.
		{"override", "\u202egnp.exe", "⟨RLO⟩gnp.exe"},
		{"all bidi controls", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
			"⟨ALM⟩⟨LRM⟩⟨RLM⟩⟨LRE⟩⟨RLE⟩⟨PDF⟩⟨LRO⟩⟨RLO⟩⟨LRI⟩⟨RLI⟩⟨FSI⟩⟨PDI⟩"},
		{"zero width space", "pass\u200bword", "pass⟨U+200B⟩word"},
		{"word joiner and friends", "a\u2060b\u2061c\u2064d", "a⟨U+2060⟩b⟨U+2061⟩c⟨U+2064⟩d"},
		{"deprecated format", "\u206a\u206f", "⟨U+206A⟩⟨U+206F⟩"},
		{"annotation", "\ufff9a\ufffab\ufffb", "⟨U+FFF9⟩a⟨U+FFFA⟩b⟨U+FFFB⟩"},
		{"tags", "hi\U000e0001\U000e0068\U000e0069", "hi⟨U+E0001⟩⟨U+E0068⟩⟨U+E0069⟩"},
		{"fillers", "\u115f\u1160\u3164\uffa0", "⟨U+115F⟩⟨U+1160⟩⟨U+3164⟩⟨U+FFA0⟩"},
		{"grapheme joiner", "a\u034f\u0301", "a⟨U+034F⟩◌\u0301"},
		{"Arabic number sign", "\u060012", "⟨U+0600⟩12"},
		{"private use", "\ue000\U000f0000\U0010fffd", "⟨U+E000⟩⟨U+F0000⟩⟨U+10FFFD⟩"},
		{"unassigned and noncharacters", "\u0378\ufdd0\uffff\U0010ffff", "⟨U+0378⟩⟨U+FDD0⟩⟨U+FFFF⟩⟨U+10FFFF⟩"},
		{"unassigned pictograph", "\U0001f8ff", "⟨U+1F8FF⟩"},
		{"musical and Egyptian format", "\U0001d173\U00013430", "⟨U+1D173⟩⟨U+13430⟩"},
		{"prepended letter", "\u0d4eക", "⟨U+0D4E⟩ക"},
		// Bad UTF-8.
		{"single bytes", "a\xffb\xc0\xafc", `a\xffb\xc0\xafc`},
		{"surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"cut off", "日\xe6\x97", `日\xe6\x97`},
		{"cut off emoji", "\U0001f468\u200d\xf0\x9f", "\U0001f468⟨U+200D⟩\\xf0\\x9f"},
		{"mark after bad byte", "\xff\u0301", "\\xff◌\u0301"},
		{"replacement character itself", "\ufffd", "\ufffd"},
		// Dropped, and the same where that would not be harmless.
		{"byte order mark", "\ufeffid,text", "id,text"},
		{"byte order mark inside", "a\ufeffb", "a⟨U+FEFF⟩b"},
		{"two byte order marks", "\ufeff\ufeffa", "⟨U+FEFF⟩a"},
		{"soft hyphen in word", "Donau\u00addampf", "Donaudampf"},
		{"soft hyphen elsewhere", "\u00ad1\u00ad2 a\u00ad", "⟨U+00AD⟩1⟨U+00AD⟩2 a⟨U+00AD⟩"},
		{"soft hyphens in a row", "a\u00ad\u00adb", "a⟨U+00AD⟩⟨U+00AD⟩b"},
		{"soft hyphen between jamo", "\u1100\u00ad\u1161", "\u1100⟨U+00AD⟩⟨U+1161⟩"},
		{"Persian", "می\u200cخواهم", "میخواهم"},
		{"Persian, twice", "می\u200c\u200cخواهم", "می⟨U+200C⟩خواهم"},
		{"joiner in Latin", "pass\u200dword\u200c", "pass⟨U+200D⟩word⟨U+200C⟩"},
		{"Sinhala", "ශ්\u200dරී", "ශ්රී"},
		{"Hindi, at the end", "श्रीमान्\u200c ", "श्रीमान् "},
		{"Hindi, holding apart", "क्\u200cष", "क्⟨U+200C⟩ष"},
		{"Khmer words", "ខ្មែរ\u200bអង់គ្លេស", "ខ្មែរអង់គ្លេស"},
		{"Thai words", "ภาษา\u200bไทย", "ภาษาไทย"},
		{"ideographic variant", "葛\U000e0100飾", "葛飾"},
		{"smuggled in selectors", "a\U000e0100\U000e0101\U000e0102", "a⟨U+E0101⟩⟨U+E0102⟩"},
		{"emoji selector on no emoji", "a\ufe0f→\ufe0e", "a→"},
		{"Mongolian", "ᠠ\u180bᠠ", "ᠠᠠ"},
		// Marks.
		{"four marks", "e\u0301\u0302\u0303\u0304", "e\u0301\u0302\u0303\u0304"},
		{"zalgo", "Z" + strings.Repeat("\u0335", 12) + "a", "Z\u0335\u0335\u0335\u0335⟨+8⟩a"},
		{"lone mark", "\u0301", "◌\u0301"},
		{"lone mark after line feed", "a\n\u0301", "a\n◌\u0301"},
		{"mark after control", "\x1b\u20dd", "␛◌\u20dd"},
		{"mark after private use", "\ue000\u0301", "⟨U+E000⟩◌\u0301"},
		{"Vietnamese, decomposed", "Vie\u0323\u0302t", "Vie\u0323\u0302t"},
		{"Hebrew with points", "שּׁ", "שּׁ"},
		// Emoji.
		{"family", "👨\u200d👩\u200d👧\u200d👦", "👨\u200d👩\u200d👧\u200d👦"},
		{"kiss, with skin tones", "👨🏽\u200d❤\ufe0f\u200d💋\u200d👨🏽", "👨🏽\u200d❤\ufe0f\u200d💋\u200d👨🏽"},
		{"joiner with nothing to join", "👨\u200d", "👨⟨U+200D⟩"},
		{"endless family", strings.Repeat("👨\u200d", 12) + "👨", strings.Repeat("👨\u200d", 7) + "👨⟨U+200D⟩⟨+9⟩"},
		{"flags", "🇩🇪🇫🇷", "🇩🇪🇫🇷"},
		{"half a flag", "🇩🇪🇫", "🇩🇪⟨U+1F1EB⟩"},
		{"Scotland", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"},
		{"no such flag", "🏴\U000e0078\U000e007f", "🏴⟨U+E0078⟩⟨U+E007F⟩"},
		{"keycaps", "1\ufe0f\u20e3#\ufe0f\u20e3*\u20e3", "1\ufe0f\u20e3#\ufe0f\u20e3*\u20e3"},
		{"selector on digit", "1\ufe0f2", "12"},
		{"heart both ways", "❤\ufe0f❤\ufe0e❤\ufe0f\ufe0f", "❤\ufe0f❤\ufe0e❤\ufe0f⟨U+FE0F⟩"},
		{"skin tone on letter", "a🏽", "a⟨U+1F3FD⟩"},
		{"heart on fire, unqualified", "❤\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"heart as text, joined", "❤\ufe0e\u200d🔥", "❤\ufe0e⟨U+200D⟩🔥"},
		{"text symbol with skin tone", "✌🏽", "✌\ufe0f🏽"},
		{"mark before joiner", "☝\u0301\u200d🏴", "☝\u0301⟨U+200D⟩🏴"},
		// Scripts.
		{"Hangul", "한국어", "한국어"},
		{"Hangul, conjoining", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "\u1112\u1161\u11ab\u1100\u116e\u11a8"},
		{"syllable and trailing jamo", "가\u11a8각\u11a8", "가\u11a8각⟨U+11A8⟩"},
		{"jamo heap", "\u1100\u1100\u1161\u1161", "⟨U+1100⟩\u1100\u1161⟨U+1161⟩"},
		{"lone jamo", "\u1161\u11a8", "⟨U+1161⟩⟨U+11A8⟩"},
		{"compatibility jamo", "ㅋㅋㅋ", "ㅋㅋㅋ"},
		{"Thai AM", "น้ำทำ", "น\u0e4d\u0e49\u0e32ท\u0e4d\u0e32"},
		{"Lao AM", "ກຳ", "ກ\u0ecd\u0eb2"},
		{"Thai AM alone", "\n\u0e33", "\n◌\u0e4d\u0e32"},
		{"Arabic with marks", "مُحَمَّد", "مُحَمَّد"},
		{"Devanagari", "क्षत्रिय", "क्षत्रिय"},
		{"Myanmar", "မြန်မာဘာသာ", "မြန်မာဘာသာ"},
		{"half-width katakana", "ｶﾀｶﾅ", "ｶﾀｶﾅ"},
		{"half-width, voiced", "ｶﾞﾊﾟｱﾞ", "ガパア\u3099"},
		{"wide", "日本語、中文。ＡＢＣ", "日本語、中文。ＡＢＣ"},
	} {
		got := Text(c.in)
		if got != c.want {
			t.Errorf("%s: Text(%+q) =\n%+q, want\n%+q", c.name, c.in, got, c.want)
		}
		if bad := harmful(got, true); bad != "" {
			t.Errorf("%s: %s", c.name, bad)
		}
		if again := Text(got); again != got {
			t.Errorf("%s: Text of %+q is %+q", c.name, got, again)
		}
	}
}

func TestLineBreaks(t *testing.T) {
	in := "a\r\nb\rc\nd\u0085e\u2028f\u2029g\v\f\r\r\n"
	if got, want := Text(in), "a\nb\nc\nd\ne\nf\ng␋␌\n\n"; got != want {
		t.Errorf("Text = %q, want %q", got, want)
	}
	if got, want := Line(in), "a⏎b⏎c⏎d⏎e⏎f⏎g␋␌⏎⏎"; got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
}

func TestTabs(t *testing.T) {
	for _, c := range []struct{ in, text, line string }{
		{"\ta", "    a", " a"},
		{"abc\td", "abc d", "abc d"},
		{"abcd\te", "abcd    e", "abcd e"},
		{"日\t本", "日  本", "日 本"},
		{"\x1b\tb", "␛   b", "␛ b"},
		{"e\u0301\tb", "e\u0301   b", "e\u0301 b"},
		{"ab\n\tc", "ab\n    c", "ab⏎ c"},
		{"\t\t", "        ", "  "},
		{"\t\u0301", "    ◌\u0301", " ◌\u0301"},
	} {
		if got := Text(c.in); got != c.text {
			t.Errorf("Text(%q) = %q, want %q", c.in, got, c.text)
		}
		if got := Line(c.in); got != c.line {
			t.Errorf("Line(%q) = %q, want %q", c.in, got, c.line)
		}
	}
}

// Every code point of the planes in use, and samples of the others, alone and
// between letters.
func TestEveryCodePoint(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r > 0x20000 && (r < 0xe0000 || r > 0xe0200) {
			r = min(r+250, unicode.MaxRune)
		}
		if r == '\n' || 0xd800 <= r && r < 0xe000 {
			continue
		}
		for _, in := range []string{string(r), "a" + string(r) + "b"} {
			got := Text(in)
			if bad := harmful(got, true); bad != "" {
				t.Fatalf("Text(%+q) = %+q: %s", in, got, bad)
			}
			if again := Text(got); again != got {
				t.Fatalf("Text(%+q) = %+q, and of that %+q", in, got, again)
			}
			if lipgloss.Width(got) != sumOfWidths(in) {
				t.Fatalf("Text(%+q) = %+q: width %d, sum of pieces %d", in, got, lipgloss.Width(got), sumOfWidths(in))
			}
		}
	}
}

// sumOfWidths returns the width of the widest line of Text(s), by pieces.
func sumOfWidths(s string) (widest int) {
	col := 0
	for pos := 0; pos < len(s); {
		p := scan(s, pos, col, manyLines)
		if col += p.width; p.kind == newline {
			col = 0
		}
		widest = max(widest, col)
		pos = p.end
	}
	return widest
}

// The tables written out here must agree with those of the width function.
func TestTablesAgree(t *testing.T) {
	for r := rune(0xa0); r <= unicode.MaxRune; r++ {
		if !unicode.IsGraphic(r) {
			continue
		}
		if got, want := prepends(r), joins(string(r), 'a'); got != want {
			t.Errorf("prepends(%U) = %t", r, got)
		}
		if unicode.IsMark(r) && isJoiningMark(r) != joins("a", r) {
			t.Errorf("isJoiningMark(%U) = %t", r, isJoiningMark(r))
		}
		if got, want := isPictograph(r), joins(string(r)+"\u200d", '❤'); got != want {
			t.Errorf("isPictograph(%U) = %t", r, got)
		}
		if alone := ansi.StringWidth(string(r)); standsAlone(r) && alone == 0 {
			t.Errorf("%U stands alone, but has no width", r)
		}
		if standsAlone(r) && (joins("a", r) || joins("\u1100\u1161", r) || joins("\U0001f1e9", r)) {
			t.Errorf("%U stands alone, but joins what is before it", r)
		}
	}
}

// pool is what nasty text is made of.
var pool = []string{
	"a", "b", "Z", "7", "#", " ", " ", "  ", "\t", "\n", "\r", "\r\n", "-", "word", "roll over",
	"\x00", "\x07", "\x1b", "\x1b[201~", "\x1b]52;c;eA==\x07", "\x7f", "\u0085", "\u009b", "\u009d", "\u2028",
	"\xff", "\xc3", "\xe6\x97", "\xf0\x9f\x91", "\xed\xa0\x80",
	"\u202e", "\u2066", "\u2069", "\u061c", "\u200e", "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\ufff9",
	"\ufe0f", "\ufe0e", "\ufe00", "\U000e0100", "\u180b", "\u034f", "\u20e3", "\u0301", "\u0335", "\u0335\u0335\u0335", "\u093e",
	"\U0001f3f4", "\U000e0067", "\U000e0062", "\U000e0065\U000e006e\U000e0067\U000e007f", "\U000e007f",
	"👨", "👩", "❤", "💋", "🏽", "🏻", "🇩", "🇪", "☝", "😀", "©", "1\ufe0f\u20e3", "👨\u200d👩\u200d👧",
	"日", "本", "語", "、", "。", "「", "」", "（", "）", "，", "！", "ー", "ア", "ｶ", "ﾞ", "ﾟ", "ｱ", "\u3099", "\u3000", "Ａ",
	"한", "가", "각", "\u1100", "\u1161", "\u11a8", "\u115f", "\u1160", "\u3164", "ㅋ",
	"น", "\u0e49", "\u0e33", "ท", "ກ", "\u0eb3", "\u0ec9", "ខ", "\u17d2", "\u17b4", "မ", "\u102c", "\u1039", "က",
	"क", "\u094d", "ष", "ि", "ශ", "\u0dca", "ර", "ക", "\u0d4d", "\u0d4e", "م", "\u0651", "ی", "خ", "\u0600", "ש", "\u05c1",
	"\ue000", "\u0378", "\uffff", "\U0001f8ff", "\u00a0", "\u2007", "\u1680", "…", "“", "”", "⟨", "⟩", "◌", "🏴",
}

// nastyText draws parts of the pool, some of them many times over. The number
// of parts is drawn first: left to itself, the library prefers a handful.
func nastyText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		n := rapid.SampledFrom([]int{0, 2, 5, 20, 60}).Draw(t, "n")
		for _, s := range rapid.SliceOfN(rapid.SampledFrom(pool), n, n).Draw(t, "parts") {
			b.WriteString(s)
			if times := rapid.IntRange(0, 60).Draw(t, "times"); times > 50 {
				b.WriteString(strings.Repeat(s, times-45))
			}
		}
		if rapid.Bool().Draw(t, "more") {
			b.WriteString(rapid.String().Draw(t, "text"))
		}
		if rapid.IntRange(0, 3).Draw(t, "bytes") == 0 {
			b.Write(rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, "raw"))
		}
		return b.String()
	})
}

// Whatever stands next to whatever, of the pool.
func TestEveryPair(t *testing.T) {
	for _, a := range pool {
		for _, b := range pool {
			checkText(t, a+b)
			checkText(t, "x"+a+b+"y")
		}
	}
}

// Whatever stands between two others, of what joins its neighbours or is
// dropped.
func TestEveryTriple(t *testing.T) {
	var joining []string
	for _, s := range pool {
		if r := []rune(s); len(r) == 1 && r[0] > 0x80 && !common(r[0]) || s == "a" || s == "1" || s == "가" {
			joining = append(joining, s)
		}
	}
	if len(joining) < 60 {
		t.Fatalf("only %d parts", len(joining))
	}
	for i, a := range joining {
		for j, b := range joining {
			for k := (i + j) % 5; k < len(joining); k += 5 { // a fifth of them, to be quick
				s := a + b + joining[k]
				text := Text(s)
				if got, want := lipgloss.Width(text), sumOfWidths(s); got != want {
					t.Fatalf("Text(%+q) = %+q has width %d, its pieces %d", s, text, got, want)
				}
				if again := Text(text); again != text {
					t.Fatalf("Text(%+q) = %+q, and of that %+q", s, text, again)
				}
			}
		}
	}
}

func checkText(t interface{ Fatalf(string, ...any) }, s string) {
	text, line := Text(s), Line(s)
	if bad := harmful(text, true); bad != "" {
		t.Fatalf("Text(%+q) = %+q: %s", s, text, bad)
	}
	if bad := harmful(line, false); bad != "" {
		t.Fatalf("Line(%+q) = %+q: %s", s, line, bad)
	}
	if again := Text(text); again != text {
		t.Fatalf("Text(%+q) = %+q, and of that %+q", s, text, again)
	}
	if again := Line(line); again != line {
		t.Fatalf("Line(%+q) = %+q, and of that %+q", s, line, again)
	}
	if got, want := lipgloss.Width(text), sumOfWidths(s); got != want {
		t.Fatalf("Text(%+q) = %+q has width %d, its pieces %d", s, text, got, want)
	}
}

func TestTextProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkText(t, nastyText().Draw(t, "s")) })
}

// What the terminals of today measure by code point, the rewritten spellings
// measure alike.
func TestWidthByCodePoint(t *testing.T) {
	for _, in := range []string{"น้ำทำคำ", "ກຳ ນ້ຳ", "ｶﾞｷﾞﾊﾟ ｱﾞ", "日本語テキスト", "한국어", "Vie\u0323\u0302t", "🇩🇪", "x\u0301"} {
		got := Text(in)
		if a, b := ansi.StringWidth(got), ansi.StringWidthWc(got); a != b {
			t.Errorf("Text(%q) = %q: %d cells by cluster, %d by code point", in, got, a, b)
		}
	}
}

func TestCleanTextIsNotCopied(t *testing.T) {
	for _, s := range []string{
		"plain text\nof two lines", "Grüße, Žluťoučký kůň", "日本語、中文。한국어",
		"e\u0301e\u0301", "👨\u200d👩\u200d👧 1\ufe0f\u20e3 ❤\ufe0f 🇩🇪 👍🏽", "क्षत्रिय မြန်မာ ภาษาไทย", "مُحَمَّد שָׁלוֹם",
	} {
		if n := testing.AllocsPerRun(20, func() { Text(s) }); n != 0 {
			t.Errorf("Text(%q) allocates %v times", s, n)
		}
		if Text(s) != s {
			t.Errorf("Text(%q) = %q", s, Text(s))
		}
	}
}

// A segment that is styled by lipgloss keeps its text and its width.
func TestStyledWidth(t *testing.T) {
	r := lipgloss.NewRenderer(nil)
	r.SetColorProfile(termenv.TrueColor)
	style := r.NewStyle().Foreground(lipgloss.Color("#ff0000")).Bold(true)
	rapid.Check(t, func(t *rapid.T) {
		s := Line(nastyText().Draw(t, "s"))
		styled := style.Render(s)
		if got, want := lipgloss.Width(styled), lipgloss.Width(s); got != want {
			t.Fatalf("%+q: %d cells with style, %d without", s, got, want)
		}
		if got := ansi.Strip(styled); got != s {
			t.Fatalf("styled %+q says %+q", s, got)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range pool {
		f.Add(s)
	}
	f.Add(strings.Join(pool, ""))
	f.Fuzz(func(t *testing.T, s string) { checkText(t, s) })
}
