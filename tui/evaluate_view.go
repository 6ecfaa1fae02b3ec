package tui

import (
	"fmt"
	"strings"

	"inkling/tui/safe"
)

func (e *evaluateScreen) view(width, height int) string {
	w, th := e.words.Evaluate, e.theme
	if !e.found.answered() {
		return " " + th.dim.Render(safe.Truncate(w.None, width-2))
	}
	r := e.found.report
	out := []string{" " + fmt.Sprintf("%s %.3f", w.Accuracy, r.Accuracy), ""}
	for _, c := range r.PerClass {
		out = append(out, fmt.Sprintf(" %s %9.3f %9.3f %9.3f %9d", safe.Pad(c.Label, 20), c.Precision, c.Recall, c.F1, c.Support))
	}
	return strings.Join(out[:min(len(out), height)], "\n")
}
