package tui

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/metric"
	"inkling/store"
	"inkling/tui/safe"
)

// pairing is which two runs are compared, and on what.
type pairing struct {
	a, b   uint64
	events uint64 // in the project: answers may have come
}

// match is the comparison of two runs: what was found last, and whether another
// is under way. One is made at a time.
type match struct {
	busy  bool
	done  pairing
	found *matched
	err   error
}

// matched is a finished comparison.
type matched struct {
	versus metric.Versus
	gold   bool // on the gold column, while nothing is audited
}

// matchedMsg brings a comparison, or why there is none.
type matchedMsg struct {
	of    pairing
	found *matched
	err   error
}

// pair returns the chosen run and the one to compare it with: the one that was
// marked last, else the current one, else the one that it went on from, else the
// one before it. ok is false where there is no other.
func (t *trainScreen) pair() (p pairing, ok bool) {
	if len(t.runs) == 0 {
		return p, false
	}
	at := t.at
	if t.runs[at].ID == t.live {
		at++ // it has no model yet
	}
	if at >= len(t.runs) {
		return p, false
	}
	r := t.runs[at]
	p = pairing{a: r.ID, events: t.events}
	others := []uint64{t.marked, t.state.Current, r.Parent}
	if at+1 < len(t.runs) {
		others = append(others, t.runs[at+1].ID)
	}
	for _, id := range others {
		if id != 0 && id != r.ID && id != t.live {
			p.b = id
			return p, true
		}
	}
	return p, false
}

// compare begins a comparison where it is on show and one is due.
func (t *trainScreen) compare() tea.Cmd {
	p, ok := t.pair()
	if !keyed(t.project.Task()) || t.top != screen(t) || t.look != versusLook || !ok || t.match.busy || t.match.done == p {
		return nil
	}
	t.match.busy = true
	return func() tea.Msg {
		found, err := compareRuns(t.ctx, t.project, t.trainer.Current(), p)
		return matchedMsg{p, found, err}
	}
}

// compareRuns runs as a command. current may not be in the project yet.
func compareRuns(ctx context.Context, project *store.Project, current *learn.Snapshot, p pairing) (*matched, error) {
	task := project.Task()
	out := &matched{}
	var said [2]*learn.Evaluation
	for i, id := range []uint64{p.a, p.b} {
		snap, err := current, error(nil)
		if snap == nil || snap.Version() != id {
			if snap, err = learn.Load(project, id); err != nil {
				return nil, err
			}
		}
		if said[i], err = learn.EvaluateAudit(ctx, project, snap); err != nil {
			return nil, err
		}
		if said[i].Confusion.N() == 0 && task.Column(label.Gold) >= 0 {
			out.gold = true
			if said[i], err = evaluateGold(ctx, project, snap, goldItems); err != nil {
				return nil, err
			}
		}
	}
	a, b := said[0], said[1]
	if len(a.Truth) != len(b.Truth) {
		return nil, fmt.Errorf("answers came while runs %d and %d were compared", p.a, p.b)
	}
	k := max(len(a.Names), len(b.Names))
	out.versus = metric.Compare(k, a.Truth, a.Predicted, b.Predicted, widened(a.Probabilities, k), widened(b.Probabilities, k), rand.New(rand.NewPCG(task.Seed, p.a)))
	return out, nil
}

// widened are probabilities of k classes; those that a model does not know have
// none.
func widened(p [][]float64, k int) [][]float64 {
	out := make([][]float64, len(p))
	for i, row := range p {
		out[i] = append(row[:len(row):len(row)], make([]float64, k-len(row))...)
	}
	return out
}

