package rule

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"inkling/label"
	"inkling/label/clean"
)

// View is an item as rules read it: each part is made once, for all rules that
// want it. It belongs to one goroutine.
type View struct {
	task    label.Task
	cleaner clean.Options
	item    label.Item
	parts   []part
	env     map[string]any // what expressions see; nil before there was one
	filled  bool           // env is of the item
	has     map[string]*keywords
}

// part is a column of the item.
type part struct {
	text   string
	folded []byte
	have   struct{ text, folded bool }
}

// NewView returns a view for the items of a task.
func NewView(t label.Task) (*View, error) {
	o, err := clean.Parse(t.Clean)
	if err != nil {
		return nil, err
	}
	return &View{task: t, cleaner: o, parts: make([]part, len(t.Columns))}, nil
}

// Set puts an item in view in place of the one before.
func (v *View) Set(it label.Item) {
	v.item, v.filled = it, false
	for i := range v.parts {
		v.parts[i].have.text, v.parts[i].have.folded = false, false
	}
}

// text is a column as rules read it: cleaned where it is text, without blanks
// around it elsewhere, and cut where it is very long.
func (v *View) text(column int) string {
	p := &v.parts[column]
	if !p.have.text {
		s := v.item.Field(column)
		if v.task.Columns[column].Role == label.Text {
			s = v.cleaner.Apply(cut(s, 4*readAtMost))
		} else {
			s = strings.TrimSpace(s)
		}
		p.text, p.have.text = cut(s, readAtMost), true
	}
	return p.text
}

// cut cuts a text to so many bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// folded is the text of a column as keywords are sought in it.
func (v *View) folded(column int) []byte {
	p := &v.parts[column]
	if !p.have.folded {
		p.folded, _ = fold(p.folded[:0], v.text(column), nil)
		p.have.folded = true
	}
	return p.folded
}

// number is a column's number, NaN where it has none.
func (v *View) number(column int) float64 { return parseNumber(v.item.Field(column)) }

// parseNumber reads a number as people write it: with commas between thousands, a
// currency or percent sign. NaN means that there is none.
func parseNumber(s string) float64 {
	s = strings.TrimSpace(s)
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(s, "$€£¥￥"), "%"))
	if strings.IndexByte(s, ',') > 0 {
		s = strings.ReplaceAll(s, ",", "")
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}

// date is a column's day as 2006-01-02, with the time of day behind it where
// there is one, "" where it has none: such texts are in the order of time.
func (v *View) date(column int) string {
	d, _ := parseDate(v.item.Field(column))
	return d
}

// parseDate reads a day with the year first, and between it and month and day one
// of -, / and . or 年 and 月; what follows is kept as it is, after a blank.
func parseDate(s string) (string, bool) {
	s = strings.TrimSpace(s)
	var parts [3]int
	for i := range parts {
		n := 0
		for n < len(s) && n < 4 && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		if n == 0 || i == 0 && n != 4 || i > 0 && n > 2 {
			return "", false
		}
		parts[i], _ = strconv.Atoi(s[:n])
		s = s[n:]
		if i == 2 {
			break
		}
		r, size := utf8.DecodeRuneInString(s)
		if !strings.ContainsRune("-/.年月", r) {
			return "", false
		}
		s = s[size:]
	}
	y, m, d := parts[0], parts[1], parts[2]
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return "", false
	}
	b := make([]byte, 0, 20)
	b = append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10))
	s = strings.TrimPrefix(s, "日")
	if s = strings.TrimSpace(strings.TrimPrefix(s, "T")); s != "" {
		b = append(append(b, ' '), s...)
	}
	return string(b), true
}
