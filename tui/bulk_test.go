package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/catalog"
	"inkling/tui/seat"
)

// lastEvent is the last entry of the log.
func lastEvent(t *testing.T, p *store.Project) label.Event {
	t.Helper()
	ev, err := p.Event(p.Counts().Events)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// All items that contain something get a label at once, but for one that is left
// out and those that are audited; one undo takes it back, redo brings it again.
func TestBulkBySearch(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 64)
	d := newDriver(t, p, drive{})
	l := d.labelScreen()
	d.ready()
	want := map[uint64]bool{}
	for num := uint64(1); num <= 64; num++ {
		it, err := p.Item(num)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(it.Field(0), "instalment") && !it.Audit {
			want[num] = true
		}
	}
	d.press("B")
	d.see("Answer many items at once")
	d.press("down", "down", "text:INSTALMENT", "enter", "text:risky", "enter")
	d.see(fmt.Sprintf("%d of %d", len(want), len(want)), "RISKY", "audited")
	out := l.over.(*bulk).rows[0].num
	d.press("space")
	d.see(fmt.Sprintf("%d of %d", len(want)-1, len(want)), "[ ]")
	delete(want, out)
	d.press("enter")
	d.see(fmt.Sprintf("%d answered at once", len(want)))
	ev := lastEvent(t, p)
	if ev.Bulk == nil || ev.Bulk.By != "search" || ev.Bulk.Of != "INSTALMENT" || len(ev.Decisions) != len(want) {
		t.Fatalf("event %+v", ev)
	}
	for _, x := range ev.Decisions {
		if !want[x.Item] || x.Answer.Class != 2 || x.Shown != nil || x.Action != label.Answered {
			t.Errorf("decision %+v", x)
		}
	}
	for _, c := range append(l.next, *l.cur) {
		if want[c.Item.Num] {
			t.Errorf("item %d is still to come", c.Item.Num)
		}
	}
	d.press("u")
	d.see(fmt.Sprintf("undone: %d answers", len(want)))
	if n := p.Counts().Labelled; n != 0 {
		t.Errorf("%d items are labelled after it was undone", n)
	}
	d.press("U")
	d.see(fmt.Sprintf("redone: %d answers", len(want)))
	if n := p.Counts().Labelled; n != uint64(len(want)) {
		t.Errorf("%d items are labelled after it was redone", n)
	}
	// Nothing that contains it is left to be asked for.
	d.press("B", "down", "down", "text:instalment", "enter", "enter")
	d.see("1 of 1")
	d.press("esc")
	d.unseen("1 of 1")
}

// Suggestions that are sure enough are accepted at once, the doubtful ones on
// top; items that read like one get its label.
func TestBulkOfAModel(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 64)
	for num := uint64(1); num <= 8; num++ { // each of the memos
		if _, _, err := p.Decide("ben", label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(int(num) % 2)}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d := newDriver(t, p, drive{train: quick()})
	l := d.labelScreen()
	d.ready()
	d.until("a suggestion", func() bool { return l.cur != nil && l.cur.Suggestion != nil })
	d.press("B")
	for range 45 {
		d.press("-")
	}
	d.press("enter")
	d.until("the list", func() bool { b, ok := l.over.(*bulk); return ok && b.stage == bulkLook })
	rows := l.over.(*bulk).rows
	if len(rows) == 0 {
		t.Fatal("nothing is sure enough")
	}
	for i, x := range rows {
		if x.prob < 0.5-1e-9 || x.says == nil || x.says.Answer.Class != x.class || i > 0 && x.prob < rows[i-1].prob {
			t.Errorf("row %d: %+v", i, x)
		}
	}
	d.press("esc")
	it := l.cur.Item
	d.press("B", "down", "enter", "text:watch", "enter")
	d.until("the list", func() bool { b, ok := l.over.(*bulk); return ok && b.stage == bulkLook })
	found := len(l.over.(*bulk).rows)
	if found < 2 {
		t.Fatalf("%d items read like it", found)
	}
	d.press("enter")
	d.see(fmt.Sprintf("%d answered at once", found))
	ev := lastEvent(t, p)
	if ev.Bulk == nil || ev.Bulk.By != "near-duplicates" || ev.Bulk.Of != fmt.Sprint(it.Num) || ev.Bulk.Above != 0.9 {
		t.Errorf("event %+v", ev.Bulk)
	}
	for _, x := range ev.Decisions {
		if x.Item%8 != it.Num%8 || x.Answer.Class != 1 || x.Shown == nil {
			t.Errorf("decision %+v", x)
		}
	}
}

