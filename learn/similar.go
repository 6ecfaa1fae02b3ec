package learn

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"time"

	"inkling/label"
)

// Similar finds the answered items that are most like an item, by what models read
// of them, as of one moment. It is immutable and safe for concurrent use, and a
// nil one holds nothing.
type Similar struct {
	space *space
	nums  []uint64 // ascending
	rows  []Row
}

// Like is an item that is like another.
type Like struct {
	Num    uint64
	Cosine float64 // of their representations where the project has one, else of their words and values; up to 1
}

// Similar returns what finds answered items that are like another; nil before
// there is anything to find. Items of the audit stream are not among them.
func (t *Trainer) Similar() *Similar { return t.similar.Load() }

// Len is how many items there are to find.
func (s *Similar) Len() int {
	if s == nil {
		return 0
	}
	return len(s.nums)
}

// Nearest returns at most k items, the most similar one first and among equals the
// one with the lowest number; never the item itself, nor one that has nothing in
// common with it. It looks at all of them, which takes some 50 ms where there are
// 100,000, and returns the context's error soon after the context ended.
func (s *Similar) Nearest(ctx context.Context, it label.Item, k int) ([]Like, error) {
	if s.Len() == 0 || k <= 0 {
		return nil, nil
	}
	v := s.space.rower()
	defer v.release()
	m := newNearness(v.row(it))
	var best []Like // the least similar one last
	for i, r := range s.rows {
		if i%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			runtime.Gosched() // whoever draws the screen goes first
		}
		if s.nums[i] == it.Num {
			continue
		}
		x := Like{s.nums[i], m.cosine(r)}
		if x.Cosine <= 0 || len(best) == k && closer(x, best[k-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, x, closer)
		if best = slices.Insert(best, at, x); len(best) > k {
			best = best[:k]
		}
	}
	return best, nil
}

// closer orders what is more similar first.
func closer(a, b Like) int {
	return cmp.Or(cmp.Compare(b.Cosine, a.Cosine), cmp.Compare(a.Num, b.Num))
}

// nearness compares one row with others.
type nearness struct {
	row    Row
	length float64 // of the sparse form
	dense  float64 // of the vector
}

// newNearness keeps the row, which must stay as it is.
func newNearness(r Row) *nearness {
	return &nearness{row: r, length: math.Sqrt(r.Square()), dense: math.Sqrt(square32(r.Vector))}
}

// cosine is that of the vectors where both rows have one, else that of the sparse
// forms; 0 for rows of nothing.
func (m *nearness) cosine(r Row) float64 {
	if len(m.row.Vector) > 0 && len(r.Vector) == len(m.row.Vector) {
		dot := 0.0
		for i, x := range m.row.Vector {
			dot += float64(x) * float64(r.Vector[i])
		}
		return ratio(dot, m.dense*math.Sqrt(square32(r.Vector)))
	}
	return m.sparse(r)
}

// sparse is the cosine of the sparse forms: 1 for texts of the same words and pieces.
func (m *nearness) sparse(r Row) float64 {
	dot, j := 0.0, 0 // products of two float32 are exact in float64
	for i, f := range m.row.Index {
		for j < len(r.Index) && r.Index[j] < f {
			j++
		}
		if j < len(r.Index) && r.Index[j] == f {
			dot += float64(m.row.Value[i]) * float64(r.Value[j])
		}
	}
	return ratio(dot, m.length*math.Sqrt(r.Square()))
}

func ratio(dot, lengths float64) float64 {
	if lengths == 0 {
		return 0
	}
	return min(dot/lengths, 1)
}

func square32(v []float32) float64 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return sum
}

// Likeness measures how far items read the same as one item. It is not safe for
// concurrent use; Close gives its room back.
type Likeness struct {
	v *rower
	m *nearness
}

// Likeness returns what compares items with this one; nil before the trainer knows
// how to read items.
func (t *Trainer) Likeness(it label.Item) *Likeness {
	s := t.similar.Load()
	if s == nil {
		return nil
	}
	v := s.space.rower()
	r := v.row(it)
	return &Likeness{v, newNearness(Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value)})}
}

// To is the cosine of the words, pieces and values of the two items: 1 where they
// read the same.
func (l *Likeness) To(it label.Item) float64 { return l.m.sparse(l.v.row(it)) }

// Close gives back what the likeness holds; it must not be used after that.
func (l *Likeness) Close() { l.v.release() }

// similarity is how far what finds similar items is up to date. It belongs to
// Run's goroutine.
type similarity struct {
	space *space
	seen  uint64 // last event
	took  time.Duration
	ended time.Time
}

// similarEvery is the shortest time between two gatherings while answers come in.
const similarEvery = time.Second

// rest is how long to wait before the items are gathered anew.
func (s *similarity) rest() time.Duration { return max(similarEvery, 9*s.took) }

// similarStale reports whether items were answered since they were gathered.
func (t *Trainer) similarStale() bool {
	return t.space != nil && (t.gathered.seen != t.seen || t.gathered.space != t.space)
}

func (t *Trainer) similarDue() bool {
	return t.similarStale() && time.Since(t.gathered.ended) >= t.gathered.rest()
}

// gatherSimilar publishes the rows of the answered items.
func (t *Trainer) gatherSimilar(ctx context.Context) error {
	began, seen := time.Now(), t.seen
	if err := t.examples.read(ctx, t.project, t.answers); err != nil {
		return err
	}
	s := &Similar{space: t.space}
	for num := range t.answers.train {
		if x, ok := t.examples.rows[num]; ok && !x.audit {
			s.nums = append(s.nums, num)
		}
	}
	slices.Sort(s.nums)
	for _, num := range s.nums {
		s.rows = append(s.rows, t.examples.rows[num].row)
	}
	t.gathered = similarity{t.space, seen, time.Since(began), time.Now()}
	t.similar.Store(s)
	t.hub.update(nil)
	return nil
}
