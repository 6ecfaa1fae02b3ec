package cli

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"inkling/label"
	"inkling/learn/feature"
)

// sample is what is known of a column from rows of a file.
type sample struct {
	name    string // in the file
	as      string // in the project
	rows    int
	filled  int // values that are not empty
	absent  int // of those, signs that there is none
	chars   int
	letters int
	words   int
	number  int
	whole   int
	zeros   int // numbers that begin with a zero more
	walked  int // whole numbers among the first rows
	steps   int // of those, one more than that of the row before
	date    int
	ascii   int
	values  map[string]int
	beyond  int // values that were not held
	same    int // values that say what the answer of their row says

	before      int64 // the whole number of the row before
	least, most float64
	first, last time.Time
}

func newSamples(names []string) []*sample {
	out := make([]*sample, len(names))
	for i, n := range names {
		out[i] = &sample{name: n, as: n, values: map[string]int{}}
	}
	return out
}

// Bounds of the values that are held.
const (
	maxValues = 2048 // of a column
	longValue = 80   // bytes: longer ones are known by their beginning and a hash
)

// absences are what files have in the place of a number that is not there.
var absences = [...]string{"?", "-", "na", "n/a", "nan", "null", "none", "nil", ".", "无", "—"}

func (s *sample) add(v string) {
	s.rows++
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
	s.addNumber(v)
	if slices.Contains(absences[:], strings.ToLower(v)) {
		s.absent++
	}
	if len(v) > longValue {
		h := fnv.New64a()
		h.Write([]byte(v))
		v = fmt.Sprintf("%s..%x", strings.ToValidUTF8(v[:longValue], ""), h.Sum64())
	}
	if _, ok := s.values[v]; ok || len(s.values) < maxValues {
		s.values[v]++
	} else {
		s.beyond++
	}
}

// addNumber counts a value that is a number or a date.
func (s *sample) addNumber(v string) {
	if x, ok := feature.ParseNumber(v); ok {
		if s.number == 0 {
			s.least, s.most = x, x
		}
		s.number++
		s.least, s.most = min(s.least, x), max(s.most, x)
	}
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		if s.rows <= sampleRows {
			if s.whole > 0 && n == s.before+1 {
				s.steps++
			}
			s.walked++
			s.before = n
		}
		s.whole++
		if len(v) > 1 && v[0] == '0' {
			s.zeros++
		}
	}
	if d, ok := feature.ParseDate(v, false); ok {
		at := time.Unix(0, 0).UTC().AddDate(0, 0, d.Day)
		if s.date == 0 {
			s.first, s.last = at, at
		}
		s.date++
		if at.Before(s.first) {
			s.first = at
		}
		if at.After(s.last) {
			s.last = at
		}
	}
}

// distinct is how many different values there are; beyond those that are held,
// each counts as another one.
func (s *sample) distinct() int { return len(s.values) + s.beyond }

// areAll reports whether the column holds nothing but labels, in whatever
// case, or several of them where several may hold. Files are often sorted by
// them, so that one may be all that is seen.
func (s *sample) areAll(form *answers) bool {
	for v := range s.values {
		if form.kind == label.MultiLabel {
			if _, _, err := form.read(v); err == nil {
				continue
			}
		}
		if !slices.ContainsFunc(form.labels, func(l label.Label) bool { return strings.EqualFold(l.Name, v) }) {
			return false
		}
	}
	return len(s.values) > 0 && s.beyond == 0
}

// echoes reports whether the column says in each row what the answer says.
func (s *sample) echoes() bool { return s.rows >= leastRows && s.filled > 0 && s.same == s.filled }

// addAnswer compares the value of a row with the row's answer.
func (s *sample) addAnswer(v, answer string) {
	if v = strings.TrimSpace(v); v == "" {
		return
	}
	x, ok := feature.ParseNumber(v)
	y, also := feature.ParseNumber(answer)
	if ok && also && x == y || v == strings.TrimSpace(answer) {
		s.same++
	}
}

// lastWord is the last word of the column's name, in small letters.
func (s *sample) lastWord() string {
	name := strings.ToLower(s.name)
	return name[strings.LastIndexAny(name, "_-. ")+1:]
}

// soundsLikeAnswers reports whether the column is called as columns of answers
// are, and holds few values.
func (s *sample) soundsLikeAnswers() bool {
	return s.distinct() <= 100 && 2*s.distinct() <= s.filled && slices.Contains([]string{"label", "labels", "class", "classes", "category", "target", "y", "answer",
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
	return s.whole == s.filled && s.distinct() == s.filled &&
		slices.Contains([]string{"id", "no", "nr", "num", "index", "idx", "row", "line", "key", "column1", "编号", "序号"}, s.lastWord())
}
