package cli

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"inkling/label"
)

// inferred is the role that a column looks like, and what speaks for it.
type inferred struct {
	role  label.Role
	order []string // of a category whose codes tell their order
	why   string
}

// Bounds of what is a category.
const (
	fewCodes  = 50  // codes of a column that may have two rows each
	manyCodes = 500 // codes of a column that must have four
	perPhrase = 10  // rows that a code of several words must have, or it is a text
)

// infer gives a column its role by what its rows hold: text where values
// are long or several words, or the name says so; numbers where they are
// numbers; times where they are dates; categories where few values repeat. What
// only tells rows apart (numbers in a column called id, long codes, addresses)
// or is always the same is ignored rather than guessed to be an id: a model
// would learn it by heart.
func (s *sample) infer() inferred {
	distinct := s.distinct()
	numbers := s.number > 0 && s.number+s.absent >= s.filled
	code := 2*s.letters < s.chars || s.ascii == s.filled && 2*s.words < 3*s.filled // hashes, addresses: no text
	prose := s.words >= 3*s.filled || s.chars >= 24*s.filled
	switch {
	case s.filled == 0:
		return inferred{role: label.Ignore, why: "no values"}
	case s.isNumbering():
		return inferred{role: label.Ignore, why: "numbers the rows"}
	case distinct == 1 && s.filled == s.rows && s.rows >= leastRows && !s.soundsLikeText():
		return inferred{role: label.Ignore, why: "the same in every row"}
	case s.isTime():
		return inferred{role: label.Time, why: s.count("dates")}
	case numbers && s.isCode():
		return inferred{role: label.Category, why: s.codes()}
	case numbers && distinct == s.filled && s.whole == s.filled && s.rows >= leastRows && s.steps == s.walked-1:
		return inferred{role: label.Ignore, why: "counts the rows"}
	case numbers && distinct == s.filled && s.whole == s.filled && s.rows >= leastRows && s.chars >= longNumber*s.filled:
		return inferred{role: label.Ignore, why: "long numbers, another one in each row"}
	case numbers:
		return inferred{role: label.Numeric, why: fmt.Sprintf("%s to %s, %s", short(s.least), short(s.most), s.count("numbers"))}
	case s.soundsLikeText(), !code && prose && (distinct > fewCodes || perPhrase*distinct > s.filled):
		return inferred{role: label.Text, why: s.lengths()}
	case distinct <= fewCodes && 2*distinct <= s.filled, distinct <= manyCodes && 4*distinct <= s.filled:
		order := s.order()
		why := s.codes()
		if order != nil {
			why = count(len(order), "code", "codes") + " in order: " + list(order)
		}
		return inferred{role: label.Category, order: order, why: why}
	case !code && s.chars >= 8*s.filled:
		return inferred{role: label.Text, why: s.lengths()}
	}
	return inferred{role: label.Ignore, why: fmt.Sprintf("codes of which %d in %d differ", distinct, s.filled)}
}

// Rows below which a column tells too little, and digits of a number that is
// long.
const (
	leastRows  = 20
	longNumber = 7
)

// isTime reports whether the column holds dates. Bare numbers, such as seconds
// since 1970, need a name that says so.
func (s *sample) isTime() bool {
	if s.date == 0 || s.date+s.absent < s.filled {
		return false
	}
	return s.number == 0 || slices.Contains([]string{"date", "time", "day", "timestamp", "at", "on", "created", "updated", "日期", "时间"}, s.lastWord())
}

// isCode reports whether numbers are rather codes: some begin with a zero that a
// number has not, or the column is called so and holds few.
func (s *sample) isCode() bool {
	if s.whole+s.absent < s.filled || s.distinct() > manyCodes || 2*s.distinct() > s.filled {
		return false
	}
	return s.zeros > 0 || len(s.values) <= fewCodes &&
		slices.Contains([]string{"code", "type", "kind", "category", "cat", "class", "zip", "zipcode", "postcode", "status", "代码", "类型", "状态", "邮编"}, s.lastWord())
}

// leading is a number at the head of a code, with the sign before it.
var leading = regexp.MustCompile(`^\s*([<>≤≥]?)=?\s*(\d+(?:\.\d+)?)`)

// order returns the codes by the numbers that they begin with, nil where some
// begin with none or two with the same: 1-low, 2-middle; <18, 18-25, 26+.
func (s *sample) order() []string {
	if n := len(s.values); n < 3 || n > fewCodes {
		return nil
	}
	at := map[string]float64{}
	for v := range s.values {
		m := leading.FindStringSubmatch(v)
		if m == nil || len(m[0]) == len(v) {
			return nil
		}
		x, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return nil
		}
		switch m[1] {
		case "<", "≤":
			x -= 0.5e-6
		case ">", "≥":
			x += 0.5e-6
		}
		at[v] = x
	}
	var out []string
	for v := range s.values {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(at[a], at[b]), cmp.Compare(a, b)) })
	for i := range out[1:] {
		if at[out[i]] == at[out[i+1]] {
			return nil
		}
	}
	return out
}

// count says how many different values there are, and how many rows have none.
func (s *sample) count(what string) string {
	text := fmt.Sprintf("%d different", s.distinct())
	if s.beyond > 0 {
		text = fmt.Sprintf("more than %d different", len(s.values))
	}
	if what == "dates" {
		text = fmt.Sprintf("%s to %s, %s", s.first.Format(time.DateOnly), s.last.Format(time.DateOnly), text)
	}
	if missing := s.rows - s.filled + s.absent; missing > 0 && s.rows > 0 {
		text += fmt.Sprintf(", %.2g%% missing", 100*float64(missing)/float64(s.rows))
	}
	return text
}

// lengths says how long the texts are: in words, or where words are not told
// apart by blanks, in characters.
func (s *sample) lengths() string {
	mean := func(n int) int { return max((n+s.filled/2)/s.filled, 1) }
	if s.chars > 12*s.words || s.words < 2*s.filled && s.ascii < s.filled {
		return count(mean(s.chars), "character", "characters") + " on average"
	}
	return count(mean(s.words), "word", "words") + " on average"
}

// codes says how many codes there are, with the most frequent ones.
func (s *sample) codes() string {
	var out []string
	for v := range s.values {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(s.values[b], s.values[a]), cmp.Compare(a, b)) })
	return count(len(out), "code", "codes") + ": " + list(out)
}

// list joins the first of some names.
func list(names []string) string {
	const most = 4
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", .."
	}
	return strings.Join(names, ", ")
}

// short writes a number without an exponent where that is short.
func short(x float64) string {
	if s := strconv.FormatFloat(x, 'f', -1, 64); len(s) <= 12 {
		return s
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}

// infer gives each column the role that it looks like.
func infer(samples []*sample) []inferred {
	out := make([]inferred, len(samples))
	for i, s := range samples {
		out[i] = s.infer()
	}
	return out
}
