package external

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"inkling/label"
	"inkling/label/clean"
)

// reserved are the keys that have a meaning, in questions or in answers.
var reserved = []string{"id", "text", "label", "labels", "probability", "probabilities", "value", "spans", "error", "protocol"}

// rawSuffix is behind the name of a column that is called like one of them, as
// it is in all that we write.
const rawSuffix = "_raw"

// protocol writes questions and reads answers.
type protocol struct {
	task    label.Task
	cleaner clean.Options
	columns []column
	classes map[string]int
}

// column is one that is sent under a name of its own.
type column struct {
	at   int
	name []byte // in JSON
	role label.Role
}

func newProtocol(t label.Task) (*protocol, error) {
	if t.Kind != label.Classes {
		return nil, ErrKind
	}
	cleaner, err := clean.Parse(t.Clean)
	if err != nil {
		return nil, err
	}
	p := &protocol{task: t, cleaner: cleaner, classes: map[string]int{}}
	for i, l := range t.Labels {
		p.classes[l.Name] = i
	}
	var taken []string
	texts := 0
	for _, c := range t.Columns {
		taken = append(taken, c.Name)
		if c.Role == label.Text {
			texts++
		}
	}
	for i, c := range t.Columns {
		// The only text column is the text.
		if !c.Role.Input() || c.Role == label.Text && texts == 1 {
			continue
		}
		name := c.Name
		for slices.Contains(reserved, name) || name != c.Name && slices.Contains(taken, name) {
			name += rawSuffix
		}
		quoted, err := quote(name)
		if err != nil {
			return nil, err
		}
		p.columns = append(p.columns, column{i, quoted, c.Role})
	}
	return p, nil
}

// quote writes a string as JSON, with <, > and & as they are.
func quote(s string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return bytes.TrimSpace(b.Bytes()), err
}

// question is the line that asks about an item.
func (p *protocol) question(it label.Item) ([]byte, error) {
	b := strconv.AppendUint([]byte(`{"id":`), it.Num, 10)
	cleaned := label.Item{Fields: slices.Clone(it.Fields)}
	for i, c := range p.task.Columns {
		if c.Role == label.Text && i < len(cleaned.Fields) {
			cleaned.Fields[i] = p.cleaner.Apply(cleaned.Fields[i])
		}
	}
	text, err := quote(cleaned.Text(p.task))
	if err != nil {
		return nil, err
	}
	b = append(append(b, `,"text":`...), text...)
	for _, c := range p.columns {
		b = append(append(append(b, ','), c.name...), ':')
		v := cleaned.Field(c.at)
		if c.role == label.Numeric {
			b = appendNumber(b, v)
			continue
		}
		text, err := quote(v)
		if err != nil {
			return nil, err
		}
		b = append(b, text...)
	}
	return append(b, "}\n"...), nil
}

// appendNumber writes a number as JSON, null where it is none.
func appendNumber(b []byte, s string) []byte {
	x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !label.Finite(x) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, x, 'g', -1, 64)
}

// line is what the program said in one line: an answer, or a greeting.
type line struct {
	hello  *Hello
	answer Answer
}

// spoken is the newest protocol that is spoken here.
const spoken = 1

// read reads a line of the program. Keys are told apart as they are written:
// a column that is sent back as "Label" is no label.
func (p *protocol) read(text []byte) (line, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil || keys == nil {
		return line{}, fmt.Errorf("it is not a JSON object")
	}
	id, has := keys["id"]
	if !has {
		if v, ok := keys["protocol"]; ok {
			h, err := readHello(v, text)
			return line{hello: h}, err
		}
		return line{}, fmt.Errorf(`it has no "id"`)
	}
	num, err := readID(id)
	if err != nil {
		return line{}, err
	}
	a, err := p.answer(keys)
	if err != nil {
		return line{}, fmt.Errorf("item %d: %w", num, err)
	}
	a.Item = num
	return line{answer: a}, nil
}

func readHello(protocol json.RawMessage, text []byte) (*Hello, error) {
	var n int
	if err := json.Unmarshal(protocol, &n); err != nil || n < 1 {
		return nil, fmt.Errorf(`"protocol" is %s, not a number from 1`, excerpt(protocol))
	}
	if n > spoken {
		return nil, fmt.Errorf("the program speaks protocol %d, and only %d is understood here", n, spoken)
	}
	var h Hello
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, fmt.Errorf(`"name" and "version" of the greeting are texts`)
	}
	return &h, nil
}

// readID reads an id as it was sent, or as a string of it.
func readID(v json.RawMessage) (uint64, error) {
	num, err := strconv.ParseUint(strings.Trim(string(v), `"`), 10, 64)
	if err != nil || num == 0 {
		return 0, fmt.Errorf(`"id" is %s, which no item is called`, excerpt(v))
	}
	return num, nil
}

