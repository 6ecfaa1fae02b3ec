package tui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/seat"
)

// bulkBy is how the items of a bulk decision are found.
type bulkBy int

const (
	bySure bulkBy = iota
	byLike
	bySearch
	bulkWays
)

// bulkNames are those of the record.
var bulkNames = [bulkWays]string{bySure: "probability", byLike: "near-duplicates", bySearch: "search"}

// bulkQuery says which items are to be decided about.
type bulkQuery struct {
	by    bulkBy
	above float64    // the least probability or likeness
	item  label.Item // byLike: what they are like
	text  string     // bySearch
	class int        // the answer; bySure it is what is suggested
}

// how is what the record keeps.
func (q bulkQuery) how() label.Bulk {
	out := label.Bulk{By: bulkNames[q.by]}
	switch q.by {
	case bySure:
		out.Above = q.above
	case byLike:
		out.Of, out.Above = fmt.Sprint(q.item.Num), q.above
	case bySearch:
		out.Of = q.text
	}
	return out
}

// bulkRow is one item that was found.
type bulkRow struct {
	num    uint64
	text   string
	class  int               // the answer that it would get
	says   *label.Suggestion // what is suggested for it
	prob   float64           // of that class; 1 where nothing is suggested
	cosine float64           // byLike
	off    bool              // it is left out
}

// bulkReader goes through the pool for the items of a bulk decision.
type bulkReader struct {
	l      *labelScreen
	q      bulkQuery
	next   uint64 // item
	items  uint64
	like   *learn.Likeness
	rows   []bulkRow
	passed int // that match, but are not open to the person
	full   bool
}

func newBulkReader(l *labelScreen, q bulkQuery) *bulkReader {
	r := &bulkReader{l: l, q: q, next: 1, items: l.project.Counts().Items}
	if q.by == byLike {
		r.like = l.trainer.Likeness(q.item)
	}
	return r
}

// Numbers and times of a search for them.
const (
	bulkChunk = 256                   // items between two looks at the rest of the world
	bulkEvery = 80 * time.Millisecond // between two words on how far it is
)

// read goes on for a while; done says that all is found. It runs as a command.
func (r *bulkReader) read(ctx context.Context) (done bool, err error) {
	for began := time.Now(); time.Since(began) < bulkEvery; {
		if r.next == 0 || r.next > r.items || r.full || r.q.by == byLike && r.like == nil {
			r.close()
			return true, nil
		}
		if err := r.step(ctx); err != nil {
			r.close()
			return false, err
		}
	}
	return false, nil
}

// close gives back what the search holds, and puts the doubtful ones first.
func (r *bulkReader) close() {
	if r.like != nil {
		r.like.Close()
		r.like = nil
	}
	// Those first whose answer the model holds for least probable, or that are
	// least like it.
	slices.SortStableFunc(r.rows, func(a, b bulkRow) int {
		return cmp.Or(cmp.Compare(a.prob, b.prob), cmp.Compare(a.cosine, b.cosine), cmp.Compare(a.num, b.num))
	})
}

// step looks at the next items.
func (r *bulkReader) step(ctx context.Context) error {
	var found []bulkRow
	var items []label.Item
	visit := func(it label.Item) error {
		if x, ok := r.matches(it); ok {
			found, items = append(found, x), append(items, it)
		}
		return ctx.Err()
	}
	if r.q.by == bySearch {
		hits, next, err := r.l.project.Search(ctx, r.q.text, r.next, bulkChunk)
		if err != nil {
			return err
		}
		nums := make([]uint64, len(hits))
		for i, h := range hits {
			nums[i] = h.Num
		}
		if err := r.l.project.ItemsByNum(nums, visit); err != nil {
			return err
		}
		r.next = next
	} else {
		to := min(r.next+bulkChunk-1, r.items)
		if err := r.l.project.Items(ctx, r.next, to, visit); err != nil {
			return err
		}
		r.next = to + 1
	}
	for i, x := range found {
		ok, err := r.l.seat.OpenForBulk(items[i])
		switch {
		case err != nil:
			return err
		case !ok:
			r.passed++
		case len(r.rows) == seat.BulkAtMost:
			r.full = true
			return nil
		default:
			r.rows = append(r.rows, x)
		}
	}
	return nil
}

// matches reports whether an item is one of those that are looked for.
func (r *bulkReader) matches(it label.Item) (bulkRow, bool) {
	x := bulkRow{num: it.Num, class: r.q.class, prob: 1}
	if r.q.by == byLike {
		if x.cosine = r.like.To(it); x.cosine < r.q.above-1e-6 {
			return x, false
		}
	}
	if sug, ok := r.l.seat.Suggest(it); ok {
		x.says = &sug
		if r.q.by == bySure {
			x.class = sug.Answer.Class
		}
		x.prob = prob(sug.Classes, x.class)
		if sug.Answer.Class == x.class {
			x.prob = sug.Probability
		}
	}
	if r.q.by == bySure && (x.says == nil || x.prob < r.q.above) {
		return x, false
	}
	x.text = oneLine(r.l.project.Task(), it, 200)
	return x, true
}
