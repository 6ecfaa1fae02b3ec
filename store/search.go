package store

import (
	"context"
	"unicode/utf8"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// Hit is a field that a search found.
type Hit struct {
	Num   uint64 // the item
	Field int    // index of the field
	Start int    // byte offsets of the match in the raw field
	End   int
	Text  string // the raw field around the match, cut at whole characters
}

// The text of a hit shows at most so many bytes before and after the match.
const (
	HitBefore = 40
	hitAfter  = 200
)

// Search finds items of which a raw field contains query, from item number from
// on, in ascending order, at most limit of them and each once. True answers that
// are kept aside are no such field: who decides is not to see them. Letters match
// regardless of case (Unicode simple folding). next is where to go on, or 0 when
// the search has come to the end. An empty query finds nothing.
func (p *Project) Search(ctx context.Context, query string, from uint64, limit int) (hits []Hit, next uint64, err error) {
	m := newMatcher(query)
	if m == nil || limit <= 0 {
		return nil, 0, nil
	}
	hidden := make([]bool, len(p.Task().Columns))
	for i, c := range p.Task().Columns {
		hidden[i] = c.Role == label.Gold
	}
	next = max(from, 1)
	for next != 0 && len(hits) < limit {
		if err := ctx.Err(); err != nil {
			return hits, next, err
		}
		err := p.view(func(tx *bolt.Tx) error {
			c, part := tx.Bucket(bucketItems).Cursor(), newChunk()
			for k, v := c.Seek(key8(next)); k != nil; k, v = c.Next() {
				h, ok, err := m.record(v, hidden)
				if err != nil {
					return err
				}
				if ok {
					h.Num = number(k)
					hits = append(hits, h)
				}
				if len(hits) >= limit || part.full(len(v)) {
					next = number(k) + 1
					return nil
				}
			}
			next = 0
			return nil
		})
		if err != nil {
			return hits, next, err
		}
	}
	return hits, next, nil
}

// record searches the fields of an item record that are not hidden.
func (m *matcher) record(b []byte, hidden []bool) (Hit, bool, error) {
	r, err := parseRecord(b)
	if err != nil {
		return Hit{}, false, err
	}
	for i, rest := 0, r.fields; i < r.n; i++ {
		var f []byte
		if f, rest = nextField(rest); rest == nil {
			return Hit{}, false, damaged("field %d is cut off", i+1)
		}
		if i < len(hidden) && hidden[i] {
			continue
		}
		if start, end := m.find(f); start >= 0 {
			return Hit{Field: i, Start: start, End: end, Text: around(f, start, end)}, true, nil
		}
	}
	return Hit{}, false, nil
}

// around copies a field around a match.
func around(f []byte, start, end int) string {
	from, to := max(start-HitBefore, 0), min(end+hitAfter, len(f))
	for from > 0 && from < start && !utf8.RuneStart(f[from]) {
		from++
	}
	for to < len(f) && to > end && !utf8.RuneStart(f[to]) {
		to--
	}
	return string(f[from:to])
}
