package learn

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"unicode"

	"inkling/label"
	"inkling/label/clean"
)

// space turns items into rows: which columns are read, how their texts are
// cleaned, and what the features are. It never changes.
type space struct {
	columns []int // the text columns
	clean   clean.Options
	items   uint64 // in the project when it was learned
	hash    uint64 // equal for equal spaces
}

const thinFeatures = 1 << 18

func fitSpace(ctx context.Context, p Reader, t label.Task, items uint64, sample int, progress func(float64)) (*space, error) {
	s := &space{items: items}
	o, err := clean.Parse(t.Clean)
	if err != nil {
		return nil, fmt.Errorf("text cleaning: %w", err)
	}
	s.clean = o
	for i, c := range t.Columns {
		if c.Role == label.Text {
			s.columns = append(s.columns, i)
		}
	}
	return s, nil
}

func (s *space) features() int { return thinFeatures }

// suits reports whether the space still reads what the task says.
func (s *space) suits(t label.Task) bool {
	var columns []int
	for i, c := range t.Columns {
		if c.Role == label.Text {
			columns = append(columns, i)
		}
	}
	return slices.Equal(columns, s.columns) && clean.Options(s.clean).String() == mustClean(t.Clean)
}

func mustClean(spec string) string {
	o, err := clean.Parse(spec)
	if err != nil {
		return spec
	}
	return o.String()
}

type rower struct {
	s *space
}

func (s *space) rower() *rower { return &rower{s} }

func words(text string, visit func(start, end int)) {
	start := -1
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			visit(start, i)
			start = -1
		}
	}
	if start >= 0 {
		visit(start, len(text))
	}
}

func hashWord(w string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(w)))
	return h.Sum32() % thinFeatures
}

func (v *rower) row(it label.Item) Row {
	n := map[uint32]float32{}
	for _, c := range v.s.columns {
		text := v.s.clean.Apply(it.Field(c))
		words(text, func(a, b int) { n[hashWord(text[a:b])]++ })
	}
	var r Row
	for x := range n {
		r.Index = append(r.Index, x)
	}
	slices.Sort(r.Index)
	sum := 0.0
	for _, x := range r.Index {
		sum += float64(n[x]) * float64(n[x])
	}
	for _, x := range r.Index {
		r.Value = append(r.Value, n[x]/float32(math.Sqrt(sum)))
	}
	return r
}

// MarshalBinary writes the space.
func (s *space) MarshalBinary() ([]byte, error) { return encoding.Marshal(s.columns) }

func unmarshalSpace(b []byte) (*space, error) { return nil, ErrFormat }
