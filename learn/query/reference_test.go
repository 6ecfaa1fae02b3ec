package query_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"inkling/label"
	"inkling/learn/query"

	"pgregory.net/rapid"
)

// continuous makes a pool without ties: real numbers, no item twice.
func continuous(t *rapid.T, kind label.Kind) *query.Pool {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "data"), 1))
	n, known, d, c := 1+rng.IntN(60), 1+rng.IntN(20), 1+rng.IntN(40), 2+rng.IntN(4)
	vector := func() []float32 {
		x := make([]float32, d)
		for j := range x {
			x[j] = float32(rng.NormFloat64()) + 0.3
		}
		return x
	}
	said := func() []float64 {
		p := make([]float64, c)
		sum := 0.0
		for j := range p {
			p[j] = rng.ExpFloat64()
			sum += p[j]
		}
		for j := range p {
			switch kind {
			case label.Number:
				return []float64{p[0]}
			case label.MultiLabel:
				p[j] = rng.Float64()
			default:
				p[j] /= sum
			}
		}
		return p
	}
	p := &query.Pool{Kind: kind, Committee: make([][][]float64, 4)}
	for i := range n {
		p.Nums = append(p.Nums, uint64(i+1))
		p.Vectors, p.Probs = append(p.Vectors, vector()), append(p.Probs, said())
		for m := range p.Committee {
			p.Committee[m] = append(p.Committee[m], said())
		}
	}
	for range known {
		l := &p.Labelled
		l.Vectors, l.Probs = append(l.Vectors, vector()), append(l.Probs, said())
		switch kind {
		case label.Number:
			l.Target = append(l.Target, rng.ExpFloat64())
		case label.MultiLabel:
			set := []int{}
			for j := range c {
				if rng.IntN(2) == 1 {
					set = append(set, j)
				}
			}
			l.Sets = append(l.Sets, set)
		default:
			l.Class = append(l.Class, rng.IntN(c))
		}
	}
	return p
}

// What follows is written from the papers, in float64 and without any of the
// package's shortcuts.

func distance(a, b []float32) float64 {
	s := 0.0
	for j := range a {
		s += (float64(a[j]) - float64(b[j])) * (float64(a[j]) - float64(b[j]))
	}
	return math.Sqrt(s)
}

func cosine(a, b []float32) float64 {
	ab, aa, bb := 0.0, 0.0, 0.0
	for j := range a {
		ab += float64(a[j]) * float64(b[j])
		aa += float64(a[j]) * float64(a[j])
		bb += float64(b[j]) * float64(b[j])
	}
	return ab / math.Sqrt(aa*bb)
}

func marginOf(p []float64) float64 {
	s := slices.Clone(p)
	slices.Sort(s)
	return s[len(s)-1] - s[len(s)-2]
}

func kl(p, q []float64) float64 {
	s := 0.0
	for j := range p {
		s += p[j] * math.Log(p[j]/q[j])
	}
	return s
}

func entropyOf(p []float64) float64 {
	s := 0.0
	for _, x := range p {
		if x > 0 {
			s -= x * math.Log(x)
		}
	}
	return s
}

func argmax(p []float64) int {
	at := 0
	for j := range p {
		if p[j] > p[at] {
			at = j
		}
	}
	return at
}

