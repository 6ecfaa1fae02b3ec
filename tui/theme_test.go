package tui

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"inkling/tui/catalog"
)

// sgr finds what a screen says to the terminal about how to draw.
var sgr = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// attributes returns the distinct parameters of all such sequences.
func attributes(screen string) map[string]bool {
	out := map[string]bool{}
	for _, m := range sgr.FindAllStringSubmatch(screen, -1) {
		for _, p := range strings.Split(m[1], ";") {
			out[p] = true
		}
	}
	return out
}

// withTheme is a label screen drawn with a theme of one profile.
func withTheme(t *testing.T, p termenv.Profile, dark, colour bool) *driver {
	t.Helper()
	d := posed(t, catalog.English, p, dark, 100, 30)
	d.theme = newTheme(d.theme.r, colour)
	return d
}

// TestNoColourKeepsAttributes: without colours the screens still have bold,
// underline and reverse, and nothing else; with them, the same characters.
func TestNoColourKeepsAttributes(t *testing.T) {
	t.Parallel()
	d := withTheme(t, termenv.ANSI, true, false)
	bright := withTheme(t, termenv.ANSI, true, true)
	seen := map[string]bool{}
	for _, keys := range [][]string{nil, {"e"}, {"space"}, {"esc", "?"}, {"x", "f2"}, {"f3"}} {
		d.press(keys...)
		bright.press(keys...)
		for p := range attributes(d.View()) {
			seen[p] = true
		}
		if a, b := ansi.Strip(d.View()), ansi.Strip(bright.View()); a != b {
			t.Errorf("after %v:\n%s\nin colour:\n%s", keys, a, b)
		}
	}
	for p := range seen {
		switch p {
		case "", "0", "1", "3", "4", "7":
		default:
			t.Errorf("a screen without colours has the attribute %s", p)
		}
	}
	for _, p := range []string{"1", "4", "7"} {
		if !seen[p] {
			t.Errorf("no screen without colours has the attribute %s", p)
		}
	}
}

// TestSixteenColours: on white nothing is drawn in yellow, white or a bright
// colour but grey and red, and on black nothing in black or plain blue.
func TestSixteenColours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dark bool
		not  []string
	}{
		{false, []string{"33", "37", "92", "93", "95", "96", "97"}},
		{true, []string{"30", "34"}},
	} {
		th := newTheme(renderer(termenv.ANSI, c.dark), true)
		all := map[string]lipgloss.Style{"dim": th.dim, "accent": th.accent, "frame": th.frame, "key": th.key, "good": th.good, "warn": th.warn, "bad": th.bad,
			"pull": th.pull, "push": th.push, "train": th.train, "valid": th.valid, "acc": th.acc, "faded": th.faded}
		for i, l := range th.labels {
			all[fmt.Sprint("label ", i)] = l
		}
		for name, st := range all {
			got := attributes(st.Render("x"))
			for _, n := range c.not {
				if got[n] {
					t.Errorf("%s is drawn in %s, dark %t", name, n, c.dark)
				}
			}
		}
		if got := th.dim.Render("x"); got != "\x1b[90mx\x1b[0m" {
			t.Errorf("dim, dark %t: %q", c.dark, got)
		}
	}
}

// TestColours: what the environment of a terminal allows.
func TestColours(t *testing.T) {
	tty, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	for _, c := range []struct {
		name    string
		env     map[string]string
		profile termenv.Profile
		none    bool
	}{
		{"16 colours", map[string]string{"TERM": "xterm"}, termenv.ANSI, false},
		{"256 colours", map[string]string{"TERM": "xterm-256color"}, termenv.ANSI256, false},
		{"true colour", map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, termenv.TrueColor, false},
		{"unwanted", map[string]string{"TERM": "xterm-256color", "NO_COLOR": "1"}, termenv.ANSI, true},
		{"unwanted, said otherwise", map[string]string{"TERM": "xterm", "CLICOLOR": "0"}, termenv.ANSI, true},
		{"an old terminal", map[string]string{"TERM": "vt220"}, termenv.ANSI, true},
		{"forced upon it", map[string]string{"TERM": "vt220", "CLICOLOR_FORCE": "1"}, termenv.ANSI, false},
		{"a dumb one", map[string]string{"TERM": "dumb"}, termenv.Ascii, true},
		{"a dumb one, unwanted", map[string]string{"TERM": "dumb", "NO_COLOR": "1"}, termenv.Ascii, true},
	} {
		r := lipgloss.NewRenderer(tty, termenv.WithTTY(true), termenv.WithEnvironment(environ(c.env)))
		none := colours(r, environ(c.env).Getenv, false)
		if r.ColorProfile() != c.profile || none != c.none {
			t.Errorf("%s: %s, none %t; want %s, %t", c.name, r.ColorProfile().Name(), none, c.profile.Name(), c.none)
		}
	}
	if r := lipgloss.NewRenderer(io.Discard); !colours(r, environ{"TERM": "xterm"}.Getenv, false) || r.ColorProfile() != termenv.Ascii {
		t.Error("what is no terminal gets escapes")
	}
	// A terminal at the other end of a connection is one, whatever leads there.
	for _, c := range []struct {
		env     environ
		profile termenv.Profile
		none    bool
	}{
		{environ{"TERM": "xterm-256color"}, termenv.ANSI256, false},
		{environ{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, termenv.TrueColor, false},
		{environ{"TERM": "xterm-256color", "NO_COLOR": "1"}, termenv.ANSI, true},
		{environ{"TERM": "vt220"}, termenv.ANSI, true},
		{environ{"TERM": "dumb"}, termenv.Ascii, true},
		{environ{}, termenv.Ascii, true},
	} {
		r := lipgloss.NewRenderer(io.Discard, termenv.WithEnvironment(c.env), termenv.WithUnsafe())
		if none := colours(r, c.env.Getenv, true); r.ColorProfile() != c.profile || none != c.none {
			t.Errorf("%v: %s, none %t; want %s, %t", c.env, r.ColorProfile().Name(), none, c.profile.Name(), c.none)
		}
	}
}

// environ is an environment of its own.
type environ map[string]string

func (e environ) Getenv(k string) string { return e[k] }

func (e environ) Environ() (out []string) {
	for k, v := range e {
		out = append(out, k+"="+v)
	}
	return out
}
