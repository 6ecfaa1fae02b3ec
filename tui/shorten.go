package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// clusters returns the grapheme clusters of a text that is fit to be drawn.
func clusters(s string) []string {
	var out []string
	for s != "" {
		c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		out = append(out, c)
		s = s[len(c):]
	}
	return out
}

// keepLast returns the end of a drawable text in at most width cells; an
// ellipsis stands for what is left out before it.
func keepLast(s string, width int) string {
	if ansi.StringWidth(s) <= width {
		return s
	}
	cs := clusters(s)
	used, from := 1, len(cs)
	for from > 0 && used+ansi.StringWidth(cs[from-1]) <= width {
		from--
		used += ansi.StringWidth(cs[from])
	}
	if width < 1 {
		return ""
	}
	return "…" + strings.Join(cs[from:], "")
}

// keepEnds returns a drawable text in at most width cells, with an ellipsis
// for what is left out of its middle: names in a list often differ only at the
// end.
func keepEnds(s string, width int) string {
	if ansi.StringWidth(s) <= width {
		return s
	}
	tail := max((width-1)/2, 0)
	head, used := "", 0
	for _, c := range clusters(s) {
		n := ansi.StringWidth(c)
		if used+n > width-1-tail {
			break
		}
		head, used = head+c, used+n
	}
	return head + keepLast(s, width-used)
}
