package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"inkling/label"
	"inkling/label/format"
	"inkling/learn/feature"
)

// separators are what may stand between several labels in one field, the one
// that is tried first in front.
const separators = ";|,"

// answers reads and writes the answers of a task as files have them: the name of
// a label; the names of several with a separator between them, or as a list in
// JSON; or a number.
type answers struct {
	kind   label.Kind
	labels []label.Label
	class  map[string]int
	sep    byte // what is written between labels; 0 writes a list in JSON
}

// newAnswers returns the answers of a task. Labels are written with the first
// separator that none of their names has.
func newAnswers(t label.Task) *answers {
	a := &answers{kind: t.Kind, labels: t.Labels, class: make(map[string]int, len(t.Labels))}
	for i, l := range t.Labels {
		a.class[l.Name] = i
	}
	for _, sep := range []byte(separators) {
		if !slices.ContainsFunc(t.Labels, func(l label.Label) bool { return strings.IndexByte(l.Name, sep) >= 0 }) {
			a.sep = sep
			break
		}
	}
	return a
}

// unanswered reports whether a field has what programs write where there is no
// value. Signs that may well be the name of a label, such as none, are not among
// them; a project's label always is one.
func unanswered(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "?", "nan", "na", "n/a", "null":
		return true
	}
	return false
}

// read reads an answer. An empty field has none, nor has a sign that there is no
// number, or no label. That none of several labels holds is an answer, written [].
func (a *answers) read(s string) (x label.Answer, has bool, err error) {
	if s == "" {
		return x, false, nil
	}
	switch a.kind {
	case label.Number:
		s = strings.TrimSpace(s)
		if s == "" || slices.Contains(absences[:], strings.ToLower(s)) {
			return x, false, nil
		}
		var ok bool
		if x.Value, ok = feature.ParseNumber(s); !ok {
			return x, false, notNumber(s)
		}
		return x, true, nil
	case label.MultiLabel:
		if strings.TrimSpace(s) == "" {
			return x, false, nil
		}
		if x.Set, err = a.set(s); err != nil && unanswered(s) {
			return x, false, nil
		}
		return x, err == nil, err
	}
	c, ok := a.class[s]
	if !ok && unanswered(s) {
		return x, false, nil
	}
	if !ok {
		return x, false, notLabel(s)
	}
	return label.ClassAnswer(c), true, nil
}

// set reads several labels. A label whose name has a separator in it is found
// where it stands alone, or in a list in JSON.
func (a *answers) set(s string) ([]int, error) {
	if c, ok := a.class[strings.TrimSpace(s)]; ok {
		return []int{c}, nil
	}
	if names, ok := jsonNames(s); ok {
		return a.classes(names)
	}
	var first error
	for _, sep := range separators {
		names := splitNames(s, sep)
		if len(names) < 2 && !strings.ContainsRune(s, sep) {
			continue
		}
		set, err := a.classes(names)
		if err == nil && len(set) > 0 {
			return set, nil
		}
		if first == nil {
			first = err
		}
	}
	if first != nil {
		return nil, first
	}
	return nil, notLabel(strings.TrimSpace(s))
}

// classes returns the labels of these names, ascending and each once.
func (a *answers) classes(names []string) ([]int, error) {
	set := []int{}
	for _, n := range names {
		c, ok := a.class[n]
		if !ok {
			return nil, notLabel(n)
		}
		set = append(set, c)
	}
	slices.Sort(set)
	return slices.Compact(set), nil
}

// jsonNames reads a list of names in JSON.
func jsonNames(s string) ([]string, bool) {
	if s = strings.TrimSpace(s); !strings.HasPrefix(s, "[") {
		return nil, false
	}
	var names []string
	if err := json.Unmarshal([]byte(s), &names); err != nil {
		return nil, false
	}
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" }), true
}

// splitNames parts a field; blanks around names and names that are empty do not
// count.
func splitNames(s string, sep rune) []string {
	var out []string
	for _, n := range strings.Split(s, string(sep)) {
		if n = strings.TrimSpace(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// labelsIn are the labels that fields with several are made of: by lists in JSON
// and by the separator that most fields have; sep is 0 where none has any.
func labelsIn(fields map[string]int) (names []string, sep rune) {
	most := 0
	for _, s := range separators {
		n := 0
		for f := range fields {
			if _, list := jsonNames(f); !list && strings.ContainsRune(f, s) {
				n++
			}
		}
		if n > most {
			most, sep = n, s
		}
	}
	seen := map[string]bool{}
	for f := range fields {
		parts, list := jsonNames(f)
		if !list {
			parts = splitNames(f, sep)
		}
		for _, n := range parts {
			if !seen[n] {
				seen[n] = true
				names = append(names, n)
			}
		}
	}
	slices.Sort(names)
	return names, sep
}

// writtenLike has several labels written as in a field of the data, where it
// shows how.
func (a *answers) writtenLike(field string) (shown bool) {
	if a.kind != label.MultiLabel {
		return true
	}
	if names, list := jsonNames(field); list {
		if len(names) > 0 {
			a.sep = 0
		}
		return len(names) > 0 // none of them is [] in every form
	}
	for _, sep := range separators {
		if set, err := a.classes(splitNames(field, sep)); err == nil && len(set) > 1 {
			a.sep = byte(sep)
			return true
		}
	}
	return false
}

// text is an answer as read reads it.
func (a *answers) text(x label.Answer) string {
	switch a.kind {
	case label.Number:
		return strconv.FormatFloat(x.Value, 'g', -1, 64)
	case label.MultiLabel:
		names := a.names(x)
		if len(names) > 0 && a.sep != 0 && !slices.ContainsFunc(names, func(n string) bool { return strings.IndexByte(n, a.sep) >= 0 }) {
			return strings.Join(names, string(a.sep))
		}
		return jsonList(names)
	}
	return className(a.labels, x.Class)
}

// names are those of several labels.
func (a *answers) names(x label.Answer) []string {
	names := []string{}
	for _, c := range x.Set {
		names = append(names, className(a.labels, c))
	}
	return names
}

// value is an answer as a file of a format has it: in JSON a number is a number,
// and several labels are a list.
func (a *answers) value(x label.Answer, as format.Format) format.Value {
	switch {
	case a.kind == label.Number:
		return format.Value{Kind: format.Number, Text: a.text(x)}
	case a.kind == label.MultiLabel && as == format.JSONL:
		return format.Value{Kind: format.JSON, Text: jsonList(a.names(x))}
	}
	return format.Text(a.text(x))
}

func jsonList(names []string) string {
	b, _ := json.Marshal(names) // of strings: it cannot fail
	return string(b)
}

// className is the name of a class, whatever its number.
func className(labels []label.Label, class int) string {
	if class >= 0 && class < len(labels) {
		return labels[class].Name
	}
	return fmt.Sprintf("class %d", class)
}

func notLabel(v string) error { return fmt.Errorf("%q is not a label of this project", v) }

func notNumber(v string) error { return fmt.Errorf("%q is not a number", v) }
