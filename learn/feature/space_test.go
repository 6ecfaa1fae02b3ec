package feature_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"inkling/learn/feature"
)

// mixed draws texts of several scripts, with noise.
func mixed() *rapid.Generator[string] {
	word := rapid.OneOf(
		rapid.SampledFrom([]string{"loan", "LOAN", "overdue", "don't", "展期", "已还清", "データ", "привет", "สวัสดี", "👍", "!", "£", "3G", "été"}),
		rapid.StringN(0, 8, 30),
		rapid.StringMatching(`[a-d]{1,6}`),
	)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word, 0, 40).Draw(t, "words"), rapid.SampledFrom([]string{" ", "", ", "}).Draw(t, "between"))
	})
}

var sample = []string{
	"the loan is overdue, don't roll it over", "the applicant asks to roll over the loan", "overdue again!", "loan repaid, 已还清",
	"客户申请展期，已还清", "客户申请展期 data", "データ の 展期", "привет loan!", "£5 for the loan 👍", "été loan 3G", "été data 3G 👍 £",
}

func checkRow(t interface {
	Fatalf(string, ...any)
}, r feature.Row, features int) {
	if len(r.Index) != len(r.Value) {
		t.Fatalf("%d indices, %d values", len(r.Index), len(r.Value))
	}
	for i, f := range r.Index {
		if int(f) >= features || i > 0 && f <= r.Index[i-1] {
			t.Fatalf("indices %v of %d features", r.Index, features)
		}
		if !(r.Value[i] > 0) {
			t.Fatalf("values %v", r.Value)
		}
	}
	if n := r.Square(); len(r.Index) > 0 && math.Abs(n-1) > 1e-5 {
		t.Fatalf("the square of a row is %v", n)
	}
}

