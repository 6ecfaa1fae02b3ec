package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"inkling/label"
)

// banking is a task of many labels, each with a key of two letters.
func banking(n int) label.Task {
	task := loansTask()
	task.Audit, task.Labels = 0, nil
	for i := range n {
		task.Labels = append(task.Labels, label.Label{Name: fmt.Sprintf("card_payment_fee_of_kind_%d", i), Key: string([]rune{rune('a' + i/20), rune('a' + i%20)})})
	}
	return task
}

// likes puts a suggestion of one class on screen, of another almost as likely.
func (d *driver) likes(class, second int) {
	l := d.labelScreen()
	p := make([]float64, len(d.project.Task().Labels))
	p[class], p[second] = 0.6, 0.3
	l.cur.Suggestion = &label.Suggestion{Item: l.cur.Item.Num, Answer: label.ClassAnswer(class), Probability: 0.6, Model: 1, Classes: p}
}

// Where all labels fit they stand in one order on every item, with a mark on
// the suggested one.
func TestLabelsKeepTheirPlaces(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Labels = nil
	for i := range 12 {
		task.Labels = append(task.Labels, label.Label{Name: fmt.Sprintf("L%02d", i), Key: string(rune('b' + i))})
	}
	d := newDriver(t, newProject(t, task, 4), drive{})
	d.ready()
	place := func() (names string, marked string) {
		for _, line := range d.labelScreen().viewLabels(60, 6, 20, false) {
			for _, f := range strings.Fields(ansi.Strip(line)) {
				if k, ok := strings.CutPrefix(f, "▸"); ok {
					marked, f = k, k
				}
				names += f + " "
			}
		}
		return names, marked
	}
	d.likes(9, 3)
	first, mark := place()
	if mark != "k" {
		t.Errorf("marked %q, want the key of the suggested label", mark)
	}
	d.likes(4, 11)
	if second, mark := place(); second != first || mark != "f" {
		t.Errorf("the labels moved, or the mark %q is wrong:\n%s\n%s", mark, first, second)
	}
}

// Where there is no room for all, the likely ones are among those shown, in the
// order of the task; and a large window shows all.
func TestLikelyLabelsStand(t *testing.T) {
	t.Parallel()
	d := newDriver(t, newProject(t, banking(77), 4), drive{})
	d.ready()
	d.likes(70, 30)
	small := ansi.Strip(d.View())
	for _, want := range []string{"▸dk card", "bk card", "more (space)"} {
		if !strings.Contains(small, want) {
			t.Errorf("%q is not on screen:\n%s", want, small)
		}
	}
	if strings.Index(small, "bk card") > strings.Index(small, "▸dk card") {
		t.Errorf("the likely labels are not in the order of the task:\n%s", small)
	}
	// Names that differ in their last letters are told apart in the bars.
	if !strings.Contains(small, "kind_70 █") || !strings.Contains(small, "kind_30 █") {
		t.Errorf("the names beside the bars do not end with what tells them apart:\n%s", small)
	}
	d.size(200, 50)
	large := ansi.Strip(d.View())
	if strings.Contains(large, "more (space)") {
		t.Errorf("labels are left out though there are empty rows:\n%s", large)
	}
}

// Keys of two letters: the first leaves those that begin with it, a wrong
// second says so, and the help tells how they work. Numbers say why they do
// nothing.
func TestTwoKeys(t *testing.T) {
	t.Parallel()
	p := newProject(t, banking(40), 8)
	d := newDriver(t, p, drive{})
	on := d.ready()
	d.press("b", "z")
	d.see("no label has the key bz")
	d.press("7")
	d.see("numbers: nine labels at most; space: find")
	d.press("?")
	d.see("label, two keys")
	d.press("x")
	if d.item() != on {
		t.Fatal("something was decided")
	}
	d.press("b", "c")
	d.saved(3)
	if s, _, _ := p.Standing(on); s.Decision.Answer.Class != 22 {
		t.Errorf("bc decided for class %d", s.Decision.Answer.Class)
	}
	if k := d.labelScreen().twoKeys(); !slices.Contains(k.Keys(), "a a") {
		t.Errorf("the example of the help is %v", k.Keys())
	}
}
