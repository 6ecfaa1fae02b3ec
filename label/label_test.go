package label

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func textTask() Task {
	return Task{Kind: Classes, Labels: []Label{{Name: "ham", Key: "h"}, {Name: "spam", Key: "p"}},
		Columns: []Column{{Name: "text", Role: Text}, {Name: "label", Role: Gold}}, Audit: 0.1, Seed: 1}
}

func TestValidate(t *testing.T) {
	for name, spoil := range map[string]func(*Task){
		"no kind":         func(t *Task) { t.Kind = 0 },
		"same label":      func(t *Task) { t.Labels[1].Name = "ham" },
		"same key":        func(t *Task) { t.Labels[1].Key = "h" },
		"key is a prefix": func(t *Task) { t.Labels[1].Key = "hx" },
		"no label name":   func(t *Task) { t.Labels[0].Name = " " },
		"same column":     func(t *Task) { t.Columns[1].Name = "text" },
		"audit too large": func(t *Task) { t.Audit = 0.6 },
		"audit not one":   func(t *Task) { t.Audit = math.NaN() },
	} {
		task := textTask()
		if err := task.Validate(); err != nil {
			t.Fatal(err)
		}
		spoil(&task)
		if err := task.Validate(); !errors.Is(err, ErrTask) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// An item is what its input columns say: answers and gold do not rename it,
// nor does a column that was added later and is empty, and texts cannot move
// between columns unnoticed.
func TestIdentify(t *testing.T) {
	task := textTask()
	id, key := task.Identify([]string{"hello", "ham"})
	if id2, key2 := task.Identify([]string{"hello", "spam"}); id2 != id || key2 != key {
		t.Error("gold is part of the name")
	}
	task.Columns = append(task.Columns, Column{Name: "memo", Role: Text})
	if id2, _ := task.Identify([]string{"hello", "ham", ""}); id2 != id {
		t.Error("an empty new column renames the item")
	}
	if id2, _ := task.Identify([]string{"", "ham", "hello"}); id2 == id {
		t.Error("the column does not count")
	}
	task.Columns = append(task.Columns, Column{Name: "no", Role: Ident})
	a, ka := task.Identify([]string{"hello", "", "", "1"})
	b, kb := task.Identify([]string{"hello", "", "", "2"})
	if a == b || ka != kb || ka != key {
		t.Error("the id column must name the item and leave its key alone")
	}
	if back, err := ParseID(a.String()); err != nil || back != a {
		t.Error(back, err)
	}
}

// The audit share is met within four standard deviations of a binomial, and
// raising the share keeps all that were in it.
func TestInAudit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		task := textTask()
		task.Seed = rapid.Uint64().Draw(t, "seed")
		task.Audit = 0.1
		more := task
		more.Audit = 0.2
		n, in := 20000, 0
		first := rapid.Uint64().Draw(t, "first")
		for i := range uint64(n) {
			k := first + i
			if task.InAudit(k) {
				in++
				if !more.InAudit(k) {
					t.Fatal("a larger share lost an item")
				}
			}
		}
		if d := math.Abs(float64(in) - 0.1*float64(n)); d > 4*math.Sqrt(float64(n)*0.09) {
			t.Fatalf("%d of %d", in, n)
		}
	})
}

func TestItemText(t *testing.T) {
	task := Task{Columns: []Column{{Name: "subject", Role: Text}, {Name: "n", Role: Numeric}, {Name: "body", Role: Text}}}
	if got := (Item{Fields: []string{"a", "1", "b"}}).Text(task); got != "a\nb" {
		t.Errorf("%q", got)
	}
	if got := (Item{Fields: []string{"a"}}).Text(task); got != "a\n" {
		t.Errorf("%q", got)
	}
	task.Columns[2].Role = Ignore
	if got := (Item{Fields: []string{"a", "1", "b"}}).Text(task); got != "a" {
		t.Errorf("%q", got)
	}
}
