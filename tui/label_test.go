package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
)

// While the disk is full, what is decided comes back to the front of the queue
// with the reason in sight, and what is on screen stays. Once there is room,
// work goes on.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 16)
	full := newDisk(t, p)
	d := newDriver(t, p, drive{disk: full})
	first := d.ready()
	full.full.Store(true)
	d.press("1")
	second := d.ready()
	d.see("not saved, it comes again next", "NOT SAVED: ")
	if d.item() != second {
		t.Fatalf("item %d came in the place of %d, which was on screen", d.item(), second)
	}
	d.press("2")
	d.until("the first one again", func() bool { return d.item() == first })
	d.see("could not be saved")
	d.press("u") // cannot be saved either
	d.see("NOT SAVED")
	if d.item() != first {
		t.Errorf("a failed undo changed the item to %d", d.item())
	}
	d.until("the second one behind it", func() bool {
		n := d.labelScreen().next
		return d.moving == 0 && len(n) > 0 && n[0].Item.Num == second
	})
	full.full.Store(false)
	d.press("1", "2")
	d.saved(4)
	d.unseen("NOT SAVED")
	for num, class := range map[uint64]int{first: 0, second: 1} {
		if s, ok, _ := p.Standing(num); !ok || s.Decision.Answer.Class != class {
			t.Errorf("item %d stands at %+v", num, s)
		}
	}
}

// A skip and a flag that fail come back as well, with a note being typed
// undisturbed.
func TestDiskFullWhileTyping(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 16)
	full := newDisk(t, p)
	d := newDriver(t, p, drive{disk: full})
	first := d.ready()
	full.full.Store(true)
	d.press("s")
	second := d.ready()
	d.press("f", "text:half a no")
	d.see("NOT SAVED")
	d.until("the skipped one next", func() bool { n := d.labelScreen().next; return len(n) > 0 && n[0].Item.Num == first })
	full.full.Store(false)
	d.press("text:te", "enter")
	d.saved(3)
	if s, ok, _ := p.Standing(second); !ok || s.Decision.Action != label.Flagged || s.Decision.Note != "half a note" {
		t.Errorf("item %d stands at %+v, want the flag", second, s)
	}
	d.until("the skipped one again", func() bool { return d.item() == first })
}

// Keys that arrive in one message are keys one after the other; pasted text is
// none at all.
func TestManyKeysAtOnce(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 16)
	d := newDriver(t, p, drive{})
	d.ready()
	d.until("cards", func() bool { return len(d.labelScreen().next) >= 3 })
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("1w3")})
	d.saved(5)
	on := d.ready()
	d.send(typed("123 dwr sf"))
	d.see("pasted text")
	if d.item() != on || p.Counts().Events != 5 {
		t.Error("pasted text decided something")
	}
	// Where text is taken it is text, without what cannot be seen.
	d.press("f")
	d.send(typed("see\nbelow\x1b[31m\u202e"))
	d.press("enter")
	d.saved(6)
	if s, _, _ := p.Standing(on); s.Decision.Note != "see below[31m" {
		t.Errorf("the note is %q", s.Decision.Note)
	}
}

// oracle answers 1 after a moment.
type oracle struct{ took time.Duration }

func (o oracle) Answer(label.Item) (int, time.Duration, bool) { return 1, o.took, true }

// The demo plays until a key is pressed, which does what it does; D lets it go
// on.
func TestDemo(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 64)
	d := newDriver(t, p, drive{options: Options{Demo: oracle{time.Millisecond}}})
	d.see("press any key to take over", "3 labelled")
	d.press("x")
	d.see("the keys are yours: press D")
	n := d.labelScreen().plays
	on := d.ready()
	d.press("3")
	d.until("saved", func() bool { w, _ := d.seat.Unsaved(); return w == 0 })
	if s, _, _ := p.Standing(on); s.Decision.Answer.Class != 2 {
		t.Errorf("the person's answer: %+v", s.Decision)
	}
	if d.labelScreen().plays != n {
		t.Error("the oracle was asked after the person took over")
	}
	d.see("D demo goes on")
	d.unseen("the keys are yours")
	labelled := p.Counts().Labelled
	d.press("D")
	d.see("press any key to take over")
	d.until("more answers", func() bool { return p.Counts().Labelled > labelled+2 })
	d.press("D") // stops it, and does not start it again
	if d.playing {
		t.Error("D did not take over")
	}
	d.press("D", "f2") // what is said of the keys does not stand on another screen
	if d.playing || strings.Contains(d.View(), "the keys are yours") {
		t.Errorf("taken over by a change of screens:\n%s", d.View())
	}
	d.press("f1", "?")
	d.see("demo goes on", "any key closes")
}

