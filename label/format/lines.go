package format

import "bytes"

// lineRows gives each line that isn't blank as a record of one field.
type lineRows struct {
	w     *window
	names []string
	field [1][]byte
}

func (l *lineRows) columns() []string { return l.names }

func (l *lineRows) next(rec *Record) error {
	for {
		line, n, err := l.w.peek()
		if err != nil {
			return tooLong(l.w, err)
		}
		at := l.w.line
		l.w.advance(n, 1)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		l.field[0] = line
		rec.Fields, rec.Kinds, rec.Line = l.field[:], nil, at
		return nil
	}
}

// tooLong turns errLong into a bad row and steps over the line; it returns
// other errors as they are.
func tooLong(w *window, err error) error {
	if err != errLong {
		return err
	}
	bad := &RowError{Line: w.line, Raw: excerpt(w.text()),
		Cause: faultf(ErrTooLong, "longer than %s; shorten or split it", byteSize(w.limit))}
	w.skip()
	return bad
}
