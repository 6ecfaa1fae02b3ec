// Package plots turns numbers into terminal pictures: line charts, sparklines,
// bars, heat maps, reliability diagrams, gauges. It knows nothing of where the
// numbers come from.
//
// Every picture is a struct whose fields say what to draw and whose View method
// draws it. View is a pure function of the fields. It returns exactly Height
// lines of exactly Width terminal cells each, without a line feed at the end,
// whatever the size (negative ones count as 0) and whatever the numbers:
// nothing to draw gives blanks, NaN and infinities are gaps. What a picture
// cannot fit it leaves out in the order of its use: first words, then axes,
// never the data.
//
// Styles come from the caller, so that each session draws with its own
// renderer. Colour is never the only sign: series differ by their dashes as
// well, shades by their glyphs where there are no colours. A style may set
// colours and attributes only; a zero style draws plainly.
//
// Texts should be fit to be drawn. As a last resort controls in them are
// replaced by U+FFFD, and what has no width of its own is left out.
package plots
