package represent

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inkling/learn/feature"
)

// exactly returns the k anchors nearest to v of all, as a search through all cells
// does.
func (r *Representation) exactly(v []float32, k int) []hit {
	x := *r.index
	x.probe = x.centres.rows()
	return slices.Clone(x.search(&query{}, v, k, -1))
}

// recall learns from the first items of a file, and returns how many of the ten nearest
// anchors of new items a search finds, how near G is to what it would be with all of
// them, and how often the nearest ones' labels tell the item's.
func recall(t testing.TB, train, test, label string, most, every int) (found, like, right float64) {
	texts, labels := read(t, train, label)
	texts = texts[:min(most, len(texts))]
	p := newPool(t, texts...)
	r := p.learn(t, 1)
	// Which item an anchor is of is not kept; it is its own nearest.
	of := make([]string, r.Anchors())
	e := r.Encoder()
	for i, s := range texts {
		row, words := p.of(s)
		r.own(row, words, e.base)
		if norm(e.base) > 0 {
			of[r.exactly(e.base, 1)[0].at] = labels[i]
		}
	}
	texts, labels = read(t, test, label)
	n, all := 0.0, *r
	index := *r.index
	index.probe = index.centres.rows()
	all.index = &index
	for i := 0; i < len(texts); i += every {
		row, words := p.of(texts[i])
		v, w := make([]float32, r.Dim()), make([]float32, r.Dim())
		e := all.Encoder()
		e.Vector(row, words, w)
		if length(w) == 0 {
			continue
		}
		n++
		want := slices.Clone(e.near())
		e = r.Encoder()
		e.Vector(row, words, v)
		like += cosine(v[r.half():], w[r.half():])
		votes, best := map[string]int{}, ""
		for _, h := range e.near() {
			if slices.ContainsFunc(want, func(o hit) bool { return o.at == h.at }) {
				found += 1 / float64(r.neighbours)
			}
			if votes[of[h.at]]++; votes[of[h.at]] > votes[best] {
				best = of[h.at]
			}
		}
		if best == labels[i] {
			right++
		}
	}
	return found / n, like / n, right / n
}

// On public data: a search that looks into a share of the cells finds nearly all of the
// nearest, and the nearest are of the same class far more often than by chance, which is
// 0.25.
func TestRecall(t *testing.T) {
	const most = 4000 // more than are searched one by one
	found, like, right := recall(t, "ag_news/train.csv", "ag_news/test.csv", "label", most, 20)
	t.Logf("recall@10 %.4f, cosine of G %.4f, accuracy of 10 neighbours %.4f", found, like, right)
	if found < 0.95 || like < 0.99 || right < 0.8 {
		t.Errorf("recall@10 %.4f, cosine of G %.4f, accuracy of 10 neighbours %.4f; want at least 0.95, 0.99, 0.80", found, like, right)
	}
}

// The same on whole files.
func BenchmarkRecall(b *testing.B) {
	for _, c := range [][3]string{
		{"ag_news/train.csv", "ag_news/test.csv", "label"},
		{"banking77/train.csv", "banking77/test.csv", "category"},
		{"thucnews_headlines/train.csv", "thucnews_headlines/test.csv", "label"},
	} {
		b.Run(c[0], func(b *testing.B) {
			for b.Loop() {
				found, like, right := recall(b, c[0], c[1], c[2], 1<<20, 10)
				b.ReportMetric(found, "recall@10")
				b.ReportMetric(like, "cosine")
				b.ReportMetric(right, "accuracy")
			}
		})
	}
}

// BenchmarkLearn is the set-up of a pool: the representation is learned, and then
// each item's vector made. Of 100,000 items each is the beginning of one text and the
// end of another.
func BenchmarkLearn(b *testing.B) {
	texts, _ := read(b, "ag_news/train.csv", "label")
	for i := 0; len(texts) < 100_000; i++ {
		from, to := strings.Fields(texts[i%10_000]), strings.Fields(texts[(7919*i+i/10_000)%10_000])
		texts = append(texts, strings.Join(append(from[:len(from)/2:len(from)/2], to[len(to)/2:]...), " "))
	}
	for _, n := range []int{1000, 10_000, 100_000} {
		if testing.Short() && n > 10_000 {
			continue
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := newPool(b, texts[:n]...)
			for b.Loop() {
				began := time.Now()
				r := p.learn(b, 1)
				b.ReportMetric(time.Since(began).Seconds(), "s-learn")
				e, into := r.Encoder(), make([]float32, r.Dim())
				if err := p.Each(b.Context(), func(_ int, row feature.Row, words []uint64) error {
					e.Vector(row, words, into)
					return nil
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVector(b *testing.B) {
	texts, _ := read(b, "ag_news/train.csv", "label")
	p := newPool(b, texts...)
	r := p.learn(b, 1)
	row, words := p.of(texts[7])
	into, e := make([]float32, r.Dim()), r.Encoder()
	for b.Loop() {
		e.Vector(row, words, into)
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	texts, _ := read(b, "ag_news/train.csv", "label")
	bytes, err := newPool(b, texts...).learn(b, 1).MarshalBinary()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Unmarshal(bytes); err != nil {
			b.Fatal(err)
		}
	}
}