// scores are references of strategies that score each item by itself.
var scores = map[string]func(p *query.Pool, i int) float64{
	"margin":           func(p *query.Pool, i int) float64 { return -marginOf(p.Probs[i]) },
	"least-confidence": func(p *query.Pool, i int) float64 { return -p.Probs[i][argmax(p.Probs[i])] },
	"entropy":          func(p *query.Pool, i int) float64 { return entropyOf(p.Probs[i]) },
	"vote-entropy": func(p *query.Pool, i int) float64 {
		votes := make([]float64, len(p.Probs[i]))
		for _, m := range p.Committee {
			votes[argmax(m[i])] += 0.25
		}
		return entropyOf(votes)
	},
	"committee-kl": func(p *query.Pool, i int) float64 {
		mean := meanOf(p, i)
		s := 0.0
		for _, m := range p.Committee {
			s += kl(m[i], mean) / 4
		}
		return s
	},
	"bald": func(p *query.Pool, i int) float64 {
		s := entropyOf(meanOf(p, i))
		for _, m := range p.Committee {
			s -= entropyOf(m[i]) / 4
		}
		return s
	},
	"committee-variance": func(p *query.Pool, i int) float64 {
		s, ss := 0.0, 0.0
		for _, m := range p.Committee {
			s += m[i][0] / 4
			ss += m[i][0] * m[i][0] / 4
		}
		return ss - s*s
	},
	"density": func(p *query.Pool, i int) float64 {
		s := 0.0
		for _, x := range p.Vectors {
			s += cosine(p.Vectors[i], x)
		}
		return (1 - marginOf(p.Probs[i])) * max(0, s/float64(len(p.Vectors)))
	},
	"expected-change": func(p *query.Pool, i int) float64 {
		mean := 0.0
		for y, q := range p.Probs[i] { // the gradient is formed
			s := 0.0
			for c, r := range p.Probs[i] {
				if c == y {
					r--
				}
				for _, x := range append([]float32{1}, p.Vectors[i]...) {
					s += r * float64(x) * r * float64(x)
				}
			}
			mean += q * math.Sqrt(s)
		}
		return mean
	},
	"contrastive": func(p *query.Pool, i int) float64 {
		at := make([]int, p.Labelled.Len())
		for j := range at {
			at[j] = j
		}
		slices.SortFunc(at, func(a, b int) int {
			if distance(p.Vectors[i], p.Labelled.Vectors[a]) < distance(p.Vectors[i], p.Labelled.Vectors[b]) {
				return -1
			}
			return 1
		})
		at = at[:min(10, len(at))]
		s := 0.0
		for _, j := range at {
			s += kl(p.Labelled.Probs[j], p.Probs[i]) / float64(len(at))
		}
		return s
	},
	"cvirs": func(p *query.Pool, i int) float64 {
		n, q := float64(len(p.Nums)), float64(len(p.Probs[0]))
		borda := 0.0
		for c := range p.Probs[0] {
			worse := 0 // candidates with a greater margin
			for j := range p.Probs {
				if math.Abs(p.Probs[j][c]-0.5) > math.Abs(p.Probs[i][c]-0.5) {
					worse++
				}
			}
			borda += float64(worse) / (q * max(1, n-1))
		}
		inconsistent := 0.0
		for _, set := range p.Labelled.Sets {
			n := [2][2]float64{}
			for c, x := range p.Probs[i] {
				a, b := 0, 0
				if x > 0.5 {
					a = 1
				}
				if slices.Contains(set, c) {
					b = 1
				}
				n[a][b] += 1 / q
			}
			hamming := n[0][1] + n[1][0]
			joint := entropyOf([]float64{n[0][0], n[0][1], n[1][0], n[1][1]})
			mutual := entropyOf([]float64{n[0][0] + n[0][1], n[1][0] + n[1][1]}) + entropyOf([]float64{n[0][0] + n[1][0], n[0][1] + n[1][1]}) - joint
			if joint > 1e-12 && (joint-mutual)/joint > 1-1e-9 {
				hamming = 1
			}
			inconsistent += hamming / float64(len(p.Labelled.Sets))
		}
		return borda * inconsistent
	},
}

func meanOf(p *query.Pool, i int) []float64 {
	mean := make([]float64, len(p.Probs[i]))
	for _, m := range p.Committee {
		for c, x := range m[i] {
			mean[c] += x / 4
		}
	}
	return mean
}

// TestScoresAgainstReference holds the order of the picks against scores worked
// out by brute force: none is picked after one that is worth less.
func TestScoresAgainstReference(t *testing.T) {
	for name, score := range scores {
		s, err := query.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			p := continuous(t, s.Kinds[0])
			n := rapid.IntRange(1, len(p.Nums)).Draw(t, "n")
			picks, err := s.Select(context.Background(), p, n, 7)
			if err != nil {
				t.Fatal(err)
			}
			all := make([]float64, len(p.Nums))
			for i := range all {
				all[i] = score(p, i)
			}
			want := slices.Clone(all)
			slices.Sort(want)
			slices.Reverse(want)
			for k, pick := range picks {
				if !near(all[pick.Index], want[k], 1e-5) {
					t.Fatalf("pick %d is item %d, worth %v; want one worth %v", k, pick.Num, all[pick.Index], want[k])
				}
			}
		}))
	}
}

func near(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance*max(1, math.Abs(a), math.Abs(b))
}

