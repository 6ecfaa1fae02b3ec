package learn

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"inkling/label"
)

// ruleRows makes probabilities of a rare class 1 and their true classes.
func ruleRows(n, classes int, seed uint64) (p [][]float64, class []int) {
	rng := rand.New(rand.NewPCG(seed, 6))
	for range n {
		c := 0
		for c < classes-1 && rng.Float64() < 0.35 {
			c++
		}
		z, q := make([]float64, classes), make([]float64, classes)
		for k := range z {
			z[k] = rng.NormFloat64() - float64(k)
			if k == c {
				z[k] += 1.2
			}
		}
		logSum(z, q)
		p, class = append(p, q), append(class, c)
	}
	return p, class
}

var threeLabels = []label.Label{{Name: "a"}, {Name: "b"}, {Name: "c=d"}}

// For two classes the tuned factors are as good as the best of all thresholds,
// by brute force.
func TestRuleBestThreshold(t *testing.T) {
	for seed := range uint64(20) {
		p, class := ruleRows(60, 2, seed)
		for _, asked := range []string{"accuracy", "macro-f1", "f1:b"} {
			g, err := parseGoal(asked, threeLabels[:2])
			if err != nil {
				t.Fatal(err)
			}
			most := 0.0
			for _, q := range p {
				for _, f := range []float64{0.999, 1.001} {
					r := &rule{factor: []float64{1, q[0] / q[1] * f}}
					most = max(most, g.worth(r, p, class))
				}
			}
			if got := g.worth(g.tune(p, class), p, class); math.Abs(got-most) > 1e-12 {
				t.Errorf("seed %d, %s: %v, by brute force %v", seed, asked, got, most)
			}
		}
	}
}

// With more classes no factor of a single class on its own can gain any more,
// and nothing is worse than telling the most probable class.
func TestRuleManyClasses(t *testing.T) {
	for seed := range uint64(10) {
		p, class := ruleRows(80, 3, 100+seed)
		for _, asked := range []string{"accuracy", "macro-f1", "f1:c=d"} {
			g, err := parseGoal(asked, threeLabels)
			if err != nil {
				t.Fatal(err)
			}
			r := g.tune(p, class)
			got, plain := g.worth(r, p, class), g.worth(nil, p, class)
			if got < plain {
				t.Errorf("seed %d, %s: %v, without %v", seed, asked, got, plain)
			}
			for c := range 3 {
				if g.metric == "f1" && c != g.class {
					continue
				}
				for f := 1e-3; f < 1e3; f *= 1.02 {
					other := &rule{factor: append([]float64(nil), r.factor...)}
					other.factor[c] = f
					if v := g.worth(other, p, class); v > got+1e-9 {
						t.Fatalf("seed %d, %s: %v with factor %v of class %d, %v with %v", seed, asked, v, f, c, got, r.factor)
					}
				}
			}
		}
	}
}

// A recall that is asked for is reached, by the lowest factor that does.
func TestRuleRecall(t *testing.T) {
	p, class := ruleRows(100, 3, 5)
	for _, asked := range []string{"recall:b>=0.9", "recall:b>=0.5", "recall:c=d>=1"} {
		g, err := parseGoal(asked, threeLabels)
		if err != nil {
			t.Fatal(err)
		}
		r := g.tune(p, class)
		if got := g.worth(r, p, class); got < g.least {
			t.Errorf("%s: recall %v", asked, got)
		}
		less := &rule{factor: append([]float64(nil), r.factor...)}
		less.factor[g.class] *= 0.999
		if got := g.worth(less, p, class); got >= g.least {
			t.Errorf("%s: a lower factor is enough: recall %v", asked, got)
		}
	}
}

func TestGoals(t *testing.T) {
	for _, bad := range []string{"", "f1", "f1:x", "recall:a", "recall:a>=0", "recall:a>=1.1", "recall:a>=x", "recall:x>=0.5", "auc"} {
		if _, err := parseGoal(bad, threeLabels); !errors.Is(err, ErrRule) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// By hand: of a letter that is spam with 0.2, telling ham costs 0.2*10 = 2 and
// telling spam 0.8*1 = 0.8; with 0.05 it is 0.5 and 0.95.
func TestCosts(t *testing.T) {
	labels := []label.Label{{Name: "ham"}, {Name: "spam"}}
	costs, err := ParseCosts(strings.NewReader(",spam,ham\nspam,0,10\nham,1,0\n"), labels)
	if err != nil {
		t.Fatal(err)
	}
	r := &rule{costs: costs}
	for _, c := range []struct {
		spam float64
		told int
	}{{0.2, 1}, {0.05, 0}, {0.5, 1}, {1.0/11 + 1e-9, 1}, {1.0/11 - 1e-9, 0}} {
		if got := r.decide([]float64{1 - c.spam, c.spam}); got != c.told {
			t.Errorf("spam with %v: told %d", c.spam, got)
		}
	}
	for _, bad := range []string{"", ",ham\nham,0\n", ",ham,spam\nham,0,1\n", ",ham,ham\nham,0,1\nspam,1,0\n", ",ham,spam\nham,0,1\nham,1,0\n", ",ham,spam\nham,0,x\nspam,1,0\n", ",ham,spam\nham,0,NaN\nspam,1,0\n", ",ham,spam,eggs\nham,0,1,2\nspam,1,0,2\n"} {
		if _, err := ParseCosts(strings.NewReader(bad), labels); !errors.Is(err, ErrRule) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A rule is kept only where it gains on rows that it was not tuned on.
func TestTunedIsChecked(t *testing.T) {
	p, class := ruleRows(600, 3, 9)
	g, _ := parseGoal("macro-f1", threeLabels)
	r, d := tuned("macro-f1", g, p, class)
	if r == nil || d.After < d.Before+0.02 || d.Rows != 600 || len(d.Factor) != 3 {
		t.Errorf("rare classes: %+v, %+v", r, d)
	}
	flat := make([][]float64, 60)
	for i := range flat {
		flat[i] = []float64{0.6, 0.4}
	}
	g, _ = parseGoal("accuracy", threeLabels[:2])
	if r, d := tuned("accuracy", g, flat, make([]int, 60)); r != nil || d.After != d.Before {
		t.Errorf("nothing to gain: %+v, %+v", r, d)
	}
}

func TestClassWeights(t *testing.T) {
	w, err := classWeights("balanced", threeLabels, []int{30, 10, 0})
	if err != nil || math.Abs(w[0]-40.0/60) > 1e-12 || w[1] != 2 || w[2] != 1 {
		t.Errorf("balanced: %v, %v", w, err)
	}
	if w, err = classWeights("c=d=3,a=0.5", threeLabels, nil); err != nil || w[0] != 0.5 || w[1] != 1 || w[2] != 3 {
		t.Errorf("by label: %v, %v", w, err)
	}
	for _, bad := range []string{"x", "x=2", "a=0", "a=-1", "a=NaN", "a=1e9"} {
		if _, err := classWeights(bad, threeLabels, nil); !errors.Is(err, ErrRule) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
