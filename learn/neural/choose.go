package neural

import (
	"context"
	"math/rand/v2"

	"inkling/learn/feature"
)

const (
	fewestToChoose = 40    // rows, below which the first number of epochs is taken
	mostToChoose   = 20000 // rows, beyond which it is as well: each of many epochs says nearly the same there
	heldShare      = 5     // one row in so many is held out
	worthIt        = 0.995 // of the loss before, that more epochs must come below
)

// choose returns how many epochs to take, of some numbers in ascending order: each is
// tried on four fifths of the rows, until one more loses no less on the others.
func choose(ctx context.Context, d feature.Data, o Options) (int, error) {
	if len(d.Rows) < fewestToChoose || len(d.Rows) > mostToChoose || len(o.Choose) == 1 {
		return o.Choose[0], nil
	}
	order := rand.New(rand.NewPCG(o.Seed, choiceStream)).Perm(len(d.Rows))
	held := len(order) / heldShare
	valid, train := d.Take(order[:held]), d.Take(order[held:])
	best, at := 0.0, 0
	for i, epochs := range o.Choose {
		try := o
		try.Choose, try.Epochs, try.Patience = nil, epochs, 0
		last := 0.0
		try.Valid, try.Progress = &valid, func(p Progress) { last = p.Valid }
		try.sparing = true
		if _, err := Fit(ctx, train, try); err != nil {
			return 0, err
		}
		if i > 0 && !(last < best*worthIt) {
			break
		}
		best, at = last, i
	}
	return o.Choose[at], nil
}
