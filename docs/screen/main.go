//go:build unix

// Command screen draws the README's picture: it builds the program, lets the
// demo label on a pseudo-terminal until there are curves to see, takes the keys
// over, and writes what the screen shows as docs/screen.svg.
//
//	go run ./docs/screen
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"inkling/tui/tape"
)

const columns, rows = 100, 28

func main() {
	if err := draw("docs/screen.svg"); err != nil {
		fmt.Fprintln(os.Stderr, "screen:", err)
		os.Exit(1)
	}
}

func draw(path string) error {
	dir, err := os.MkdirTemp("", "screen")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "inkling")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	cmd := exec.Command(bin, "demo", "--fast", "--project", filepath.Join(dir, "loans.inkling"))
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=en_US.UTF-8", "NO_COLOR=", "HOME="+dir)
	t, err := tape.Start(cmd, columns, rows)
	if err != nil {
		return err
	}
	defer t.Close()
	// Enough answers for a model worth a look; then the keys are ours.
	if err := t.WaitFor(regexp.MustCompile(`2[0-9]{2} labelled`), time.Minute); err != nil {
		return err
	}
	if err := t.Type("x"); err != nil {
		return err
	}
	for tries := 0; ; tries++ {
		// The trainer comes to rest, and the card is drawn.
		time.Sleep(500 * time.Millisecond)
		if worthShowing(t.Screen()) {
			break
		}
		if tries == 100 {
			return fmt.Errorf("no card was worth showing; the last:\n%s", t.Screen())
		}
		if err := t.Type("s"); err != nil {
			return err
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := t.SVG(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

var (
	han  = regexp.MustCompile(`\p{Han}`)
	sure = regexp.MustCompile(`suggestion +\S+ 0\.[6-9]`)
)

// worthShowing: a card in English, where the model has something to say.
func worthShowing(screen string) bool {
	return strings.Contains(screen, "⏎ accept") && strings.Contains(screen, "why") && !strings.Contains(screen, "scoring") &&
		sure.MatchString(screen) && !han.MatchString(screen)
}
