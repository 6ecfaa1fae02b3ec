package feature

import (
	"slices"
	"testing"
)

func TestWords(t *testing.T) {
	c, err := NewCounter([]Kind{Text, Number, Text}, Default())
	if err != nil {
		t.Fatal(err)
	}
	items := [][]string{{"the bank, the money", "1", "银行 x"}, {"The money; bank", "2", "银行 x"}}
	for _, it := range items {
		c.Add(it)
	}
	s := c.Space()
	r := s.Rower()
	// name says which feature of a row is meant by what stands at a place of the text.
	name := map[uint64]string{}
	s.Trace(items[0], func(u Use) {
		if u.Column != 1 {
			name[uint64(u.Index)] = items[0][u.Column][u.Start:u.End]
		}
	})
	var got []string
	for _, w := range r.Words([]string{"money unknown The bank", "3", "银行x"}, nil) {
		switch {
		case w == Break:
			got = append(got, "|")
		case w&1 == 1:
			got = append(got, "~"+name[w>>1])
		default:
			got = append(got, name[w>>1])
		}
	}
	if want := []string{"money", "the", "bank", "|", "~银", "~行", "~银行", "x"}; !slices.Equal(got, want) {
		t.Errorf("words %q, want %q", got, want)
	}
	if got := r.Words([]string{"", "", ""}, nil); len(got) != 1 || got[0] != Break {
		t.Errorf("no words: %v", got)
	}
}
