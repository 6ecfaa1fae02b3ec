package tui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/label/anchor"
	"inkling/tui/safe"
)

// anchoring is the view of how far people are drawn to the suggestions that they
// see, which lies over the others.
type anchoring struct {
	on     bool
	scroll int
}

// viewAnchoring draws it, as the trainer measured it last.
func (e *evaluateScreen) viewAnchoring(width, height int) string {
	w, th, share := e.words.Anchoring, e.theme, e.project.Task().Withhold
	r := e.trainer.Anchoring()
	out := []string{" " + th.strong.Render(w.Title), ""}
	say := func(text string) {
		for _, l := range e.dimmed(text, max(width-4, 1), max(height-len(out), 0)) {
			out = append(out, "  "+l)
		}
	}
	if share > 0 {
		say(fmt.Sprintf(w.About, wholePercent(share)))
	}
	if r.Withheld() == 0 {
		switch {
		case share == 0:
			say(w.Off)
		case r != nil:
			out = append(out, "")
			say(fmt.Sprintf(w.None, r.All.Shown.N))
		}
		return strings.Join(out, "\n")
	}
	people := r.People
	all := e.seat.Role().Reviews()
	if !all {
		people = slices.DeleteFunc(slices.Clone(people), func(p anchor.Person) bool { return p.Name != e.seat.Annotator() })
	}
	rows := e.anchoredPeople(people, all && len(people) > 1, r.All, width)
	rows = append(rows, e.anchoredVerdicts(people, share)...)
	whose := r.All
	if !all && len(people) == 1 {
		whose = people[0].Comparison
	}
	if all || len(people) == 1 {
		rows = append(rows, e.anchoredLabels(whose)...)
	}
	room := max(height-len(out), 0)
	e.anchors.scroll = max(min(e.anchors.scroll, len(rows)-room), 0)
	return strings.Join(append(out, rows[e.anchors.scroll:min(len(rows), e.anchors.scroll+room)]...), "\n")
}

func wholePercent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

// anchoredPeople is a row a person, and one for all.
func (e *evaluateScreen) anchoredPeople(people []anchor.Person, total bool, all anchor.Comparison, width int) []string {
	w, th := e.words.Anchoring, e.theme
	name := min(max(width/5, 10), 26)
	column := max(lipgloss.Width(w.Seen), lipgloss.Width(w.Hidden), 14) + 2
	out := []string{"", "  " + th.dim.Render(safe.Pad(w.Person, name)+safe.Pad(w.Seen, column)+safe.Pad(w.Hidden, column)+w.Difference)}
	row := func(who string, c anchor.Comparison) {
		side := func(s anchor.Side) string {
			if s.N == 0 {
				return safe.Pad("–", column)
			}
			return safe.Pad(fmt.Sprintf("%.3f  n %d", s.Rate(), s.N), column)
		}
		difference := "–"
		if !math.IsNaN(c.Difference) {
			difference = fmt.Sprintf("%+.3f  %+.3f – %+.3f", c.Difference, c.Low, c.High)
		}
		if c.Shows() {
			difference = th.warn.Render(difference)
		}
		out = append(out, "  "+safe.Pad(who, name)+side(c.Shown)+side(c.Withheld)+difference)
	}
	for _, p := range people {
		row(safe.Line(p.Name), p.Comparison)
	}
	if total {
		row(w.All, all)
	}
	return out
}

// anchoredVerdicts says in words whose answers follow suggestions, and what is
// done about it.
func (e *evaluateScreen) anchoredVerdicts(people []anchor.Person, share float64) []string {
	w, th := e.words.Anchoring, e.theme
	out := []string{""}
	withheld := 0
	for _, p := range people {
		if withheld += p.Withheld.N; !p.Shows() {
			continue
		}
		out = append(out, "  "+th.warn.Render(fmt.Sprintf(w.Shows, safe.Line(p.Name))))
		if raised := p.Share(share); raised > share {
			out = append(out, "  "+th.warn.Render(fmt.Sprintf(w.Raised, wholePercent(raised), wholePercent(share))))
		}
	}
	switch {
	case len(out) > 1:
	case withheld < anchor.Least:
		out = append(out, "  "+th.dim.Render(fmt.Sprintf(w.TooFew, withheld, anchor.Least)))
	default:
		out = append(out, "  "+th.good.Render(fmt.Sprintf(w.Nothing, withheld)))
	}
	return out
}

// anchoredLabels compares the labels that were given with and without sight of a
// suggestion, those with the largest gap first.
func (e *evaluateScreen) anchoredLabels(c anchor.Comparison) []string {
	w, th := e.words.Anchoring, e.theme
	if !c.Defined() {
		return nil
	}
	out := []string{"", "  " + th.dim.Render(safe.Pad(w.Labels, 24)+safe.Pad(w.With, 12)+safe.Pad(w.Without, 12)+w.Gap)}
	gap := func(l int) float64 {
		return float64(c.Shown.Labels[l])/float64(c.Shown.N) - float64(c.Withheld.Labels[l])/float64(c.Withheld.N)
	}
	var labels []int
	for l := range c.Shown.Labels {
		if c.Shown.Labels[l]+c.Withheld.Labels[l] > 0 {
			labels = append(labels, l)
		}
	}
	slices.SortStableFunc(labels, func(a, b int) int { return cmp.Compare(math.Abs(gap(b)), math.Abs(gap(a))) })
	for _, l := range labels {
		out = append(out, "  "+safe.Pad(e.title(l), 24)+safe.Pad(fmt.Sprintf("%.3f", float64(c.Shown.Labels[l])/float64(c.Shown.N)), 12)+
			safe.Pad(fmt.Sprintf("%.3f", float64(c.Withheld.Labels[l])/float64(c.Withheld.N)), 12)+fmt.Sprintf("%+.3f", gap(l)))
	}
	return append(out, "", "  "+th.dim.Render(fmt.Sprintf(w.Differ, c.P)), "  "+th.dim.Render(fmt.Sprintf(w.Median, c.Shown.Median.Seconds(), c.Withheld.Median.Seconds())))
}
