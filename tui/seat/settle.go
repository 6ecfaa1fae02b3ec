package seat

import (
	"slices"
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

// commentsRead is how many comments on one item are read, of the latest.
const commentsRead = 100

// Comments returns what was said about an item, in order, as far as the person
// may know: what others say may give their answers away, and so whoever answers
// reads it after their own answer.
func (s *Seat) Comments(num uint64) ([]label.Event, error) {
	all, err := s.project.Comments(num)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if !s.role.Reviews() {
		st, err := s.Standing(num)
		if err != nil {
			return nil, err
		}
		if st == nil || !st.Decision.Action.HasAnswer() {
			all = slices.DeleteFunc(all, func(ev label.Event) bool { return ev.Annotator != s.annotator })
		}
	}
	return all[max(len(all)-commentsRead, 0):], nil
}
