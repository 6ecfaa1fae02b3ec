package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/catalog"
	"inkling/tui/seat"
)

// quick is a trainer that learns from every answer at once.
func quick() *learn.Options { return &learn.Options{Seed: 1, Answers: 1, Quiet: time.Millisecond} }

// A first session: label, skip, flag, undo, redo, leave; and a second one, which
// finds all in its place and undoes what the first did.
func TestJourneyLabelUndoRestart(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 16)
	d := newDriver(t, p, drive{})
	d.see("loans", "no model yet")
	first := d.ready()
	d.press("1")
	second := d.ready()
	if second == first {
		t.Fatal("the item on screen is the one that was decided")
	}
	d.press("r")
	third := d.ready()
	d.press("f", "text:torn page", "enter")
	fourth := d.ready()
	d.press("s")
	d.saved(6) // created, imported, four decisions
	d.see("2 labelled")

	d.press("u")
	d.see("undone: skip", "saved #7")
	d.until("the skipped item", func() bool { return d.item() == fourth })
	d.press("u")
	d.until("the flagged item", func() bool { return d.item() == third })
	d.saved(8)
	d.press("U")
	d.see("redone: flag (torn page)", "saved #9")
	if d.item() == third {
		t.Error("what was redone is still on screen")
	}
	if n := p.Counts().Flagged; n != 1 {
		t.Errorf("%d flagged, want 1", n)
	}
	d.press("q")
	d.until("quit", func() bool { return d.quit })
	d.stop()

	d = newDriver(t, p, drive{})
	d.ready()
	d.see("2 labelled", "saved #9")
	for _, want := range []uint64{third, second, first} {
		d.press("u")
		d.until("the undone item", func() bool { return d.item() == want })
	}
	d.saved(12)
	d.see("0 labelled")
	d.press("u")
	d.see("nothing to undo")
	d.press("U", "U", "U", "U", "U")
	d.see("nothing to redo", "2 labelled")
	if c := p.Counts(); c.Flagged != 1 || c.Skipped != 1 {
		t.Errorf("all redone: %+v", c)
	}
}

// Keys pressed while an undo is on its way are for the item that comes back.
func TestKeysWaitForWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 16)
	d := newDriver(t, p, drive{})
	first := d.ready()
	d.press("1")
	second := d.ready()
	d.press("u", "2") // both before the store has answered
	d.until("both decisions", func() bool { return p.Counts().Events == 5 })
	s, ok, err := p.Standing(first)
	if err != nil || !ok || s.Decision.Answer.Class != 1 {
		t.Errorf("item %d stands at %+v, want the answer given after undo", first, s)
	}
	d.until("the second item", func() bool { return d.item() == second })
	if _, decided, _ := p.Standing(second); decided {
		t.Errorf("the key hit item %d, which was on screen before", second)
	}

	// Where nothing comes, they are for no other.
	d.press("u")
	d.until("undone", func() bool { return d.item() == first })
	d.press("u", "1")
	d.see("nothing to undo")
	if n := p.Counts().Labelled; n != 0 {
		t.Errorf("a key after an undo of nothing decided %d items", n)
	}
}

// Back and forth through the history, and another answer there.
func TestJourneyHistory(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 16)
	d := newDriver(t, p, drive{})
	var decided []uint64
	for range 3 {
		decided = append(decided, d.ready())
		d.press("1")
	}
	present := d.ready()
	d.saved(5)
	for i := 2; i >= 0; i-- {
		d.press("[")
		d.until("an earlier item", func() bool { return d.item() == decided[i] })
		d.see("earlier: GOOD")
	}
	d.press("[")
	d.see("first decision")
	d.press("]")
	if d.item() != decided[1] {
		t.Errorf("forth shows %d, want %d", d.item(), decided[1])
	}
	d.press("3")
	if d.item() != present {
		t.Errorf("after another answer: item %d, want the present one %d", d.item(), present)
	}
	d.saved(6)
	if s, _, _ := p.Standing(decided[1]); s.Decision.Answer.Class != 2 {
		t.Errorf("stands at %+v", s)
	}
	d.press("[", "esc")
	d.until("the present", func() bool { return d.item() == present })
}

// A model that arrives changes the suggestion on screen, with a mark, and never
// the item; nor does a new ranking.
func TestModelArrivesWhileLabelling(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 64)
	d := newDriver(t, p, drive{train: quick()})
	l := d.labelScreen()
	d.ready()
	d.press("1")
	d.ready()
	d.press("3")
	on := d.ready()
	d.until("a suggestion", func() bool { return l.cur.Suggestion != nil })
	d.see("↻")
	if d.item() != on {
		t.Fatalf("item %d came by itself in the place of %d", d.item(), on)
	}
	// Whoever presses Enter now has not read it.
	d.press("enter")
	d.see("changed: look again")
	if d.item() != on {
		t.Fatal("a suggestion that had just turned was accepted")
	}
	d.clock.advance(time.Second)
	d.press("enter")
	if d.item() == on {
		t.Error("enter did not accept")
	}
	d.until("accepted", func() bool { return p.Counts().Accepted == 1 })
	// The queue now comes from the ranking.
	d.until("a ranked item", func() bool {
		return slices.ContainsFunc(append(slices.Clone(l.next), *l.cur), func(c seat.Card) bool { return c.Why == seat.Uncertain || c.Why == seat.Representative })
	})
}

