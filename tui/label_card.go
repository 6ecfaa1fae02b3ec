package tui

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/feature"
	"inkling/tui/safe"
)

// Widths of a card, in cells.
const (
	leastValue   = 24 // of what stands between the name and the pull, where there is room
	widestValue  = 48 // beyond, the pull stands too far from its name
	leastColumn  = 44 // from which there are two columns of fields
	columnsFrom  = 6  // fields that one column always has room for
	columnGap    = 3
	longestValue = 14 // of a number or a code that others are aligned with
	pullWidth    = 7
)

// codesMeasured is how many codes of a column the width of a card goes by: it is
// laid out anew for every frame, and code books may have thousands.
const codesMeasured = 200

// viewBody draws the item on screen: its text, and below it the card of its
// fields. Where there is not room for both, each has half at least, and what
// scrolls is first the text and then the card.
func (l *labelScreen) viewBody(width, rows int, roomy bool) []string {
	if l.cur == nil || rows < 1 {
		return nil
	}
	task := l.project.Task()
	c := l.card(width)
	text := task.Column(label.Text) >= 0
	if text && !roomy {
		fields := l.viewFields(width, rows/3)
		return append(fill(l.viewText(width, rows-len(fields)), rows-len(fields)), fields...)
	}
	if !text {
		l.scroll = max(min(l.scroll, c.rows()-rows), 0)
		return c.view(l.scroll, rows)
	}
	if len(c.fields) == 0 {
		return l.viewText(width, rows)
	}
	low := min(c.rows(), max(rows/2, rows-1-l.textRows(width, rows))) // rows of the card
	high := rows - low - 1
	asked := l.scroll
	out := fill(l.viewText(width, high), high+1)
	beyond := min(asked-l.scroll, c.rows()-low)
	l.scroll += beyond
	return append(out, c.view(beyond, low)...)
}

// bodyRows is how many rows the item has, as far as so many.
func (l *labelScreen) bodyRows(width, most int) int {
	c := l.card(width)
	if l.project.Task().Column(label.Text) < 0 {
		return min(c.rows(), most)
	}
	rows := l.textRows(width, most)
	if len(c.fields) > 0 {
		rows += 1 + c.rows()
	}
	return rows
}

// fill adds blank rows up to so many.
func fill(lines []string, rows int) []string {
	for len(lines) < rows {
		lines = append(lines, "")
	}
	return lines
}

// card is the fields of an item that are not text, as a table: the name, the
// value, and how much it pulls. What models read comes first, in the order of
// the project, then what only people see.
type card struct {
	l       *labelScreen
	fields  []field
	columns int // of fields, side by side
	width   int // of each
	names   int // widths of the names, of numbers, of codes with a meaning, and of pulls
	numbers int
	codes   int
	pulls   int
}

// field is one row of a card.
type field struct {
	column label.Column
	value  string
	weight float64 // how much it pulls; 0 where it does not
	pull   string
}

// card lays the fields of the item on screen out for a width.
func (l *labelScreen) card(width int) card {
	c := card{l: l, columns: 1, width: width}
	pulls, digits, least := map[int]float64{}, 1, 0.0
	if s := l.cur.Suggestion; s != nil {
		digits, least = weightDigits(s.Reasons)
		for _, r := range s.Reasons {
			pulls[r.Column] += r.Weight
		}
	}
	task, values := l.project.Task(), leastValue
	for _, read := range []bool{true, false} {
		for i, col := range task.Columns {
			value := strings.TrimSpace(l.cur.Item.Field(i))
			switch col.Role {
			case label.Numeric, label.Category, label.Time:
				if !read {
					continue
				}
			case label.Context, label.Group, label.Ident, label.Picture:
				if read || value == "" {
					continue
				}
			default:
				continue
			}
			f := field{column: col, value: safe.Truncate(value, 200)}
			if col.Role == label.Numeric {
				f.value = grouped(f.value)
				c.numbers = max(c.numbers, min(lipgloss.Width(f.value), longestValue))
			}
			if w := pulls[i]; read && math.Abs(w) >= least && w != 0 {
				sign := "▲"
				if w < 0 {
					sign = "▼"
				}
				f.weight, f.pull = w, fmt.Sprintf("%s %+.*f", sign, digits, w)
			}
			for _, m := range col.Meanings[:min(len(col.Meanings), codesMeasured)] {
				code := min(lipgloss.Width(safe.Line(m.Code)), longestValue)
				c.codes, values = max(c.codes, code), max(values, code+1+lipgloss.Width(safe.Truncate(m.Text, widestValue)))
			}
			c.names, c.pulls = max(c.names, lipgloss.Width(safe.Truncate(col.Name, 40))), max(c.pulls, lipgloss.Width(f.pull))
			c.fields = append(c.fields, f)
		}
	}
	// The width does not hang on the values of this item, so that the eye finds the
	// same place on the next.
	widest := c.names + 2 + min(values, widestValue) + 2 + pullWidth
	if each := (width - columnGap) / 2; each >= leastColumn && len(c.fields) > columnsFrom {
		c.columns, width = 2, each
	}
	c.width = min(width, widest)
	c.names = min(c.names, c.width*2/5)
	return c
}