// Similar items are those whose answer the person may know; there are none beside
// an audit, nor where the suggestion is withheld, and a look at one leads back.
func TestSimilarItems(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 64)
	for num := uint64(1); num <= 16; num++ {
		who := []string{"ana", "ben"}[num%2]
		if _, _, err := p.Decide(who, label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(int(num) % 3)}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for role, least := range map[seat.Role]int{seat.Admin: 9, seat.Annotator: 1} {
		d := newDriver(t, p, drive{train: &learn.Options{Seed: 1}, options: Options{Annotator: "ana", Role: role}})
		l := d.labelScreen()
		on := d.ready()
		d.until("similar items", func() bool { return len(l.alikeRows()) >= least })
		for i, x := range l.alikeRows() {
			if role == seat.Annotator && x.num%2 == 1 {
				t.Errorf("an annotator sees the answer of another to item %d", x.num)
			}
			if x.class != int(x.num)%3 || i > 0 && x.cosine > l.alikeRows()[i-1].cosine {
				t.Errorf("row %d: %+v", i, x)
			}
		}
		d.see("similar (N)")
		d.press("N")
		d.see("the most similar first")
		first := l.alikeRows()[0].num
		d.press("enter")
		d.until("the similar item", func() bool { return d.item() == first })
		d.see("earlier:")
		d.press("esc")
		d.until("the item before", func() bool { return d.item() == on })
		l.cur.Withheld = &label.Suggestion{Answer: label.ClassAnswer(1)}
		l.cur.Suggestion = nil
		d.unseen("similar (N)")
		d.see("withheld")
		l.cur.Withheld, l.cur.Item.Audit = nil, true
		if len(l.alikeRows()) > 0 {
			t.Error("similar items beside an audit")
		}
		d.stop()
	}
}

// A viewer leafs through the items, forth and back, and is shown no keys.
func TestViewersLeaf(t *testing.T) {
	p := newProject(t, loansTask(), 10)
	d := together(t, p, map[string]seat.Role{"vera": seat.Viewer})["vera"]
	var seen []uint64
	for range 4 {
		seen = append(seen, d.ready())
		d.press("]")
		d.until("another item", func() bool { return d.item() != 0 && d.item() != seen[len(seen)-1] })
	}
	for i := len(seen) - 1; i >= 0; i-- {
		d.press("[")
		if d.item() != seen[i] {
			t.Errorf("back: item %d, want %d", d.item(), seen[i])
		}
	}
	if v := ansi.Strip(d.View()); strings.Contains(v, "d GOOD") || !strings.Contains(v, "GOOD") {
		t.Errorf("the labels of a viewer:\n%s", v)
	}
}

// A rule begins with the word that the cursor is on.
func TestRuleFromAWord(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 16)
	d := newDriver(t, p, drive{})
	d.ready()
	d.pose(3) // asks to roll over the March instalment, second time this year
	d.press("R")
	d.see("a rule from a word")
	c := d.labelScreen().over.(*wordCursor)
	from, to, ok := c.span()
	if got := d.labelScreen().text()[from:to]; !ok || got != "roll over" {
		t.Errorf("it begins at %q", got)
	}
	d.press("right")
	d.press("enter")
	d.see("the")
	e := d.screens[screenRules].(*rulesScreen)
	d.until("the editor", func() bool { return e.edit != nil })
	if got := e.edit.input.Value(); got != "RISKY: the" {
		t.Errorf("the rule begins %q", got)
	}
	d.press("esc")
	d.until("the item again", func() bool { return d.active == screenLabel })
}

func TestNothingSimilar(t *testing.T) {
	t.Parallel()
	d := newDriver(t, newProject(t, loansTask(), 16), drive{})
	d.ready()
	d.press("N")
	d.see("no answered item")
}

