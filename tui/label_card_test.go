package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"inkling/label"
	"inkling/tui/catalog"
)

// creditTask is a task of fields without a text: those of a credit file.
func creditTask() label.Task {
	t := loansTask()
	t.Name = "credit"
	t.Columns = []label.Column{
		{Name: "checking_status", Role: label.Category, Meanings: []label.Meaning{{Code: "A11", Text: "< 0 DM"}, {Code: "A14", Text: "no checking account"}}},
		{Name: "duration_months", Role: label.Numeric},
		{Name: "credit_history", Role: label.Category, Meanings: []label.Meaning{{Code: "A34", Text: "critical account or other credits existing (not at this bank)"}}},
		{Name: "purpose", Role: label.Category, Meanings: []label.Meaning{{Code: "A410", Text: "others"}}},
		{Name: "credit_amount", Role: label.Numeric},
		{Name: "savings", Role: label.Category}, {Name: "employment_since", Role: label.Category, Order: []string{"A71", "A72"}},
		{Name: "rate_pct", Role: label.Numeric}, {Name: "sex", Role: label.Category}, {Name: "residence_since", Role: label.Numeric},
		{Name: "property", Role: label.Category}, {Name: "age", Role: label.Numeric}, {Name: "housing", Role: label.Category},
		{Name: "opened", Role: label.Time}, {Name: "existing_credits", Role: label.Numeric}, {Name: "balance", Role: label.Numeric},
		{Name: "clerk", Role: label.Context}, {Name: "file", Role: label.Ident}, {Name: "bank", Role: label.Ignore},
	}
	return t
}

var creditRow = []string{"A14", "24", "A34", "A410", "1234567.5", "A61", "A72", "4", "", "2", "A121", "", "own", "2024-02-05", "1", "-12400", "Ms Lund", "K-77", "ours"}

var creditReasons = []label.Reason{
	{Term: "A14", Column: 0, Weight: 1.92}, {Term: "24", Column: 1, Weight: -0.41}, {Term: "∅", Column: 11, Weight: 0.33}, {Term: "-12400", Column: 15, Weight: -1.2},
	{Term: "A34", Column: 2, Weight: 0.01}, // too little to be drawn
}

// posedCard is a label screen with one item of these columns on it.
func posedCard(t testing.TB, task label.Task, row []string, reasons []label.Reason, language catalog.Language, profile termenv.Profile, width, height int) *driver {
	t.Helper()
	d := newDriver(t, projectOf(t, task, [][]string{row}), drive{options: Options{Language: language, Renderer: renderer(profile, true)}})
	d.size(width, height)
	l := d.labelScreen()
	d.until("the card", func() bool { return l.cur != nil })
	c, err := l.seat.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	c.Item.Audit = false
	c.Suggestion = &label.Suggestion{Item: 1, Answer: label.ClassAnswer(2), Probability: 0.61, Model: 12, Classes: []float64{0.02, 0.37, 0.61}, Reasons: reasons}
	l.put(c)
	return d
}

// mixedTask has a text of several rows beside the fields.
func mixedTask() (label.Task, []string) {
	task := creditTask()
	task.Columns = append([]label.Column{{Name: "memo", Role: label.Text}}, task.Columns...)
	return task, append([]string{strings.Repeat("asks to roll over the March instalment, the second time this year; ", 9)}, creditRow...)
}

func shifted(reasons []label.Reason, by int) []label.Reason {
	out := append([]label.Reason{}, reasons...)
	for i := range out {
		out[i].Column += by
	}
	return out
}

// An item without a text is a card of its fields; beside a text, both have
// room.
func TestCardScreens(t *testing.T) {
	mixed, row := mixedTask()
	for _, c := range []struct {
		name          string
		task          label.Task
		row           []string
		reasons       []label.Reason
		language      catalog.Language
		profile       termenv.Profile
		width, height int
	}{
		{"card-80x24", creditTask(), creditRow, creditReasons, catalog.English, termenv.Ascii, 80, 24},
		{"card-200x50", creditTask(), creditRow, creditReasons, catalog.English, termenv.Ascii, 200, 50},
		{"card-40x12", creditTask(), creditRow, creditReasons, catalog.English, termenv.Ascii, 40, 12},
		{"card-zh-80x24", creditTask(), creditRow, creditReasons, catalog.Chinese, termenv.Ascii, 80, 24},
		{"card-colour-80x24", creditTask(), creditRow, creditReasons, catalog.English, termenv.TrueColor, 80, 24},
		{"card-memo-80x24", mixed, row, shifted(creditReasons, 1), catalog.English, termenv.Ascii, 80, 24},
		{"card-memo-200x50", mixed, row, shifted(creditReasons, 1), catalog.English, termenv.Ascii, 200, 50},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := posedCard(t, c.task, c.row, c.reasons, c.language, c.profile, c.width, c.height)
			checkFrame(t, d.View(), c.width, c.height)
			golden(t, c.name, d.View())
		})
	}
}

