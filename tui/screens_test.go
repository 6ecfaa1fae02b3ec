package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/catalog"
	"inkling/tui/seat"
)

// posed is a workbench in the middle of the work, all of it from a state made
// by hand: no trainer runs and nothing is waited for.
func posed(t testing.TB, l catalog.Language, p termenv.Profile, dark bool, width, height int) *driver {
	t.Helper()
	project := projectOf(t, loansTask(), [][]string{
		{"asks to roll over the March instalment,\tsecond time this year; employer confirmed by phone.\nne\u0301e K\u00f6nig 👩‍👩‍👧 \x1b]0;owned\x07 \u202eesrever", "12400", "rent"},
		{"客户要求展期，第二次了 😟 手机 👍🏽", "8800", "own"},
		{"paid in full and early, thanks", "300", ""},
		{strings.Repeat("a long memo that goes on and on, as memos do. ", 60), "9", "rent"},
	})
	d := newDriver(t, project, drive{options: Options{Language: l, Renderer: renderer(p, dark)}})
	d.size(width, height)
	sc := d.labelScreen()
	d.until("four cards", func() bool { return sc.cur != nil && len(sc.next)+1 == 4 })
	d.counts = label.Counts{Items: 4210, Labelled: 214, Audited: 38, Accepted: 151, Corrected: 25, Skipped: 3, Flagged: 2, PerClass: []uint64{120, 60, 34}, Events: 231}
	d.state = learn.State{Phase: learn.Fitting, Fraction: 0.6, Run: 13, Current: 12, Labels: 214}
	for _, s := range d.screens {
		s.update(committedMsg{d.counts})
	}
	sc.state = d.state
	// A third of the half a minute that each takes.
	for range 10 {
		sc.pace.add(5 * time.Second)
	}
	sc.history.read([]learn.Run{
		{ID: 10, Labels: 100, Audit: &learn.Audit{N: 20, Accuracy: 0.70, Low: 0.5, High: 0.86, LogLoss: 0.71}},
		{ID: 11, Labels: 150, Audit: &learn.Audit{N: 30, Accuracy: 0.80, Low: 0.63, High: 0.9, LogLoss: 0.52}},
		{ID: 12, Labels: 190, Audit: &learn.Audit{N: 38, Accuracy: 0.89, Low: 0.76, High: 0.96, LogLoss: 0.33}},
	})
	d.pose(1)
	return d
}

// pose puts one item on screen, with a suggestion.
func (d *driver) pose(num uint64) {
	d.Helper()
	c, err := d.seat.Open(num)
	if err != nil {
		d.Fatal(err)
	}
	c.Why, c.Margin = seat.Uncertain, 0.031
	at := func(word string) [][2]int {
		i := strings.Index(c.Item.Fields[0], word)
		if i < 0 {
			return nil
		}
		return [][2]int{{i, i + len(word)}}
	}
	c.Suggestion = &label.Suggestion{Item: num, Answer: label.ClassAnswer(2), Probability: 0.614, Model: 12, Classes: []float64{0.022, 0.364, 0.614},
		Reasons: []label.Reason{
			{Term: "roll over", Column: 0, Places: at("roll over"), Weight: 1.92}, {Term: "展期", Column: 0, Places: at("展期"), Weight: 1.41},
			{Term: "second time", Column: 0, Places: at("second time"), Weight: 1.08}, {Term: "employer", Column: 0, Places: at("employer"), Weight: -0.71},
			{Term: "12400", Column: 1, Weight: 0.33}, {Term: "rent", Column: 2, Weight: 0.12},
		}}
	if c.Item.Audit {
		c.Item.Audit = false // this one is posed
	}
	d.labelScreen().insert(c)
}

