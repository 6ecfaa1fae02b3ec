package learn

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
	"inkling/label/clean"
	"inkling/learn/feature"
	"inkling/learn/represent"
)

// space turns items into rows: which columns are read, how their texts are
// cleaned, and what the features are. It never changes.
type space struct {
	columns []int // those that are read, in Task.Columns
	kinds   []feature.Kind
	orders  [][]string // of each that has one
	clean   clean.Options
	items   uint64 // in the project when it was learned
	rows    *feature.Space
	bytes   []byte // as it is kept, without what follows
	hash    uint64 // equal for equal spaces

	rep *representation // of the items' texts, beside their features; nil for none
}

// with returns the space with a representation beside the features.
func (s *space) with(r *representation) *space {
	out := *s
	out.rep = r
	return &out
}

// same reports whether rows of two spaces are the same: for a model that reads
// representations, these as well.
func (s *space) same(o *space, vector bool) bool {
	return s.hash == o.hash && (!vector || s.repHash() == o.repHash())
}

// repHash names the representation; "" for none.
func (s *space) repHash() string {
	if s.rep == nil {
		return ""
	}
	return s.rep.hash
}

// texts reports whether a column is read for its words.
func (s *space) texts() bool { return slices.Contains(s.kinds, feature.Text) }

// inputs returns the columns that models read, what they hold, and the order of
// those that have one.
func inputs(t label.Task) (columns []int, kinds []feature.Kind, orders [][]string) {
	add := func(i int, k feature.Kind) {
		columns, kinds, orders = append(columns, i), append(kinds, k), append(orders, nil)
	}
	for i, c := range t.Columns {
		switch c.Role {
		case label.Text:
			add(i, feature.Text)
		case label.Numeric:
			add(i, feature.Number)
		case label.Category:
			if len(c.Order) == 0 {
				add(i, feature.Category)
				continue
			}
			add(i, feature.Ordinal)
			orders[len(orders)-1] = c.Order
		case label.Time:
			add(i, feature.Date)
		}
	}
	return columns, kinds, orders
}

