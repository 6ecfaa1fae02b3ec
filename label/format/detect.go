package format

import (
	"bytes"
	"path/filepath"
	"strings"
)

// sampleRows is how many rows are looked at to find the delimiter and the
// header.
const sampleRows = 500

// detect completes the dialect from a sample of the text; the Spec wins over
// what is found. It returns how many fields a row has, 0 where the sample
// doesn't tell.
func detect(d *Dialect, sample []byte, name string, whole bool, spec Spec) (width int, err error) {
	d.CR = endsInCR(sample)
	d.Format, d.Quotes = spec.Format, spec.Quotes != No
	ext := extension(name)
	if d.Format == "" && spec.Delimiter != 0 {
		d.Format = CSV
	}
	if d.Format == "" && isJSONL(sample, d.CR, whole) {
		d.Format = JSONL
	}
	if d.Format == "" {
		if d.Format, err = formatByName(sample, ext); err != nil {
			return 0, err
		}
	}
	switch d.Format {
	case JSONL:
		return 0, nil
	case Lines:
		d.Header = spec.Header == Yes
		return 1, nil
	}
	best := chooseDelimiter(d, sample, ext, whole, spec)
	if best.delim == 0 {
		d.Format, d.Quotes = Lines, false
		d.Header = spec.Header == Yes
		return 1, nil
	}
	d.Format, d.Delimiter, d.Quotes = CSV, best.delim, best.quotes
	if d.Delimiter == '\t' {
		d.Format = TSV
	}
	switch spec.Header {
	case Detect:
		d.Header = looksLikeHeader(best.rows)
	default:
		d.Header = spec.Header == Yes
	}
	return best.width, nil
}

// formatByName returns what the file's name promises: CSV, TSV, JSONL, or ""
// for a text that may be delimited or not.
func formatByName(sample []byte, ext string) (Format, error) {
	switch ext {
	case "csv":
		return CSV, nil
	case "tsv", "tab":
		return TSV, nil
	case "jsonl", "ndjson":
		return JSONL, nil
	}
	head := bytes.TrimLeft(sample, " \t\r\n")
	first, _, _ := bytes.Cut(head, []byte{'\n'})
	first = bytes.TrimSpace(first)
	array := len(head) > 0 && head[0] == '[' && bytes.HasPrefix(bytes.TrimLeft(head[1:], " \t\r\n"), []byte{'{'})
	if ext == "json" || array || string(first) == "{" {
		return "", faultf(ErrFormat, "this is one JSON document, not one object a line; convert it, for example with: jq -c '.[]'")
	}
	return "", nil
}

// extension returns the lower-case ending of a file name, without .gz.
func extension(name string) string {
	name = strings.ToLower(filepath.Base(name))
	name = strings.TrimSuffix(name, ".gz")
	return strings.TrimPrefix(filepath.Ext(name), ".")
}

// endsInCR reports whether lines end in CR alone: there is no LF, and there is
// a CR outside quotes.
func endsInCR(sample []byte) bool {
	if bytes.IndexByte(sample, '\n') >= 0 {
		return false
	}
	inside := false
	for _, c := range sample {
		switch {
		case c == '"':
			inside = !inside
		case c == '\r' && !inside:
			return true
		}
	}
	return false
}

// isJSONL reports whether the first line that isn't blank is a JSON object.
func isJSONL(sample []byte, cr, whole bool) bool {
	head := bytes.TrimLeft(sample, " \t\r\n")
	if len(head) == 0 || head[0] != '{' {
		return false
	}
	eol := byte('\n')
	if cr {
		eol = '\r'
	}
	i := bytes.IndexByte(head, eol)
	if i < 0 {
		if !whole { // a line longer than the sample
			return bytes.HasPrefix(bytes.TrimLeft(head[1:], " \t"), []byte{'"'})
		}
		i = len(head)
	}
	j := jsonRows{index: map[string]int{}}
	return j.parse(head[:i]) == nil
}

// splitting is how a sample falls apart at one delimiter.
type splitting struct {
	delim  byte
	quotes bool
	rows   [][]string
	width  int     // the most frequent number of fields
	share  float64 // of the rows, that have it; misplaced quotes count as rows that don't
	spaced float64 // share of the delimiters that a space follows, as in prose
	bad    int     // misplaced quotes
}

func split(sample []byte, whole, cr bool, delim byte, quotes bool) splitting {
	s := splitting{delim: delim, quotes: quotes}
	w := newSampleWindow(sample, '\n')
	if cr {
		w.eol = '\r'
	}
	c := csvRows{w: w, delim: delim, quotes: quotes}
	var rec Record
	count := map[int]int{}
	for len(s.rows)+s.bad < sampleRows {
		err := c.next(&rec)
		if !whole && w.lo == w.hi && len(s.rows) > 0 { // the last row may be cut
			break
		}
		if _, bad := err.(*RowError); bad {
			s.bad++
			continue
		}
		if err != nil {
			break
		}
		s.rows = append(s.rows, rec.Strings())
		count[len(rec.Fields)]++
	}
	most := 0
	for width, n := range count {
		if n > most || n == most && width > s.width {
			s.width, most = width, n
		}
	}
	if len(s.rows) > 0 {
		s.share = float64(most) / float64(len(s.rows)+s.bad)
	}
	part := sample[:min(len(sample), 64<<10)]
	if n := bytes.Count(part, []byte{delim}); n > 0 {
		s.spaced = float64(bytes.Count(part, []byte{delim, ' '})) / float64(n)
	}
	return s
}

// score is how well the delimiter explains the sample, from 0 to 1.
func (s splitting) score() float64 {
	switch {
	case s.width < 2:
		return 0
	case len(s.rows[0]) != s.width && s.share < 0.9:
		return s.share / 2 // the header, or the first row, speaks against it
	}
	return s.share
}

// chooseDelimiter finds the delimiter, and for tabs whether quotes mean
// anything. The delimiter 0 stands for plain lines, found only where
// neither the Spec nor the file's name says that there are fields.
func chooseDelimiter(d *Dialect, sample []byte, ext string, whole bool, spec Spec) splitting {
	try := func(delim byte) splitting {
		s := split(sample, whole, d.CR, delim, d.Quotes)
		if delim == '\t' && spec.Quotes == Detect && s.bad > 0 {
			if bare := split(sample, whole, d.CR, delim, false); bare.share > s.share {
				return bare
			}
		}
		return s
	}
	if spec.Delimiter != 0 {
		return try(spec.Delimiter)
	}
	if spec.Format == TSV {
		return try('\t')
	}
	// Among equals the one that is rarer in prose wins: a comma is often part
	// of a text or number in every row.
	var best splitting
	for _, delim := range []byte{'\t', '|', ';', ','} {
		s := try(delim)
		if s.score() > best.score() || best.delim == 0 {
			best = s
		}
		if delim == '\t' && d.Format == TSV && s.score() >= 0.4 {
			return s
		}
	}
	fewest := 0.4 // what a name that ends in csv lets pass
	switch d.Format {
	case TSV:
		if best.score() < 0.8 {
			return try('\t')
		}
		return best
	case CSV:
	default:
		if best.delim == '\t' && best.score() >= 0.9 {
			return best
		}
		rows := 2
		if ext != "" {
			rows = 5
		}
		if best.score() < 0.95 || len(best.rows) < rows || best.spaced > 0.5 {
			return splitting{}
		}
	}
	if best.score() < fewest {
		return try(',')
	}
	return best
}