// answer reads what is said about the item.
func (p *protocol) answer(keys map[string]json.RawMessage) (Answer, error) {
	a := Answer{Class: -1, Probability: math.NaN()}
	if v, ok := keys["error"]; ok && string(v) != "null" {
		if err := json.Unmarshal(v, &a.Why); err != nil {
			return a, fmt.Errorf(`"error" is %s, not a text`, excerpt(v))
		}
		if a.Why = limit(a.Why, mostWhy); a.Why != "" {
			return a, nil
		}
	}
	if v, ok := keys["probabilities"]; ok && string(v) != "null" {
		if err := p.probabilities(v, &a); err != nil {
			return a, err
		}
	}
	said, ok := keys["label"]
	if !ok && a.Classes == nil {
		for _, k := range []string{"labels", "spans", "value"} {
			if _, ok := keys[k]; ok {
				return a, fmt.Errorf("%q is reserved for other kinds of tasks; this one wants a %q", k, "label")
			}
		}
		return a, fmt.Errorf(`it has no "label"`)
	}
	if ok {
		if string(said) == "null" {
			return Answer{Class: -1, Probability: math.NaN(), Why: "no answer"}, nil
		}
		var name string
		if err := json.Unmarshal(said, &name); err != nil {
			return a, fmt.Errorf(`"label" is %s, not a text`, excerpt(said))
		}
		var err error
		if a.Class, err = p.class(name); err != nil {
			return a, err
		}
	}
	if a.Classes != nil {
		a.Probability = a.Classes[a.Class]
		return a, nil
	}
	if v, ok := keys["probability"]; ok && string(v) != "null" {
		x, err := readProbability(v)
		if err != nil {
			return a, fmt.Errorf(`"probability" is %w`, err)
		}
		a.Probability = x
	}
	return a, nil
}

// class finds the label with this name.
func (p *protocol) class(name string) (int, error) {
	c, ok := p.classes[name]
	if !ok {
		var names []string
		for _, l := range p.task.Labels[:min(len(p.task.Labels), 12)] {
			names = append(names, l.Name)
		}
		more := ""
		if n := len(p.task.Labels) - len(names); n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		return -1, fmt.Errorf("there is no label %q; the project has %s%s", limit(name, mostWhy), strings.Join(names, ", "), more)
	}
	return c, nil
}

// slack is how far from 1 the sum of probabilities may be: they are often
// rounded before they are written.
const slack = 0.02

// probabilities reads those of several labels. What is left to 1 is shared
// equally by the labels that are not named; where all are, their sum must be 1.
func (p *protocol) probabilities(v json.RawMessage, a *Answer) error {
	var named map[string]json.RawMessage
	if err := json.Unmarshal(v, &named); err != nil || len(named) == 0 {
		return fmt.Errorf(`"probabilities" is %s, not an object of labels with their probabilities`, excerpt(v))
	}
	a.Classes = make([]float64, len(p.task.Labels))
	seen := make([]bool, len(a.Classes))
	for name, v := range named {
		c, err := p.class(name)
		if err != nil {
			return err
		}
		if a.Classes[c], err = readProbability(v); err != nil {
			return fmt.Errorf("the probability of %q is %w", name, err)
		}
		seen[c] = true
	}
	sum := 0.0
	for _, x := range a.Classes { // in their order, so that the sum is the same each time
		sum += x
	}
	rest := len(a.Classes) - len(named)
	if sum > 1+slack || rest == 0 && sum < 1-slack {
		return fmt.Errorf("the probabilities sum to %.4g", sum)
	}
	if rest > 0 && sum < 1 {
		for c := range a.Classes {
			if !seen[c] {
				a.Classes[c] = (1 - sum) / float64(rest)
			}
		}
		sum = 1
	}
	for c := range a.Classes {
		a.Classes[c] /= sum
		if a.Class < 0 || a.Classes[c] > a.Classes[a.Class] {
			a.Class = c
		}
	}
	return nil
}

func readProbability(v json.RawMessage) (float64, error) {
	var x float64
	if err := json.Unmarshal(v, &x); err != nil || string(v) == "null" || !(x >= 0 && x <= 1) {
		return 0, fmt.Errorf("%s, not a number from 0 to 1", excerpt(v))
	}
	return x, nil
}

// mostWhy bounds texts of programs that are kept or told, in bytes.
const mostWhy = 200

// excerpt is a piece of a line, short enough for a message.
func excerpt(b []byte) string { return limit(string(bytes.TrimSpace(b)), 120) }

// limit cuts a text that is longer than so many bytes, between characters.
func limit(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
