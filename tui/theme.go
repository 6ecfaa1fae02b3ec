package tui

import (
	"strconv"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// theme is every style that a screen may use, made from the renderer of one
// session, so that terminals of different colours can be served at once.
// Colour is never the only sign of anything: whatever a style says is also
// said by a word, a glyph or a place.
type theme struct {
	r      *lipgloss.Renderer
	colour bool

	plain, dim, strong lipgloss.Style
	accent             lipgloss.Style // the one accent: what the eye should find first
	frame              lipgloss.Style // lines around and between
	key                lipgloss.Style // a key in a hint
	good, warn, bad    lipgloss.Style
	pull               lipgloss.Style   // what was searched for
	push               lipgloss.Style   // what speaks against the suggestion
	cursor             lipgloss.Style   // the chosen row of a list
	train, valid, acc  lipgloss.Style   // curves
	faded              lipgloss.Style   // earlier runs
	ramp               []lipgloss.Style // heat, from nothing to all
	labels             []lipgloss.Style // one a label, repeating
}

// hue is one colour on light and on dark backgrounds; the last two are its
// nearest of the 16 colours of a terminal, empty for the terminal's own.
type hue struct{ light, dark, light16, dark16 string }

func (h hue) color() lipgloss.CompleteAdaptiveColor {
	return lipgloss.CompleteAdaptiveColor{
		Light: lipgloss.CompleteColor{TrueColor: h.light, ANSI256: nearest256(h.light), ANSI: h.light16},
		Dark:  lipgloss.CompleteColor{TrueColor: h.dark, ANSI256: nearest256(h.dark), ANSI: h.dark16},
	}
}

// nearest256 is the nearest of 256 colours. Found here, once a session, because
// a style would find it at every word that it draws.
func nearest256(hex string) string {
	c, ok := termenv.ANSI256.Color(hex).(termenv.ANSI256Color)
	if !ok {
		return hex
	}
	return strconv.Itoa(int(c))
}

// newTheme makes the styles of a session. With colour they are told apart by
// hues; without, by bold, underline and reverse alone, as far as the renderer's
// profile has any (termenv.Ascii has none).
//
// The colours keep apart under the common colour-vision deficiencies: the
// label colours follow the palette of Okabe and Ito (2008), darkened for light
// backgrounds.
func newTheme(r *lipgloss.Renderer, colour bool) theme {
	fg := func(h hue) lipgloss.Style {
		if !colour {
			return r.NewStyle()
		}
		return r.NewStyle().Foreground(h.color())
	}
	// Of 16 colours, yellow and the bright ones cannot be read on white, nor plain
	// blue on black; grey is bright black on both.
	var (
		grey   = hue{"#6b7280", "#7d8590", "8", "8"}
		line   = hue{"#c4c9d1", "#444c56", "8", "8"}
		ink    = hue{"#24292f", "#d1d7e0", "", ""}
		blue   = hue{"#0b6bcb", "#6cb6ff", "4", "12"}
		green  = hue{"#00714f", "#4ec9a4", "2", "10"}
		amber  = hue{"#8a5a00", "#e3b341", "5", "11"}
		orange = hue{"#b35900", "#f0a35e", "5", "11"}
		red    = hue{"#b3401f", "#f0883e", "1", "9"}
		faint  = hue{"#99a2ae", "#545d68", "8", "8"}
	)
	t := theme{
		r:      r,
		colour: colour,
		plain:  r.NewStyle(),
		dim:    fg(grey),
		strong: r.NewStyle().Bold(true),
		accent: fg(blue).Bold(true),
		frame:  fg(line),
		key:    fg(ink).Bold(true),
		good:   fg(green),
		warn:   fg(amber),
		bad:    fg(red).Bold(true),
		pull:   fg(blue).Underline(true),
		push:   fg(grey).Italic(true),
		cursor: r.NewStyle().Reverse(true),
		train:  fg(blue),
		valid:  fg(orange),
		acc:    fg(green),
		faded:  fg(faint),
	}
	for _, h := range []hue{
		{light: "#eef4fb", dark: "#1d2733"}, {light: "#d3e5f7", dark: "#213a54"}, {light: "#a9cdf0", dark: "#265582"},
		{light: "#6faee6", dark: "#2a6299"}, {light: "#2f86d6", dark: "#3077b8"},
	} {
		// Five steps of one hue are not among 16 colours: there, as without
		// colours, the plots shade with glyphs.
		st := r.NewStyle()
		if colour {
			st = st.Background(h.color())
		}
		t.ramp = append(t.ramp, st)
	}
	for _, h := range []hue{
		{"#0072b2", "#56b4e9", "4", "12"}, {"#b35900", "#e69f00", "1", "11"}, {"#00714f", "#2fbf94", "2", "10"}, {"#a2437f", "#e08bbd", "5", "13"},
		{"#6b5f00", "#d9cc3c", "6", "3"}, {"#b3401f", "#f0783e", "9", "9"}, {"#4b4f9c", "#9da2f0", "12", "14"}, {"#4d4d4d", "#b0b0b0", "8", "7"},
	} {
		t.labels = append(t.labels, fg(h))
	}
	return t
}

// tab draws the name of a screen, a view or a list among others.
func (t theme) tab(name string, onTop bool) string {
	if onTop {
		return t.accent.Underline(true).Render(name)
	}
	return t.dim.Render(name)
}

// label returns the style of a class: its own colour where the task gives
// one, else the theme's.
func (t theme) label(class int, colour string) lipgloss.Style {
	if colour != "" && t.colour {
		return t.r.NewStyle().Foreground(lipgloss.Color(colour))
	}
	if class < 0 {
		return t.plain
	}
	st := t.labels[class%len(t.labels)]
	// The colours come round again: then a line below, a slant, and both.
	switch class / len(t.labels) % 4 {
	case 1:
		st = st.Underline(true)
	case 2:
		st = st.Italic(true)
	case 3:
		st = st.Underline(true).Italic(true)
	}
	return st
}

// pulls is the style of what speaks for a class: its own colour, with a line below.
func (t theme) pulls(class int, colour string) lipgloss.Style {
	return t.label(class, colour).Italic(false).Underline(true)
}
