package external

import (
	"bytes"
	"strings"
	"sync"
)

// How much is kept of what a program writes to standard error.
const (
	tailLines = 12
	tailBytes = 400 // of a line
)

// tail keeps the last lines of what is written to it. It is safe for concurrent
// use.
type tail struct {
	mu    sync.Mutex
	lines []string
	open  []byte // the line that has not ended yet, cut to tailBytes
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	for {
		// A bar that is drawn over with CR is a line each time.
		i := bytes.IndexAny(p, "\n\r")
		part := p
		if i >= 0 {
			part = p[:i]
		}
		if room := tailBytes - len(t.open); room > 0 {
			t.open = append(t.open, part[:min(len(part), room)]...)
		}
		if i < 0 {
			return n, nil
		}
		t.end()
		p = p[i+1:]
	}
}

// end takes in the open line, where there is anything on it.
func (t *tail) end() {
	if s := strings.ToValidUTF8(string(bytes.TrimSpace(t.open)), "\uFFFD"); s != "" {
		if t.lines = append(t.lines, s); len(t.lines) > tailLines {
			t.lines = append(t.lines[:0], t.lines[1:]...)
		}
	}
	t.open = t.open[:0]
}

// text is what was written last, without what is blank.
func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end()
	return strings.Join(t.lines, "\n")
}
