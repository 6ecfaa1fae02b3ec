package weak

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// simulated is a pool drawn from the model itself: rules that vote with Hit on
// items of their class and with Miss on others.
type simulated struct {
	share []float64
	rule  []int
	hit   []float64
	miss  []float64
}

func (s simulated) draw(n int, seed uint64) (fired [][]int32, class []int) {
	rng := rand.New(rand.NewPCG(seed, 7))
	for range n {
		u, c := rng.Float64(), 0
		for u -= s.share[0]; u > 0 && c < len(s.share)-1; u -= s.share[c] {
			c++
		}
		var f []int32
		for j, own := range s.rule {
			p := s.miss[j]
			if own == c {
				p = s.hit[j]
			}
			if rng.Float64() < p {
				f = append(f, int32(j))
			}
		}
		fired, class = append(fired, f), append(class, c)
	}
	return fired, class
}

func votesOf(t interface{ Fatal(...any) }, classes int, rule []int, fired [][]int32, class []int) *Votes {
	v, err := NewVotes(classes, rule)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range fired {
		c := -1
		if class != nil {
			c = class[i]
		}
		v.Add(f, c, 1)
	}
	return v
}

// spam is a pool as rare classes have it: the rules for one of two classes, of
// differing worth, and some for the other.
func spam() simulated {
	return simulated{share: []float64{0.85, 0.15}, rule: []int{1, 1, 1, 1, 1, 0, 0},
		hit: []float64{0.35, 0.3, 0.4, 0.2, 0.5, 0.3, 0.25}, miss: []float64{0.005, 0.01, 0.02, 0.06, 0.15, 0.02, 0.01}}
}

// Votes drawn from the model give its parameters back, without any label.
func TestRecovery(t *testing.T) {
	for _, c := range []struct {
		name string
		sim  simulated
	}{
		{"two classes, unbalanced", spam()},
		{"four classes", simulated{share: []float64{0.4, 0.3, 0.2, 0.1}, rule: []int{0, 0, 1, 1, 2, 2, 3, 3, 0, 1, 2, 3},
			hit:  []float64{0.5, 0.4, 0.5, 0.45, 0.6, 0.5, 0.5, 0.6, 0.3, 0.35, 0.4, 0.4},
			miss: []float64{0.03, 0.08, 0.02, 0.05, 0.04, 0.06, 0.02, 0.03, 0.1, 0.01, 0.02, 0.02}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fired, _ := c.sim.draw(60000, 1)
			m, err := Fit(context.Background(), votesOf(t, len(c.sim.share), c.sim.rule, fired, nil), Options{Strength: 1e-6, Iterations: 2000})
			if err != nil || !m.Converged {
				t.Fatal(err, m.Converged)
			}
			for k, want := range c.sim.share {
				if math.Abs(m.Share[k]-want) > 0.03 {
					t.Errorf("share of class %d: %.3f, drawn with %.3f", k, m.Share[k], want)
				}
			}
			for j := range c.sim.rule {
				if math.Abs(m.Hit[j]-c.sim.hit[j]) > 0.05 || math.Abs(m.Miss[j]-c.sim.miss[j]) > 0.02 {
					t.Errorf("rule %d votes with %.3f and %.3f, drawn with %.3f and %.3f", j, m.Hit[j], m.Miss[j], c.sim.hit[j], c.sim.miss[j])
				}
			}
		})
	}
}

// On votes from the model it is better than the majority, and nearly as good as
// with the parameters that they were drawn with.
func TestBetterThanMajority(t *testing.T) {
	s := spam()
	fired, class := s.draw(8000, 3)
	v := votesOf(t, 2, s.rule, fired, nil)
	m, err := Fit(context.Background(), v, Options{Strength: 0.1}) // rules that people write are not independent, and want a stronger prior
	if err != nil {
		t.Fatal(err)
	}
	known := &Model{rule: s.rule, Share: s.share, Hit: s.hit, Miss: s.miss, base: make([]float64, 2), right: make([]float64, len(s.rule)), wrong: make([]float64, len(s.rule))}
	known.prepare()
	var byModel, byMajority, byTruth, n int
	p := make([]float64, 2)
	for i, f := range fired {
		if len(f) == 0 {
			continue
		}
		n++
		if c, _ := v.Majority(f, p); c == class[i] {
			byMajority++
		}
		if m.Posterior(f, p); slices.Index(p, slices.Max(p)) == class[i] {
			byModel++
		}
		if known.Posterior(f, p); slices.Index(p, slices.Max(p)) == class[i] {
			byTruth++
		}
	}
	if byModel <= byMajority+n/20 || byModel < byTruth-n/50 {
		t.Errorf("of %d items the model has %d right, the majority %d, and the parameters themselves %d", n, byModel, byMajority, byTruth)
	}
}

