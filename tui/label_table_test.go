package tui

import (
	"fmt"
	"testing"

	"inkling/label"
)

// A table without a text is labelled by keys: once a few rows are answered, the
// card says which fields pull.
func TestJourneyTable(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	task.Columns = []label.Column{
		{Name: "checking", Role: label.Category, Meanings: []label.Meaning{{Code: "A11", Text: "overdrawn"}, {Code: "A14", Text: "no account"}}},
		{Name: "amount", Role: label.Numeric}, {Name: "opened", Role: label.Time},
	}
	rows := make([][]string, 60)
	for i := range rows {
		bad := i%2 == 1
		rows[i] = []string{"A14", fmt.Sprint(1000 + i), fmt.Sprintf("2024-%02d-%02d", i%12+1, i%28+1)}
		if bad {
			rows[i][0], rows[i][1] = "A11", fmt.Sprint(52000+i)
		}
	}
	d := newDriver(t, projectOf(t, task, rows), drive{train: quick()})
	d.size(100, 30)
	for range 16 {
		d.ready()
		key := "d"
		if d.labelScreen().cur.Item.Field(0) == "A11" {
			key = "r"
		}
		d.press(key)
	}
	d.saved(18)
	d.see("16 labelled")
	d.until("fields that pull", func() bool {
		l := d.labelScreen()
		if l.cur == nil || l.cur.Suggestion == nil {
			return false
		}
		want := map[string]int{"A14": 0, "A11": 2}[l.cur.Item.Field(0)]
		return l.cur.Suggestion.Answer.Class == want
	})
	d.see("checking", "▲ +", "opened")
	if d.labelScreen().cur.Item.Field(0) == "A11" {
		d.see("overdrawn", "52,0")
	} else {
		d.see("no account")
	}
	d.press("f5")
	d.see("A11 · 52001 · 2024-")
}
