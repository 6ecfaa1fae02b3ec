package learn

import (
	"context"

	"inkling/label"
)

// Reader is what training reads of a project. A store satisfies it.
//
// A callback of a method must not call another method of the project, and the
// items that it is shown are its own to keep.
type Reader interface {
	Task() label.Task
	Counts() label.Counts

	// Items visits the items from number from up to and including to, in
	// ascending order.
	Items(ctx context.Context, from, to uint64, visit func(label.Item) error) error

	// ItemsByNum visits the items with these numbers, in their order; numbers
	// without an item are passed over.
	ItemsByNum(nums []uint64, visit func(label.Item) error) error

	// Walk visits items in the order of their ids, which is a random order,
	// from the given id on and around the end, until limit items were visited
	// or visit returns false. It returns the id to go on from.
	Walk(from label.ID, limit int, visit func(num uint64, id label.ID) bool) (label.ID, error)

	// TouchedStandings visits every item that an event after since touched, once,
	// with where it stands now by everybody who decided about it: first what is in
	// force, then the others in the order of events; none where no decision on it
	// is in force. The slice is only lent. It returns the last event that it took
	// into account.
	TouchedStandings(since uint64, visit func(num uint64, all []label.Standing) error) (upTo uint64, err error)
}

// Archive keeps what training made.
type Archive interface {
	NextRunID() (uint64, error)
	PutRun(id uint64, record []byte) error
	Runs(visit func(id uint64, record []byte) error) error
	PutModel(id uint64, model []byte) error // nil removes it
	Model(id uint64) ([]byte, error)        // nil where there is none
	SetCurrentModel(id uint64) error
	CurrentModel() (uint64, error) // 0 where there is none
	PutState(name string, state []byte) error
	State(name string) ([]byte, error) // nil where there is none
}

// Project is what the Trainer asks for: a store of items and decisions that
// signals when something was committed.
type Project interface {
	Reader
	Archive

	// Watch returns a channel that holds a signal whenever something was
	// committed since the last receive, and a function that ends the watch.
	Watch() (<-chan struct{}, func())
}
