package tui

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/seat"
)

// hostile are pieces of text that do something to a terminal when they are
// sent to it as they are.
func hostile() []string {
	out := []string{
		"\x1b]52;c;cm0gLXJmIC8K\x07",                         // OSC 52: writes the clipboard
		"\x1b]8;;http://example.com\x1b\\here\x1b]8;;\x1b\\", // OSC 8: a link
		"\x1b]0;owned\x07", "\x1b]2;owned\x1b\\",             // the window's title
		"\x1b[201~\rrm -rf /\r", "\x1b[200~", // the end and the beginning of a paste
		"\x1b[2J\x1b[H", "\x1b[31m", "\x1b[?1049l", "\x1bc", "\x1b", // clear, colour, other screen, reset, a lone escape
		"\x9b31m", "\x9d0;owned\x9c", "\u009b31m", "\u009d0;x\u009c", "\u0085", // C1 as bytes and as characters
		"\x1bP+q544e\x1b\\", "\x1b_Gf=24\x1b\\", // DCS, APC
		"\u202eevil\u202c", "\u2066x\u2069", "\u200f", "\u061c", "\u2028", "\u2029", // bidi and line separators
		"\xff\xfe", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", // not UTF-8
		"\u200b\u200b", "\ufeff", "\u00ad", "e\u0301\u0302\u0303\u0304\u0305\u0306", "\u0301", // invisible, and piled marks
		"👩‍👩‍👧", "🇬🇧", "🇬", "👍🏽", "1️⃣", "가각", "ᄀ", "ｶﾞ", "ที่ำ", "中文", "\t", "\n", "\r\n", "\r", "\v", "\f",
	}
	for c := range 32 {
		out = append(out, string(rune(c)))
	}
	return append(out, "\x7f")
}

// ourOwn are the sequences that styles write.
var ourOwn = regexp.MustCompile("\x1b\\[[0-9;]*m")

// checkSafe checks that a frame fills its window, and holds no character that
// a terminal would obey but for the colours of styles.
func checkSafe(t failer, what, view string, width, height int) {
	t.Helper()
	checkFrame(t, view, width, height)
	bare := ourOwn.ReplaceAllString(view, "")
	if !utf8.ValidString(bare) {
		t.Errorf("%s: not UTF-8: %q", what, bare)
	}
	for _, r := range bare {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029') {
			t.Errorf("%s at %dx%d: %U is sent to the terminal:\n%q", what, width, height, r, bare)
			return
		}
	}
}

// infestedTask is a task in which every text holds the given one.
func infestedTask(text string) label.Task {
	return label.Task{Name: "n" + text, Kind: label.Classes, Seed: 5, Clean: "nfc", Guideline: text,
		Labels: []label.Label{
			{Name: "a" + text, Key: "x" + text, Title: text, Guideline: text},
			{Name: "b" + text, Key: "y", Colour: text},
			{Name: "c" + text},
		},
		Columns: []label.Column{{Name: "t" + text, Role: label.Text}, {Name: "u" + text, Role: label.Text},
			{Name: "n" + text, Role: label.Numeric}, {Name: "c" + text, Role: label.Category}, {Name: "g" + text, Role: label.Gold}}}
}

// infested is a workbench on a project in which every text is the given one.
func infested(t testing.TB, text string) *driver {
	t.Helper()
	p := projectOf(t, infestedTask(text), [][]string{{text, "beside " + text, text, text, text}, {"x" + text + text, "", "1", "", ""}, {"findme " + text, "", "", "", ""}})
	d := newDriver(t, p, drive{options: Options{Annotator: "ana" + text, Renderer: renderer(termenv.TrueColor, true)}})
	sc := d.labelScreen()
	d.until("cards", func() bool { return sc.cur != nil && len(sc.next) == 2 })
	d.suggest(text)
	return d
}

// suggest puts a suggestion with a hostile reason on the card on screen.
func (d *driver) suggest(text string) {
	c := d.labelScreen().cur
	c.Suggestion = &label.Suggestion{Answer: label.ClassAnswer(0), Probability: 0.5, Classes: []float64{0.5, 0.25, 0.25}, Model: 1,
		Reasons: []label.Reason{{Term: text, Column: 0, Weight: 1, Places: [][2]int{{0, len(text)}, {1, 2}}}, {Term: text, Column: 3, Weight: -2}, {Term: text, Column: -1, Weight: 1}}}
	c.Why = seat.Unseen
}

