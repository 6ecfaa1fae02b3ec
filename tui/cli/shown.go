package cli

import (
	"bytes"
	"io"

	"inkling/tui/safe"
)

// shown writes text from data to a terminal, line by line, with control
// characters made visible: what is meant for a file or another program must
// not command the terminal that it happens to be printed on.
type shown struct {
	w    io.Writer
	rest []byte // of a line that is not whole yet
}

func (s *shown) Write(p []byte) (int, error) {
	s.rest = append(s.rest, p...)
	end := bytes.LastIndexByte(s.rest, '\n') + 1
	if end == 0 {
		return len(p), nil
	}
	_, err := io.WriteString(s.w, safe.Text(string(s.rest[:end])))
	s.rest = append(s.rest[:0], s.rest[end:]...)
	return len(p), err
}
