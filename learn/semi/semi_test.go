package semi

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestReference compares with scikit-learn's LabelSpreading (1.2), kernel rbf with
// gamma 0.5, until nothing moves.
func TestReference(t *testing.T) {
	points := [][2]float64{{0, 0}, {1, 0}, {0, 1}, {3, 3}, {4, 3}, {3, 4}, {1.5, 2}, {2, 1.2}, {8, 8}}
	class := []int{0, -1, -1, 1, -1, -1, -1, -1, 2}
	var edges []Edge
	for i, a := range points {
		for j, b := range points[:i] {
			d := (a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1])
			edges = append(edges, Edge{i, j, math.Exp(-0.5 * d)})
		}
	}
	for alpha, want := range map[float64][][]float64{
		0.2: {{0.99922038, 0.00077962, 0.0}, {0.98075456, 0.01924538, 6e-08}, {0.98205041, 0.01794954, 5e-08}, {0.00077685, 0.99922208, 1.07e-06},
			{0.00228333, 0.99766603, 5.064e-05}, {0.00224011, 0.99770927, 5.062e-05}, {0.29469964, 0.70529809, 2.27e-06}, {0.45507352, 0.54492481, 1.67e-06}, {0.0, 1.09e-06, 0.9999989}},
		0.9: {{0.78873759, 0.21125538, 7.03e-06}, {0.70458647, 0.2954037, 9.83e-06}, {0.71003505, 0.2899553, 9.65e-06}, {0.1899639, 0.81001213, 2.397e-05},
			{0.20880746, 0.79115559, 3.695e-05}, {0.20893706, 0.79102601, 3.693e-05}, {0.50003933, 0.499944, 1.667e-05}, {0.53849695, 0.4614877, 1.536e-05}, {2.258e-05, 8.557e-05, 0.99989186}},
	} {
		got, err := NewGraph(len(points), edges).Spread(t.Context(), class, 3, alpha)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range want {
			for c, x := range row {
				if math.Abs(got[i][c]-x) > 2e-5 {
					t.Errorf("alpha %v, item %d, class %d: %.8f, not %.8f", alpha, i, c, got[i][c], x)
				}
			}
		}
	}
}

// TestSpread gives probabilities to what a label reaches, and to nothing else, the
// same whatever the order of the edges.
func TestSpread(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 30).Draw(t, "items"), rapid.IntRange(1, 4).Draw(t, "classes")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var edges []Edge
		group := make([]int, n) // two parts that nothing joins
		class := make([]int, n)
		reached := [2]bool{}
		for i := range n {
			group[i], class[i] = rng.IntN(2), -1
			if rng.IntN(4) == 0 {
				class[i] = rng.IntN(k)
			}
		}
		for i := range n {
			for j := range i {
				if group[i] == group[j] {
					edges = append(edges, Edge{i, j, rng.Float64() + 0.01})
				}
			}
			if class[i] >= 0 {
				reached[group[i]] = true
			}
		}
		got, err := NewGraph(n, edges).Spread(context.Background(), class, k, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		rng.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
		again, _ := NewGraph(n, edges).Spread(context.Background(), class, k, 0.9)
		for i, p := range got {
			if (p != nil) != reached[group[i]] {
				t.Fatalf("item %d: %v", i, p)
			}
			sum := 0.0
			for c, x := range p {
				sum += x
				if again[i][c] != x {
					t.Fatalf("item %d: %v and %v", i, p, again[i])
				}
			}
			if p != nil && math.Abs(sum-1) > 1e-9 {
				t.Fatalf("item %d: sum %v", i, sum)
			}
		}
	})
}

// TestChoose takes what is sure, within each class's share, and lets it weigh no
// more than it may.
func TestChoose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(0, 200).Draw(t, "items"), rapid.IntRange(1, 4).Draw(t, "classes")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		p, answers, total := make([][]float64, n), make([]int, k), 0
		for c := range answers {
			answers[c] = rng.IntN(20)
			total += answers[c]
		}
		sure := 0
		for i := range p {
			if rng.IntN(9) == 0 {
				continue
			}
			p[i] = make([]float64, k)
			left, at := 1.0, rng.IntN(k)
			for c := range p[i] {
				p[i][(at+c)%k] = left * rng.Float64()
				left -= p[i][(at+c)%k]
			}
			p[i][at] += left
			for _, x := range p[i] {
				if x >= 0.9 {
					sure++
				}
			}
		}
		weight, per, had := 0.0, make([]int, k), map[int]bool{}
		for _, x := range Choose(p, 0.9, answers, 0.5) {
			if had[x.Row] || p[x.Row][x.Class] < 0.9 || x.Weight <= 0 {
				t.Fatalf("%+v of %v", x, p[x.Row])
			}
			had[x.Row] = true
			per[x.Class]++
			weight += x.Weight
		}
		if weight > 0.5*float64(total)+1e-9 {
			t.Fatalf("%d answers, and the others weigh %v", total, weight)
		}
		for c, got := range per {
			if most := float64(sure) * float64(answers[c]) / float64(max(total, 1)); float64(got) > most+1 {
				t.Fatalf("class %d: %d of %d, with %d of %d answers", c, got, sure, answers[c], total)
			}
		}
	})
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewGraph(2, []Edge{{0, 1, 1}}).Spread(ctx, []int{0, -1}, 1, 0.5); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
