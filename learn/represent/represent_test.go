package represent

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"inkling/learn/feature"
)

// pool is texts as a source.
type pool struct {
	space *feature.Space
	texts []string
}

func newPool(t testing.TB, texts []string) *pool {
	t.Helper()
	c, err := feature.NewCounter([]feature.Kind{feature.Text}, feature.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range texts {
		c.Add([]string{s})
	}
	return &pool{c.Space(), texts}
}

func (p *pool) Len() int { return len(p.texts) }

func (p *pool) Each(ctx context.Context, visit func(int, feature.Row, []uint64) error) error {
	r := p.space.Rower()
	var words []uint64
	for i, s := range p.texts {
		if err := ctx.Err(); err != nil {
			return err
		}
		words = r.Words([]string{s}, words[:0])
		if err := visit(i, r.Row([]string{s}), words); err != nil {
			return err
		}
	}
	return nil
}

// vectors returns the vectors of texts.
func (p *pool) vectors(r *Representation, texts []string) [][]float32 {
	e, rows := r.Encoder(), p.space.Rower()
	out := make([][]float32, len(texts))
	for i, s := range texts {
		out[i] = make([]float32, r.Dim())
		e.Vector(rows.Row([]string{s}), rows.Words([]string{s}, nil), out[i])
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
	at := map[string]int{}
	for i, c := range rows[0] {
		at[c] = i
	}
	for _, r := range rows[1:] {
		texts, labels = append(texts, r[at["text"]]), append(labels, r[at[label]])
	}
	return texts, labels
}

func TestProbe(t *testing.T) {
	for _, c := range [][3]string{{"ag_news/train.csv", "ag_news/test.csv", "label"}, {"banking77/train.csv", "banking77/test.csv", "category"}, {"thucnews_headlines/train.csv", "thucnews_headlines/test.csv", "label"}} {
		x, y := read(t, c[0], c[2])
		xt, yt := read(t, c[1], c[2])
		p := newPool(t, x)
		r, err := Learn(t.Context(), p, Options{Seed: 1, Texts: p.space.Texts()}, func(float64) {})
		if err != nil {
			t.Fatal(err)
		}
		b, _ := r.MarshalBinary()
		e, rows := r.Encoder(), p.space.Rower()
		v := make([]float32, r.Dim())
		right, n := 0, 0
		for i := range xt {
			if i%5 > 0 {
				continue
			}
			e.Vector(rows.Row([]string{xt[i]}), rows.Words([]string{xt[i]}, nil), v)
			votes := map[string]int{}
			best := ""
			for _, h := range e.near() {
				votes[y[h.at]]++
				if votes[y[h.at]] > votes[best] {
					best = y[h.at]
				}
			}
			n++
			if best == yt[i] {
				right++
			}
		}
		t.Logf("%s dim %d features %d words %d anchors %d bytes %d: 10-NN %.4f", c[0], r.Dim(), r.Features(), r.Words(), r.Anchors(), len(b), float64(right)/float64(n))
	}
}
