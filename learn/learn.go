// Package learn trains models on a project's answers in the background, and
// says what they think of items that have none.
//
// A Model learns from sparse rows. A Snapshot is a fitted model with all that
// turns an item into a row: it never changes, so screens, streams and the
// trainer share it without locks. The Trainer makes snapshots: it listens to
// the project, collects new answers, fits, publishes the new snapshot, ranks
// the pool with it, and keeps a Run as the record of each.
//
// The package does not know the store: Project says what it needs of one.
package learn

import (
	"errors"

	"github.com/fxamacker/cbor/v2"
)

// Errors of reading what was stored.
var (
	ErrDamaged = errors.New("learn: damaged")
	ErrFormat  = errors.New("learn: not a model of this program")
	ErrVersion = errors.New("learn: made by a newer version of this program")
)

// Errors of training.
var (
	ErrTooFew  = errors.New("learn: too few answers to train on")
	ErrKind    = errors.New("learn: no model for this kind of task")
	ErrNoModel = errors.New("learn: no such model")
)

// encoding writes the same bytes for the same value.
var encoding = func() cbor.EncMode {
	o := cbor.CoreDetEncOptions()
	o.Time = cbor.TimeRFC3339Nano
	m, err := o.EncMode()
	if err != nil {
		panic(err)
	}
	return m
}()