// viewVersus draws two runs side by side, and whether they differ by more than
// chance.
func (t *trainScreen) viewVersus(width, height int) []string {
	w, th := t.words.Train, t.theme
	p, ok := t.pair()
	switch {
	case !ok:
		return t.dimmed(fmt.Sprintf(w.VersusOne, t.keys.Overlay.Help().Key), width, height)
	case !keyed(t.project.Task()):
		return t.dimmed(fmt.Sprintf(w.VersusElsewhere, p.a, p.b), width, height)
	case t.match.done.a != p.a || t.match.done.b != p.b, t.match.found == nil && t.match.err == nil:
		return t.dimmed(w.Comparing, width, height)
	case errors.Is(t.match.err, learn.ErrNoModel):
		return t.dimmed(fmt.Sprintf(w.VersusGone, p.a, p.b), width, height)
	case t.match.err != nil:
		var out []string
		for _, l := range wrapped(safe.Line(t.match.err.Error()), width, height) {
			out = append(out, th.warn.Render(l))
		}
		return out
	case t.match.found.versus.N == 0:
		return t.dimmed(w.VersusNone, width, height)
	}
	v := t.match.found.versus
	on := w.VersusOf
	if t.match.found.gold {
		on = w.VersusGold
	}
	out := []string{th.strong.Render(safe.Truncate(fmt.Sprintf(on, p.a, p.b, v.N), width))}
	if height >= 9 {
		out = append(out, t.viewMade(p.a, width), t.viewMade(p.b, width))
	}
	out = append(out, t.viewDifferences(p, v, width)...)
	var says []string
	for _, l := range wrapped(t.verdict(p, v), width, 4) {
		says = append(says, strings.TrimRight(l, " "))
	}
	if len(out)+len(says)+1 <= height {
		out = append(out, "")
	}
	out = append(out, says...)
	if len(out)+1 <= height {
		out = append(out, th.dim.Render(safe.Truncate(fmt.Sprintf(w.VersusItems, p.a, p.b), width)))
	}
	return out
}

// viewMade says what a run's model was made with, in a row.
func (t *trainScreen) viewMade(id uint64, width int) string {
	for _, r := range t.runs {
		if r.ID != id {
			continue
		}
		parts := []string{fmt.Sprintf(t.words.Frame.Run, r.ID), safe.Line(r.Model), onLabels(t.words, r.Labels)}
		for _, p := range r.Params {
			parts = append(parts, safe.Line(p.Name+" "+p.Value))
		}
		return t.theme.dim.Render(safe.Truncate(strings.Join(parts, " · "), width))
	}
	return ""
}

// viewDifferences draws accuracy, macro F1 and log loss of both runs with the
// interval of their difference.
func (t *trainScreen) viewDifferences(p pairing, v metric.Versus, width int) []string {
	w := t.words.Train
	row := func(name, a, b, d string) string {
		line := safe.Pad(name, 12) + fmt.Sprintf("%10s %10s  ", a, b) + d
		return safe.Truncate(line, width)
	}
	number := func(m metric.Measure, format string) string {
		if !m.Known() {
			return "–"
		}
		return fmt.Sprintf(format, float64(m))
	}
	out := []string{t.theme.dim.Render(row("", fmt.Sprintf("#%d", p.a), fmt.Sprintf("#%d", p.b), w.Difference))}
	for _, r := range []struct {
		name string
		c    metric.Comparison
	}{{w.Accuracy, v.Accuracy}, {t.words.Evaluate.MacroF1, v.MacroF1}, {w.Loss, v.LogLoss}} {
		d := number(r.c.Difference, "%+.3f")
		if r.c.P.Known() {
			d += fmt.Sprintf(" (%+.3f – %+.3f)", r.c.Interval.Low(), r.c.Interval.High())
		}
		out = append(out, row(r.name, number(r.c.A, "%.3f"), number(r.c.B, "%.3f"), d))
	}
	return out
}

// verdict says in a sentence whether two runs differ.
func (t *trainScreen) verdict(p pairing, v metric.Versus) string {
	w := t.words.Train
	if v.OnlyA == v.OnlyB {
		return fmt.Sprintf(w.VersusEqual, p.a, p.b, v.OnlyA)
	}
	chance := fmt.Sprintf("%.2g%%", 100*v.McNemar.MidP)
	if v.McNemar.MidP < 0.0001 {
		chance = "< 0.01%"
	}
	if !v.Distinct() {
		return fmt.Sprintf(w.VersusUnsure, p.a, v.OnlyA, p.b, v.OnlyB, chance)
	}
	better := p.a
	if v.OnlyB > v.OnlyA {
		better = p.b
	}
	return fmt.Sprintf(w.VersusBetter, p.a, v.OnlyA, p.b, v.OnlyB, chance, better)
}