// fitSpace learns the features from a sample of a project's items: those that
// come first by their ids, which is a random order, the same one however the
// items came in.
func fitSpace(ctx context.Context, p Reader, t label.Task, items uint64, sample int, progress func(float64)) (*space, error) {
	s := &space{items: items}
	o, err := clean.Parse(t.Clean)
	if err != nil {
		return nil, fmt.Errorf("text cleaning: %w", err)
	}
	s.clean = o
	s.columns, s.kinds, s.orders = inputs(t)
	count, err := feature.NewCounter(s.kinds, feature.Default())
	if err != nil {
		return nil, err
	}
	for i, o := range s.orders {
		if o == nil {
			continue
		}
		if err := count.Order(i, o); err != nil {
			return nil, fmt.Errorf("column %q: %w", t.Columns[s.columns[i]].Name, err)
		}
	}
	nums := make([]uint64, 0, min(uint64(sample), items))
	if _, err = p.Walk(label.ID{}, cap(nums), func(num uint64, _ label.ID) bool {
		nums = append(nums, num)
		return ctx.Err() == nil
	}); err != nil {
		return nil, fmt.Errorf("draw items: %w", err)
	}
	v := rower{s: s, values: make([]string, len(s.columns))} // which has no features to make rows of yet
	done := 0
	for part := range slices.Chunk(nums, chunkItems) {
		if err := p.ItemsByNum(part, func(it label.Item) error {
			count.Add(v.read(it))
			return ctx.Err()
		}); err != nil {
			return nil, fmt.Errorf("read a sample of the items: %w", err)
		}
		done += len(part)
		progress(float64(done) / float64(len(nums)))
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.rows = count.Space()
	return s, s.finish()
}

// data returns data without rows: what rows of the space are like.
func (s *space) data() Data {
	return Data{Features: s.rows.Features(), Texts: s.rows.Texts(), Fields: s.rows.Fields(), Vector: s.dim()}
}

// dim is the length of rows' vectors; 0 where there is no representation.
func (s *space) dim() int {
	if s.rep == nil {
		return 0
	}
	return s.rep.Dim()
}

// suits reports whether the space still reads what the task says.
func (s *space) suits(t label.Task) bool {
	columns, kinds, orders := inputs(t)
	o, err := clean.Parse(t.Clean)
	return err == nil && o == s.clean && slices.Equal(columns, s.columns) && slices.Equal(kinds, s.kinds) && slices.EqualFunc(orders, s.orders, slices.Equal)
}

// rower makes the rows of items. It is not safe for concurrent use.
type rower struct {
	s      *space
	rows   *feature.Rower
	values []string

	encoder *represent.Encoder // nil where rows have no vector
	words   []uint64
	vector  []float32
}

// rower returns what makes rows, with a vector each where there is a representation.
func (s *space) rower() *rower {
	v := s.sparse()
	if n := s.dim(); n > 0 {
		v.encoder, v.vector = s.rep.encoder(), make([]float32, n)
	}
	return v
}

// sparse returns what makes rows without vectors, which take much longer to make.
func (s *space) sparse() *rower {
	return &rower{s: s, rows: s.rows.Rower(), values: make([]string, len(s.columns))}
}

// release gives the rower's room back, after which neither it nor its last row
// may be used.
func (v *rower) release() {
	v.s.rows.Release(v.rows)
	if v.encoder != nil {
		v.s.rep.release(v.encoder)
	}
}

// read returns what models read of an item, cleaned; it is only lent.
func (v *rower) read(it label.Item) []string {
	for i, c := range v.s.columns {
		v.values[i] = it.Field(c)
		if v.s.kinds[i] == feature.Text {
			v.values[i] = v.s.clean.Apply(v.values[i])
		}
	}
	return v.values
}

// row returns the row of an item, which is only lent until the next one.
func (v *rower) row(it label.Item) Row {
	values := v.read(it)
	r := v.rows.Row(values)
	if v.encoder != nil {
		v.words = v.rows.Words(values, v.words[:0])
		v.encoder.Vector(r, v.words, v.vector)
		r.Vector = v.vector
	}
	return r
}

// storedSpace is a space as it is kept.
type storedSpace struct {
	Columns []int  `cbor:"1,keyasint"`
	Clean   string `cbor:"2,keyasint"`
	Items   uint64 `cbor:"3,keyasint"`
	Rows    []byte `cbor:"4,keyasint"`
}

// finish computes what a space is kept as, and named by.
func (s *space) finish() error {
	rows, err := s.rows.MarshalBinary()
	if err != nil {
		return err
	}
	b, err := encoding.Marshal(storedSpace{s.columns, s.clean.String(), s.items, rows})
	if err != nil {
		return err
	}
	s.name(b)
	return nil
}

func (s *space) name(b []byte) {
	sum := sha256.Sum256(b)
	s.bytes, s.hash = b, binary.BigEndian.Uint64(sum[:])
}

// MarshalBinary writes the space.
func (s *space) MarshalBinary() ([]byte, error) { return s.bytes, nil }

// unmarshalSpace reads what MarshalBinary wrote, and keeps b.
func unmarshalSpace(b []byte) (*space, error) {
	var st storedSpace
	if err := cbor.Unmarshal(b, &st); err != nil {
		return nil, err
	}
	s := &space{columns: st.Columns, items: st.Items}
	var err error
	if s.clean, err = clean.Parse(st.Clean); err != nil {
		return nil, err
	}
	if s.rows, err = feature.UnmarshalSpace(st.Rows); err != nil {
		return nil, err
	}
	s.kinds = s.rows.Kinds()
	for i := range s.kinds {
		s.orders = append(s.orders, s.rows.Order(i))
	}
	if len(s.kinds) != len(s.columns) {
		return nil, fmt.Errorf("%d columns, %d kinds", len(s.columns), len(s.kinds))
	}
	for i, c := range s.columns {
		// In the order of the model's own columns, which an import finds anywhere.
		if c < 0 || slices.Contains(s.columns[:i], c) {
			return nil, fmt.Errorf("columns %v", s.columns)
		}
	}
	s.name(b)
	return s, nil
}
