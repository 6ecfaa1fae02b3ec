package learn

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"inkling/label"
)

// ErrRule is a goal, a table of costs or weights of classes that cannot be.
var ErrRule = errors.New("learn: unusable setting")

// rule tells the class from calibrated probabilities. The nil rule tells the
// most probable one.
type rule struct {
	factor []float64   // of each class: the class with the largest product of it and its probability is told
	costs  [][]float64 // by true class, then told class: the one with the lowest expected cost is told (Elkan, "The foundations of cost-sensitive learning", 2001)
}

// decide returns the class that is told; of equally good ones the first.
func (r *rule) decide(p []float64) int {
	switch {
	case r == nil:
		return best(p)
	case r.costs != nil && len(r.costs) == len(p):
		told, least := 0, math.Inf(1)
		for j := range p {
			sum := 0.0
			for i, x := range p {
				sum += float64(x * r.costs[i][j])
			}
			if sum < least {
				told, least = j, sum
			}
		}
		return told
	case len(r.factor) == len(p):
		told, most := 0, math.Inf(-1)
		for k, x := range p {
			if y := float64(x * r.factor[k]); y > most {
				told, most = k, y
			}
		}
		return told
	}
	return best(p) // made for other classes
}

// goal is what a rule is tuned for.
type goal struct {
	metric string  // accuracy, macro-f1, f1, recall
	class  int     // of f1 and recall
	least  float64 // of recall
}

// parseGoal reads accuracy, macro-f1, f1:LABEL or recall:LABEL>=0.9.
func parseGoal(text string, labels []label.Label) (goal, error) {
	find := func(name string) (int, error) {
		c := slices.IndexFunc(labels, func(l label.Label) bool { return l.Name == name })
		if c < 0 {
			return 0, fmt.Errorf("%w: there is no label %q", ErrRule, name)
		}
		return c, nil
	}
	switch metric, rest, _ := strings.Cut(text, ":"); {
	case text == "accuracy" || text == "macro-f1":
		return goal{metric: text}, nil
	case metric == "f1":
		c, err := find(rest)
		return goal{metric: "f1", class: c}, err
	case metric == "recall":
		at := strings.LastIndex(rest, ">=")
		if at < 0 {
			break
		}
		x, err := strconv.ParseFloat(rest[at+2:], 64)
		if err != nil || !(x > 0 && x <= 1) {
			return goal{}, fmt.Errorf("%w: a recall is a number above 0, at most 1, not %q", ErrRule, rest[at+2:])
		}
		c, err := find(rest[:at])
		return goal{metric: "recall", class: c, least: x}, err
	}
	return goal{}, fmt.Errorf("%w: %q; there are accuracy, macro-f1, f1:LABEL and recall:LABEL>=0.9", ErrRule, text)
}

// tally counts by class what a rule told.
type tally struct {
	hit, told, true []float64
}

func newTally(classes int) *tally {
	return &tally{make([]float64, classes), make([]float64, classes), make([]float64, classes)}
}

func (t *tally) add(class, told int, by float64) {
	t.told[told] += by
	if class == told {
		t.hit[class] += by
	}
}

// f1 is the harmonic mean of precision and recall of a class; 0 where it was
// never told and never true.
func (t *tally) f1(c int) float64 {
	if t.told[c]+t.true[c] == 0 {
		return 0
	}
	return 2 * t.hit[c] / (t.told[c] + t.true[c])
}

// value is what a tally is worth to a goal.
func (g goal) value(t *tally) float64 {
	switch g.metric {
	case "f1":
		return t.f1(g.class)
	case "recall":
		if t.true[g.class] == 0 {
			return 0
		}
		return t.hit[g.class] / t.true[g.class]
	case "macro-f1":
		sum, n := 0.0, 0.0
		for c := range t.true {
			if t.true[c] > 0 {
				sum += t.f1(c)
				n++
			}
		}
		return sum / max(n, 1)
	}
	hit, n := 0.0, 0.0
	for c := range t.hit {
		hit += t.hit[c]
		n += t.true[c]
	}
	return hit / max(n, 1)
}

// worth is the value of a rule on rows.
func (g goal) worth(r *rule, p [][]float64, class []int) float64 {
	t := newTally(len(p[0]))
	for i, q := range p {
		t.true[class[i]]++
		t.add(class[i], r.decide(q), 1)
	}
	return g.value(t)
}