// rows is how many rows the card has.
func (c card) rows() int { return (len(c.fields) + c.columns - 1) / c.columns }

// view draws rows of the card; the last one says how many there are below.
func (c card) view(from, rows int) []string {
	all := c.rows()
	var out []string
	for i := from; i < all && len(out) < rows; i++ {
		line := c.row(c.fields[i])
		if j := i + all; c.columns > 1 && j < len(c.fields) {
			line += strings.Repeat(" ", columnGap) + c.row(c.fields[j])
		}
		out = append(out, line)
	}
	if below := all - from - len(out); below > 0 && rows > 1 {
		out[rows-1] = c.l.theme.dim.Render(safe.Truncate(fmt.Sprintf("↓ "+c.l.words.Label.MoreText, below+1), c.width))
	}
	return out
}

// row draws a field in exactly the card's width: what pulls has its name set
// off, and a sign of which way at the end.
func (c card) row(f field) string {
	th := c.l.theme
	name, style := safe.Pad(keepEnds(safe.Line(f.column.Name), c.names), c.names), th.dim
	if f.weight != 0 {
		style = th.strong
	}
	room := max(c.width-c.names-2, 1)
	if f.pull == "" {
		return style.Render(name) + "  " + c.value(f, room)
	}
	st := c.l.pulls()
	if f.weight < 0 {
		st = th.push
	}
	return style.Render(name) + "  " + c.value(f, max(room-c.pulls-2, 1)) + strings.Repeat(" ", 2+c.pulls-lipgloss.Width(f.pull)) + st.Underline(false).Render(f.pull)
}

// value draws what a field holds in exactly so many cells: numbers flush right,
// codes with what they mean, which has the room to itself where that is little.
func (c card) value(f field, room int) string {
	th := c.l.theme
	switch {
	case f.value == "":
		mark := learn.Missing
		if f.column.Role == label.Numeric {
			mark = strings.Repeat(" ", max(min(c.numbers, room)-1, 0)) + mark
		}
		return th.dim.Render(safe.Pad(mark, room))
	case f.column.Role == label.Numeric:
		return safe.Pad(strings.Repeat(" ", max(min(c.numbers, room)-lipgloss.Width(f.value), 0))+f.value, room)
	}
	meaning := f.column.Meaning(f.value)
	if meaning == "" {
		return safe.Pad(f.value, room)
	}
	if lipgloss.Width(f.value)+1+lipgloss.Width(safe.Truncate(meaning, room)) > room && room < leastValue {
		return safe.Pad(meaning, room)
	}
	code := safe.Pad(f.value, min(max(c.codes, lipgloss.Width(f.value)), room))
	rest := room - lipgloss.Width(code) - 1
	if rest < 1 {
		return code + strings.Repeat(" ", rest+1)
	}
	return code + " " + th.dim.Render(safe.Pad(meaning, rest))
}

// grouped sets commas between the thousands of a number from five digits on;
// what is written in another way stays so.
func grouped(s string) string {
	sign, digits := "", s
	if strings.HasPrefix(s, "-") {
		sign, digits = "-", s[1:]
	}
	whole, part, dotted := strings.Cut(digits, ".")
	plain := strings.IndexFunc(whole+part, func(r rune) bool { return r < '0' || r > '9' }) < 0
	if _, ok := feature.ParseNumber(s); !ok || !plain || dotted && part == "" || len(whole) < 5 || whole[0] == '0' {
		return s
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if dotted {
		b.WriteString("." + part)
	}
	return b.String()
}

// oneLine is an item in one line: its text, or where the project has none, the
// values of its fields.
func oneLine(t label.Task, it label.Item, width int) string {
	if t.Column(label.Text) >= 0 {
		return safe.Truncate(it.Text(t), width)
	}
	var b strings.Builder
	for i, c := range t.Columns {
		if !c.Role.Input() {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" · ")
		}
		if b.WriteString(cmp.Or(safe.Truncate(it.Field(i), 40), learn.Missing)); b.Len() > 4*width {
			break
		}
	}
	return safe.Truncate(b.String(), width)
}
