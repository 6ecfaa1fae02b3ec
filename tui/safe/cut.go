package safe

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// ellipsis says that a text goes on.
const ellipsis = "…"

// Truncate returns Line(s), cut to at most width cells. Where something is cut
// off, the last cell is an ellipsis, if there is room for one. The time does
// not depend on the length of s beyond the cut. It returns s itself where s is
// fit to be drawn and fits.
func Truncate(s string, width int) string {
	text, _ := truncate(s, width)
	return text
}

// Pad returns Truncate(s, width), filled up with blanks to exactly width
// cells.
func Pad(s string, width int) string {
	text, used := truncate(s, width)
	if used >= width {
		return text
	}
	return text + strings.Repeat(" ", width-used)
}

// truncate returns the text of Truncate and its width.
func truncate(s string, width int) (text string, used int) {
	if width <= 0 {
		return "", 0
	}
	clean := true
	tail := ansi.StringWidth(ellipsis)
	var out []byte
	fits, fitsUsed := 0, 0 // what remains of out where an ellipsis follows
	for pos := 0; pos < len(s); {
		p := scan(s, pos, 0, oneLine)
		if clean && !p.same {
			clean = false
			out = append(out, s[:pos]...)
		}
		for rest := p.text; rest != ""; {
			c, w := rest, p.width
			if !p.whole {
				c, w = ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
			}
			rest = rest[len(c):]
			if used+w > width {
				if clean {
					out = append(out, s[:pos]...)
				}
				if tail > width {
					return string(out), used
				}
				return string(out[:fits]) + ellipsis, fitsUsed + tail
			}
			used += w
			if !clean {
				out = append(out, c...)
			}
			if used+tail <= width {
				fits, fitsUsed = len(out), used
				if clean {
					fits = p.end
				}
			}
		}
		pos = p.end
	}
	if clean {
		return s, used
	}
	return string(out), used
}
