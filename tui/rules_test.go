package tui

import (
	"fmt"
	"slices"
	"testing"

	"github.com/muesli/termenv"

	"inkling/label"
	"inkling/label/rule"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/catalog"
	"inkling/tui/seat"
)

// addRules writes rules down in a project.
func addRules(t *testing.T, p *store.Project, lines ...string) {
	t.Helper()
	for _, line := range lines {
		r, err := rule.Parse(p.Task(), line)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.Rule("ann", r).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func ruleNames(t *testing.T, p *store.Project) (names []string) {
	t.Helper()
	rules, err := p.Rules()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		names = append(names, r.Name)
	}
	return names
}

// A rule is written, tried while it is typed, kept, changed, turned off, removed
// and brought back; what it suggests is on the label screen before any answer.
func TestRulesAreWritten(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 64)
	d := newDriver(t, p, drive{train: &learn.Options{Seed: 1}})
	d.ready()
	d.press("f6")
	d.see("no rules yet")
	d.press("n")
	d.see("one of the words or phrases")
	d.press("text:RISKY: roll over, mis")
	d.see("matches 8 of 64 items, 12.5%", "no answers yet where it matches", "asks to roll over")
	d.press("text:sed, 展期")
	d.see("matches 24 of 64 items, 37.5%")
	d.press("text:, \"")
	d.see("column 31", "not closed")
	d.press("enter") // must not keep it
	d.press("backspace", "backspace", "backspace", "enter")
	d.see("@r1 is kept")
	r := d.screens[screenRules].(*rulesScreen)
	d.until("its figures", func() bool { return r.sum != nil && r.sum.Covered == 24 && len(r.items) == 24 })
	d.see("rules vote on 24 of 64 items", "gets wrong 0", "matches 24")

	d.press("n", "text:@good GOOD: amount <= 800", "enter")
	d.until("two rules", func() bool { return len(r.rules) == 2 && r.sum != nil && len(r.sum.Figures) == 2 })
	d.press("down", "x")
	d.see("@good no longer votes")
	d.until("off", func() bool { rules, _ := p.Rules(); return len(rules) == 2 && rules[1].Off })
	d.press("x")
	d.see("@good votes again")
	d.until("what is chosen", func() bool { return r.at == 1 && !r.rules[1].Off })
	d.press("e", "backspace", "text:1", "enter") // 801
	d.until("changed", func() bool { rules, _ := p.Rules(); return rules[1].Text == "<= 801" })
	d.see("<= 801")
	d.press("u")
	d.see("@good is as it was")
	d.until("as it was", func() bool { rules, _ := p.Rules(); return rules[1].Text == "<= 800" && r.rules[1].Text == "<= 800" })
	d.press("d")
	d.see("d again removes @good")
	if got := ruleNames(t, p); !slices.Equal(got, []string{"r1", "good"}) {
		t.Fatalf("rules %v after one press", got)
	}
	d.press("d")
	d.until("one rule", func() bool { return len(r.rules) == 1 })
	d.press("u")
	d.until("two rules", func() bool { return len(r.rules) == 2 })

	d.until("both vote", func() bool { return r.sum != nil && len(r.sum.Figures) == 2 && r.sum.Covered > 24 })
	d.press("f1")
	l := d.labelScreen()
	d.until("a suggestion of rules", func() bool {
		return slices.ContainsFunc(append(slices.Clone(l.next), *l.cur), func(c seat.Card) bool {
			return c.Suggestion != nil && c.Suggestion.Model == learn.ByRules
		})
	})
	for l.cur.Suggestion == nil {
		d.press("s")
		d.ready()
	}
	d.see("by rules", "@")
}

// One key leads to the items that a rule gets wrong, another to one of them.
func TestRulesGetWrong(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 64)
	addRules(t, p, "@paid GOOD: paid", "@thanks WATCH: thanks")
	for _, num := range []uint64{1, 9, 17} {
		class := 0
		if num == 9 {
			class = 2
		}
		if _, _, err := p.Decide("ann", label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(class)}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d := newDriver(t, p, drive{train: &learn.Options{Seed: 1}})
	d.ready()
	d.press("f6")
	r := d.screens[screenRules].(*rulesScreen)
	d.until("what it gets wrong", func() bool { return r.below == getsWrong && len(r.items) == 1 && r.items[0].says != "" })
	d.see("gets wrong 1", "0.67", "RISKY")
	d.press("enter", "enter")
	d.until("that item", func() bool { return d.top == d.screens[screenLabel] && d.labelScreen().cur.Item.Num == 9 })
	d.press("f6", "w")
	d.until("what it matches", func() bool { return r.below == matchesIt && len(r.items) == 8 })

	// From elsewhere, a rule is begun with a word.
	d.send(ruleFromMsg{words: "early, thanks", class: 1})
	d.see(`WATCH: "early, thanks"`, "matches 8 of 64")
	d.press("esc")
	d.send(ruleFromMsg{words: "thanks", class: -1})
	d.see(": thanks", "a label and a colon are needed")
	d.press("esc")
	if r.edit != nil {
		t.Error("esc does not end the typing")
	}
}

