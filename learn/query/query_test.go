package query_test

import (
	"math"
	"testing"

	"inkling/learn/query"

	"pgregory.net/rapid"
)

// distribution draws class probabilities that sum to 1.
func distribution(t *rapid.T) []float64 {
	p := rapid.SliceOfN(rapid.Float64Range(0, 1), 2, 12).Draw(t, "p")
	sum := 0.0
	for _, q := range p {
		sum += q
	}
	if sum == 0 {
		p[0], sum = 1, 1
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// TestConformance is the contract of Scorer, for every one there is.
func TestConformance(t *testing.T) {
	for _, st := range query.Strategies() {
		s := st.Scorer
		if s == nil {
			continue
		}
		t.Run(s.Name(), func(t *testing.T) {
			t.Run("range and symmetry", rapid.MakeCheck(func(t *rapid.T) {
				p := distribution(t)
				before := append([]float64(nil), p...)
				score := s.Score(p)
				if !(score >= 0 && score <= 1) {
					t.Fatalf("score %v of %v", score, p)
				}
				for i := range p {
					if p[i] != before[i] {
						t.Fatalf("the strategy changed what it was lent")
					}
				}
				q := rapid.Permutation(p).Draw(t, "q")
				if other := s.Score(q); other != score {
					t.Fatalf("score %v of %v, but %v of %v", score, p, other, q)
				}
			}))
			for _, n := range []int{2, 3, 77} {
				flat, sure := make([]float64, n), make([]float64, n)
				for i := range flat {
					flat[i] = 1 / float64(n)
				}
				sure[n/2] = 1
				if got := s.Score(flat); math.Abs(got-1) > 1e-12 {
					t.Errorf("%d equal classes score %v, want 1", n, got)
				}
				if got := s.Score(sure); s != (query.Random{}) && math.Abs(got) > 1e-12 {
					t.Errorf("a certain class among %d scores %v, want 0", n, got)
				}
			}
			nan := math.NaN()
			for _, p := range [][]float64{nil, {1}, {nan, nan}, {0.5, nan}, {math.Inf(1), 0}} {
				if got := s.Score(p); !(got >= 0 && got <= 1) {
					t.Errorf("Score(%v) = %v, want a number from 0 to 1", p, got)
				}
			}
		})
	}
}

// TestScores compares with values worked out by hand.
func TestScores(t *testing.T) {
	p := []float64{0.2, 0.5, 0.3}
	for _, c := range []struct {
		s    query.Scorer
		want float64
	}{
		{query.Margin{}, 1 - (0.5 - 0.3)},
		{query.LeastConfidence{}, (1 - 0.5) / (1 - 1./3)},
		// -(0.2 ln 0.2 + 0.5 ln 0.5 + 0.3 ln 0.3) = 1.02965301; ln 3 = 1.09861229
		{query.Entropy{}, 1.0296530140645737 / 1.0986122886681098},
		{query.Random{}, 1},
	} {
		if got := c.s.Score(p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.s.Name(), got, c.want)
		}
	}
}

func TestParseUnknown(t *testing.T) {
	if s, err := query.Parse("oracle"); err == nil {
		t.Errorf("Parse of an unknown name gave %v", s.Name())
	}
}
