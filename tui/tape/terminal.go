//go:build unix

package tape

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// Terminal is a program running on a pseudo-terminal.
type Terminal struct {
	cmd    *exec.Cmd
	pty    *os.File
	screen *screen
	ended  chan struct{}
	err    error // of the program, once ended is closed
}

// Start runs a program on a terminal of so many columns and rows.
func Start(cmd *exec.Cmd, cols, rows int) (*Terminal, error) {
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		return nil, fmt.Errorf("tape: start %s: %w", cmd.Path, err)
	}
	t := &Terminal{cmd: cmd, pty: f, ended: make(chan struct{}), screen: &screen{changed: make(chan struct{}),
		vt: vt10x.New(vt10x.WithSize(cols, rows), vt10x.WithWriter(f))}}
	go func() {
		io.Copy(t.screen, f) // ends with an error when the program does
		t.err = cmd.Wait()
		close(t.ended)
	}()
	return t, nil
}

// Type sends keys as a keyboard does.
func (t *Terminal) Type(keys string) error {
	if _, err := io.WriteString(t.pty, keys); err != nil {
		return fmt.Errorf("tape: type: %w", err)
	}
	return nil
}

// Screen returns what the terminal shows, a line a row.
func (t *Terminal) Screen() string {
	cells, _ := t.screen.cells()
	return lines(cells)
}

// WaitFor waits until the screen matches the pattern; the error shows the
// screen that never did.
func (t *Terminal) WaitFor(pattern *regexp.Regexp, atMost time.Duration) error {
	deadline := time.NewTimer(atMost)
	defer deadline.Stop()
	for {
		cells, changed := t.screen.cells()
		if pattern.MatchString(lines(cells)) {
			return nil
		}
		select {
		case <-changed:
		case <-t.ended:
			return fmt.Errorf("tape: the program ended (%v) before the screen showed %s:\n%s", t.err, pattern, lines(cells))
		case <-deadline.C:
			return fmt.Errorf("tape: the screen did not show %s within %v:\n%s", pattern, atMost, lines(cells))
		}
	}
}

// Resize changes the size of the terminal, which the program is told.
func (t *Terminal) Resize(cols, rows int) error {
	t.screen.mu.Lock()
	t.screen.vt.Resize(cols, rows)
	t.screen.mu.Unlock()
	return pty.Setsize(t.pty, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
}

// Wait waits until the program has ended, and returns its error.
func (t *Terminal) Wait(atMost time.Duration) error {
	select {
	case <-t.ended:
		return t.err
	case <-time.After(atMost):
		return fmt.Errorf("tape: the program did not end within %v; the screen:\n%s", atMost, t.Screen())
	}
}

// Close ends the program if it has not ended, and the terminal.
func (t *Terminal) Close() {
	select {
	case <-t.ended:
	default:
		t.cmd.Process.Kill()
		<-t.ended
	}
	t.pty.Close()
}
