package forest

import (
	"context"
	"math"
	"math/bits"
	"testing"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

func mustBoost(t testing.TB, d feature.Data, o BoostOptions) *Model {
	t.Helper()
	m, err := Boost(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// conditional is what the trees add up to for each output where only the columns in s are
// known: at splits of others both sides count, by their covers. It is the
// definition, by plain recursion.
func conditional(m *Model, b []uint8, s uint) []float64 {
	out := make([]float64, len(m.without.sum))
	for t, root := range m.t.roots {
		var down func(at uint32, part float64)
		down = func(at uint32, part float64) {
			n := &m.t.nodes[at]
			switch {
			case n.kind == leaf && m.boosted:
				out[m.output[t]] += part * n.value()
			case n.kind == leaf && m.dist == nil:
				out[len(out)-1] += part * n.value()
			case n.kind == leaf:
				for _, x := range m.dist.at(n.left) {
					out[x.label] += part * float64(x.of)
				}
			case s>>n.col&1 != 0:
				down(n.left+n.right(m.t.sets, b[n.col]), part)
			default:
				l, r := float64(m.t.cover[n.left]), float64(m.t.cover[n.left+1])
				down(n.left, part*l/(l+r))
				down(n.left+1, part*r/(l+r))
			}
		}
		down(root, 1)
	}
	return out
}

// shapleyOf is the definition: the mean over all orders of what a column changes.
func shapleyOf(columns int, value func(s uint) float64) []float64 {
	fact := func(n int) float64 { return math.Gamma(float64(n + 1)) }
	v := make([]float64, 1<<columns)
	for s := range v {
		v[s] = value(uint(s))
	}
	phi := make([]float64, columns)
	for i := range phi {
		for s := range v {
			if s>>i&1 == 0 {
				k := bits.OnesCount(uint(s))
				phi[i] += fact(k) * fact(columns-1-k) / fact(columns) * (v[s|1<<i] - v[s])
			}
		}
	}
	return phi
}

// small is a table with few columns, so that all sets of them can be tried.
func small(n, classes int) map[string]feature.Data {
	return map[string]feature.Data{"classes": tabular(n, classes, 5), "two": tabular(n, 2, 6), "labels": asSets(tabular(n, classes, 5)),
		"numbers": asNumbers(tabular(n, classes, 5)), "words": wordy(n, 9, 3, 2)}
}

// fitted is a forest and a boosted model of some data.
func fitted(t *testing.T, d feature.Data) map[string]*Model {
	return map[string]*Model{
		"forest":   mustFit(t, d, Options{Trees: 6, Seed: 2}),
		"boosting": mustBoost(t, d, BoostOptions{Rounds: 8, Seed: 2, Rate: 0.3, Leaves: 12}),
	}
}

// TestShapley compares with all sets of columns: for boosting the margin is a
// sum of outputs, for a forest each class's probability is carried over by its slope.
func TestShapley(t *testing.T) {
	for name, d := range small(80, 3) {
		for kind, m := range fitted(t, d) {
			b, p := make([]uint8, len(m.cols.list)), make([]float64, m.classes)
			for i, r := range d.Rows[:12] {
				m.cols.bins(r, b)
				m.Predict(r, p)
				class := i % m.classes
				var g []float64
				if kind == "forest" && m.task != oneNumber {
					before := conditional(m, b, 0)
					m.mean(before, len(m.t.roots))
					g = slopes(p, before, class, m.task)
				}
				want := shapleyOf(len(b), func(s uint) float64 {
					x := conditional(m, b, s)
					switch {
					case m.task == oneNumber && m.boosted:
						return m.scale * x[0]
					case m.task == oneNumber:
						return m.scale * x[0] / float64(len(m.t.roots))
					case m.task == manyLabels && m.boosted:
						return x[class]
					case m.boosted && len(m.base) == 1:
						return x[0] * float64(2*class-1)
					case m.boosted:
						return x[class] - (x[0]+x[1]+x[2]-x[class])/2
					}
					sum := 0.0
					for c := range x {
						switch {
						case m.dist != nil:
							sum += g[c] * x[c]
						case c == 1:
							sum += (g[1] - g[0]) * x[1]
						}
					}
					return sum / (float64(len(m.t.roots)) + priorTree)
				})
				got, _ := m.contributions(r, class)
				for c := range got {
					if math.Abs(got[c]-want[c]) > 1e-9*max(1, m.scale) {
						t.Fatalf("%s, %s, row %d, class %d: %v, want %v", name, kind, i, class, got, want)
					}
				}
			}
		}
	}
}

// TestComplete adds up every explanation.
func TestComplete(t *testing.T) {
	for name, d := range kinds(300) {
		for kind, m := range fitted(t, d) {
			p := make([]float64, m.classes)
			odd := feature.Row{Table: []float32{float32(math.Inf(1))}, Index: []uint32{3, 999}, Value: []float32{5, 1}}
			for i, r := range append(d.Rows[:40:40], feature.Row{}, odd) {
				class := i % m.classes
				w := make([]float64, r.Len())
				sum := m.Explain(r, class, w)
				for _, x := range w {
					sum += x
				}
				m.Predict(r, p)
				want := p[0]
				if m.task != oneNumber {
					want = margin(p, class, m.task)
				}
				if math.Abs(sum-want) > 1e-6 {
					t.Errorf("%s, %s, row %d: parts sum to %v, margin %v", name, kind, i, sum, want)
				}
			}
		}
	}
}

// TestPoints integrates t^k (1-t)^(d-1-k), which is k! (d-1-k)! / d!, as exactly as
// the weights of Shapley values for d columns ask for.
func TestPoints(t *testing.T) {
	for _, d := range []int{1, 2, 3, 8, 31, 64, 200} {
		x, w := points(d)
		for k := range d {
			got := 0.0
			for q := range x {
				got += w[q] * math.Pow(x[q], float64(k)) * math.Pow(1-x[q], float64(d-1-k))
			}
			a, _ := math.Lgamma(float64(k + 1))
			b, _ := math.Lgamma(float64(d - k))
			c, _ := math.Lgamma(float64(d + 1))
			if want := exact.Exp(a + b - c); math.Abs(got-want) > 1e-10*want+1e-15 {
				t.Errorf("%d columns, %d of them in: %v, want %v", d, k, got, want)
			}
		}
	}
}
