package label

import (
	"fmt"
	"slices"
)

// Assignment says who answers what. Like all of the task it is part of the log.
type Assignment struct {
	Share   float64  `cbor:"1,keyasint,omitempty" json:"share,omitempty"`   // share of items that several people answer, 0 to 1
	Answers int      `cbor:"2,keyasint,omitempty" json:"answers,omitempty"` // how many answers those get, 2 to 99; 0 with no share
	Gold    float64  `cbor:"3,keyasint,omitempty" json:"gold,omitempty"`    // share of cards that check the person: items whose answer is known, 0 to 0.5
	Skill   string   `cbor:"4,keyasint,omitempty" json:"skill,omitempty"`   // the column whose value says which skill an item asks for; "" for none
	People  []Person `cbor:"5,keyasint,omitempty" json:"people,omitempty"`  // who is known by more than a name
}

// Person is somebody who answers, and what they are good at.
type Person struct {
	Name   string   `cbor:"1,keyasint" json:"name"`
	Skills []string `cbor:"2,keyasint,omitempty" json:"skills,omitempty"` // values of the skill column; none: every item
}

// maxAnswers is how many answers an item may ask for.
const maxAnswers = 99

// validate reports what makes the assignment unusable; nil is fine.
func (a *Assignment) validate(t Task) error {
	switch {
	case a == nil:
		return nil
	case !(a.Share >= 0 && a.Share <= 1):
		return fmt.Errorf("a share of %v of the items is outside 0 to 1", a.Share)
	case a.Share > 0 && (a.Answers < 2 || a.Answers > maxAnswers):
		return fmt.Errorf("%d answers to an item that several people answer: use 2 to %d", a.Answers, maxAnswers)
	case !(a.Gold >= 0 && a.Gold <= 0.5):
		return fmt.Errorf("a share of %v of gold items is outside 0 to 0.5", a.Gold)
	case a.Gold > 0 && t.Column(Gold) < 0:
		return fmt.Errorf("there is no gold column to check people by")
	case a.Skill != "" && t.ColumnNamed(a.Skill) < 0:
		return fmt.Errorf("there is no column %q to read skills from", a.Skill)
	}
	for i, p := range a.People {
		if p.Name == "" || slices.ContainsFunc(a.People[:i], func(o Person) bool { return o.Name == p.Name }) {
			return fmt.Errorf("person %d has no name of their own: %q", i+1, p.Name)
		}
	}
	return nil
}

// Wanted returns how many answers an item with this Key wants from different
// people, at least 1. Which items want several is chosen by hash, as the audit
// stream is and independently of it: a larger share contains the smaller one.
func (t Task) Wanted(key uint64) int {
	a := t.Assignment
	if a == nil || a.Answers < 2 || share(key, t.Seed+0xd1b54a32d192ed03) >= a.Share {
		return 1
	}
	return a.Answers
}

// Suits reports whether a person may be asked about an item with these fields,
// as far as skills go: an item that asks for none suits everybody, and people
// without a list suit every item.
func (t Task) Suits(person string, fields []string) bool {
	a := t.Assignment
	if a == nil || a.Skill == "" {
		return true
	}
	at := t.ColumnNamed(a.Skill)
	if at < 0 || at >= len(fields) || fields[at] == "" {
		return true
	}
	for _, p := range a.People {
		if p.Name == person && len(p.Skills) > 0 {
			return slices.Contains(p.Skills, fields[at])
		}
	}
	return true
}
