package tui

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows are the rooms of the house, and what of ours each may import besides
// its own: tui -> {store, learn, plots} -> label. A longer path is a room of
// its own.
var arrows = map[string][]string{
	"inkling":             {"inkling/tui/cli"},
	"inkling/label":       {},
	"inkling/store":       {"inkling/label"},
	"inkling/learn":       {"inkling/label"},
	"inkling/plots":       {},
	"inkling/tui":         {"inkling/label", "inkling/learn", "inkling/store", "inkling/plots"},
	"inkling/tui/safe":    {},
	"inkling/tui/catalog": {},
	"inkling/tui/seat":    {"inkling/label", "inkling/learn", "inkling/store"},
	"inkling/tui/tape":    {},
	"inkling/docs":        {"inkling/tui", "inkling/learn", "inkling/store", "inkling/label", "inkling/plots"}, // pictures and benchmarks: nobody imports them
}

// within reports whether a package stands in a room.
func within(pkg, room string) bool {
	return pkg == room || room != "inkling" && strings.HasPrefix(pkg, room+"/")
}

// roomOf is the innermost room of a package, "" where it is none of ours.
func roomOf(pkg string) string {
	best := ""
	for room := range arrows {
		if within(pkg, room) && len(room) > len(best) {
			best = room
		}
	}
	return best
}

func list(t *testing.T, args ...string) [][]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var rows [][]string
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		rows = append(rows, strings.Fields(line))
	}
	return rows
}

// The arrows of the design point one way.
func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range list(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		pkg := row[0]
		room := roomOf(pkg)
		if room == "" {
			t.Errorf("%s stands in no room of the house", pkg)
			continue
		}
		seen[room] = true
		for _, imp := range row[1:] {
			if imp != "inkling" && !strings.HasPrefix(imp, "inkling/") || within(imp, room) {
				continue
			}
			if !slices.ContainsFunc(arrows[room], func(r string) bool { return within(imp, r) }) {
				t.Errorf("%s imports %s, which %s may not", pkg, imp, room)
			}
		}
	}
	for room := range arrows {
		if !seen[room] && room != "inkling/docs" {
			t.Errorf("no package stands in %s", room)
		}
	}
}

// What learns and what keeps knows nothing of terminals, at any depth.
func TestNoTerminalBelowTheScreens(t *testing.T) {
	for _, room := range []string{"label", "store", "learn"} {
		for _, row := range list(t, "-deps", "./"+room+"/...") {
			for _, lib := range []string{"github.com/charmbracelet/bubble", "github.com/charmbracelet/lipgloss", "github.com/muesli/termenv", "golang.org/x/term", "github.com/creack/pty"} {
				if strings.HasPrefix(row[0], lib) {
					t.Errorf("%s depends on %s", room, row[0])
				}
			}
		}
	}
}