// Who only answers sees what rules cover, not what others answered, and changes
// none.
func TestRulesOfAnAnnotator(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 64)
	addRules(t, p, "@paid GOOD: paid")
	if _, _, err := p.Decide("ann", label.Decision{Item: 9, Action: label.Answered, Answer: label.ClassAnswer(2)}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := newDriver(t, p, drive{train: &learn.Options{Seed: 1}, options: Options{Annotator: "ben", Role: seat.Annotator}})
	d.ready()
	d.press("f6")
	r := d.screens[screenRules].(*rulesScreen)
	d.until("its items", func() bool { return len(r.items) == 8 })
	d.unseen("gets wrong")
	d.unseen("right")
	before := p.Counts().Events
	d.press("w", "n", "x", "d", "d", "e", "u")
	if r.edit != nil || r.below != matchesIt || p.Counts().Events != before {
		t.Error("an annotator changed rules")
	}
}

// posedRules is the rules screen with three rules and answers.
func posedRules(t *testing.T, l catalog.Language, p termenv.Profile, width, height int) *driver {
	t.Helper()
	task := loansTask()
	task.Audit = 0
	project := newProject(t, task, 64)
	addRules(t, project, "@paid GOOD: paid, thanks, 良好", "@more-time RISKY: roll over, missed, 展期", "@small [off] GOOD: amount <= 800", "@spring WATCH: /this (spring|year)/",
		`@"long name of a rule" WATCH: = amount > 5000 and not has("paid, thanks")`)
	for num, class := range map[uint64]int{1: 0, 9: 0, 17: 2, 3: 2, 11: 1} {
		if _, _, err := project.Decide("ann", label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(class)}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d := newDriver(t, project, drive{options: Options{Language: l, Renderer: renderer(p, true)}})
	rules, err := project.Rules()
	if err != nil {
		t.Fatal(err)
	}
	sum, err := learn.TryRules(t.Context(), project, rules, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.size(width, height)
	d.until("a card", func() bool { return d.labelScreen().cur != nil })
	d.press("f6")
	r := d.screens[screenRules].(*rulesScreen)
	r.sum = sum
	d.until("the rules", func() bool { return len(r.rules) == 5 && len(r.items) == 1 })
	return d
}

func TestRulesScreens(t *testing.T) {
	for _, c := range []struct {
		name     string
		size     [2]int
		language catalog.Language
		profile  termenv.Profile
		keys     []string
		see      string
	}{
		{"rules", [2]int{80, 24}, catalog.English, termenv.Ascii, nil, ""},
		{"rules", [2]int{200, 50}, catalog.English, termenv.Ascii, nil, ""},
		{"rules", [2]int{40, 12}, catalog.English, termenv.Ascii, nil, ""},
		{"rules-zh", [2]int{80, 24}, catalog.Chinese, termenv.Ascii, nil, ""},
		{"rules-colour", [2]int{80, 24}, catalog.English, termenv.TrueColor, []string{"enter"}, ""},
		{"rules-new", [2]int{80, 24}, catalog.English, termenv.Ascii, []string{"n"}, ""},
		{"rules-new-zh", [2]int{80, 24}, catalog.Chinese, termenv.Ascii, []string{"n"}, ""},
		{"rules-typed", [2]int{80, 24}, catalog.English, termenv.Ascii, []string{"n", "text:RISKY: twice, second time"}, "matches 16 of 64"},
		{"rules-wrong", [2]int{80, 24}, catalog.English, termenv.Ascii, []string{"n", "text:RISKY: amount > much"}, "column 17"},
	} {
		name := fmt.Sprintf("%s-%dx%d", c.name, c.size[0], c.size[1])
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := posedRules(t, c.language, c.profile, c.size[0], c.size[1])
			d.press(c.keys...)
			if c.see != "" {
				d.see(c.see)
			}
			checkFrame(t, d.View(), c.size[0], c.size[1])
			golden(t, name, d.View())
		})
	}
}

// A project that asks for something else has no rules, and says so.
func TestRulesOfOtherKinds(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Kind, task.Labels = label.Number, nil
	d := newDriver(t, newProject(t, task, 4), drive{})
	d.press("f6", "n", "e", "d", "x", "u", "enter")
	d.see("this project asks for number")
}
