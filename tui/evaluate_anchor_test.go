package tui

import (
	"fmt"
	"testing"
	"time"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/catalog"
	"inkling/tui/seat"
)

// anchors makes a project in which two people answered, of whom one follows every
// suggestion that she sees.
func anchors(t *testing.T, withhold float64) *store.Project {
	t.Helper()
	task := loansTask()
	task.Audit, task.Withhold = 0, withhold
	p := newProject(t, task, 240)
	for num := uint64(1); num <= 240; num++ {
		for _, who := range []string{"ana", "\u202eben"} {
			s := &label.Shown{Answer: label.ClassAnswer(int(num) % 3), Probability: 0.8, Model: 1}
			own := label.ClassAnswer(int(num/4) % 3)
			d := label.Decision{Item: num, Action: label.Answered, Answer: own, Took: 2 * time.Second, Withheld: s}
			if num%5 != 0 {
				d.Withheld, d.Shown, d.Took = nil, s, time.Second
				if d.Action = label.Corrected; who == "ana" {
					d.Answer = s.Answer
				}
				if d.Answer.Class == s.Answer.Class {
					d.Action = label.Accepted
				}
			}
			if _, _, err := p.Decide(who, d).Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p
}

// TestAnchoringScreen says who is drawn to what they see and what is done about it,
// to reviewers of everybody, to others of themselves.
func TestAnchoringScreen(t *testing.T) {
	for _, lang := range []catalog.Language{catalog.English, catalog.Chinese} {
		p := anchors(t, 0.05)
		d := newDriver(t, p, drive{train: &learn.Options{Seed: 1}, options: Options{Annotator: "rita", Role: seat.Reviewer, Language: lang}})
		d.until("a measurement", func() bool { return d.trainer.Anchoring().Withheld() == 96 })
		w := d.words.Anchoring
		for _, size := range [][2]int{{80, 24}, {200, 50}} {
			d.size(size[0], size[1])
			d.press("f3", "A")
			checkFrame(t, d.View(), size[0], size[1])
			d.see(w.Title, w.Seen, "ana", fmt.Sprintf(w.Shows, "ana"), fmt.Sprintf(w.Raised, "20%", "5%"))
			e := d.screens[screenEvaluate].(*evaluateScreen)
			golden(t, fmt.Sprintf("anchoring-%s-%dx%d", lang, size[0], size[1]), e.viewAnchoring(size[0]-2, size[1]-frameRows))
			d.press("A")
		}
	}
}

// TestAnchoringOfOneself shows who does not review nobody else.
func TestAnchoringOfOneself(t *testing.T) {
	p := anchors(t, 0.05)
	d := newDriver(t, p, drive{train: &learn.Options{Seed: 1}, options: Options{Annotator: "ana", Role: seat.Annotator, Language: catalog.English}})
	d.until("a measurement", func() bool { return d.trainer.Anchoring().Withheld() == 96 })
	d.size(100, 40)
	d.press("f3", "A")
	d.see("ana", "48")
	d.unseen("ben")
}

// TestAnchoringOff says how suggestions come to be withheld.
func TestAnchoringOff(t *testing.T) {
	p := newProject(t, loansTask(), 20)
	d := newDriver(t, p, drive{options: Options{Annotator: "rita", Language: catalog.English}})
	d.size(120, 30)
	d.press("f3", "A")
	d.see("--withhold 0.05")
}
