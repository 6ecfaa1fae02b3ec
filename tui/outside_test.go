package tui

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"inkling/label"
	"inkling/store"
	"inkling/tui/catalog"
)

// answeredProject makes a project whose items are all answered outside of the
// workbench: numbers that are twice the amount, or labels that are words of the
// text.
func answeredProject(t *testing.T, kind label.Kind) *store.Project {
	t.Helper()
	task := label.Task{Name: "outside", Kind: kind, Seed: 5, Audit: 0.2, Clean: "none",
		Columns: []label.Column{{Name: "memo", Role: label.Text}, {Name: "amount", Role: label.Numeric}}}
	if kind == label.MultiLabel {
		// The key of a label is that of a command elsewhere.
		task.Labels = []label.Label{{Name: "home", Key: "1"}, {Name: "car", Key: "2"}, {Name: "travel", Key: "s"}}
	}
	p, err := store.Create(filepath.Join(t.TempDir(), "outside.inkling"), task, store.Options{NoSync: true, Now: newClock().now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	im := p.NewImport("outside.csv", "import")
	for i := range 120 {
		a, memo := label.Answer{Value: float64(2 * i)}, fmt.Sprintf("memo %d", i)
		if kind == label.MultiLabel {
			a = label.Answer{}
			for c, l := range task.Labels {
				if i>>c&1 == 1 {
					memo, a.Set = memo+" "+l.Name, append(a.Set, c)
				}
			}
		}
		if err := im.Add([]string{memo, fmt.Sprint(i)}, &a); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

// Where answers are given outside the workbench, it says so on the label screen,
// trains, evaluates and shows the data; no key of a label decides anything.
func TestOutside(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind                        label.Kind
		train, evaluate, data, item string
	}{
		{label.Number, "audit MAE", "mean absolute error", "238", "238"},
		{label.MultiLabel, "audits exactly right", "Hamming loss", "home, car, …", "home, car, travel"},
	} {
		t.Run(c.kind.String(), func(t *testing.T) {
			t.Parallel()
			d := newDriver(t, answeredProject(t, c.kind), drive{train: quick()})
			d.see("not given by keys yet", "120 labelled")
			d.press("f2")
			d.see(c.train, "run 1")
			d.press("t")
			d.see("run 2")
			for range 3 {
				d.press("w")
				d.View()
			}
			d.see("--against")
			d.press("f3")
			d.see(c.evaluate)
			d.press("f5")
			d.see("memo 0")
			d.press("end")
			d.see(c.data)
			d.press("enter")
			d.see("not given by keys yet", "amount  119", c.item)
			d.press("f4", "right")
			d.see("the model disagrees")
			d.press("f1", "1", "2", "s", "u", "a", "enter", "e", "g", "?", "?", "/", "esc", "tab", "tab", "tab", "tab", "tab")
			if n := d.project.Counts().Events; n != 3 {
				t.Errorf("%d events: keys decided something", n)
			}
			for _, size := range [][2]int{{40, 12}, {20, 5}, {3, 1}, {160, 50}} {
				d.size(size[0], size[1])
				for _, k := range []string{"f1", "f2", "f3", "f4", "f5"} {
					d.press(k)
					if rows := strings.Count(d.View(), "\n") + 1; rows > size[1] {
						t.Errorf("%s in %v: %d rows", k, size, rows)
					}
				}
			}
		})
	}
}

// The sentence is there in Chinese, and on 80 columns in English as it was.
func TestOutsideViews(t *testing.T) {
	t.Parallel()
	p := answeredProject(t, label.Number)
	d := newDriver(t, p, drive{options: Options{Language: catalog.Chinese}})
	d.see("暂时不能用按键给出")
	d = newDriver(t, p, drive{})
	d.see("not given by keys yet")
	d.send(openItemMsg{7})
	d.see("amount  6")
	golden(t, "outside", ansi.Strip(d.View()))
	task := p.Task()
	task.Columns[0].Name = "备注备注"
	if err := p.SetTask(task, "ana"); err != nil {
		t.Fatal(err)
	}
	d = newDriver(t, p, drive{})
	d.send(openItemMsg{7})
	d.see("备注备注  memo 6", "amount    6") // widths are of cells, not of bytes
}
