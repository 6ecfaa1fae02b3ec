// Package safe makes text that nobody vouches for fit to be drawn in a
// terminal, and lays it out in rows.
//
// What could act on a terminal, hide from the reader or upset the layout is
// replaced by something visible:
//
//	C0 controls, DEL          control pictures: ESC is ␛, DEL is ␡
//	C1 controls, bad UTF-8    \x9b, one escape a byte or code point
//	tab                       blanks, to the next multiple of four (Text) or one (Line)
//	CR LF, CR, LF, U+0085,
//	U+2028, U+2029            line feed (Text) or ⏎ (Line)
//	bidi controls             their short name: ⟨RLO⟩
//	other format characters,
//	private use, unassigned,
//	noncharacters, fillers    their code point: ⟨U+200B⟩
//	a lone combining mark     stands on a dotted circle ◌
//	too many marks on one     the first four are kept (eight with spacing ones),
//	base                      the others are counted: ⟨+12⟩
//
// These are dropped without a trace, because readers of ordinary text would
// stumble over them and they change nothing but shapes:
//   - a byte order mark at the very start;
//   - a soft hyphen between two letters;
//   - U+200B between letters of the scripts of South-East Asia, where it
//     divides words (rows may break there);
//   - ZWJ and ZWNJ after a letter of a script that is shaped by them, such as
//     Arabic, Devanagari or Sinhala;
//   - one variation selector after a letter, and an emoji or text selector
//     after any other character that is no emoji.
//
// They too are shown where dropping them would join their neighbours into
// one character.
//
// ZWJ, variation selectors, skin tones and tags stay inside emoji sequences;
// the only tag sequences are the flags of England, Scotland and Wales.
//
// Widths are those of ansi.StringWidth, which lipgloss.Width uses as well,
// counted by grapheme cluster (Unicode Standard Annex 29). No cluster of the
// output has width zero. Some spellings are rewritten to equivalent ones,
// because terminals measure them differently from that function: Thai and Lao
// SARA AM are decomposed, half-width katakana with a voicing mark becomes full
// width, a text symbol at the head of an emoji sequence gets its emoji
// selector, and half a flag and conjoining jamo outside of a plain syllable are
// shown by code point.
//
// A text may of course contain ␛ or ⟨RLO⟩ literally; the output does not tell
// that apart from a replaced character.
package safe

import "strings"

// Line returns s on one line, fit to be drawn: line breaks become ⏎ and a tab
// one blank. It returns s itself, and allocates nothing, where nothing needs
// replacing. Line(Line(s)) is Line(s).
func Line(s string) string { return rewrite(s, oneLine) }

// Text returns s fit to be drawn, with its line breaks as line feeds and its
// tabs as blanks up to the next multiple of four columns. It returns s itself,
// and allocates nothing, where nothing needs replacing. Text(Text(s)) is
// Text(s).
func Text(s string) string { return rewrite(s, manyLines) }

func rewrite(s string, m mode) string {
	var b strings.Builder
	changed, copied, col := false, 0, 0
	for pos := 0; pos < len(s); {
		p := scan(s, pos, col, m)
		if !p.same {
			if !changed {
				changed = true
				b.Grow(len(s) + len(s)/8)
			}
			b.WriteString(s[copied:pos])
			b.WriteString(p.text)
			copied = p.end
		}
		if col += p.width; p.kind == newline {
			col = 0
		}
		pos = p.end
	}
	if !changed {
		return s
	}
	b.WriteString(s[copied:])
	return b.String()
}
