package metric

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// DefaultDigits is the number of digits after the point that String prints.
const DefaultDigits = 3

// String returns Text(DefaultDigits).
func (r Report) String() string { return r.Text(DefaultDigits) }

// Text returns the report as a table, byte for byte as scikit-learn's
// classification_report prints it with as many digits: one line a class, then
// the averages, and a line feed at the end. Where the classes listed cover all
// items there is one line for the accuracy, otherwise one for the micro
// average (from scikit-learn 1.5 on; before, a listed class that never occurred
// brought the micro average as well). Fewer than 0 digits are 0.
//
// Labels are aligned by the columns they take on a terminal. Characters in
// them that could act on one are written as escapes (\x1b, \u202e).
func (r Report) Text(digits int) string {
	const longest = "weighted avg"
	digits = max(digits, 0)
	width := max(len(longest), digits)
	labels := make([]string, len(r.PerClass))
	support := 0
	for i, c := range r.PerClass {
		labels[i] = escape(c.Label)
		width = max(width, ansi.StringWidth(labels[i]))
		support += c.Support
	}

	var b strings.Builder
	head := func(label string) {
		b.WriteString(strings.Repeat(" ", width-ansi.StringWidth(label)))
		b.WriteString(label)
		b.WriteByte(' ')
	}
	row := func(label string, s Scores, n int) {
		head(label)
		fmt.Fprintf(&b, " %9.*f %9.*f %9.*f %9d\n", digits, s.Precision, digits, s.Recall, digits, s.F1, n)
	}

	head("")
	fmt.Fprintf(&b, " %9s %9s %9s %9s\n\n", "precision", "recall", "f1-score", "support")
	for i, c := range r.PerClass {
		row(labels[i], c.Scores, c.Support)
	}
	b.WriteByte('\n')
	if r.Partial {
		row("micro avg", r.Micro, support)
	} else {
		head("accuracy")
		fmt.Fprintf(&b, " %9s %9s %9.*f %9d\n", "", "", digits, r.Micro.F1, support)
	}
	row("macro avg", r.Macro, support)
	row(longest, r.Weighted, support)
	return b.String()
}

// escape replaces controls, bidirectional overrides, other invisible
// characters and bytes that are not UTF-8. The joiner stays within the label,
// because emoji are built with it; at its ends, what would join the blank next
// to it and so take another width, such as a vowel sign or a skin tone alone,
// does not.
func escape(s string) string {
	const joiner = '\u200d'
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if n == 1 && r == utf8.RuneError || !unicode.IsGraphic(r) && r != joiner {
			b.WriteString(quote(s[:n]))
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	s = b.String()
	if ansi.StringWidth(" "+s) != 1+ansi.StringWidth(s) {
		_, n := utf8.DecodeRuneInString(s)
		s = quote(s[:n]) + s[n:]
	}
	if ansi.StringWidth(s+" ") != ansi.StringWidth(s)+1 {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n] + quote(s[len(s)-n:])
	}
	return s
}

// quote writes characters as Go writes them in a string of ASCII.
func quote(s string) string {
	q := strconv.QuoteToASCII(s)
	return q[1 : len(q)-1]
}
