package label

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var reservedForTest = []string{"s", "f", "u", "g", "e", "a", "q"}

func TestProposeKeys(t *testing.T) {
	for _, c := range []struct{ names, want string }{
		{"ham spam", "h p"}, // s is reserved, so spam takes its next letter
		{"bearish bullish neutral", "b l n"},
		{"World Sports Business Sci/Tech", "w p b t"},
		{"repay watch default", "r w d"},
		{"财经 房产", "b c"}, // no Latin letters: free ones in order
	} {
		got := strings.Join(ProposeKeys(strings.Fields(c.names), reservedForTest), " ")
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.names, got, c.want)
		}
	}
}

// Any set of names gets keys that a task accepts, none of them reserved.
func TestProposeKeysAreDistinct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "n")
		var task = Task{Kind: Classes}
		var names []string
		for i := range n {
			names = append(names, fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"card_", "top up ", "转账", "s", "x-"}).Draw(t, "stem"), i))
		}
		keys := ProposeKeys(names, reservedForTest)
		for i, k := range keys {
			if k == "" || slices.Contains(reservedForTest, k[:1]) {
				t.Fatalf("%q got key %q", names[i], k)
			}
			if (len(k) == 2) != (n > oneKeyLimit) {
				t.Fatalf("%d labels: key %q", n, k)
			}
			task.Labels = append(task.Labels, Label{Name: names[i], Key: k})
		}
		if err := task.Validate(); err != nil {
			t.Fatal(err)
		}
	})
}
