package label

import (
	"fmt"
	"time"
)

// Action is what a person did with an item.
type Action uint8

// The actions.
const (
	Accepted  Action = iota + 1 // the answer is the one suggested
	Corrected                   // another answer than the one suggested
	Answered                    // an answer where nothing was suggested: audit, cold start, import
	Skipped                     // no answer now; the item comes back at the end
	Flagged                     // set aside for review
)

var actionNames = map[Action]string{Accepted: "accepted", Corrected: "corrected", Answered: "answered", Skipped: "skipped", Flagged: "flagged"}

// String returns the action's name as exports write it.
func (a Action) String() string {
	if s, ok := actionNames[a]; ok {
		return s
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// ParseAction reads what String wrote.
func ParseAction(s string) (Action, error) {
	for a, name := range actionNames {
		if s == name {
			return a, nil
		}
	}
	return 0, fmt.Errorf("label: no action %q", s)
}

// HasAnswer reports whether the action gives an answer.
func (a Action) HasAnswer() bool { return a == Accepted || a == Corrected || a == Answered }

// Shown is the suggestion that was on screen when a decision was made, cut
// down to what the record needs.
type Shown struct {
	Answer      Answer  `cbor:"1,keyasint" json:"answer"`
	Probability float32 `cbor:"2,keyasint" json:"probability"`
	Model       uint64  `cbor:"3,keyasint" json:"model"`
}

// Decision is what one person said about one item.
type Decision struct {
	Item   uint64        `cbor:"1,keyasint" json:"item"`
	Action Action        `cbor:"2,keyasint" json:"action"`
	Answer Answer        `cbor:"3,keyasint,omitempty" json:"answer"`
	Shown  *Shown        `cbor:"4,keyasint,omitempty" json:"shown,omitempty"` // nil where no suggestion was shown
	Audit  bool          `cbor:"5,keyasint,omitempty" json:"audit,omitempty"` // the item was in the audit stream; filled in by the store
	Took   time.Duration `cbor:"6,keyasint,omitempty" json:"took,omitempty"`
	Note   string        `cbor:"7,keyasint,omitempty" json:"note,omitempty"`
	Prev   uint64        `cbor:"8,keyasint,omitempty" json:"prev,omitempty"` // this person's event on the item before this one, among settlements for one, else among the others; filled in by the store

	// Settles makes the answer the item's, whatever others answered before or
	// answer later: a reviewer's, who saw their answers. It stands beside what the
	// same person answered as one of them.
	Settles bool `cbor:"9,keyasint,omitempty" json:"settles,omitempty"`

	// Withheld is the suggestion that there was, but that was kept from whoever
	// decided, so that answers with and without one can be compared. Shown is nil
	// then.
	Withheld *Shown `cbor:"10,keyasint,omitempty" json:"withheld,omitempty"`
}
