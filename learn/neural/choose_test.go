package neural

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"inkling/learn/feature"
)

// The number of epochs is as large as helps on rows that were not seen: few where the
// answers are noise, many where they follow a rule.
func TestChoose(t *testing.T) {
	o := Options{Hidden: []int{32}, Rate: 0.005, Choose: []int{1, 4, 16, 64}}.withDefaults()
	rule, noise := plain(500, asNumber), mixed(500, asNumber, 1)
	noise.Target = mixed(500, asNumber, 9).Target // of other rows
	epochs := func(d feature.Data) int {
		n, err := choose(context.Background(), d, o)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	few, many := epochs(noise), epochs(rule)
	if few > 4 || many < 16 {
		t.Errorf("%d epochs of noise, %d of a rule", few, many)
	}
	m := mustFit(t, rule, o)
	if run, _ := m.Epochs(); run != many {
		t.Errorf("%d epochs run, %d chosen", run, many)
	}
	o.Epochs, o.Choose = many, nil
	o.Workers = 2
	if again := mustFit(t, rule, o); !bytes.Equal(bytesOf(t, m), bytesOf(t, again)) {
		t.Error("the choice is not the same as its result")
	}
	// Few rows leave nothing to choose by.
	o.Choose = []int{2, 3}
	if run, _ := mustFit(t, mixed(30, asTwo, 1), o).Epochs(); run != 2 {
		t.Errorf("%d epochs of 30 rows", run)
	}
	o.Choose = []int{3, 3}
	if _, err := Fit(context.Background(), rule, o); !errors.Is(err, ErrOptions) {
		t.Errorf("a choice between 3 and 3: %v", err)
	}
}