// greedy are references of strategies that pick one after the other: what an item
// is worth, given the answered ones and those picked before.
var greedy = map[string]func(p *query.Pool) func(picked []int, i int) float64{
	"core-set": func(p *query.Pool) func(picked []int, i int) float64 {
		return func(picked []int, i int) float64 {
			least := math.Inf(1)
			for _, x := range p.Labelled.Vectors {
				least = min(least, distance(p.Vectors[i], x))
			}
			for _, j := range picked {
				least = min(least, distance(p.Vectors[i], p.Vectors[j]))
			}
			return least
		}
	},
	"greedy-io": func(p *query.Pool) func(picked []int, i int) float64 {
		return func(picked []int, i int) float64 {
			least := math.Inf(1)
			for j, x := range p.Labelled.Vectors {
				least = min(least, distance(p.Vectors[i], x)*math.Abs(p.Probs[i][0]-p.Labelled.Target[j]))
			}
			for _, j := range picked {
				least = min(least, distance(p.Vectors[i], p.Vectors[j])*math.Abs(p.Probs[i][0]-p.Probs[j][0]))
			}
			return least
		}
	},
	"graph-margin": func(p *query.Pool) func(picked []int, i int) float64 {
		edges := edgesOf(p.Vectors)
		if edges == nil {
			return nil
		}
		same := joined(edges, 0.8)
		// in is the worth of an item where a round has these picks and those before it
		// had others.
		in := func(before, round []int, i int) float64 {
			sum := 0.0
			for j := range p.Nums {
				settled := slices.Contains(before, j) || slices.ContainsFunc(round, func(k int) bool { return edges[k][j] > 0 || same[k][j] })
				if !settled {
					sum += edges[i][j] * (1 - marginOf(p.Probs[j]))
				}
			}
			return sum
		}
		return func(picked []int, i int) float64 {
			since := 0
			for n := range len(picked) + 1 {
				open := false
				for j := range p.Nums {
					open = open || !slices.Contains(picked[:n], j) && in(picked[:since], picked[since:n], j) > 0
				}
				if !open {
					since = n // all is settled: another round
				}
			}
			return in(picked[:since], picked[since:], i)
		}
	},
}

// edgesOf has, of each item, the cosine of its ten nearest, 1 of itself, else 0; nil
// where rounding decides which are the nearest.
func edgesOf(vectors [][]float32) [][]float64 {
	n := len(vectors)
	c, e := make([][]float64, n), make([][]float64, n)
	for i := range c {
		c[i], e[i] = make([]float64, n), make([]float64, n)
		for j := range c {
			c[i][j] = cosine(vectors[i], vectors[j])
		}
	}
	for i := range c {
		for j := range c {
			closer, tied := 0, false
			for k := range c {
				switch {
				case k == i || k == j:
				case math.Abs(c[i][k]-c[i][j]) < 1e-5:
					tied = true
				case c[i][k] > c[i][j]:
					closer++
				}
			}
			if i != j && tied && closer < 10 && n > 11 {
				return nil
			}
			if i == j {
				e[i][j] = 1
			} else if closer < 10 && c[i][j] > 0 {
				e[i][j] = c[i][j]
			}
		}
	}
	return e
}

// joined reports of each two items whether edges of at least this cosine lead from one
// to the other, in whatever direction each.
func joined(edges [][]float64, least float64) [][]bool {
	out := make([][]bool, len(edges))
	for i := range out {
		out[i] = make([]bool, len(edges))
		for j := range out[i] {
			out[i][j] = edges[i][j] >= least || edges[j][i] >= least
		}
	}
	for k := range out { // Warshall
		for i := range out {
			for j := range out {
				out[i][j] = out[i][j] || out[i][k] && out[k][j]
			}
		}
	}
	return out
}

// TestGreedyAgainstReference holds each pick against all that were left, worked out
// by brute force.
func TestGreedyAgainstReference(t *testing.T) {
	for name, reference := range greedy {
		s, err := query.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			p := continuous(t, s.Kinds[len(s.Kinds)-1])
			picks, err := s.Select(context.Background(), p, min(6, len(p.Nums)), 7)
			if err != nil {
				t.Fatal(err)
			}
			worth := reference(p)
			if worth == nil {
				t.Skip("which are the nearest is not told")
			}
			var before []int
			for k, pick := range picks {
				best := math.Inf(-1)
				for i := range p.Nums {
					if !slices.Contains(before, i) {
						best = max(best, worth(before, i))
					}
				}
				if got := worth(before, pick.Index); !near(got, best, 2e-3) {
					t.Fatalf("pick %d is item %d, worth %v; the best one is worth %v", k, pick.Num, got, best)
				}
				before = append(before, pick.Index)
			}
		}))
	}
}