// An audited item carries no suggestion, on any way to it, and says why when
// asked.
func TestAuditShowsNoSuggestion(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 64)
	d := newDriver(t, p, drive{train: quick()})
	l := d.labelScreen()
	audits := 0
	for i := 0; audits < 3 && i < 60; i++ {
		d.ready()
		if l.cur.Item.Audit {
			audits++
			if l.cur.Suggestion != nil {
				t.Fatal("an audited item has a suggestion")
			}
			d.press("enter")
			d.see("nothing is suggested")
			d.press("a")
			d.see("audit: drawn at random", "measured on them alone")
			d.press("a")
			d.see("no suggestion")
		}
		d.press([]string{"1", "2", "3"}[i%3])
	}
	if audits == 0 {
		t.Fatal("no audited item came among 60 of 64")
	}
	d.until("a model", func() bool { return d.state.Current != 0 })
	// Not when it is asked for by search or history either.
	for num := uint64(1); num <= 64; num++ {
		if it, _ := p.Item(num); it.Audit {
			d.send(openItemMsg{num})
			d.until("the item", func() bool { return d.item() == num && d.moving == 0 })
			if strings.Contains(d.View(), "▸") {
				t.Fatalf("audited item %d is shown with a suggestion:\n%s", num, d.View())
			}
			return
		}
	}
}

func TestJourneySearch(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 64)
	d := newDriver(t, p, drive{})
	on := d.ready()
	d.press("/", "text:employer")
	d.see("8 found")
	d.press("down", "enter")
	d.see("you asked for this one", "missed two instalments")
	if d.item() != 16 {
		t.Errorf("the second hit is item %d, want 16", d.item())
	}
	d.press("2")
	if d.item() != on {
		t.Errorf("after it comes %d, want %d, which was on screen before", d.item(), on)
	}
	d.press("/", "text:zzz")
	d.see("nothing found")
	d.press("esc")
	d.unseen("nothing found")
	// Letters that are commands elsewhere are text here.
	d.press("/", "text:q?uL")
	d.see("find: q?uL")
}

func TestJourneyFlagReviewDecide(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 16)
	d := newDriver(t, p, drive{})
	num := d.ready()
	d.press("f", "text:which account?", "enter")
	d.saved(3)
	d.press("f4")
	d.see("note: which account?", "flagged")
	d.press("enter")
	d.until("the flagged item", func() bool { return d.item() == num && d.active == 0 })
	d.see("which account?")
	d.press("1")
	d.saved(4)
	d.press("f4")
	d.see("nothing here")
}

func TestJourneyLanguage(t *testing.T) {
	t.Parallel()
	d := newDriver(t, newProject(t, loansTask(), 16), drive{})
	d.ready()
	d.see("skip", "label ─ train")
	d.press("L")
	d.see("跳过", "标注 ─ 训练", "尚无模型")
	d.press("?")
	d.see("撤销", "按任意键关闭")
	d.press("x", "L")
	d.see("skip")

	d = newDriver(t, newProject(t, loansTask(), 16), drive{options: Options{Language: catalog.Chinese}})
	d.see("已保存 #2")
}

// manyLabels is a task of n labels with proposed keys.
func manyLabels(n int) label.Task {
	task := loansTask()
	task.Labels = nil
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("%s %s", []string{"card", "loan", "transfer", "limit", "address"}[i%5], []string{"lost", "late", "wrong", "new", "closed", "query", "urgent", "stolen"}[i/5%8])+strings.Repeat("+", i/40))
	}
	keys := label.ProposeKeys(names, Reserved())
	for i, n := range names {
		task.Labels = append(task.Labels, label.Label{Name: n, Key: keys[i]})
	}
	return task
}

