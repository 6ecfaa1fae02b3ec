package tui

import (
	"strings"
	"testing"

	"inkling/label"
)

// The data screen gives a column another role: by one key it is chosen, by
// another it is set, and the change is an event; what names the items stays.
func TestJourneyRoles(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Columns = append(task.Columns, label.Column{Name: "truth", Role: label.Gold}, label.Column{Name: "code", Role: label.Category, Order: []string{"low", "high"}})
	rows := [][]string{{"paid in full", "100", "own", "GOOD", "low"}, {"rolls over", "20", "rent", "RISKY", "high"}}
	p := projectOf(t, task, rows)
	d := newDriver(t, p, drive{})
	d.size(120, 30)
	d.ready()
	role := func(name string) label.Column { return p.Task().Columns[p.Task().ColumnNamed(name)] }
	roles := &d.screens[screenData].(*dataScreen).roles
	d.press("f5", "w")
	d.see("item 1", "paid in full", "category <")
	for _, line := range strings.Split(d.View(), "\n") {
		if strings.Contains(line, "truth") && strings.Contains(line, "GOOD") {
			t.Errorf("what is kept aside is shown: %s", line)
		}
	}
	d.press("enter") // nothing is chosen yet
	d.press("down", "right")
	d.see("number → category", "⏎ sets it")
	if role("amount").Role != label.Numeric {
		t.Fatal("choosing a role sets it")
	}
	d.press("left")
	d.unseen("number →")
	d.press("left")
	d.see("number → text")
	d.press("up", "down") // leaving gives it up
	d.unseen("number →")
	d.press("right", "right", "enter")
	d.until("the role", func() bool { return role("amount").Role == label.Time })
	d.saved(3)
	d.see("amount", "time")
	d.until("set", func() bool { return !roles.setting })

	d.press("end", "right", "enter")
	d.until("a role instead of an order", func() bool { return role("code").Role == label.Time && role("code").Order == nil })
	d.until("set", func() bool { return !roles.setting })
	d.press("up")
	d.see("the role of this column stays")
	d.press("right", "enter")
	if role("truth").Role != label.Gold {
		t.Error("what is kept aside got another role")
	}
	for _, name := range []string{"memo", "amount", "housing", "code"} {
		d.until("the change before", func() bool { return !roles.setting })
		d.press("home")
		for range p.Task().ColumnNamed(name) {
			d.press("down")
		}
		for range settable {
			if !roles.picked || roles.want != label.Context {
				d.press("right")
			}
		}
		d.see("→ context")
		d.press("enter")
		if name == "code" {
			d.see("a column must be left that models read")
			continue
		}
		d.until(name, func() bool { return role(name).Role == label.Context })
	}
	d.press("w")
	d.see("no.")
}
