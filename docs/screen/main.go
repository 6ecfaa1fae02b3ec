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
	const patience = time.Minute
	for _, step := range []struct {
		see   *regexp.Regexp
		press string
	}{
		// Enough answers for a model worth a look; then a card with a suggestion.
		{regexp.MustCompile(`2[0-9]{2} labelled`), "x"},
		{regexp.MustCompile(`(?s)suggestion.*the keys are yours.*saved #`), ""},
	} {
		if err := t.WaitFor(step.see, patience); err != nil {
			return err
		}
		if step.press != "" {
			if err := t.Type(step.press); err != nil {
				return err
			}
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