// everywhere draws every screen and whatever can lie over it.
func everywhere(t testing.TB, d *driver, text string, sizes [][2]int) {
	t.Helper()
	all := func(what string) {
		t.Helper()
		for _, s := range sizes {
			d.size(s[0], s[1])
			checkSafe(t, what, d.View(), s[0], s[1])
		}
	}
	all("label")
	for _, keys := range [][]string{{"?"}, {"x", "e"}, {"e", "v"}, {"v", "g"}, {"g", " "}} {
		d.press(keys...)
		all(fmt.Sprint("label after ", keys))
	}
	d.send(typed(text)) // pasted into the palette
	all("palette")
	d.press("esc", "/")
	d.send(typed(text))
	all("search, pasted")
	d.press("esc", "/", "text:findme")
	d.until("a hit", func() bool { return len(d.labelScreen().over.(*finder).hits) == 1 })
	all("search")
	d.press("esc", "f")
	d.send(typed(text))
	all("note")
	d.press("esc")
	l := d.labelScreen()
	n := d.project.Counts().Events
	d.do(l.flag(text))
	d.until("flagged", func() bool { return d.counts.Events == n+1 })
	d.press("[")
	d.until("the flagged item", func() bool { return len(l.past) == 1 })
	all("history")
	d.press("f4")
	d.until("the list", func() bool { return len(d.screens[3].(*reviewScreen).rows) == 1 })
	all("review")
	d.press("f5")
	d.until("the items", func() bool { return len(d.screens[4].(*dataScreen).page) == 3 })
	all("data")
	d.press("f2")
	run := learn.Run{ID: 3, Model: text, Params: []learn.Param{{Name: text, Value: text}}, Digest: text,
		Choice: &learn.Choice{Losses: []learn.Candidate{{Model: text, LogLoss: 1}, {Model: "b" + text, LogLoss: 2}}}}
	train := d.screens[1].(*trainScreen)
	train.runs = []learn.Run{run, run}
	all("train")
	d.press("f3")
	all("evaluate")
	d.press("f1")
	d.send(failedMsg{"open", errors.New(text)})
	all("a failure")
	d.state.Err = errors.New(text)
	all("a failure of the trainer")
	l.notice = fmt.Sprintf(d.words.Label.NoSuchKey, text)
	l.prefix = "x"
	all("a notice")
}

func TestNothingHostileReachesTheTerminal(t *testing.T) {
	t.Parallel()
	all := strings.Join(hostile(), " ")
	sizes := [][2]int{{80, 24}, {200, 50}, {40, 12}, {20, 6}, {65, 7}, {19, 4}}
	for name, text := range map[string]string{
		"all": all, "together": strings.Join(hostile(), ""), "repeated": strings.Repeat("\x1b[201~\u202e\xff", 300),
	} {
		t.Run(name, func(t *testing.T) { everywhere(t, infested(t, text), text, sizes) })
	}
}

// Any mixture of hostile and harmless pieces, in any window.
func TestSafetyProperty(t *testing.T) {
	t.Parallel()
	pieces := append(hostile(), "word", " ", "ordinary text, of some length", "漢字", "é")
	d := infested(t, strings.Join(hostile(), " "))
	columns := d.project.Task().Columns // they name the items, and so cannot change
	rapid.Check(t, func(r *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 12).Draw(r, "text"), "")
		w, h := rapid.IntRange(1, 130).Draw(r, "width"), rapid.IntRange(1, 40).Draw(r, "height")
		task := infestedTask(text)
		task.Columns = columns
		if err := d.project.SetTask(task, "ana"); err != nil {
			r.Fatal(err)
		}
		c := *d.labelScreen().cur
		c.Text, c.Item.Fields = text+text, []string{text, text, text, text, text}
		d.labelScreen().put(c)
		d.suggest(text)
		for _, keys := range [][]string{nil, {"e"}, {"e", "g"}, {"g", "v"}, {"v", "f4"}, {"f5"}, {"f1", "?"}, {"esc"}} {
			d.press(keys...)
			d.size(w, h)
			checkSafe(r, fmt.Sprint(keys), d.View(), w, h)
		}
	})
}

// A line of ten megabytes is an item like any other.
func TestHugeLine(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("\x1b]0;owned\x07 很长的一行 and so on ", 10<<20/40)
	d := infested(t, "short")
	c, err := d.seat.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	c.Text, c.Item.Fields[0], c.Item.Fields[3] = text, text, text
	d.labelScreen().insert(c)
	for _, s := range [][2]int{{80, 24}, {200, 50}, {40, 12}, {20, 6}} {
		d.size(s[0], s[1])
		for _, k := range []string{"pgdown", "v", "v", "down"} {
			d.press(k)
			checkSafe(t, "ten megabytes", d.View(), s[0], s[1])
		}
	}
}