// The screens at the sizes that count. What each shows beyond the label screen
// is reached by keys, as a person does.
func TestScreens(t *testing.T) {
	sizes := [][2]int{{80, 24}, {120, 40}, {40, 12}}
	for _, c := range []struct {
		name  string
		sizes [][2]int
		keys  []string
		see   string
	}{
		{"label", [][2]int{{80, 24}, {120, 40}, {40, 12}, {200, 50}, {20, 6}}, nil, ""},
		{"label-why", sizes, []string{"e"}, ""},
		{"label-raw", [][2]int{{80, 24}}, []string{"v"}, ""},
		{"help", sizes, []string{"?"}, ""},
		{"palette", sizes, []string{"space"}, ""},
		{"search", sizes, []string{"/", "text:paid"}, "1 found"},
		{"note", sizes, []string{"f", "text:who is this?"}, ""},
		{"guideline", sizes, []string{"g"}, ""},
		{"review", sizes, []string{"f4"}, "nothing here"},
		{"data", sizes, []string{"f5"}, "paid in full"},
		{"data-columns", sizes, []string{"f5", "w", "down", "right"}, "number → category"},
		{"too-small", [][2]int{{24, 5}, {19, 30}}, nil, ""},
	} {
		for _, size := range c.sizes {
			name := fmt.Sprintf("%s-%dx%d", c.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := posed(t, catalog.English, termenv.Ascii, true, size[0], size[1])
				if strings.HasPrefix(c.name, "data") {
					d.labelScreen().counts.Items = 4
					d.screens[4].update(committedMsg{d.project.Counts()})
				}
				d.press(c.keys...)
				if c.see != "" {
					d.see(c.see)
				}
				if data := d.screens[screenData].(*dataScreen); c.name == "data-columns" {
					d.until("an example", func() bool { return data.example != nil })
				}
				checkFrame(t, d.View(), size[0], size[1])
				if first, second := d.View(), d.View(); first != second {
					t.Error("two drawings of one state differ")
				}
				golden(t, name, d.View())
			})
		}
	}
}

func TestScreensInChineseAndColour(t *testing.T) {
	for _, c := range []struct {
		name     string
		language catalog.Language
		profile  termenv.Profile
		dark     bool
		keys     []string
	}{
		{"label-zh-80x24", catalog.Chinese, termenv.Ascii, true, nil},
		{"help-zh-80x24", catalog.Chinese, termenv.Ascii, true, []string{"?"}},
		{"label-colour-80x24", catalog.English, termenv.TrueColor, true, nil},
		{"label-light-80x24", catalog.English, termenv.ANSI256, false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := posed(t, c.language, c.profile, c.dark, 80, 24)
			d.press(c.keys...)
			checkFrame(t, d.View(), 80, 24)
			golden(t, c.name, d.View())
		})
	}
}

// Colour says nothing alone: without it the same characters stand in the same
// places.
func TestColourChangesNoCharacter(t *testing.T) {
	t.Parallel()
	plain := posed(t, catalog.English, termenv.Ascii, true, 100, 30)
	bright := posed(t, catalog.English, termenv.TrueColor, true, 100, 30)
	for _, keys := range [][]string{nil, {"e"}, {"e", "space"}, {"esc", "?"}, {"x", "f4"}, {"f5"}} {
		plain.press(keys...)
		bright.press(keys...)
		if keys != nil && keys[len(keys)-1] == "f4" {
			plain.see("nothing here")
			bright.see("nothing here")
		}
		if a, b := plain.View(), ansi.Strip(bright.View()); a != b {
			t.Errorf("after %v:\n%s\nin colour:\n%s", keys, a, b)
		}
	}
	if !strings.Contains(bright.View(), "\x1b[") {
		t.Error("no colour was drawn")
	}
}

// A long text scrolls, no further than its end.
func TestLongTextScrolls(t *testing.T) {
	t.Parallel()
	d := posed(t, catalog.English, termenv.Ascii, true, 80, 24)
	d.pose(4)
	d.see("more below")
	first := d.View()
	d.press("down", "pgdown")
	if d.View() == first {
		t.Error("it did not scroll")
	}
	for range 40 {
		d.press("pgdown")
	}
	d.unseen("more below")
	last := d.View()
	d.press("down")
	if d.View() != last {
		t.Error("it scrolled beyond its end")
	}
	d.press("up", "home")
	if got := strings.Split(d.View(), "\n")[3]; got != strings.Split(first, "\n")[3] {
		t.Errorf("home does not lead to the beginning: %s", got)
	}
}
