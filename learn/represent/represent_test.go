package represent

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inkling/learn/feature"
)

// pool is items of one or more columns of text as a source.
type pool struct {
	space *feature.Space
	items [][]string
}

func newPool(t testing.TB, texts ...string) *pool {
	items := make([][]string, len(texts))
	for i, s := range texts {
		items[i] = []string{s}
	}
	return poolOf(t, []feature.Kind{feature.Text}, items)
}

func poolOf(t testing.TB, kinds []feature.Kind, items [][]string) *pool {
	t.Helper()
	c, err := feature.NewCounter(kinds, feature.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		c.Add(it)
	}
	return &pool{c.Space(), items}
}

func (p *pool) Len() int { return len(p.items) }

func (p *pool) Each(ctx context.Context, visit func(int, feature.Row, []uint64) error) error {
	r := p.space.Rower()
	var words []uint64
	for i, it := range p.items {
		if err := ctx.Err(); err != nil {
			return err
		}
		words = r.Words(it, words[:0])
		if err := visit(i, r.Row(it), words); err != nil {
			return err
		}
	}
	return nil
}

func (p *pool) learn(t testing.TB, seed uint64) *Representation {
	t.Helper()
	r, err := Learn(t.Context(), p, Options{Seed: seed, Texts: p.space.Texts()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// of returns the row and the words of an item, for good.
func (p *pool) of(item ...string) (feature.Row, []uint64) {
	rows := p.space.Rower()
	row := rows.Row(item)
	return feature.Row{Index: slices.Clone(row.Index), Value: slices.Clone(row.Value)}, rows.Words(item, nil)
}

func (p *pool) vector(r *Representation, item ...string) []float32 {
	row, words := p.of(item...)
	into := make([]float32, r.Dim())
	r.Encoder().Vector(row, words, into)
	return into
}

func cosine(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// subjects writes texts on a few subjects, each with words of its own.
func subjects(n int, seed uint64) []string {
	rng := rand.New(rand.NewPCG(seed, 1))
	words := [][]string{
		strings.Fields("bank loan interest credit money account rate mortgage"),
		strings.Fields("goal match team player league coach score season"),
		strings.Fields("rain wind storm cloud sun snow forecast degrees"),
		strings.Fields("股 市 上 涨 银 行 贷 款"),
	}
	out := make([]string, n)
	for i := range out {
		w, blank := words[i%len(words)], " "
		if i%len(words) == 3 {
			blank = ""
		}
		var text []string
		for range 4 + rng.IntN(6) {
			text = append(text, w[rng.IntN(len(w))])
		}
		out[i] = strings.Join(text, blank)
	}
	return out
}

// read returns the texts and labels of a file of the public data sets.
func read(t testing.TB, name, label string) (texts, labels []string) {
	t.Helper()
	dir := os.Getenv("INKLING_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	f, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no public data sets: set INKLING_DATA to the folder that has %s", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	text, of := slices.Index(rows[0], "text"), slices.Index(rows[0], label)
	for _, r := range rows[1:] {
		texts, labels = append(texts, r[text]), append(labels, r[of])
	}
	return texts, labels
}

// Items of one subject are nearer to each other than to all others, also where they
// have no word in common. All parts have length 1.
func TestSubjects(t *testing.T) {
	p := newPool(t, subjects(400, 1)...)
	r := p.learn(t, 1)
	same := [][2]string{{"bank loan interest", "mortgage rate"}, {"goal match", "league coach"}, {"rain wind", "snow forecast"}, {"股市上涨", "银行贷款"}}
	for i, a := range same {
		v, w := p.vector(r, a[0]), p.vector(r, a[1])
		for j, b := range same {
			if i == j {
				continue
			}
			if near, far := cosine(v, w), cosine(v, p.vector(r, b[1])); near <= far+0.2 {
				t.Errorf("%q is as near to %q (%.3f) as to %q (%.3f)", a[0], b[1], far, a[1], near)
			}
		}
		topics := r.topics.cols
		for _, part := range [][]float32{v[:topics], v[topics:r.half()], v[r.half():]} {
			if n := length(part); math.Abs(n-1) > 1e-6 {
				t.Errorf("%q: a part of length %v", a[0], n)
			}
		}
	}
	for _, s := range []string{"", "unheard"} {
		for i, x := range p.vector(r, s) {
			if x != 0 {
				t.Fatalf("%q: number %d is %v", s, i, x)
			}
		}
	}
}

// Of an item that is an anchor, its own vector is left out of its neighbours', and the
// vector is the average by hand.
func TestVectorByHand(t *testing.T) {
	texts := subjects(200, 2)
	p := newPool(t, texts...)
	r := p.learn(t, 1)
	half := r.half()
	rows := make([][]float64, r.Anchors())
	once := make([][]float64, r.Anchors())
	number := func(tb *table, i int) []float64 {
		x := make([]float64, half)
		for j, c := range tb.row(i) {
			x[j] = float64(c) * float64(tb.scale[i])
		}
		return x
	}
	for i := range rows {
		rows[i], once[i] = number(&r.base, i), number(&r.once, i)
	}
	cos := func(a, b []float64) float64 {
		ab, aa, bb := 0.0, 0.0, 0.0
		for j := range a {
			ab, aa, bb = ab+a[j]*b[j], aa+a[j]*a[j], bb+b[j]*b[j]
		}
		return ab / math.Sqrt(aa*bb)
	}
	for _, text := range texts[:40] {
		v := p.vector(r, text)
		own := make([]float64, half)
		for j := range own {
			own[j] = float64(v[j]) / math.Sqrt2 // Z and E have length 1 each
		}
		order := make([]int, len(rows))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch x, y := cos(own, rows[a]), cos(own, rows[b]); {
			case x > y:
				return -1
			case x < y:
				return 1
			}
			return 0
		})
		if cos(own, rows[order[0]]) > same {
			order = order[1:]
		} else {
			t.Errorf("%q is not among the anchors: nearest at %v", text, cos(own, rows[order[0]]))
		}
		if k := r.neighbours; cos(own, rows[order[k-1]])-cos(own, rows[order[k]]) < 1e-3 {
			continue // which is the last is left to rounding
		}
		want := slices.Clone(own)
		for _, i := range order[:r.neighbours] {
			for j := range want {
				want[j] += rows[i][j]
			}
		}
		for j := range want {
			want[j] /= float64(r.neighbours + 1)
		}
		for _, i := range order[:r.neighbours] {
			for j := range want {
				want[j] += once[i][j]
			}
		}
		got := make([]float64, half)
		for j := range got {
			got[j] = float64(v[half+j])
		}
		if c := cos(want, got); c < 0.999999 {
			t.Errorf("%q: cosine of G with that by hand %v", text, c)
		}
	}
}

// The same items give the same bytes, and what was read back the same vectors.
func TestSame(t *testing.T) {
	texts := subjects(300, 3)
	p := newPool(t, texts...)
	r := p.learn(t, 5)
	b, err := r.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.learn(t, 5).MarshalBinary()
	if err != nil || !bytes.Equal(b, again) {
		t.Errorf("other bytes the second time (%v)", err)
	}
	if other, _ := p.learn(t, 6).MarshalBinary(); bytes.Equal(b, other) {
		t.Error("the seed makes no difference")
	}
	back, err := Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if c, _ := back.MarshalBinary(); !bytes.Equal(b, c) {
		t.Error("other bytes after reading")
	}
	for _, text := range append(texts[:50:50], "bank goal rain", "", "股市") {
		if !slices.Equal(p.vector(r, text), p.vector(back, text)) {
			t.Fatalf("%q: another vector after reading", text)
		}
	}
}

// Shares of features and what comes from like items are together the inner product;
// a share is what the product loses, at the same scale, without the feature.
func TestAttribute(t *testing.T) {
	kinds := []feature.Kind{feature.Text, feature.Number, feature.Text}
	texts := subjects(400, 4)
	var items [][]string
	for i := 0; i < len(texts); i += 2 {
		items = append(items, []string{texts[i], fmt.Sprint(i), texts[i+1]})
	}
	p := poolOf(t, kinds, items)
	r := p.learn(t, 1)
	rng := rand.New(rand.NewPCG(1, 1))
	g := make([]float64, r.Dim())
	for i := range g {
		g[i] = rng.NormFloat64()
	}
	for _, it := range append(items[:20:20], []string{"", "", ""}, []string{"unheard", "3", ""}, []string{"银行", "", "storm bank"}) {
		row, words := p.of(it...)
		v, per := make([]float32, r.Dim()), make([]float64, len(row.Index))
		e := r.Encoder()
		e.Vector(row, words, v)
		want, own := 0.0, 0.0
		for i, x := range v {
			want += float64(x) * g[i]
			if i < r.half() {
				own += float64(x) * g[i]
			}
		}
		rest, sum := e.Attribute(row, words, g, per), 0.0
		for _, x := range per {
			sum += x
		}
		if math.Abs(sum+rest-want) > 1e-4 || math.Abs(sum-own) > 1e-4 {
			t.Errorf("%q: %v of features (want %v) and %v of like items; want %v", it, sum, own, rest, want)
		}
		for i, f := range row.Index {
			if int(f) >= p.space.Texts() && per[i] != 0 {
				t.Errorf("%q: a number has a share of %v", it, per[i])
			}
		}
	}
}

// Pools that have little to tell.
func TestPools(t *testing.T) {
	alike := slices.Repeat([]string{"the same words again"}, 100)
	for _, c := range []struct {
		name  string
		texts []string
		none  bool
	}{
		{"no items", nil, true},
		{"one item", []string{"a word"}, true},
		{"few items", subjects(leastItems-1, 1), true},
		{"as many as it takes", subjects(leastItems, 1), false},
		{"empty texts", make([]string, 100), true},
		{"all alike", alike, false},
		{"all alike but one", append([]string{"other words, other words"}, alike...), false},
		{"half of them empty", append(make([]string, 100), subjects(100, 1)...), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPool(t, c.texts...)
			r := p.learn(t, 1)
			if (r.Dim() == 0) != c.none {
				t.Errorf("length %d", r.Dim())
			}
			b, err := r.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			back, err := Unmarshal(b)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range append(c.texts[:min(5, len(c.texts))], "", "bank 银行") {
				v := p.vector(r, s)
				if !slices.Equal(v, p.vector(back, s)) {
					t.Errorf("%q: another vector after reading", s)
				}
				for i, x := range v {
					if !(math.Abs(float64(x)) <= 1.0001) {
						t.Fatalf("%q: number %d is %v", s, i, x)
					}
				}
			}
			if back.Anchors() != r.Anchors() || back.Words() != r.Words() || back.Features() != r.Features() {
				t.Error("another size after reading")
			}
		})
	}
}

// Progress is told from 0 to 1 and never goes back; learning ends with the error of
// its context wherever that comes.
func TestStopped(t *testing.T) {
	p := newPool(t, subjects(200, 7)...)
	var told []float64
	o := Options{Seed: 1, Texts: p.space.Texts()}
	if _, err := Learn(t.Context(), p, o, func(done float64) { told = append(told, done) }); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(told) || told[0] < 0 || told[len(told)-1] > 1 {
		t.Errorf("progress %v", told)
	}
	for at := 0; at < len(told); at += 1 + len(told)/8 {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		_, err := Learn(ctx, p, o, func(float64) {
			if n++; n == at+1 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("stopped at %.2f: %v", told[at], err)
		}
		cancel()
	}
	broken := errors.New("disk")
	if _, err := Learn(t.Context(), failing{p, broken}, o, nil); !errors.Is(err, broken) {
		t.Errorf("a source that fails: %v", err)
	}
}

// failing is a source that fails half way through.
type failing struct {
	*pool
	err error
}

func (f failing) Each(ctx context.Context, visit func(int, feature.Row, []uint64) error) error {
	return f.pool.Each(ctx, func(i int, r feature.Row, words []uint64) error {
		if i > f.Len()/2 {
			return f.err
		}
		return visit(i, r, words)
	})
}

// Whatever is read does not panic, and what is taken makes vectors.
func FuzzUnmarshal(f *testing.F) {
	p := newPool(f, subjects(64, 1)...)
	b, err := p.learn(f, 1).MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	empty, _ := newPool(f).learn(f, 1).MarshalBinary()
	f.Add(empty)
	f.Add([]byte{})
	row, words := p.of("bank loan goal 银行")
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Unmarshal(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion) {
				t.Fatal(err)
			}
			return
		}
		if r.Dim() > 1<<12 {
			return
		}
		into := make([]float32, r.Dim())
		e := r.Encoder()
		e.Vector(row, words, into)
		e.Attribute(row, words, make([]float64, r.Dim()), make([]float64, len(row.Index)))
	})
}
