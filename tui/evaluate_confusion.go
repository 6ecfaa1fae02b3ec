package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/plots"
	"inkling/tui/safe"
)

// heatMap returns the confusion matrix for a view of a size, and how many rows
// and columns of it are in sight. Where that is not all of it, the classes that
// are confused come first.
func (e *evaluateScreen) heatMap(width, height int) (m plots.HeatMap, rows, cols int) {
	w, th := e.words.Evaluate, e.theme
	m = plots.HeatMap{Width: width, Height: height, Counts: e.found.counts, Rows: e.found.names, Columns: e.found.names,
		RowsAre: w.True, ColumnsAre: w.Predicted, Ramp: th.ramp, Axis: th.dim, Diagonal: true}
	rows, cols = m.Shown()
	k := len(e.found.names)
	if rows < k || cols < k {
		m.Counts, m.Rows, m.Columns = e.found.tangled, e.found.heads, e.found.heads
	}
	// The list of pairs below makes up for what is out of sight; it also gets the
	// rows whose errors would be out of sight.
	if (rows < k || cols < k) && height >= 10 {
		m.Height = height - max(height/3, 4)
		rows, cols = m.Shown()
		if rows > cols {
			m.Height -= rows - cols
			rows, cols = m.Shown()
		}
	} else if spare := height - k - 2; spare >= 4 {
		m.Height = k + 2
	}
	return m, rows, cols
}

// viewConfusion draws the confusion matrix and, where there is room or need,
// the pairs that are confused most. It scrolls along its diagonal.
func (e *evaluateScreen) viewConfusion(width, height int) []string {
	w, th := e.words.Evaluate, e.theme
	m, rows, cols := e.heatMap(width, height)
	k := len(e.found.names)
	at := max(min(e.scroll[confusionPane], k-min(rows, cols)), 0)
	m.Top, m.Left = at, at
	out := strings.Split(m.View(), "\n")
	rest := height - len(out)
	if rest < 3 {
		return out
	}
	about := ""
	if n := min(rows, cols); n < k {
		about = th.dim.Render(safe.Truncate(fmt.Sprintf(w.Classes, at+1, min(at+n, k), k), width))
	}
	out = append(out, about)
	if len(e.found.pairs) == 0 {
		return append(out, th.dim.Render(safe.Truncate(w.NoneConfused, width)))
	}
	out = append(out, th.strong.Render(safe.Truncate(w.Confused, width)))
	return append(out, e.viewPairs(width, rest-2)...)
}

// viewPairs lists the most confused pairs.
func (e *evaluateScreen) viewPairs(width, rows int) []string {
	w := e.words.Evaluate
	pairs := e.found.pairs[:min(len(e.found.pairs), max(rows, 0))]
	var texts, times []string
	wide, most := 0, 0
	for _, p := range pairs {
		t := fmt.Sprintf(w.Instead, e.found.names[p.truth], e.found.names[p.predicted])
		n := fmt.Sprintf(w.Times, p.n, p.of)
		texts, times = append(texts, t), append(times, n)
		wide, most = max(wide, lipgloss.Width(t)), max(most, lipgloss.Width(n))
	}
	wide = min(wide, max(width-most-2, 1))
	out := make([]string, len(pairs))
	for i := range pairs {
		out[i] = safe.Pad(texts[i], wide) + "  " + times[i]
	}
	return out
}
