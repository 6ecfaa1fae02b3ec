package seat

import (
	"time"

	"inkling/label"
)

// Settle says what the answer to an item is, whatever anybody answered: a
// reviewer's word, with a note that may say why. It is undone like a decision.
func (s *Seat) Settle(num uint64, a label.Answer, note string, took time.Duration) *Ticket {
	if !s.role.Reviews() {
		return refuse(ErrRole)
	}
	d := label.Decision{Item: num, Action: label.Answered, Answer: a, Took: took, Note: note, Settles: true}
	return s.append(label.Event{Kind: label.Decided, Decisions: []label.Decision{d}}, nil)
}

// Comment says something about an item, for the others to read.
func (s *Seat) Comment(num uint64, text string) *Ticket {
	return s.append(label.Event{Kind: label.Commented, Comment: &label.Comment{Item: num, Text: text}}, nil)
}
