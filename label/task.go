package label

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind is the kind of answer that a project asks for. It is one per project.
type Kind uint8

// The kinds of answer.
const (
	Classes    Kind = iota + 1 // exactly one class
	MultiLabel                 // any number of classes
	Spans                      // labelled stretches of the text
	Number                     // a number
)

var kindNames = map[Kind]string{Classes: "classes", MultiLabel: "multi-label", Spans: "spans", Number: "number"}

// String returns the name that the command line uses.
func (k Kind) String() string {
	if s, ok := kindNames[k]; ok {
		return s
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseKind reads a kind as the command line writes it.
func ParseKind(s string) (Kind, error) {
	for k, name := range kindNames {
		if strings.EqualFold(s, name) {
			return k, nil
		}
	}
	return 0, fmt.Errorf("label: no kind of task %q: use classes, multi-label, spans or number", s)
}

// Label is one possible class of a task. Its index in Task.Labels is its
// identity for the life of the project: labels are renamed or added, never
// reordered or removed.
type Label struct {
	Name      string `cbor:"1,keyasint" json:"name"`
	Key       string `cbor:"2,keyasint,omitempty" json:"key,omitempty"`           // one key, or two typed one after the other
	Colour    string `cbor:"3,keyasint,omitempty" json:"colour,omitempty"`        // "#rrggbb", or empty for the theme's choice
	Guideline string `cbor:"4,keyasint,omitempty" json:"guideline,omitempty"`     // when to choose this label
	Title     string `cbor:"5,keyasint,omitempty" json:"display_title,omitempty"` // shown instead of Name where set
}

// Shown is the text that screens show for the label.
func (l Label) Shown() string {
	if l.Title != "" {
		return l.Title
	}
	return l.Name
}

// Role says what a column is for.
type Role uint8

// The roles of a column.
const (
	Ignore   Role = iota // kept and exported, used by nothing
	Text                 // read by people and by text features
	Numeric              // a number, possibly missing
	Category             // one of a set of codes
	Picture              // the path of a picture
	Time                 // a day, or a day and a time of day
	Group                // what belongs together: a user, a document
	Ident                // names the item, instead of its content
	Known                // answers that were imported as decisions
	Gold                 // answers kept aside: seen by no model, for evaluation and simulation only
	Context              // part of the item and shown to people, but read by no model
)

var roleNames = map[Role]string{Ignore: "ignore", Text: "text", Numeric: "number", Category: "category", Picture: "picture",
	Time: "time", Group: "group", Ident: "id", Known: "answers", Gold: "gold", Context: "context"}

// String returns the name that the command line uses.
func (r Role) String() string {
	if s, ok := roleNames[r]; ok {
		return s
	}
	return fmt.Sprintf("role(%d)", uint8(r))
}

// ParseRole reads a role as the command line writes it.
func ParseRole(s string) (Role, error) {
	for r, name := range roleNames {
		if strings.EqualFold(s, name) {
			return r, nil
		}
	}
	return 0, fmt.Errorf("label: no column role %q", s)
}

// Input reports whether a column of this role is part of what an item is:
// such columns make its identity where no column names it, and models may
// read them.
func (r Role) Input() bool {
	switch r {
	case Text, Numeric, Category, Picture, Time, Group, Context:
		return true
	}
	return false
}

// Column is a named field that every item of a project has.
type Column struct {
	Name     string    `cbor:"1,keyasint" json:"name"`
	Role     Role      `cbor:"2,keyasint" json:"role"`
	Order    []string  `cbor:"3,keyasint,omitempty" json:"order,omitempty"`    // of a category: its codes from the lowest to the highest, where they have an order
	Meanings []Meaning `cbor:"4,keyasint,omitempty" json:"meanings,omitempty"` // what its codes stand for, for people
}

// Meaning is what a code of a column stands for.
type Meaning struct {
	Code string `cbor:"1,keyasint" json:"code"`
	Text string `cbor:"2,keyasint" json:"text"`
}

// Meaning returns what a code stands for, "" where nobody said.
func (c Column) Meaning(code string) string {
	code = strings.TrimSpace(code)
	for _, m := range c.Meanings {
		if m.Code == code {
			return m.Text
		}
	}
	return ""
}

// Task says what a project asks. The zero value is not valid: see Validate.
type Task struct {
	Name      string   `cbor:"1,keyasint" json:"name"`
	Kind      Kind     `cbor:"2,keyasint" json:"kind"`
	Labels    []Label  `cbor:"3,keyasint,omitempty" json:"labels,omitempty"`
	Columns   []Column `cbor:"4,keyasint,omitempty" json:"columns"` // columns are added at the end, never removed
	Clean     string   `cbor:"5,keyasint,omitempty" json:"clean"`   // what package clean does to texts before models and screens see them
	Audit     float64  `cbor:"6,keyasint" json:"audit"`             // share of items kept for the audit stream, 0 to 0.5
	Seed      uint64   `cbor:"7,keyasint" json:"seed"`              // decides which items are audited, and every random choice of the queue
	Guideline string   `cbor:"8,keyasint,omitempty" json:"guideline,omitempty"`

	Assignment *Assignment `cbor:"9,keyasint,omitempty" json:"assignment,omitempty"` // who answers what; nil: whoever comes first, each item once
	Withhold   float64     `cbor:"10,keyasint,omitempty" json:"withhold,omitempty"`  // share of items whose suggestion is not shown, 0 to 0.5: see Decision.Withheld
}

// DefaultAudit is the share of items in the audit stream unless the user says otherwise.
const DefaultAudit = 0.1

// DefaultWithhold is the share of items of new projects of classes whose suggestion is not
// shown unless the user says otherwise.
const DefaultWithhold = 0.05

// maxOrder is how many codes an order may have.
const maxOrder = 256

// ErrTask is wrapped by every error of Task.Validate.
var ErrTask = errors.New("label: task not valid")

// Validate reports what makes the task unusable: no kind, labels without
// names or with the same name or key, one key a prefix of another, columns
// with the same name, an order with one code only or with one twice, an audit
// share outside [0, 0.5].
func (t Task) Validate() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrTask}, args...)...)
	}
	if _, ok := kindNames[t.Kind]; !ok {
		return bad("no kind of answer")
	}
	if t.Audit < 0 || t.Audit > 0.5 || t.Audit != t.Audit {
		return bad("audit share %v is outside 0 to 0.5", t.Audit)
	}
	if t.Withhold < 0 || t.Withhold > 0.5 || t.Withhold != t.Withhold {
		return bad("withheld share %v is outside 0 to 0.5", t.Withhold)
	}
	names := map[string]bool{}
	for i, l := range t.Labels {
		if strings.TrimSpace(l.Name) == "" {
			return bad("label %d has no name", i+1)
		}
		if names[l.Name] {
			return bad("two labels are named %q", l.Name)
		}
		names[l.Name] = true
		for _, o := range t.Labels[:i] {
			if l.Key != "" && o.Key != "" && (strings.HasPrefix(l.Key, o.Key) || strings.HasPrefix(o.Key, l.Key)) {
				return bad("keys %q (%s) and %q (%s) cannot be told apart", o.Key, o.Name, l.Key, l.Name)
			}
		}
	}
	if err := t.Assignment.validate(t); err != nil {
		return bad("%v", err)
	}
	columns := map[string]bool{}
	for i, c := range t.Columns {
		if c.Name == "" {
			return bad("column %d has no name", i+1)
		}
		if columns[c.Name] {
			return bad("two columns are named %q", c.Name)
		}
		columns[c.Name] = true
		for j, code := range c.Order {
			if strings.TrimSpace(code) == "" || len(c.Order) < 2 || len(c.Order) > maxOrder || slices.Contains(c.Order[:j], code) {
				return bad("column %q has no order of different codes: %q", c.Name, c.Order)
			}
		}
	}
	return nil
}

// Class returns the index of the label with this name, or -1.
func (t Task) Class(name string) int {
	for i, l := range t.Labels {
		if l.Name == name {
			return i
		}
	}
	return -1
}

// Column returns the index of the first column with this role, or -1.
func (t Task) Column(r Role) int {
	for i, c := range t.Columns {
		if c.Role == r {
			return i
		}
	}
	return -1
}

// ColumnNamed returns the index of the column with this name, or -1.
func (t Task) ColumnNamed(name string) int {
	for i, c := range t.Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}