func TestManyLabelsByTwoKeysAndPalette(t *testing.T) {
	t.Parallel()
	task := manyLabels(60)
	p := newProject(t, task, 64)
	d := newDriver(t, p, drive{})
	num := d.ready()
	class := 17
	k := task.Labels[class].Key
	if len(k) != 2 {
		t.Fatalf("label %d has the key %q", class, k)
	}
	d.press(k[:1])
	d.see(k[:1]+"…", task.Labels[class].Name)
	d.press("esc") // gives it up
	d.unseen(k[:1] + "…")
	d.press(k[:1], "7")
	d.see("no label has the key " + k[:1] + "7")
	if d.item() != num {
		t.Fatal("a key that no label has decided the item")
	}
	// Digits stand for nothing here: the labels have no numbers in sight.
	d.press("4")
	if d.item() != num {
		t.Fatal("a number decided for one of sixty labels")
	}
	d.press(k[:1], k[1:])
	d.saved(3)
	if s, _, _ := p.Standing(num); s.Decision.Answer.Class != class {
		t.Errorf("item stands at %+v, want class %d", s.Decision, class)
	}

	num = d.ready()
	d.press("space", "text:transfer urg")
	d.see("▸", "transfer urgent")
	d.press("enter")
	d.saved(4)
	if s, _, _ := p.Standing(num); !strings.HasPrefix(task.Labels[s.Decision.Answer.Class].Name, "transfer urgent") {
		t.Errorf("the palette chose %q", task.Labels[s.Decision.Answer.Class].Name)
	}
}

// The second key of two belongs to the label, whatever it does elsewhere.
func TestSecondKeyIsNobodyElses(t *testing.T) {
	t.Parallel()
	task := manyLabels(40)
	task.Labels[3].Key = "xq"
	task.Labels[4].Key = "x?"
	p := newProject(t, task, 16)
	d := newDriver(t, p, drive{})
	d.ready()
	d.press("x", "q")
	d.ready()
	d.press("x", "?")
	d.saved(4)
	if d.quit || d.showing {
		t.Error("the second key quit, or showed the help")
	}
}

func TestSkippedComeBackAtTheEnd(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 3)
	d := newDriver(t, p, drive{})
	num := d.ready()
	d.press("s")
	for range 2 {
		d.until("another item", func() bool { return d.item() != num && d.item() != 0 })
		d.press("1")
	}
	d.until("the skipped one", func() bool { return d.item() == num })
	d.see("you skipped this before")
	d.press("1")
	d.see("Every item is decided", "(f4 review)", "(f3 evaluate)", "or leave (q)", "saved #6")
	// Undo brings one back from there.
	d.press("u")
	d.until("the last one", func() bool { return d.item() == num })
}

// A run on the train screen is made current again, and the suggestions are its.
func TestJourneyRollBack(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 64)
	d := newDriver(t, p, drive{train: quick()})
	l := d.labelScreen()
	for i, k := range []string{"1", "2", "3", "1", "2", "3"} {
		d.ready()
		before := d.state.Current
		d.press(k)
		if i > 0 {
			d.until("another run", func() bool { return d.state.Current > before })
		}
	}
	newest := d.state.Current
	d.until("saved models", func() bool { return d.trainer.State().Saved })
	d.press("f2")
	d.see("log loss", "naive bayes")
	d.press("down")
	older := d.screens[1].(*trainScreen).runs[1].ID
	d.press("c")
	d.until("the older run", func() bool { return d.state.Current == older })
	if older >= newest {
		t.Fatalf("run %d is not older than %d", older, newest)
	}
	d.press("f1")
	d.until("its suggestion", func() bool { return l.cur.Suggestion != nil && l.cur.Suggestion.Model == older })
}

// From 80x24 down to 20x6, further, and back: the layout holds and nothing is
// lost.
func TestJourneyResize(t *testing.T) {
	t.Parallel()
	d := newDriver(t, newProject(t, loansTask(), 16), drive{})
	num := d.ready()
	before := d.View()
	for _, size := range [][2]int{{60, 20}, {40, 12}, {20, 6}, {19, 6}, {5, 2}, {1, 1}, {20, 5}, {200, 50}, {80, 24}} {
		d.size(size[0], size[1])
		for range len(d.screens) {
			checkFrame(t, d.View(), size[0], size[1])
			d.press("tab")
		}
	}
	d.until("the first screen as before", func() bool { return d.View() == before })
	if d.item() != num {
		t.Errorf("item %d, was %d", d.item(), num)
	}
	d.size(20, 6)
	d.press("1")
	d.saved(3)
}

// checkFrame checks that a frame fills its window exactly.
func checkFrame(t failer, view string, width, height int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != height {
		t.Errorf("%dx%d: %d lines:\n%s", width, height, len(lines), view)
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != width {
			t.Errorf("%dx%d: line %d is %d cells wide: %q", width, height, i, n, l)
		}
	}
}

func TestQuit(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{{"q"}, {"ctrl+c"}, {"/", "ctrl+c"}, {"?", "ctrl+c"}, {"f2", "q"}} {
		d := newDriver(t, newProject(t, loansTask(), 4), drive{})
		d.ready()
		d.press(keys...)
		d.until(fmt.Sprint("quit by ", keys), func() bool { return d.quit })
	}
	d := newDriver(t, newProject(t, loansTask(), 4), drive{})
	d.ready()
	d.press("?", "q", "/", "text:q")
	d.see("find: q")
	if d.quit {
		t.Error("q quit from the help or the search")
	}
}
