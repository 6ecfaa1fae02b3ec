package cli

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"inkling/label"
	"inkling/label/anchor"
	"inkling/tui/safe"
)

// anchoringJSON is how far somebody's answers, or all, are drawn towards
// suggestions, as JSON.
type anchoringJSON struct {
	Name       string         `json:"name,omitempty"`
	Shown      anchorSideJSON `json:"shown"`
	Withheld   anchorSideJSON `json:"withheld"`
	Difference *float64       `json:"difference"` // null where one side has no answers
	Interval   *[2]float64    `json:"interval"`
	P          *float64       `json:"p_labels"`
	Anchored   bool           `json:"anchored"`
	Share      float64        `json:"withhold"` // that is withheld from now on
}

// anchorSideJSON are the answers with a suggestion in sight, or without.
type anchorSideJSON struct {
	Answers  int            `json:"answers"`
	Agree    int            `json:"agree"`
	Interval [2]float64     `json:"interval"`
	Labels   map[string]int `json:"labels"`
	Median   float64        `json:"median_seconds"`
}

func anchoringOf(name string, c anchor.Comparison, t label.Task) anchoringJSON {
	side := func(s anchor.Side) anchorSideJSON {
		out := anchorSideJSON{Answers: s.N, Agree: s.Agree, Interval: [2]float64{s.Low, s.High}, Labels: map[string]int{}, Median: s.Median.Seconds()}
		for i, n := range s.Labels {
			if n > 0 {
				out.Labels[t.Labels[i].Name] = n
			}
		}
		return out
	}
	out := anchoringJSON{Name: name, Shown: side(c.Shown), Withheld: side(c.Withheld), Anchored: c.Shows(), Share: c.Share(t.Withhold)}
	if !math.IsNaN(c.Difference) {
		out.Difference, out.Interval, out.P = &c.Difference, &[2]float64{c.Low, c.High}, &c.P
	}
	return out
}

// anchoring is the whole of it as JSON; nil where nothing was withheld.
func anchoring(r *anchor.Report, t label.Task) any {
	if r.Withheld() == 0 && t.Withhold == 0 {
		return nil
	}
	people := []anchoringJSON{}
	for _, p := range r.People {
		people = append(people, anchoringOf(p.Name, p.Comparison, t))
	}
	return map[string]any{"withhold": t.Withhold, "all": anchoringOf("", r.All, t), "people": people}
}

// printAnchoring prints a row a person.
func printAnchoring(out io.Writer, r *anchor.Report, t label.Task) error {
	if r.Withheld() == 0 {
		if t.Withhold > 0 && r.All.Shown.N > 0 {
			fmt.Fprintf(out, "\nanchoring: of %s none was withheld yet\n", count(uint64(r.All.Shown.N), "suggestion", "suggestions"))
		}
		return nil
	}
	fmt.Fprintf(out, "\nanchoring: answers as suggested, with the suggestion in sight and withheld\n\n")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "person\tin sight\twithheld\tdifference\tlabels differ, p\t\n")
	row := func(name string, c anchor.Comparison) {
		side := func(s anchor.Side) string {
			if s.N == 0 {
				return "–"
			}
			return fmt.Sprintf("%.3f of %d", s.Rate(), s.N)
		}
		difference, p, note := "–", "–", ""
		if !math.IsNaN(c.Difference) {
			difference, p = fmt.Sprintf("%+.3f  [%+.3f, %+.3f]", c.Difference, c.Low, c.High), fmt.Sprintf("%.3f", c.P)
		}
		if c.Shows() {
			note = "anchored"
			if share := c.Share(t.Withhold); share > t.Withhold {
				note += fmt.Sprintf(": withheld from now on %.0f%%", 100*share)
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", name, side(c.Shown), side(c.Withheld), difference, p, note)
	}
	for _, p := range r.People {
		row(safe.Line(p.Name), p.Comparison)
	}
	if len(r.People) > 1 {
		row("all", r.All)
	}
	return w.Flush()
}
