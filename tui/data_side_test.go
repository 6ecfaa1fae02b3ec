package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"inkling/label"
)

// The counts of the data screen add up, each to the one that it stands under,
// and are in sight in the smallest window that has a side.
func TestDataCountsAddUp(t *testing.T) {
	t.Parallel()
	d := newDriver(t, newProject(t, banking(77), 4), drive{})
	d.ready()
	d.press("f5")
	d.screens[4].update(committedMsg{label.Counts{Items: 4210, Labelled: 214, Audited: 38, Accepted: 151, Corrected: 25, Skipped: 3, Flagged: 2, Events: 231}})
	screen := ansi.Strip(d.View())
	got := map[string]int{}
	for _, line := range strings.Split(screen, "\n") {
		side := strings.Split(line, "│")
		if len(side) < 4 {
			continue
		}
		name := strings.TrimRight(strings.TrimSpace(side[2]), "0123456789 ")
		var n int
		if _, err := fmt.Sscan(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(side[2]), name)), &n); err == nil {
			got[name] = n
		}
	}
	if got["items"] != 4210 || got["items"] != got["labelled"]+got["skipped"]+got["flagged"]+got["open"] {
		t.Errorf("the items do not add up:\n%s", screen)
	}
	if got["labelled"] != 214 || got["labelled"] != got["accepted"]+got["corrected"]+got["no suggestion"] || got["audited"] != 38 {
		t.Errorf("the labelled items do not add up:\n%s", screen)
	}
	if !strings.Contains(screen, "columns") || !strings.Contains(screen, "+7") {
		t.Errorf("labels and columns do not share what is left:\n%s", screen)
	}
}