// Scrolling comes to every row of the text and to every field, and back; it ends
// there.
func TestCardScrolls(t *testing.T) {
	mixed, row := mixedTask()
	d := posedCard(t, mixed, row, shifted(creditReasons, 1), catalog.English, termenv.Ascii, 80, 24)
	first, seen := d.View(), ""
	for range 60 {
		seen += d.View()
		d.press("down")
		checkFrame(t, d.View(), 80, 24)
	}
	for _, c := range mixed.Columns {
		if shown := c.Role != label.Text && c.Role != label.Ignore; shown != strings.Contains(seen, " "+c.Name) && c.Name != "memo" {
			t.Errorf("column %s (%s) was shown: %v", c.Name, c.Role, !shown)
		}
	}
	last := d.View()
	if !strings.Contains(last, "Ms Lund") || strings.Contains(last, "more below") {
		t.Errorf("the end:\n%s", last)
	}
	d.press("up")
	if d.View() == last {
		t.Error("the first step back from the end changes nothing")
	}
	d.press("home")
	if d.View() != first {
		t.Errorf("the top again:\n%s\nfirst:\n%s", d.View(), first)
	}
}

// Any size draws a whole frame, also with names, values and meanings that would
// act on a terminal or hide from the reader; what pulls is told without colour.
func TestCardOfAnything(t *testing.T) {
	bad := "\x1b]0;owned\a\u202e\u200b名字" + strings.Repeat("é́", 30)
	task, row := mixedTask()
	for i := range task.Columns {
		task.Columns[i].Name = fmt.Sprint(i, bad)
		if task.Columns[i].Role == label.Category && task.Columns[i].Order == nil {
			task.Columns[i].Meanings = []label.Meaning{{Code: strings.TrimSpace(bad), Text: bad}}
		}
		row[i] = bad
	}
	for _, memo := range []int{0, 1} {
		d := posedCard(t, withoutFirst(task, 1-memo), row[1-memo:], shifted(creditReasons, memo), catalog.English, termenv.Ascii, 80, 24)
		for width := 20; width <= 210; width += 23 {
			for height := 6; height <= 60; height += 13 {
				d.size(width, height)
				for range 3 {
					checkFrame(t, d.View(), width, height)
					d.press("pgdown")
				}
				if strings.ContainsAny(d.View(), "\x1b\a\u202e\u200b") {
					t.Fatalf("%dx%d: %q", width, height, d.View())
				}
			}
		}
		d.size(120, 40)
		d.press("home")
		if v := d.View(); !strings.Contains(v, "▲ +1.9") || !strings.Contains(v, "▼ -1.2") {
			t.Errorf("no signs of what pulls:\n%s", v)
		}
	}
}

// longBook is the credit task with a code book of thousands of codes, the last
// of which is longer than those that the card's width goes by.
func longBook() label.Task {
	task := creditTask()
	for i := range 20_000 {
		task.Columns[0].Meanings = append(task.Columns[0].Meanings, label.Meaning{Code: fmt.Sprintf("B%d", i), Text: fmt.Sprintf("meaning %d", i)})
	}
	return task
}

// A code that is longer than others stands whole, and so does what it means.
func TestCardLongBook(t *testing.T) {
	t.Parallel()
	row := append([]string{"B19999"}, creditRow[1:]...)
	d := posedCard(t, longBook(), row, nil, catalog.English, termenv.Ascii, 80, 24)
	d.see("B19999 meaning 19999")
}

// BenchmarkCardView draws a card whose code book has thousands of codes.
func BenchmarkCardView(b *testing.B) {
	d := posedCard(b, longBook(), creditRow, creditReasons, catalog.English, termenv.TrueColor, 120, 40)
	for b.Loop() {
		_ = d.View()
	}
}

func withoutFirst(t label.Task, n int) label.Task {
	t.Columns = t.Columns[n:]
	return t
}

func TestGrouped(t *testing.T) {
	for in, want := range map[string]string{"12400": "12,400", "1234": "1234", "-1234567.25": "-1,234,567.25", "1,234,567": "1,234,567", "$12400": "$12400", "012345": "012345",
		"1e10": "1e10", "": "", "x12345": "x12345", "99999": "99,999", "12345.": "12345."} {
		if got := grouped(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

// Lists show an item without a text by its fields.
func TestOneLine(t *testing.T) {
	task := creditTask()
	got := oneLine(task, label.Item{Fields: creditRow}, 60)
	if !strings.HasPrefix(got, "A14 · 24 · A34 · A410 · 1234567.5 · A61 · A72 · 4 · ∅ · 2 ·") || lipgloss.Width(got) != 60 {
		t.Errorf("%q", got)
	}
	mixed, row := mixedTask()
	if got := oneLine(mixed, label.Item{Fields: row}, 20); got != "asks to roll over t…" {
		t.Errorf("%q", got)
	}
}
