package label

import "slices"

// Span is a labelled stretch of an item's text: byte offsets into the stored
// raw text, Start inclusive, End exclusive.
type Span struct {
	Start int `cbor:"1,keyasint" json:"start"`
	End   int `cbor:"2,keyasint" json:"end"`
	Class int `cbor:"3,keyasint" json:"class"`
}

// Answer is what is said about an item. Which field counts is the task's Kind:
// Class for Classes, Set for MultiLabel, Spans for Spans, Value for Number.
type Answer struct {
	Class int     `cbor:"1,keyasint,omitempty" json:"class"`
	Set   []int   `cbor:"2,keyasint,omitempty" json:"set,omitempty"` // ascending
	Spans []Span  `cbor:"3,keyasint,omitempty" json:"spans,omitempty"`
	Value float64 `cbor:"4,keyasint,omitempty" json:"value,omitempty"`
}

// Equal reports whether two answers say the same.
func (a Answer) Equal(b Answer) bool {
	return a.Class == b.Class && a.Value == b.Value && slices.Equal(a.Set, b.Set) && slices.Equal(a.Spans, b.Spans)
}

// ClassAnswer is the answer that names one class.
func ClassAnswer(class int) Answer { return Answer{Class: class} }

// Suggestion is a model's proposal for an item.
type Suggestion struct {
	Item        uint64
	Answer      Answer
	Probability float64
	Model       uint64    // the run that made the model, or the number of an external annotator, which no run reaches; 0 where there is none
	Classes     []float64 // the probability of every class, by index; nil where the kind has none
	Reasons     []Reason  // strongest first
	Base        float64   // what there is before any reason, in their unit; 0 where there are none
}

// Reason is one thing that pulls a suggestion, and how much: Weight is in the
// model's log odds, positive towards the suggested answer.
type Reason struct {
	Term   string // the word or piece of text, or the column's value
	Column int    // index in Task.Columns
	Weight float64
	Places [][2]int // byte ranges of the cleaned text of that column, ascending
}
