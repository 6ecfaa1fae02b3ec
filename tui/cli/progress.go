package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"
)

// progress shows how far long work is, on standard error: a line that is
// drawn over on a terminal, else a line every few seconds. It is safe for
// concurrent use.
type progress struct {
	mu       sync.Mutex
	w        io.Writer
	terminal bool
	what     string
	start    time.Time
	last     time.Time
	drawn    bool
}

func (a *app) newProgress(what string) *progress {
	now := time.Now()
	return &progress{w: a.Err, terminal: isTerminal(a.Err) && !dumb(), what: what, start: now, last: now}
}

// show says that done of total units are through (total may be unknown: 0 or
// less), with a rate already in words.
func (p *progress) show(done, total int64, rate string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	every := 5 * time.Second
	if p.terminal {
		every = 100 * time.Millisecond
	}
	if now.Sub(p.last) < every {
		return
	}
	p.last = now
	spent := now.Sub(p.start)
	line := p.what
	if total > 0 {
		share := min(float64(done)/float64(total), 1)
		line += fmt.Sprintf(" %3.0f%%", 100*share)
		if p.terminal {
			full := int(share * 20)
			line += " ▕" + strings.Repeat("█", full) + strings.Repeat(" ", 20-full) + "▏"
		}
		if share > 0.01 {
			left := time.Duration(float64(spent) * (1 - share) / share)
			line += fmt.Sprintf(" %s left", left.Round(time.Second))
		}
	}
	if rate != "" {
		line += " · " + rate
	}
	if !p.terminal {
		fmt.Fprintln(p.w, line)
		return
	}
	// What does not fit would wrap, and could not be drawn over.
	if f, ok := p.w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 1 {
			line = ansi.Truncate(line, width-1, "")
		}
	}
	fmt.Fprint(p.w, "\r"+ansi.EraseLineRight+line)
	p.drawn = true
}

// stage says how far a stage of the work is, 0 where that is not known. What is
// left of it is told from its own time.
func (p *progress) stage(what string, share float64, rate string) {
	p.mu.Lock()
	if p.what != what {
		p.what, p.start = what, time.Now()
	}
	p.mu.Unlock()
	p.show(int64(share*1000), min(int64(share*1000), 1)*1000, rate)
}

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		fmt.Fprint(p.w, "\r"+ansi.EraseLineRight)
		p.drawn = false
	}
}

// bytesPerSecond writes a rate of bytes since the start.
func (p *progress) bytesPerSecond(bytes int64) string {
	s := time.Since(p.start).Seconds()
	if s <= 0 {
		return ""
	}
	return byteSize(int64(float64(bytes)/s)) + "/s"
}

// perSecond writes a rate of rows and bytes since the start.
func (p *progress) perSecond(rows, bytes int64) string {
	s := time.Since(p.start).Seconds()
	if s <= 0 {
		return ""
	}
	return fmt.Sprintf("%d rows · %.0f rows/s · %.1f MB/s", rows, float64(rows)/s, float64(bytes)/s/1e6)
}