// BADGE with gradients that are formed, and the same draws.
func TestBadgeAgainstReference(t *testing.T) {
	s, err := query.Parse("badge")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := continuous(t, label.Classes)
		seed := rapid.Uint64().Draw(t, "seed")
		n := min(8, len(p.Nums))
		picks, err := s.Select(context.Background(), p, n, seed)
		if err != nil {
			t.Fatal(err)
		}
		order := make([]int, len(p.Nums)) // that draws go through
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int {
			if query.HashOf(p.Nums[a], seed) < query.HashOf(p.Nums[b], seed) {
				return -1
			}
			return 1
		})
		var gradients [][]float32
		for _, i := range order {
			var g []float32
			for c, q := range p.Probs[i] {
				if c == argmax(p.Probs[i]) {
					q--
				}
				for _, x := range p.Vectors[i] {
					g = append(g, float32(q*float64(x)))
				}
			}
			gradients = append(gradients, g)
		}
		rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
		var before []int
		for k, pick := range picks {
			at, weights, total := 0, make([]float64, len(order)), 0.0
			for i, g := range gradients {
				weights[i] = math.Inf(1)
				if k == 0 {
					weights[i] = distance(g, make([]float32, len(g)))
				}
				for _, j := range before {
					weights[i] = min(weights[i], math.Pow(distance(g, gradients[j]), 2))
				}
				total += weights[i]
				if weights[i] > weights[at] {
					at = i
				}
			}
			if k > 0 {
				u := rng.Float64()
				left := u * total
				for i, w := range weights {
					if left -= w; left < 0 {
						at = i
						break
					}
				}
				if math.Abs(left) < 1e-4*total || math.Abs(left+weights[at]) < 1e-4*total {
					return // the draw fell on an edge: rounding decides
				}
			}
			if order[at] != pick.Index {
				t.Fatalf("pick %d is item %d, want %d", k, pick.Num, p.Nums[order[at]])
			}
			before = append(before, at)
		}
	})
}

// Typical items: with as many groups as picks and groups that are far apart, each
// pick is the item of its group with the least mean distance to its 20 nearest,
// and the largest groups come first.
func TestTypicalAgainstReference(t *testing.T) {
	s, err := query.Parse("typical")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "data"), 1))
		p := &query.Pool{}
		var group []int
		for g, size := range []int{30, 9, 55, 1} {
			for range size {
				x := make([]float32, 5)
				for j := range x {
					x[j] = float32(rng.NormFloat64())
				}
				x[g] += 1000
				p.Nums, p.Vectors, group = append(p.Nums, uint64(len(p.Nums)+1)), append(p.Vectors, x), append(group, g)
			}
		}
		picks, err := s.Select(context.Background(), p, 4, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		for k, pick := range picks {
			got, least := 0.0, math.Inf(1)
			for i := range p.Nums {
				if group[i] != []int{2, 0, 1, 3}[k] {
					continue
				}
				var d []float64
				for j := range p.Nums {
					if j != i && group[j] == group[i] {
						d = append(d, distance(p.Vectors[i], p.Vectors[j]))
					}
				}
				slices.Sort(d)
				d = d[:min(20, len(d))]
				mean := 0.0
				for _, x := range d {
					mean += x / float64(len(d))
				}
				least = min(least, mean)
				if i == pick.Index {
					got = mean
				}
			}
			if group[pick.Index] != []int{2, 0, 1, 3}[k] || got > least+0.05 || pick.Why != query.Typical || pick.Stands != []int{55, 30, 9, 1}[k] {
				t.Fatalf("pick %d is %+v, its mean distance %v; want %v", k, pick, got, least)
			}
		}
	})
}

// The most uncertain tenfold is grouped: picks come from it, and one from each of
// the groups that are far apart.
func TestMarginClusters(t *testing.T) {
	s, err := query.Parse("margin-clusters")
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	p := &query.Pool{}
	for i := range 200 {
		x := []float32{float32(rng.NormFloat64()), float32(rng.NormFloat64()), float32(1000 * (i % 4)), float32(1000 * (i % 4 / 2))}
		q := 0.9
		if i < 40 { // ten times the picks
			q = 0.5 + float64(i%4)/100 // one group is the most uncertain of all
		}
		p.Nums, p.Vectors, p.Probs = append(p.Nums, uint64(i+1)), append(p.Vectors, x), append(p.Probs, []float64{q, 1 - q})
	}
	picks, err := s.Select(context.Background(), p, 4, 9)
	if err != nil {
		t.Fatal(err)
	}
	groups := map[int]bool{}
	for _, k := range picks {
		if k.Index >= 40 {
			t.Errorf("item %d is certain, and was picked", k.Num)
		}
		groups[k.Index%4] = true
	}
	if len(groups) != 4 {
		t.Errorf("picks of %d groups, want one of each: %v", len(groups), picks)
	}
}
