package format

import (
	"bytes"
	"unicode/utf8"
)

// maxColumns is how many different keys a JSONL file may have: beyond that the
// data stands in the keys.
const maxColumns = 10_000

// jsonRows gives each JSON object as a record; its keys are the columns.
type jsonRows struct {
	w      *window
	names  []string
	index  map[string]int // by key
	fields [][]byte
	kinds  []Kind
	p      jsonParser
}

// newJSONRows takes the first columns from the sample.
func newJSONRows(w *window, sample []byte, whole bool) *jsonRows {
	if !whole { // the last line may be cut
		sample = sample[:bytes.LastIndexByte(sample, w.eol)+1]
	}
	j := &jsonRows{w: newSampleWindow(sample, w.eol), index: map[string]int{}}
	var rec Record
	for {
		err := j.next(&rec)
		if _, bad := err.(*RowError); err != nil && !bad {
			break
		}
	}
	j.w = w
	return j
}

func (j *jsonRows) columns() []string { return j.names }

func (j *jsonRows) next(rec *Record) error {
	for {
		line, n, err := j.w.peek()
		if err != nil {
			return tooLong(j.w, err)
		}
		at := j.w.line
		j.w.advance(n, 1)
		if len(bytes.TrimLeft(line, " \t\r")) == 0 {
			continue
		}
		if bad := j.parse(line); bad != nil {
			bad.Line, bad.Raw = at, bytes.Clone(line)
			return bad
		}
		rec.Fields, rec.Kinds, rec.Line = j.fields, j.kinds, at
		return nil
	}
}

// parse reads the members of an object into fields. Columns are added only
// when the whole line is good.
func (j *jsonRows) parse(line []byte) *RowError {
	p := &j.p
	p.reset(line)
	clear(j.fields)
	clear(j.kinds)
	before := len(j.names)
	err := j.members(p)
	if err == nil {
		return nil
	}
	for key, i := range j.index {
		if i >= before {
			delete(j.index, key)
		}
	}
	j.names, j.fields, j.kinds = j.names[:before], j.fields[:before], j.kinds[:before]
	return &RowError{Cause: err, Char: utf8.RuneCount(line[:min(p.at, len(line))]) + 1}
}

func (j *jsonRows) members(p *jsonParser) error {
	p.space()
	if p.peek() != '{' {
		return p.expected("a JSON object, such as {\"text\": \"...\"}")
	}
	p.at++
	guess := 0
	for first := true; ; first = false {
		p.space()
		if p.peek() == '}' && first {
			break
		}
		if p.peek() != '"' {
			return p.expected("a key in quotes")
		}
		key, err := p.str()
		if err != nil {
			return err
		}
		col, err := j.column(key, guess)
		if err != nil {
			return err
		}
		guess = col + 1
		p.space()
		if p.peek() != ':' {
			return p.expected("a colon after the key")
		}
		p.at++
		p.space()
		if j.fields[col], j.kinds[col], err = p.value(); err != nil {
			return err
		}
		p.space()
		c := p.peek()
		if c != ',' && c != '}' {
			return p.expected("a comma or a closing brace")
		}
		if c == '}' {
			break
		}
		p.at++
	}
	p.at++
	p.space()
	if p.at < len(p.in) {
		return p.expected("the end of the line after the object")
	}
	return nil
}

// column returns the index of a key, adding a column where it is new. Objects
// mostly have the same keys in the same order, hence the guess.
func (j *jsonRows) column(key []byte, guess int) (int, error) {
	if guess < len(j.names) && string(key) == j.names[guess] {
		return guess, nil
	}
	if i, ok := j.index[string(key)]; ok {
		return i, nil
	}
	n := len(j.names)
	if n == maxColumns {
		return 0, faultf(ErrJSON, "more than %d different keys; turn keys that are data into values", maxColumns)
	}
	j.index[string(key)] = n
	j.names = append(j.names, string(key))
	j.fields = append(j.fields, nil)
	j.kinds = append(j.kinds, Null)
	return n, nil
}
