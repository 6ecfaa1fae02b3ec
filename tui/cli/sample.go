package cli

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"inkling/label"
)

// sample is what is known of a column from the first rows of a file.
type sample struct {
	name    string // in the file
	as      string // in the project
	filled  int    // values that are not empty
	chars   int
	letters int
	words   int
	number  int
	whole   int
	ascii   int
	values  map[string]int
}

func newSamples(names []string) []*sample {
	out := make([]*sample, len(names))
	for i, n := range names {
		out[i] = &sample{name: n, as: n, values: map[string]int{}}
	}
	return out
}

func (s *sample) add(v string) {
	if v = strings.TrimSpace(v); v == "" {
		return
	}
	s.filled++
	s.words += len(strings.Fields(v))
	ascii := true
	for _, r := range v {
		s.chars++
		if unicode.IsLetter(r) {
			s.letters++
		}
		ascii = ascii && r < utf8.RuneSelf
	}
	if ascii {
		s.ascii++
	}
	if _, err := strconv.ParseFloat(v, 64); err == nil {
		s.number++
	}
	if _, err := strconv.ParseInt(v, 10, 64); err == nil {
		s.whole++
	}
	if len(s.values) < sampleRows {
		s.values[v]++
	}
}

// areAll reports whether the column holds nothing but labels, in whatever
// case. Files are often sorted by them, so that one may be all that is seen.
func (s *sample) areAll(labels []label.Label) bool {
	for v := range s.values {
		if !slices.ContainsFunc(labels, func(l label.Label) bool { return strings.EqualFold(l.Name, v) }) {
			return false
		}
	}
	return len(s.values) > 0
}

// lastWord is the last word of the column's name, in small letters.
func (s *sample) lastWord() string {
	name := strings.ToLower(s.name)
	return name[strings.LastIndexAny(name, "_-. ")+1:]
}

// soundsLikeAnswers reports whether the column is called as columns of answers
// are, and holds few values.
func (s *sample) soundsLikeAnswers() bool {
	return len(s.values) <= 100 && 2*len(s.values) <= s.filled && slices.Contains([]string{"label", "labels", "class", "classes", "category", "target", "y", "answer",
		"answers", "gold", "truth", "sentiment", "intent", "标签", "类别", "分类", "答案"}, s.lastWord())
}

// soundsLikeText reports whether the column is called as texts are, so that
// short ones are taken for text too.
func (s *sample) soundsLikeText() bool {
	return slices.Contains([]string{"text", "texts", "message", "memo", "comment", "文本", "正文", "内容", "消息"}, s.lastWord())
}

// isNumbering reports whether the column only tells rows apart: it is called
// so, and holds another whole number each time.
func (s *sample) isNumbering() bool {
	return s.whole == s.filled && len(s.values) == s.filled &&
		slices.Contains([]string{"id", "no", "nr", "num", "index", "idx", "row", "line", "key", "column1", "编号", "序号"}, s.lastWord())
}

// guess gives the columns that no flag names a role: text where values are
// long or several words, or the name says so, numbers where they are numbers, categories where few
// values repeat. What only tells rows apart (numbers in a column called id,
// long codes, dates, addresses) is ignored rather than guessed to be an id: a
// model would learn it by heart.
func guess(samples []*sample) []label.Role {
	roles := make([]label.Role, len(samples))
	for i, s := range samples {
		distinct := len(s.values)
		code := 2*s.letters < s.chars || s.ascii == s.filled && 2*s.words < 3*s.filled // dates, hashes, addresses: no text
		switch {
		case s.filled == 0, s.isNumbering():
			roles[i] = label.Ignore
		case s.number == s.filled:
			roles[i] = label.Numeric
		case s.soundsLikeText(), !code && (s.words >= 3*s.filled || s.chars >= 24*s.filled):
			roles[i] = label.Text
		case distinct <= 50 && distinct*2 <= s.filled:
			roles[i] = label.Category
		case !code && s.chars >= 8*s.filled:
			roles[i] = label.Text
		default:
			roles[i] = label.Ignore
		}
	}
	return roles
}
