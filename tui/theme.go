package tui

import (
	"github.com/charmbracelet/lipgloss"
)

// theme is every style that a screen may use, made from the renderer of one
// session, so that terminals of different colours can be served at once.
// Colour is never the only sign of anything: whatever a style says is also
// said by a word, a glyph or a place.
type theme struct {
	r *lipgloss.Renderer

	plain, dim, strong lipgloss.Style
	accent             lipgloss.Style // the one accent: what the eye should find first
	frame              lipgloss.Style // lines around and between
	key                lipgloss.Style // a key in a hint
	good, warn, bad    lipgloss.Style
	pull, push         lipgloss.Style   // words that speak for and against the suggestion
	cursor             lipgloss.Style   // the chosen row of a list
	train, valid, acc  lipgloss.Style   // curves
	faded              lipgloss.Style   // earlier runs
	ramp               []lipgloss.Style // heat, from nothing to all
	labels             []lipgloss.Style // one a label, repeating
}

// The colours keep apart under the common colour-vision deficiencies: the
// label colours follow the palette of Okabe and Ito (2008), darkened for light
// backgrounds.
func newTheme(r *lipgloss.Renderer) theme {
	fg := func(light, dark string) lipgloss.Style {
		return r.NewStyle().Foreground(lipgloss.AdaptiveColor{Light: light, Dark: dark})
	}
	t := theme{
		r:      r,
		plain:  r.NewStyle(),
		dim:    fg("#6b7280", "#7d8590"),
		strong: r.NewStyle().Bold(true),
		accent: fg("#0b6bcb", "#6cb6ff").Bold(true),
		frame:  fg("#c4c9d1", "#444c56"),
		key:    fg("#24292f", "#d1d7e0").Bold(true),
		good:   fg("#00714f", "#4ec9a4"),
		warn:   fg("#8a5a00", "#e3b341"),
		bad:    fg("#b3401f", "#f0883e").Bold(true),
		pull:   fg("#0b6bcb", "#6cb6ff").Underline(true),
		push:   fg("#8a5a00", "#e3b341").Italic(true),
		cursor: r.NewStyle().Reverse(true),
		train:  fg("#0b6bcb", "#6cb6ff"),
		valid:  fg("#b35900", "#f0a35e"),
		acc:    fg("#00714f", "#4ec9a4"),
		faded:  fg("#b8bec7", "#545d68"),
	}
	for _, c := range [][2]string{{"#eef4fb", "#1d2733"}, {"#d3e5f7", "#213a54"}, {"#a9cdf0", "#265582"}, {"#6faee6", "#2a6299"}, {"#2f86d6", "#3077b8"}} {
		t.ramp = append(t.ramp, r.NewStyle().Background(lipgloss.AdaptiveColor{Light: c[0], Dark: c[1]}))
	}
	for _, c := range [][2]string{
		{"#0072b2", "#56b4e9"}, {"#b35900", "#e69f00"}, {"#00714f", "#2fbf94"}, {"#a2437f", "#e08bbd"},
		{"#6b5f00", "#d9cc3c"}, {"#b3401f", "#f0783e"}, {"#4b4f9c", "#9da2f0"}, {"#4d4d4d", "#b0b0b0"},
	} {
		t.labels = append(t.labels, fg(c[0], c[1]))
	}
	return t
}

// label returns the style of a class: its own colour where the task gives
// one, else the theme's.
func (t theme) label(class int, colour string) lipgloss.Style {
	if colour != "" {
		return t.r.NewStyle().Foreground(lipgloss.Color(colour))
	}
	if class < 0 {
		return t.plain
	}
	return t.labels[class%len(t.labels)]
}
