package tui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/catalog"
	"inkling/tui/seat"
)

// together seats several people at one project.
func together(t *testing.T, p *store.Project, people map[string]seat.Role) map[string]*driver {
	t.Helper()
	trainer := learn.NewTrainer(p, learn.Options{Seed: 1})
	room := seat.NewRoom(p, trainer, newClock().now)
	out := map[string]*driver{}
	for name, role := range people {
		out[name] = newDriver(t, p, drive{options: Options{Annotator: name, Role: role, Room: room, From: "192.0.2.7"}})
	}
	return out
}

func TestPeopleAndWatching(t *testing.T) {
	p := newProject(t, loansTask(), 40)
	d := together(t, p, map[string]seat.Role{"ana": seat.Annotator, "rita": seat.Reviewer})
	ana, rita := d["ana"], d["rita"]
	rita.see("2 here")
	rita.press("P")
	rita.see("ana", "annotator", "rita (you)", "192.0.2.7")
	ana.press("P")
	ana.see("ana (you)", "rita")
	if strings.Contains(ansi.Strip(ana.View()), "192.0.2.7") {
		t.Error("an annotator sees where others come from")
	}
	ana.press("enter") // an annotator watches nobody
	ana.press("esc")
	first := ana.ready()
	rita.until("ana in the list", func() bool { return len(rita.people.all) == 2 })
	for rita.people.all[rita.people.at].Name != "ana" {
		rita.press(map[bool]string{true: "down", false: "up"}[rita.people.at == 0])
	}
	rita.press("enter")
	rita.see("the screen of ana")
	ana.see("rita watches")
	it, err := p.Item(first)
	if err != nil {
		t.Fatal(err)
	}
	text := it.Text(p.Task())
	ana.View()
	rita.see(text[:20])
	rita.press("d") // decides nothing, here or there
	rita.press("esc")
	ana.unseen("rita watches")
	if c := p.Counts(); c.Labelled != 0 {
		t.Errorf("watching decided something: %+v", c)
	}
	// Who leaves while they are watched is said to have.
	rita.press("enter")
	ana.see("rita watches")
	ana.seat.Leave()
	rita.see("ana has left")
	rita.press("esc", "esc")
}

func TestViewersDecideNothing(t *testing.T) {
	p := newProject(t, loansTask(), 10)
	d := together(t, p, map[string]seat.Role{"vera": seat.Viewer})["vera"]
	before := d.ready()
	for _, k := range []string{"d", "1", "enter", "s", "f", "u", "U", "C", " "} {
		d.press(k)
	}
	d.see("viewer")
	d.press("1")
	d.see("you look on")
	if c := p.Counts(); c.Labelled+c.Skipped+c.Flagged > 0 || d.item() != before {
		t.Errorf("a viewer decided: %+v", c)
	}
	d.press("?")
	if v := ansi.Strip(d.View()); strings.Contains(v, "accept") || strings.Contains(v, "flag") {
		t.Errorf("help shows what a viewer may not do:\n%s", v)
	}
}