func TestWordsOf(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		" a  b, c! ":            "a|b|c",
		"don't re-open 'x' -y-": "don't|re-open|x|y",
		"要求展期, twice":           "要|求|展|期|twice",
		"naïve £12,000 😟 co2":   "naïve|12|000|co2",
	} {
		var got []string
		for _, w := range wordsOf(text) {
			got = append(got, text[w[0]:w[1]])
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", text, strings.Join(got, "|"), want)
		}
	}
}

// Whoever reviews sets a suspected error right by one key, or says that the answer
// is right; either is a settlement, and the row at the cursor does not move.
func TestSuspectedErrors(t *testing.T) {
	p := newProject(t, loansTask(), 20)
	d := newDriver(t, p, drive{})
	d.ready()
	r := d.screens[screenReview].(*reviewScreen)
	d.press("f4")
	d.until("the lists", func() bool { return !r.loading })
	var rows []reviewed
	for num := uint64(1); num <= 3; num++ {
		says := label.ClassAnswer(2)
		rows = append(rows, reviewed{standing: label.Standing{Item: num, Annotator: "ana", Decision: label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(0)}},
			text: fmt.Sprintf("text %d", num), says: &says, prob: 0.9, wrong: 0.8})
	}
	pose := func(rows ...reviewed) {
		r.request++
		r.list = doubtful
		r.update(reviewMsg{request: r.request, lists: r.lists, rows: rows, wrong: 3})
	}
	r.turnTo(doubtful)
	pose(rows...)
	d.see("probably wrong 3", "0.80", "text 1", "the answer is right")
	d.press("down")
	pose(rows[2], rows[1], rows[0]) // read again, in another order
	if r.at != 1 || r.rows[0].standing.Item != 1 {
		t.Errorf("the list jumped: row %d of %v", r.at, r.rows)
	}
	d.press("f")
	d.see("settled: RISKY")
	if ev := lastEvent(t, p); len(ev.Decisions) != 1 || !ev.Decisions[0].Settles || ev.Decisions[0].Item != 2 || ev.Decisions[0].Answer.Class != 2 {
		t.Errorf("fixed by %+v", ev)
	}
	d.press("y")
	d.see("settled: GOOD")
	if ev := lastEvent(t, p); len(ev.Decisions) != 1 || !ev.Decisions[0].Settles || ev.Decisions[0].Item != 3 || ev.Decisions[0].Answer.Class != 0 {
		t.Errorf("confirmed by %+v", ev)
	}
	d.press("u")
	d.see("undone: GOOD")
}

// The strategy is chosen on the train screen, and kept.
func TestStrategyChoice(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 20)
	d := newDriver(t, p, drive{train: quick()})
	d.ready()
	d.press("f2", "w")
	d.see("what is asked next", "graph-margin", "●")
	d.press("down", "c")
	d.see("from now on margin chooses")
	d.until("the choice", func() bool { return d.trainer.Strategy() == "margin" })
	if s, err := learn.LoadSettings(p); err != nil || s.Strategy != "margin" {
		t.Errorf("kept: %+v, %v", s, err)
	}
}

// Every strategy is explained in every language.
func TestStrategiesAreExplained(t *testing.T) {
	words := catalog.In(catalog.Chinese).Strategies
	for _, k := range []label.Kind{label.Classes, label.MultiLabel, label.Number} {
		for _, s := range learn.Strategies(k) {
			if words[s.Name()] == "" || s.Gist == "" {
				t.Errorf("%s has no explanation", s.Name())
			}
		}
	}
}

// What brings an item to the screen is said in a line in both languages.
func TestAskedFor(t *testing.T) {
	d := posed(t, catalog.English, termenv.Ascii, true, 80, 24)
	l := d.labelScreen()
	for _, lang := range catalog.Languages() {
		d.speak(lang)
		for why := seat.Uncertain; why <= seat.Influential; why++ {
			c := *l.cur
			c.Why, c.Stands = why, 31
			text := l.askedFor(&c)
			if text == "" || strings.Contains(text, "%!") {
				t.Errorf("%s, %d: %q", lang, why, text)
			}
			if stands := why == seat.Representative || why == seat.Typical; stands != strings.Contains(text, "31") {
				t.Errorf("%s, %d: %q", lang, why, text)
			}
		}
	}
}
