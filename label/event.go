package label

import (
	"fmt"
	"time"
)

// EventKind says what happened.
type EventKind uint8

// The kinds of event.
const (
	Created   EventKind = iota + 1 // the project, with its first Task
	Imported                       // items First to Last were added
	Changed                        // the Task became another
	Decided                        // one or several decisions, undone and redone together
	Undone                         // the Decided event Target is no longer in force
	Redone                         // it is again
	Commented                      // somebody said something about an item
	Ruled                          // a rule was added, changed or removed
)

var eventNames = map[EventKind]string{Created: "created", Imported: "imported", Changed: "changed", Decided: "decided", Undone: "undone", Redone: "redone", Commented: "commented", Ruled: "ruled"}

// String returns the name that the log command prints.
func (k EventKind) String() string {
	if s, ok := eventNames[k]; ok {
		return s
	}
	return fmt.Sprintf("event(%d)", uint8(k))
}

// Event is one immutable entry of a project's log. The log is the truth;
// everything else is a view that can be rebuilt from it.
type Event struct {
	Seq       uint64     `cbor:"1,keyasint" json:"seq"` // from 1, without gaps
	Time      time.Time  `cbor:"2,keyasint" json:"time"`
	Kind      EventKind  `cbor:"3,keyasint" json:"kind"`
	Annotator string     `cbor:"4,keyasint,omitempty" json:"annotator,omitempty"`
	Decisions []Decision `cbor:"5,keyasint,omitempty" json:"decisions,omitempty"` // Decided
	Before    uint64     `cbor:"6,keyasint,omitempty" json:"before,omitempty"`    // Decided: the annotator's previous decision in force; Undone: the previous one undone. Filled in by the store
	Target    uint64     `cbor:"7,keyasint,omitempty" json:"target,omitempty"`    // Undone, Redone: the Decided event. Filled in by the store
	Task      *Task      `cbor:"8,keyasint,omitempty" json:"task,omitempty"`      // Created, Changed
	Import    *Import    `cbor:"9,keyasint,omitempty" json:"import,omitempty"`    // Imported
	Comment   *Comment   `cbor:"10,keyasint,omitempty" json:"comment,omitempty"`  // Commented
	Bulk      *Bulk      `cbor:"11,keyasint,omitempty" json:"bulk,omitempty"`     // Decided: how many items were decided about at once; nil where each was looked at
	Rule      *Rule      `cbor:"12,keyasint,omitempty" json:"rule,omitempty"`     // Ruled
}

// Bulk is how the items of one event were chosen, where a person decided about
// all of them at once.
type Bulk struct {
	By    string  `cbor:"1,keyasint" json:"by"`                        // "probability", "near-duplicates" or "search"
	Of    string  `cbor:"2,keyasint,omitempty" json:"of,omitempty"`    // the search, or the number of the item that the others are like
	Above float64 `cbor:"3,keyasint,omitempty" json:"above,omitempty"` // the least probability or similarity
}

// Rule is a person's rule of thumb: it votes for a class where it matches and
// abstains elsewhere. Rules give suggestions, never answers. A rule is known by
// its name: the last event about a name says what the rule is.
type Rule struct {
	Name    string   `cbor:"1,keyasint" json:"name"`
	Kind    RuleKind `cbor:"2,keyasint" json:"kind"`
	Text    string   `cbor:"3,keyasint" json:"text"`                       // as it was typed: what it means depends on the kind
	Column  string   `cbor:"4,keyasint,omitempty" json:"column,omitempty"` // that it reads; "" for every column of text
	Class   int      `cbor:"5,keyasint" json:"class"`                      // that it votes for
	Off     bool     `cbor:"6,keyasint,omitempty" json:"off,omitempty"`    // it does not vote for now
	Removed bool     `cbor:"7,keyasint,omitempty" json:"removed,omitempty"`
}

// RuleKind says how a rule's text is read.
type RuleKind uint8

// The kinds of rule.
const (
	KeywordRule    RuleKind = iota + 1 // words, one of which must occur
	RegexpRule                         // a regular expression that must match
	CompareRule                        // a comparison of a column, such as > 10000
	ExpressionRule                     // an expression over the columns that must be true
)

var ruleKindNames = map[RuleKind]string{KeywordRule: "keyword", RegexpRule: "regexp", CompareRule: "compare", ExpressionRule: "expression"}

// String returns the name that the command line uses.
func (k RuleKind) String() string {
	if s, ok := ruleKindNames[k]; ok {
		return s
	}
	return fmt.Sprintf("rule(%d)", uint8(k))
}

// Comment is what somebody said about an item, for the others to read.
type Comment struct {
	Item uint64 `cbor:"1,keyasint" json:"item"`
	Text string `cbor:"2,keyasint" json:"text"`
}

// Importer is the annotator of answers that were imported without saying whose
// they are.
const Importer = "import"

// Import tells where items came from.
type Import struct {
	File       string `cbor:"1,keyasint" json:"file"`
	First      uint64 `cbor:"2,keyasint" json:"first"` // first item added
	Last       uint64 `cbor:"3,keyasint" json:"last"`  // last item added; below First where there is none
	Rows       uint64 `cbor:"4,keyasint" json:"rows"`  // rows read in this part
	Duplicates uint64 `cbor:"5,keyasint,omitempty" json:"duplicates,omitempty"`
	Rejected   uint64 `cbor:"6,keyasint,omitempty" json:"rejected,omitempty"`
	Conflicts  uint64 `cbor:"7,keyasint,omitempty" json:"conflicts,omitempty"` // rows whose id column names an item with other content
}

// Standing is where one item stands now, by one person's decisions.
type Standing struct {
	Item      uint64
	Event     uint64 // the Decided event in force
	Annotator string
	Decision  Decision
}

// Counts are kept by the store, never found by scanning.
type Counts struct {
	Items     uint64   `cbor:"1,keyasint" json:"items"`
	Labelled  uint64   `cbor:"2,keyasint" json:"labelled"` // items with an answer in force, audited ones among them
	Audited   uint64   `cbor:"3,keyasint" json:"audited"`  // items of the audit stream with an answer
	Accepted  uint64   `cbor:"4,keyasint" json:"accepted"`
	Corrected uint64   `cbor:"5,keyasint" json:"corrected"`
	Skipped   uint64   `cbor:"6,keyasint" json:"skipped"`
	Flagged   uint64   `cbor:"7,keyasint" json:"flagged"`
	PerClass  []uint64 `cbor:"8,keyasint,omitempty" json:"per_class,omitempty"` // labelled items by class, audited ones among them
	Events    uint64   `cbor:"9,keyasint" json:"events"`                        // sequence number of the last event
}