// Rows are in order and of length 1; they do not depend on what was made
// before; and Trace tells where each of their features stands, and no other.
func TestRows(t *testing.T) {
	kinds := []feature.Kind{feature.Text, feature.Number, feature.Text, feature.Category}
	for _, o := range []feature.Options{feature.Default(), feature.WordsOnly(), {Words: 1, MinItems: 1}, {Letters: [2]int{2, 8}, Unspaced: 4, MinItems: 1}} {
		c, err := feature.NewCounter(kinds, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range sample {
			c.Add([]string{s, []string{"", "3", "1,250", "$7.5", "x"}[i%5], sample[len(sample)-1-i], []string{"own", "rent", ""}[i%3]})
		}
		s := c.Space()
		used := s.Rower()
		rapid.Check(t, func(t *rapid.T) {
			values := []string{mixed().Draw(t, "text"), rapid.SampledFrom([]string{"", "-1", "4.2", "1e9", "no"}).Draw(t, "number"),
				mixed().Draw(t, "other"), rapid.SampledFrom([]string{"", "own", "rent", "new"}).Draw(t, "code")}
			r := used.Row(values)
			checkRow(t, r, s.Features())
			if again := (s.Rower()).Row(values); !slices.Equal(r.Index, again.Index) || !slices.Equal(r.Value, again.Value) {
				t.Fatalf("%v, and by another rower %v", r, again)
			}
			traced := map[uint32]bool{}
			s.Trace(values, func(u feature.Use) {
				traced[u.Index] = true
				text := values[u.Column]
				if u.Start < 0 || u.Start > u.End || u.End > len(text) || u.Sort == feature.Piece && (u.Word[0] > u.Start || u.Word[1] < u.End) {
					t.Fatalf("%+v of %q", u, text)
				}
			})
			for _, f := range r.Index {
				if !traced[f] {
					t.Fatalf("feature %d of %q has no place", f, values)
				}
			}
			if len(traced) != len(r.Index) {
				t.Fatalf("%d features, %d with places", len(r.Index), len(traced))
			}
		})
	}
}

// The numbers are those of scikit-learn's TfidfVectorizer; testdata/golden.py
// says which version.
func TestAgainstScikitLearn(t *testing.T) {
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Texts []string `json:"texts"`
		Cases []struct {
			Words    int         `json:"words"`
			MinItems int         `json:"min_items"`
			Features int         `json:"features"`
			Rows     [][]float64 `json:"rows"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	for _, g := range golden.Cases {
		s := fitted(t, feature.Options{Words: g.Words, MinItems: g.MinItems}, golden.Texts[:60])
		if s.Features() != g.Features {
			t.Errorf("%+v: %d features", g, s.Features())
		}
		r := s.Rower()
		for i, text := range golden.Texts {
			got := slices.Sorted(slices.Values(r.Row([]string{text}).Value))
			if len(got) != len(g.Rows[i]) {
				t.Fatalf("runs of %d, %q: %d features, scikit-learn %d", g.Words, text, len(got), len(g.Rows[i]))
			}
			for j, want := range g.Rows[i] {
				if math.Abs(float64(got[j])-want) > 1e-6 {
					t.Errorf("runs of %d, %q: %v, scikit-learn %v", g.Words, text, got, g.Rows[i])
				}
			}
		}
	}
}

// Items in another order are the same sample.
func TestOrderPlaysNoPart(t *testing.T) {
	all := append(texts(300, 80, false), texts(100, 40, true)...)
	a, err := fitted(t, feature.Default(), all).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	b, err := fitted(t, feature.Default(), all).MarshalBinary()
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("another order, other features: %v", err)
	}
}

func TestMostFrequentStay(t *testing.T) {
	o := feature.Options{Words: 1, MinItems: 1, MaxFeatures: 3}
	s := fitted(t, o, []string{"a b c d", "a b c", "a b", "e a", "f"})
	r := s.Rower()
	for text, n := range map[string]int{"a": 1, "b": 1, "c": 1, "d": 0, "e": 0, "a b c d e f": 3} {
		if got := len(r.Row([]string{text}).Index); got != n {
			t.Errorf("%q has %d features, want %d", text, got, n)
		}
	}
}

func TestTables(t *testing.T) {
	c, err := feature.NewCounter([]feature.Kind{feature.Number, feature.Category}, feature.Default())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		n, v := "", "rare"
		if i > 0 {
			n = strings.Repeat("9", 1+i%7) // few different values
		}
		if i > 0 {
			v = []string{"own", "rent"}[i%2]
		}
		c.Add([]string{n, v})
	}
	s := c.Space()
	if s.Features() != 7+1+2+2 {
		t.Fatalf("%d features", s.Features())
	}
	r := s.Rower()
	at := func(number, code string) []uint32 {
		x := r.Row([]string{number, code})
		checkRow(t, x, s.Features())
		return slices.Clone(x.Index)
	}
	for _, c := range []struct {
		number, code string
		want         []uint32
	}{
		{"9", "own", []uint32{0, 9}}, {"-50", " own ", []uint32{0, 9}}, {"99", "rent", []uint32{1, 8}}, {"$9,999,999", "own", []uint32{6, 9}},
		{"1e12", "rare", []uint32{6, 10}}, {"54", "new", []uint32{0, 1, 10}}, {"", "", []uint32{7, 11}}, {"NaN", "own", []uint32{7, 9}}, {"99%", "own", []uint32{1, 9}},
	} {
		if got := at(c.number, c.code); !slices.Equal(got, c.want) {
			t.Errorf("%q %q: %v, want %v", c.number, c.code, got, c.want)
		}
	}
	// Half way between two values, a number is half of each.
	x := r.Row([]string{"54", "own"})
	if math.Abs(float64(x.Value[0]-x.Value[1])) > 1e-6 {
		t.Errorf("half way: %v", x)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []feature.Options{{Words: 3}, {Words: -1}, {Letters: [2]int{1, 3}}, {Letters: [2]int{4, 3}}, {Letters: [2]int{3, 9}}, {Unspaced: 5}, {MinItems: -1},
		{MaxFeatures: 1 << 30}, {Pieces: -1}, {Table: float32(math.Inf(1))}} {
		if _, err := feature.NewCounter(nil, o); !errors.Is(err, feature.ErrOptions) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestLongText(t *testing.T) {
	s := fitted(t, feature.Default(), sample)
	for _, text := range []string{strings.Repeat("loan ", 1<<20), strings.Repeat("loan", 1<<20), strings.Repeat("展期", 1<<19), strings.Repeat("\xff", 1<<20)} {
		checkRow(t, s.Rower().Row([]string{text}), s.Features())
	}
}

func TestNoAllocations(t *testing.T) {
	s := fitted(t, feature.Default(), texts(500, 150, false))
	r, fresh := s.Rower(), texts(50, 150, false)
	values := []string{""}
	all := func() {
		for _, values[0] = range fresh {
			r.Row(values)
		}
	}
	all()
	if n := testing.AllocsPerRun(20, all); n > 0 {
		t.Errorf("%v allocations for 50 rows", n)
	}
}