// brute is the objective by its definition: the sum over all ways in which the
// items may have classes is a product of sums over the classes of each.
func brute(v *Votes, m *Model, o Options) float64 {
	o = o.withDefaults(v.classes)
	f := newFit(v, o) // for the priors alone
	total := 0.0
	joint := func(fired []int32, c int) float64 {
		p := m.Share[c]
		for j, own := range v.rule {
			q := m.Miss[j]
			if own == c {
				q = m.Hit[j]
			}
			if !slices.Contains(fired, int32(j)) {
				q = 1 - q
			}
			p *= q
		}
		return p
	}
	for _, p := range v.patterns {
		sum := 0.0
		for c := range v.classes {
			sum += joint(p.fired, c)
			if p.known != nil {
				total += p.known[c] * o.Known * math.Log(joint(p.fired, c))
			}
		}
		total += p.count * math.Log(sum)
	}
	for c, n := range f.share {
		total += n * math.Log(m.Share[c])
	}
	for j := range v.rule {
		total += f.hit[j].yes*math.Log(m.Hit[j]) + f.hit[j].no*math.Log(1-m.Hit[j])
		total += f.miss[j].yes*math.Log(m.Miss[j]) + f.miss[j].no*math.Log(1-m.Miss[j])
	}
	return total
}

// drawn is any small pool.
func drawn(t *rapid.T) (*Votes, [][]int32, []int) {
	classes := rapid.IntRange(2, 4).Draw(t, "classes")
	rule := rapid.SliceOfN(rapid.IntRange(0, classes-1), 1, 5).Draw(t, "rules")
	n := rapid.IntRange(0, 30).Draw(t, "items")
	var fired [][]int32
	var class []int
	for range n {
		bits := rapid.IntRange(0, 1<<len(rule)-1).Draw(t, "votes")
		var f []int32
		for j := range rule {
			if bits>>j&1 == 1 {
				f = append(f, int32(j))
			}
		}
		fired, class = append(fired, f), append(class, rapid.IntRange(-2, classes-1).Draw(t, "class"))
	}
	return votesOf(t, classes, rule, fired, class), fired, class
}

// The objective never falls, and is what its definition says; probabilities are
// some, and what a vote weighs is what the log odds have of it.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, fired, class := drawn(t)
		m, err := Fit(context.Background(), v, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(m.Objective); i++ {
			if m.Objective[i] < m.Objective[i-1]-1e-9*math.Abs(m.Objective[i]) {
				t.Fatalf("the objective falls: %v", m.Objective)
			}
		}
		if got, want := m.Objective[len(m.Objective)-1], brute(v, m, Options{}); math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
			t.Fatalf("objective %v, by its definition %v", got, want)
		}
		p := make([]float64, v.classes)
		for _, f := range append(fired, nil) {
			m.Posterior(f, p)
			sum := 0.0
			for c, x := range p {
				if !(x >= 0 && x <= 1) {
					t.Fatalf("probabilities %v", p)
				}
				sum += x
				odds := m.Base(c)
				for _, j := range f {
					odds += m.Weight(int(j), c)
				}
				mean := 0.0
				for k, y := range p {
					if k != c {
						mean += math.Log(y) / float64(v.classes-1)
					}
				}
				if math.Abs(odds-(math.Log(x)-mean)) > 1e-6 {
					t.Fatalf("class %d of %v: log odds %v, told as %v", c, p, math.Log(x)-mean, odds)
				}
			}
			if math.Abs(sum-1) > 1e-12 {
				t.Fatalf("probabilities %v", p)
			}
		}
		for j := range v.rule {
			if q := m.Precision(j); !(q > 0 && q < 1) {
				t.Fatalf("precision %v", q)
			}
		}
		// The order of the items plays no part, bit for bit, nor does how they come.
		w, _ := NewVotes(v.classes, v.rule)
		for i := len(fired) - 1; i >= 0; i-- {
			w.Add(fired[i], class[i], 1)
		}
		again, err := Fit(context.Background(), w, Options{})
		if err != nil || !slices.Equal(again.Objective, m.Objective) || !slices.Equal(again.Hit, m.Hit) || !slices.Equal(again.Share, m.Share) {
			t.Fatalf("another order gives another model: %v", err)
		}
	})
}

