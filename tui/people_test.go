package tui

import (
	"fmt"
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
	for role, sees := range map[seat.Role]bool{seat.Annotator: false, seat.Reviewer: true} {
		d := together(t, p, map[string]seat.Role{"ana": role})["ana"]
		d.size(160, 50)
		found := false
		look := func() {
			v := ansi.Strip(d.View())
			// The key of the label is shown to everybody; answers are not.
			v = strings.ReplaceAll(v, "r SECRET2", "")
			// Nor are the counts of labels beside the list of items.
			lines := strings.Split(v, "\n")
			for i, l := range lines {
				lines[i] = string([]rune(l)[:min(100, len([]rune(l)))])
			}
			v = strings.Join(lines, "\n")
			if !sees && (strings.Contains(v, "SECRET2") || strings.Contains(v, "hush-hush")) {
				t.Errorf("an annotator sees:\n%s", v)
			}
			found = found || strings.Contains(v, "SECRET2") || strings.Contains(v, "hush-hush")
		}
		for _, screen := range []string{"f1", "f4", "f5"} {
			d.press(screen)
			for range 4 {
				d.settle()
				look()
				d.press("w")
			}
			d.press("down")
			d.settle()
			look()
			d.press("enter")
			d.settle()
			look()
		}
		if found != sees {
			t.Errorf("%v sees others' answers: %v", role, found)
		}
	}
}

// settle takes in what comes until nothing has come for a while.
func (d *driver) settle() {
	for {
		select {
		case m := <-d.msgs:
			d.send(m)
		case <-time.After(50 * time.Millisecond):
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
