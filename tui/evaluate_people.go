package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/label/agreement"
	"inkling/tui/safe"
)

// agreeing is how far people agree, as the evaluate screen shows it beside how
// good the model is.
type agreeing struct {
	on     bool
	turn   turn
	asked  bool
	begun  uint64 // the last event that the figures are from
	found  *agreed
	scroll int
}

// agreed is one measurement.
type agreed struct {
	table  *agreement.Table
	report agreement.Report
}

type (
	agreedMsg struct {
		found *agreed
		err   error
	}
	agreeDueMsg struct{}
)

// Bounds of a measurement that is made again and again.
const (
	agreeEvery   = 2 * time.Second
	agreeSamples = 200 // resamples; the command makes more
	agreePairs   = 12  // people of whom each two are compared
)

// agree begins a measurement where one is due.
func (e *evaluateScreen) agree() tea.Cmd {
	a := &e.people
	if e.top != screen(e) || !a.on || a.turn != idle || a.asked && a.begun == e.wanted.events {
		return nil
	}
	a.turn, a.asked, a.begun = running, true, e.wanted.events
	return func() tea.Msg {
		task := e.project.Task()
		t := agreement.NewTable(task)
		if err := e.project.AllStandings(e.ctx, func(all []label.Standing) error { t.Add(all); return nil }); err != nil {
			return agreedMsg{nil, err}
		}
		return agreedMsg{&agreed{t, agreement.Measure(*t, agreement.Options{PairsOf: agreePairs, Bootstrap: agreement.Bootstrap{Samples: agreeSamples, Seed: task.Seed}})}, nil}
	}
}

func (e *evaluateScreen) agreedTo(m agreedMsg) tea.Cmd {
	a := &e.people
	a.turn = resting
	rest := tea.Tick(agreeEvery, func(time.Time) tea.Msg { return agreeDueMsg{} })
	if m.err != nil {
		if e.ctx.Err() != nil {
			return nil
		}
		return tea.Batch(rest, fail(e.words.Frame.Evaluate, m.err))
	}
	a.found = m.found
	return rest
}

// viewPeople draws how far people agree.
func (e *evaluateScreen) viewPeople(width, height int) string {
	w, th, f := e.words.Agreement, e.theme, e.people.found
	if f == nil {
		return "  " + th.dim.Render(e.words.Review.Loading)
	}
	r := f.report
	out := []string{" " + th.strong.Render(w.Title) + th.dim.Render("  "+fmt.Sprintf(w.Items, r.Items, len(f.table.Items))), ""}
	if r.Items == 0 {
		for _, l := range e.dimmed(w.Nobody, max(width-4, 1), max(height-2, 0)) {
			out = append(out, "  "+l)
		}
		return strings.Join(out, "\n")
	}
	figure := func(name string, x agreement.Estimate) {
		text := th.dim.Render(w.Why[x.Why])
		if x.Defined() {
			text = th.strong.Render(fmt.Sprintf("%.3f", x.Value)) + th.dim.Render(fmt.Sprintf("  %.3f – %.3f", x.Low, x.High))
		}
		out = append(out, "  "+safe.Pad(name, 30)+text)
	}
	figure(w.Percent, r.Percent)
	if e.project.Task().Kind == label.Classes {
		figure(w.Fleiss, r.Fleiss)
	}
	figure(fmt.Sprintf(w.Alpha, w.Metrics[r.Metric]), r.Alpha)
	var rows []string
	rows = append(rows, e.viewEach(f, width)...)
	rows = append(rows, e.viewLabels(r)...)
	rows = append(rows, e.viewTwoPeople(f)...)
	room := max(height-len(out), 0)
	e.people.scroll = max(min(e.people.scroll, len(rows)-room), 0)
	out = append(out, rows[e.people.scroll:min(len(rows), e.people.scroll+room)]...)
	return strings.Join(out, "\n")
}

// viewEach is a row a person; who does not review sees their own alone.
func (e *evaluateScreen) viewEach(f *agreed, width int) []string {
	w, th := e.words.Agreement, e.theme
	name := min(max(width/4, 12), 30)
	out := []string{"", "  " + th.dim.Render(safe.Pad(w.Person, name)+fmt.Sprintf("%8s %8s %8s %8s", w.Answers, w.Shared, w.Agree, w.Quality))}
	people := slices.Clone(f.report.People)
	slices.SortStableFunc(people, func(a, b agreement.Person) int { return b.Answers - a.Answers })
	truth := e.trainer.Truth()
	for _, p := range people {
		who := f.table.People[p.Person]
		if !e.seat.Role().Reviews() && who != e.seat.Annotator() {
			continue
		}
		agree, quality := "–", "–"
		if p.Shared > 0 {
			agree = fmt.Sprintf("%.3f", p.Agree)
		}
		if q, ok := truth.Quality(who); ok {
			quality = fmt.Sprintf("%.3f", q)
		}
		row := "  " + safe.Pad(safe.Line(who), name) + fmt.Sprintf("%8d %8d %8s %8s", p.Answers, p.Shared, agree, quality)
		if p.Drift.Fell() {
			row += "  " + th.warn.Render(fmt.Sprintf(w.Fell, p.Drift.Lately))
		}
		out = append(out, row)
	}
	return out
}

// viewLabels is a row a label.
func (e *evaluateScreen) viewLabels(r agreement.Report) []string {
	if len(r.Labels) == 0 {
		return nil
	}
	w, th := e.words.Agreement, e.theme
	out := []string{"", "  " + th.dim.Render(safe.Pad(w.Label, 24)+fmt.Sprintf("%8s %8s", w.Answers, "alpha"))}
	for _, l := range r.Labels {
		alpha := "–"
		if l.Alpha.Defined() {
			alpha = fmt.Sprintf("%.3f", l.Alpha.Value)
		}
		out = append(out, "  "+safe.Pad(e.title(l.Label), 24)+fmt.Sprintf("%8d %8s", l.Answers, alpha))
	}
	return out
}

// viewTwoPeople is a row each two people, those who agree least first, for reviewers.
func (e *evaluateScreen) viewTwoPeople(f *agreed) []string {
	if !e.seat.Role().Reviews() || len(f.report.Pairs) == 0 {
		return nil
	}
	w, th := e.words.Agreement, e.theme
	out := []string{"", "  " + th.dim.Render(safe.Pad(w.Pair, 32)+fmt.Sprintf("%8s %8s %8s", w.Shared, w.Agree, "kappa"))}
	pairs := slices.Clone(f.report.Pairs)
	slices.SortStableFunc(pairs, func(a, b agreement.Pair) int {
		switch x, y := a.Percent.Value, b.Percent.Value; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	for _, p := range pairs {
		kappa := "–"
		switch {
		case p.Kappa.Defined() && p.Kappa.Few():
			kappa = w.TooFew
		case p.Kappa.Defined():
			kappa = fmt.Sprintf("%.3f", p.Kappa.Value)
		}
		names := safe.Line(f.table.People[p.First]) + " · " + safe.Line(f.table.People[p.Second])
		out = append(out, "  "+safe.Pad(names, 32)+fmt.Sprintf("%8d %8.3f %8s", p.Percent.Items, p.Percent.Value, kappa))
	}
	return out
}