// Where every class is known, the parameters are counts.
func TestAllKnown(t *testing.T) {
	s := spam()
	fired, class := s.draw(3000, 5)
	m, err := Fit(context.Background(), votesOf(t, 2, s.rule, fired, class), Options{Strength: 1e-6, Known: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for j, own := range s.rule {
		hit, of := 0.0, 0.0
		for i, f := range fired {
			if class[i] == own {
				of++
				if slices.Contains(f, int32(j)) {
					hit++
				}
			}
		}
		if math.Abs(m.Hit[j]-hit/of) > 1e-3 {
			t.Errorf("rule %d: %.4f, counted %.4f", j, m.Hit[j], hit/of)
		}
	}
}

// A few answers tell what agreement alone cannot: that a rule is mostly wrong.
func TestAnswersCorrectARule(t *testing.T) {
	v, err := NewVotes(2, []int{0, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	v.Add([]int32{0}, -1, 300)
	v.Add([]int32{1}, -1, 200)
	v.Add([]int32{2}, -1, 200)
	v.Add(nil, -1, 300)
	before, err := Fit(context.Background(), v, Options{})
	if err != nil {
		t.Fatal(err)
	}
	v.Add([]int32{2}, 0, 20)
	after, err := Fit(context.Background(), v, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if before.Precision(2) < 0.5 || after.Precision(2) > 0.35 || after.Precision(1) < 0.5 {
		t.Errorf("precisions %.2f before; %.2f after, and %.2f of the other", before.Precision(2), after.Precision(2), after.Precision(1))
	}
}

// Few votes do not make a rule certain, and classes keep their names whatever
// the votes are.
func TestFewVotes(t *testing.T) {
	for _, fired := range [][][]int32{{{0}}, {{0}, {1}}, {{0, 1}}, {}, {nil, nil, nil}} {
		m, err := Fit(context.Background(), votesOf(t, 2, []int{0, 1}, fired, nil), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for j := range 2 {
			if q := m.Precision(j); q < 0.5 || q > 0.95 {
				t.Errorf("%v: rule %d is right with %.3f", fired, j, q)
			}
		}
	}
}

func TestMajority(t *testing.T) {
	v, err := NewVotes(3, []int{0, 1, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	p := make([]float64, 3)
	for _, c := range []struct {
		fired []int32
		class int
		tied  bool
	}{{nil, -1, false}, {[]int32{3}, 2, false}, {[]int32{0, 1}, 0, true}, {[]int32{0, 1, 2}, 1, false}, {[]int32{0, 1, 2, 3}, 1, false}, {[]int32{0, 3}, 0, true}} {
		if got, tied := v.Majority(c.fired, p); got != c.class || tied != c.tied {
			t.Errorf("%v: class %d, tied %v", c.fired, got, tied)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, rule := range [][]int{{2}, {-1}} {
		if _, err := NewVotes(2, rule); err == nil {
			t.Errorf("rules for classes %v of 2 were taken", rule)
		}
	}
	if _, err := NewVotes(1, nil); err == nil {
		t.Error("a single class was taken")
	}
	s := spam()
	fired, _ := s.draw(100, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(ctx, votesOf(t, 2, s.rule, fired, nil), Options{}); err != context.Canceled {
		t.Errorf("a context that has ended: %v", err)
	}
}
