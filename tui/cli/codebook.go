package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"inkling/label"
)

// Bounds of a code book: it is kept in the project's task.
const (
	bookRows    = 20_000
	meaningLong = 500 // bytes of a meaning
)

// book is a code book: what the codes of columns stand for.
type book struct {
	names []string
	by    map[string]*bookColumn
}

type bookColumn struct {
	kind     string // what the book calls it: categorical, integer, ..; "" where it does not say
	meanings []label.Meaning
}

// readBook reads a code book: a CSV file with the columns column, code and
// meaning, in any order, and type where it has one. A row without a code is
// about the column itself.
func readBook(path string) (*book, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("code book %s: %w", path, err)
	}
	at := map[string]int{}
	for i, h := range head {
		at[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))] = i
	}
	for _, need := range []string{"column", "code", "meaning"} {
		if _, ok := at[need]; !ok {
			return nil, usagef("the code book %s has no column called %s: it needs column, code and meaning", path, need)
		}
	}
	b := &book{by: map[string]*bookColumn{}}
	for rows := 0; ; rows++ {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return nil, fmt.Errorf("code book %s: %w", path, err)
		}
		if rows == bookRows {
			return nil, usagef("the code book %s has more than %d rows", path, bookRows)
		}
		field := func(name string) string {
			if i, ok := at[name]; ok && i < len(rec) {
				return strings.TrimSpace(rec[i])
			}
			return ""
		}
		b.add(field("column"), field("type"), field("code"), field("meaning"))
	}
}

// add takes in a row. Of a code that has two meanings, the first counts.
func (b *book) add(column, kind, code, meaning string) {
	if column == "" {
		return
	}
	c := b.by[column]
	if c == nil {
		c = &bookColumn{}
		b.names, b.by[column] = append(b.names, column), c
	}
	if c.kind == "" {
		c.kind = strings.ToLower(kind)
	}
	if code == "" || meaning == "" || slices.ContainsFunc(c.meanings, func(m label.Meaning) bool { return m.Code == code }) {
		return
	}
	if len(meaning) > meaningLong {
		meaning = strings.ToValidUTF8(meaning[:meaningLong], "")
	}
	c.meanings = append(c.meanings, label.Meaning{Code: code, Text: meaning})
}

// role is what the book says of a column; false where it does not say.
func (b *book) role(column string) (inferred, bool) {
	if b == nil || b.by[column] == nil {
		return inferred{}, false
	}
	c := b.by[column]
	out := inferred{why: "the code book calls it " + c.kind}
	switch c.kind {
	case "categorical", "category", "nominal", "code", "codes", "boolean", "bool":
		out.role = label.Category
	case "ordinal", "ordered":
		out.role = label.Category
		if len(c.meanings) > 1 {
			for _, m := range c.meanings {
				out.order = append(out.order, m.Code)
			}
		}
	case "integer", "int", "number", "numeric", "real", "float", "continuous":
		out.role = label.Numeric
	case "text", "string", "memo":
		out.role = label.Text
	case "date", "time", "datetime", "timestamp":
		out.role = label.Time
	case "ignore":
		out.role = label.Ignore
	default:
		return inferred{}, false
	}
	return out, true
}

// apply gives columns the meanings that the book has, and returns the names in
// the book that no column has, and those of the columns that changed.
func (b *book) apply(columns []label.Column) (unknown, changed []string) {
	for _, name := range b.names {
		i := slices.IndexFunc(columns, func(c label.Column) bool { return c.Name == name })
		if i < 0 {
			unknown = append(unknown, name)
			continue
		}
		if m := b.by[name].meanings; len(m) > 0 && !slices.Equal(m, columns[i].Meanings) {
			columns[i].Meanings = slices.Clone(m)
			changed = append(changed, name)
		}
	}
	return unknown, changed
}