// TestBlind walks every screen as an annotator and looks for what others
// answered, and said, before their own answer.
func TestBlind(t *testing.T) {
	task := loansTask()
	task.Audit = 0
	for i := range task.Labels {
		task.Labels[i].Title = fmt.Sprintf("SECRET%d", i)
	}
	task.Labels[0].Title, task.Labels[1].Title = "good", "watch"
	p := newProject(t, task, 6)
	for num := uint64(1); num <= 6; num++ {
		d := label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(2)}
		if num%2 == 0 {
			d = label.Decision{Item: num, Action: label.Flagged, Note: "hush-hush"}
		}
		if _, _, err := p.Decide("ben", d).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.Comment("ben", label.Comment{Item: num, Text: "hush-hush"}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	known := regexp.MustCompile(`\br +SECRET2|good +watch +SECRET2|SECRET2 +█+ +3`)
	for _, size := range [][2]int{{80, 24}, {160, 50}} {
		for role, sees := range map[seat.Role]bool{seat.Viewer: false, seat.Annotator: false, seat.Reviewer: true} {
			t.Run(fmt.Sprint(role, size[0]), func(t *testing.T) {
				t.Parallel()
				d := together(t, p, map[string]seat.Role{"ana": role})["ana"]
				d.size(size[0], size[1])
				found := map[string]bool{}
				look := func(where string) {
					d.settle()
					v := ansi.Strip(d.View())
					// The name of the label, and how many items have it, is shown to everybody;
					// whose, is not.
					v = known.ReplaceAllString(v, "")
					for _, secret := range []string{"SECRET2", "hush-hush", "✎"} {
						if strings.Contains(v, secret) {
							found[where] = true
							if !sees {
								t.Errorf("%v sees %s on %s:\n%s", role, secret, where, v)
							}
						}
					}
				}
				for _, screen := range []string{"f1", "f2", "f3", "f4", "f5"} {
					d.press(screen)
					for range 8 { // every list, every view
						look(screen)
						d.press("down")
						look(screen)
						d.press("w")
					}
					d.press("a")
					look(screen + " a")
					d.press("a", "enter")
					look(screen + " enter")
				}
				for num := uint64(1); num <= 6; num++ {
					d.press("f1")
					d.send(openItemMsg{num})
					look("an item asked for")
					d.press("C")
					look("its comments")
					d.press("esc", "/", "text:paid")
					look("the search")
					d.press("enter")
					look("what was found")
					d.press("esc", "esc", "e")
					look("reasons")
					d.press("e", "P")
					look("who is here")
					d.press("esc", "?")
					look("help")
					d.press("esc")
				}
				if (len(found) > 0) != sees {
					t.Errorf("%v sees others' answers on %v", role, found)
				}
				for _, where := range []string{"f4", "f5", "an item asked for"} {
					if sees && !found[where] {
						t.Errorf("a %v does not see them on %s: the walk finds nothing there", role, where)
					}
				}
			})
		}
	}
}

// settle takes in what comes until nothing has come for a while.
func (d *driver) settle() {
	for {
		select {
		case m := <-d.msgs:
			d.send(m)
		case <-time.After(15 * time.Millisecond):
			return
		}
	}
}

func TestReviewOfSeveral(t *testing.T) {
	for _, lang := range []catalog.Language{catalog.English, catalog.Chinese} {
		task := loansTask()
		task.Audit = 0
		p := newProject(t, task, 12)
		for num := uint64(1); num <= 12; num++ {
			for i, who := range []string{"ana", "ben", "cem"} {
				class := int(num) % 3
				if i == 2 && num%4 == 0 {
					class = (class + 1) % 3
				}
				if _, _, err := p.Decide(who, label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(class)}).Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		d := newDriver(t, p, drive{train: &learn.Options{Seed: 1}, options: Options{Annotator: "rita", Role: seat.Reviewer, Language: lang}})
		d.until("a truth", func() bool { return d.trainer.Truth().Len() == 12 })
		d.size(120, 40)
		d.press("f4")
		w := d.words.Review
		d.see(w.Disputed, w.Uncertain)
		r := d.screens[screenReview].(*reviewScreen)
		d.until("the disputed items", func() bool { return r.list == disputed && len(r.rows) == 3 && r.detail != nil })
		d.see("ana", "ben", "cem", w.Together)
		num, said := r.detail.num, r.detail.answers[0]
		before := p.Counts().Events
		d.press("s")
		d.until("a settlement", func() bool { return p.Counts().Events == before+1 })
		st, _, err := p.Standing(num)
		if err != nil || !st.Decision.Settles || st.Annotator != "rita" || st.Decision.Answer.Class != said.Class {
			t.Fatalf("settled: %+v, %v", st, err)
		}
		d.until("two rows left", func() bool { return len(r.rows) == 2 && r.detail != nil && r.detail.num != num })
		d.press("u")
		d.until("undone", func() bool { st, _, _ := p.Standing(num); return !st.Decision.Settles })
		d.until("three rows", func() bool { return len(r.rows) == 3 && r.detail != nil })
		d.press("C", "text:whose car?", "enter")
		d.until("a comment", func() bool { c, _ := p.Comments(r.detail.num); return len(c) == 1 && c[0].Annotator == "rita" })
		d.see("whose car?")
	}
}

// disputes makes a project that three people answered, one of whom disagrees now
// and then, with notes and comments; the names are as bad as names can be.
func disputes(t *testing.T, hostile bool) *store.Project {
	t.Helper()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 12)
	names := []string{"ana", "ben", "李雷"}
	note := "who is this?"
	if hostile {
		names = []string{"\x1b]0;owned\x07ana", "\u202eneb", "李雷李雷李雷李雷 👩‍👩‍👧"}
		note = "\x1b[2J\x1b[31mred\u009b1m \u202egnorw " + strings.Repeat("很长", 60)
	}
	wait := func(pending *store.Pending) {
		t.Helper()
		if _, _, err := pending.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for num := uint64(1); num <= 12; num++ {
		for i, who := range names {
			d := label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(int(num) % 3), Took: time.Duration(1200*(i+1)) * time.Millisecond}
			if i == 2 && num%4 == 0 {
				d.Answer.Class = (d.Answer.Class + 1) % 3
			}
			if i == 1 && num == 4 {
				d.Action, d.Shown = label.Accepted, &label.Shown{Answer: d.Answer, Probability: 0.91, Model: 3}
			}
			wait(p.Decide(who, d))
		}
		wait(p.Comment(names[2], label.Comment{Item: num, Text: note}))
	}
	return p
}

// disputed opens the review of a project that several people answered.
func (d *driver) disputed() *reviewScreen {
	d.Helper()
	d.until("a truth", func() bool { return d.trainer.Truth().Len() == 12 })
	d.press("f4")
	r := d.screens[screenReview].(*reviewScreen)
	d.until("the disputed items", func() bool { return r.list == disputed && len(r.rows) == 3 && r.detail != nil && r.detail.known })
	return r
}

func TestScreensOfSeveral(t *testing.T) {
	for _, lang := range []catalog.Language{catalog.English, catalog.Chinese} {
		for _, size := range [][2]int{{80, 24}, {200, 50}} {
			name := fmt.Sprintf("-%s-%dx%d", lang, size[0], size[1])
			check := func(t *testing.T, d *driver, what string) {
				t.Helper()
				checkFrame(t, d.View(), size[0], size[1])
				golden(t, what+name, d.View())
			}
			t.Run("review"+name, func(t *testing.T) {
				t.Parallel()
				p := disputes(t, false)
				d := newDriver(t, p, drive{train: &learn.Options{Seed: 1}, options: Options{Annotator: "rita", Role: seat.Reviewer, Language: lang}})
				d.disputed()
				d.size(size[0], size[1])
				// What the model says, and what the trainer does, is as the moment has it.
				r := d.screens[screenReview].(*reviewScreen)
				for i := range r.rows {
					r.rows[i].says = nil
				}
				r.detail.says = &label.Suggestion{Item: r.detail.num, Answer: label.ClassAnswer(2), Probability: 0.83, Reasons: []label.Reason{{Term: "roll over", Weight: 1.9}, {Term: "employer", Weight: -0.7}}}
				d.state = learn.State{}
				check(t, d, "review-several")
			})
			t.Run("people"+name, func(t *testing.T) {
				t.Parallel()
				p := newProject(t, loansTask(), 40)
				trainer := learn.NewTrainer(p, learn.Options{Seed: 1})
				clock := newClock()
				room := seat.NewRoom(p, trainer, clock.now)
				sit := func(name string, role seat.Role) *driver {
					d := newDriver(t, p, drive{options: Options{Annotator: name, Role: role, Room: room, From: "192.0.2.7", Language: lang}})
					d.ready()
					return d
				}
				rita, ana, _ := sit("rita", seat.Reviewer), sit("ana", seat.Annotator), sit("李雷", seat.Viewer)
				clock.advance(90 * time.Minute)
				rita.clock.advance(90 * time.Minute)
				rita.size(size[0], size[1])
				rita.press("P", "down")
				rita.until("all of them", func() bool { return len(rita.people.all) == 3 })
				check(t, rita, "people")
				rita.press("enter")
				ana.size(size[0], size[1])
				ana.see("◉")
				check(t, ana, "watched")
				rita.until("their screen", func() bool { return rita.people.frame == ansi.Strip(ana.View()) })
				check(t, rita, "watching")
				room.Announce("the server stops in a minute")
				rita.see("the server stops in a minute")
				ana.see("the server stops in a minute")
			})
			t.Run("comments"+name, func(t *testing.T) {
				t.Parallel()
				p := disputes(t, false)
				d := newDriver(t, p, drive{options: Options{Annotator: "rita", Role: seat.Reviewer, Language: lang}})
				d.send(openItemMsg{4})
				d.until("the item", func() bool { return d.item() == 4 })
				d.size(size[0], size[1])
				d.see("✎ 1 (C)")
				d.press("C", "text:she is well known")
				d.see("who is this?")
				check(t, d, "comments")
				d.press("enter")
				d.see(d.words.Label.Commented)
				d.press("home")
				d.see("✎ 2 (C)")
				if all, err := p.Comments(4); err != nil || len(all) != 2 || all[1].Annotator != "rita" || all[1].Comment.Text != "she is well known" {
					t.Errorf("comments: %+v, %v", all, err)
				}
			})
		}
	}
}

// Names, notes and comments come from outside: they reach no terminal as they
// are, and no frame is wider for them.
func TestHostilePeople(t *testing.T) {
	p := disputes(t, true)
	room := seat.NewRoom(p, learn.NewTrainer(p, learn.Options{Seed: 1}), newClock().now)
	ana := newDriver(t, p, drive{options: Options{Annotator: "\x1b]0;owned\x07ana", Role: seat.Annotator, Room: room, From: "\x1b[31m\u202e192.0.2.7"}})
	rita := newDriver(t, p, drive{train: &learn.Options{Seed: 1}, options: Options{Annotator: "\x1b[2Jrita 李雷李雷 \u202e👩‍👩‍👧", Role: seat.Reviewer, Room: room, From: "\x07here"}})
	for _, size := range [][2]int{{80, 24}, {200, 50}, {40, 12}, {20, 6}} {
		look := func(d *driver) {
			t.Helper()
			v := d.View()
			checkFrame(t, v, size[0], size[1])
			for _, bad := range []string{"\x07", "\x1b", "\u009b", "\u202e"} {
				if strings.Contains(v, bad) {
					t.Errorf("%q is drawn:\n%q", bad, v)
				}
			}
		}
		ana.size(size[0], size[1])
		rita.size(size[0], size[1])
		r := rita.disputed()
		look(rita)
		rita.press("C", "text:and?")
		look(rita)
		rita.press("esc", "P")
		rita.until("both", func() bool { return len(rita.people.all) == 2 })
		look(rita)
		rita.people.at = 0
		rita.press("enter")
		rita.until("a look", func() bool { return rita.people.look != nil })
		ana.until("told", func() bool { return len(ana.seat.Watched()) == 1 })
		look(ana)
		rita.settle()
		look(rita)
		rita.press("esc", "esc")
		rita.send(openItemMsg{r.detail.num})
		rita.until("the item", func() bool { return rita.item() == r.detail.num })
		rita.press("C")
		look(rita)
		rita.press("esc")
	}
}

// A comment of somebody else is read by an annotator after their own answer, and
// not before.
func TestCommentsAfterOnesOwnAnswer(t *testing.T) {
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 3)
	if _, _, err := p.Comment("ben", label.Comment{Item: 2, Text: "clearly RISKY"}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := together(t, p, map[string]seat.Role{"ana": seat.Annotator})["ana"]
	d.send(openItemMsg{2})
	d.until("the item", func() bool { return d.item() == 2 })
	d.press("C")
	if v := ansi.Strip(d.View()); strings.Contains(v, "clearly") {
		t.Fatalf("shown before the answer:\n%s", v)
	}
	d.press("text:mine", "enter")
	d.see("commented")
	d.press("home")
	d.see("✎ 1 (C)")
	d.press("d")
	d.saved(5)
	d.press("[")
	d.until("the item again", func() bool { return d.item() == 2 })
	d.see("✎ 2 (C)")
	d.press("C")
	d.see("clearly RISKY", "mine")
}

// Numbers and several labels are settled on what somebody answered.
func TestSettleOtherKinds(t *testing.T) {
	for _, c := range []struct {
		kind     label.Kind
		ana, ben label.Answer
	}{
		{label.Number, label.Answer{Value: 10}, label.Answer{Value: 70}},
		{label.MultiLabel, label.Answer{Set: []int{0}}, label.Answer{Set: []int{1, 2}}},
	} {
		p := answeredProject(t, c.kind)
		for who, a := range map[string]label.Answer{"ana": c.ana, "ben": c.ben} {
			if _, _, err := p.Decide(who, label.Decision{Item: 7, Action: label.Answered, Answer: a}).Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		d := newDriver(t, p, drive{train: &learn.Options{Seed: 1}, options: Options{Annotator: "rita", Role: seat.Reviewer}})
		d.until("a truth", func() bool { return d.trainer.Truth().Len() > 0 })
		d.press("f4")
		r := d.screens[screenReview].(*reviewScreen)
		d.until("what was said", func() bool { return r.list == disputed && r.detail != nil && r.detail.num == 7 && r.detail.known })
		d.see("ana", "ben", d.told(c.ana), d.told(c.ben), "together")
		for range 10 {
			if r.pick < len(r.detail.answers) && sameAnswer(c.kind, r.detail.answers[r.pick], c.ben) {
				break
			}
			if r.pick >= len(r.detail.answers) { // near a tie, nothing is settled at a touch
				d.see("near a tie")
				before := p.Counts().Events
				if d.press("s"); p.Counts().Events != before {
					t.Error("a tie was settled")
				}
			}
			d.press("]")
		}
		d.press("1", "2") // of other kinds no key is a label's
		before := p.Counts().Events
		d.press("s")
		d.until("a settlement", func() bool { return p.Counts().Events == before+1 })
		st, _, err := p.Standing(7)
		if err != nil || !st.Decision.Settles || st.Annotator != "rita" || !sameAnswer(c.kind, st.Decision.Answer, c.ben) {
			t.Errorf("kind %v: settled %+v, %v", c.kind, st, err)
		}
	}
}
