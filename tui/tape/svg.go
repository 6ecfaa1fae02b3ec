//go:build unix

package tape

import (
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/hinshun/vt10x"
)

// Sizes of the picture, in pixels.
const (
	cellWidth  = 9
	cellHeight = 20
	fontSize   = 15
	margin     = 12
)

// Colours of the picture where the program chose none.
const (
	paper = "#0d1117"
	ink   = "#d1d7e0"
)

// Attributes of a cell, as the emulator numbers them.
const (
	underlined = 1 << 1
	bold       = 1 << 2
	italic     = 1 << 4
)

// SVG draws the screen as it stands now.
func (t *Terminal) SVG(w io.Writer) error {
	cells, _ := t.screen.cells()
	if len(cells) == 0 {
		return fmt.Errorf("tape: no screen to draw")
	}
	width, height := 2*margin+cellWidth*len(cells[0]), 2*margin+cellHeight*len(cells)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", paper)
	fmt.Fprintf(&b, `<g font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono CJK SC',monospace" font-size="%d">`+"\n", fontSize)
	for y, row := range cells {
		for x := 0; x < len(row); {
			n := run(row[x:])
			drawRun(&b, row[x:x+n], x, y)
			x += n
		}
	}
	b.WriteString("</g>\n</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// run returns how many cells are drawn in one go: those of one style. Wide
// characters stand alone, so that a font that draws them narrower moves
// nothing else.
func run(row []vt10x.Glyph) int {
	if len(row) > 1 && row[1].Char == filler {
		return 2
	}
	n := 1
	for n < len(row) && row[n].FG == row[0].FG && row[n].BG == row[0].BG && row[n].Mode == row[0].Mode &&
		(n+1 >= len(row) || row[n+1].Char != filler) {
		n++
	}
	return n
}

func drawRun(b *strings.Builder, cells []vt10x.Glyph, x, y int) {
	left, top := margin+cellWidth*x, margin+cellHeight*y
	g := cells[0]
	if bg := colour(g.BG); bg != paper {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", left, top, cellWidth*len(cells), cellHeight, bg)
	}
	text := lines([][]vt10x.Glyph{cells})
	if strings.TrimSpace(text) == "" {
		return
	}
	style := ""
	if g.Mode&bold != 0 {
		style += ` font-weight="bold"`
	}
	if g.Mode&italic != 0 {
		style += ` font-style="italic"`
	}
	if g.Mode&underlined != 0 {
		style += ` text-decoration="underline"`
	}
	// Ordinary blanks would be collapsed, and the rest drawn out to fill the place.
	text = strings.ReplaceAll(text, " ", "\u00a0")
	fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%d" lengthAdjust="spacingAndGlyphs" fill="%s"%s>%s</text>`+"\n",
		left, top+fontSize, cellWidth*len(cells), colour(g.FG), style, html.EscapeString(text))
}

// colour writes a colour of the emulator: a direct one, or one of the sixteen
// with names.
func colour(c vt10x.Color) string {
	switch {
	case c == vt10x.DefaultFG:
		return ink
	case c == vt10x.DefaultBG:
		return paper
	case c.ANSI():
		return named[c]
	}
	return fmt.Sprintf("#%06x", uint32(c)&0xffffff)
}

// named are the sixteen, in the order of their numbers.
var named = [16]string{"#0d1117", "#f0783e", "#4ec9a4", "#e3b341", "#6cb6ff", "#e08bbd", "#56d4dd", "#d1d7e0",
	"#7d8590", "#f0783e", "#4ec9a4", "#e3b341", "#6cb6ff", "#e08bbd", "#56d4dd", "#ffffff"}