// The oracle never decides a card that the person has touched: its answer for
// it, on the way since before, is void.
func TestOracleLeavesTouchedCards(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 64)
	d := newDriver(t, p, drive{options: Options{Demo: oracle{time.Hour}}})
	on := d.ready()
	l := d.labelScreen()
	late := playMsg{l.plays, on, 1}
	d.press("down")
	d.send(late)
	if d.item() != on {
		t.Fatal("the oracle decided a card that was scrolled")
	}
	d.press("D")
	d.send(late)
	if d.item() != on {
		t.Fatal("an answer from before the person took over decided the card")
	}
	d.send(tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonWheelDown})
	if d.playing {
		t.Error("the mouse did not take over")
	}
}

// Without a demo D is no command.
func TestNoDemo(t *testing.T) {
	t.Parallel()
	d := newDriver(t, newProject(t, loansTask(), 4), drive{})
	d.ready()
	d.press("D", "?")
	if d.playing || strings.Contains(d.View(), "demo") {
		t.Errorf("a demo where there is none:\n%s", d.View())
	}
}

// The tabs can be clicked.
func TestMouseTabs(t *testing.T) {
	t.Parallel()
	d := newDriver(t, newProject(t, loansTask(), 4), drive{})
	for i, x := range slices.Backward(d.tabs()) {
		d.send(tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonLeft, X: x[0], Y: 0})
		if d.active != i {
			t.Errorf("a click on tab %d shows screen %d", i, d.active)
		}
	}
}

// The pace counts what decisions took, not breaks.
func TestPace(t *testing.T) {
	var p pace
	for _, took := range []time.Duration{2 * time.Second, 4 * time.Second} {
		p.add(took)
	}
	if p.perMinute() != 0 || p.left(10) != 0 {
		t.Error("a pace of two decisions")
	}
	p.add(6 * time.Second)
	if got := p.perMinute(); got != 15 { // three in twelve seconds
		t.Errorf("pace %v, want 15", got)
	}
	if got := p.left(30); got != 2*time.Minute {
		t.Errorf("%v left, want 2m", got)
	}
	p = pace{}
	for range 3 {
		p.add(8 * time.Hour)
	}
	if got := p.perMinute(); got != 0.5 { // each counts for two minutes
		t.Errorf("pace over nights: %v", got)
	}
	for want, d := range map[string]time.Duration{"3d 2h": 74*time.Hour + time.Minute, "5h 07m": 5*time.Hour + 7*time.Minute, "3m 04s": 184 * time.Second, "1.5s": 1500 * time.Millisecond} {
		if got := brief(d); got != want {
			t.Errorf("brief(%v) = %q, want %q", d, got, want)
		}
	}
}

// A sign says that the text is shown cleaned, and by which key one sees the raw
// one; where both are the same there is none.
func TestCleanedSign(t *testing.T) {
	t.Parallel()
	d := newDriver(t, projectOf(t, loansTask(), [][]string{{"two  blanks", "1", "rent"}, {"one blank", "2", "own"}}), drive{})
	d.ready()
	for num, want := range map[uint64]bool{1: true, 2: false} {
		c, err := d.seat.Open(num)
		if err != nil {
			t.Fatal(err)
		}
		d.labelScreen().insert(c)
		if got := strings.Contains(d.View(), "cleaned · v raw"); got != want {
			t.Errorf("item %d: a sign %v, want %v:\n%s", num, got, want, d.View())
		}
	}
}
