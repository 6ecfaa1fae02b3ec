package learn_test

import (
	"slices"
	"strings"
	"testing"

	"inkling/label"
	"inkling/learn"
)

// How long a text is, and what its words look like, are reasons too: the one by
// its sign, the other with the word.
func TestReasonsFromLooks(t *testing.T) {
	var all [][2]string
	for i := range 200 {
		words := strings.Fields("rent paid late again this month as agreed on the phone with the clerk who wrote it down")
		text, class := strings.Join(words[i%5:i%5+4], " "), "a"
		if i%2 == 1 {
			text, class = strings.Join(words, " ")+" "+strings.ToUpper(words[i%7]), "b"
		}
		all = append(all, [2]string{text, class})
	}
	_, s := told(t, learn.Softmax, all, only)
	long := "rent paid late again this month as agreed on the phone with the clerk who wrote it down MONEY"
	reasons := s.Explain(label.Item{Fields: []string{long}}, 1, 99)
	for _, term := range []string{learn.Long, "MONEY"} { // MONEY is a word that nobody knows
		i := slices.IndexFunc(reasons, func(r label.Reason) bool { return r.Term == term })
		if i < 0 || reasons[i].Weight <= 0 {
			t.Errorf("no reason %q towards the class of long texts: %v", term, reasons)
		} else if term == learn.Long && reasons[i].Places != nil {
			t.Errorf("a length stands nowhere, not at %v", reasons[i].Places)
		}
	}
}
