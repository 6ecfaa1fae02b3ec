// Package store keeps a project in one file: the log of events, and the views
// of it that make reading fast.
//
// The file is a bbolt database. The event log is the truth; counts, answers,
// lists and undo chains are derived from it in the same transaction that
// appends to it, by one function (views.apply) that commits, Check and Replay
// share. Items are immutable rows that Imported events refer to by number.
//
// All writing goes through one committer, in the order in which it was handed
// over; what waits while a transaction is being made durable goes into the
// next one together. The store calls nobody: Watch signals that something was
// committed, and who cares reads.
//
// A method that takes a visit function calls it outside any transaction, so
// that it may take its time and call other methods of the project. Everything
// that the store hands out is the caller's own.
package store

import (
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// Options say how a project is opened. The zero value is what most want.
type Options struct {
	Now      func() time.Time // the clock; nil means time.Now
	Program  string           // the name that a locked-out process is told; empty means "inkling"
	ReadOnly bool             // nothing is written; several processes may read at once
	NoSync   bool             // commits are not made durable: for tests and bulk work on copies
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// Project is an open project file. It is safe for concurrent use.
type Project struct {
	db      *bolt.DB
	path    string
	options Options
	created time.Time
	lock    *lockFile
	state   atomic.Pointer[state] // as of the last commit
	queue   *queue
	watch   watchers
	runs    runIDs
	models  sync.Mutex           // one model is written at a time
	seal    func(*bolt.Tx) error // commits a transaction

	closing sync.Once
	closed  error
}

// Path returns the path under which the project was opened.
func (p *Project) Path() string { return p.path }

// Created returns the moment at which the project was made.
func (p *Project) Created() time.Time { return p.created }

// Task returns the current task. The slices in it are shared: do not change
// them.
func (p *Project) Task() label.Task { return p.state.Load().task }

// Counts returns the counts as of the last commit. PerClass is shared: do not
// change it.
func (p *Project) Counts() label.Counts { return p.state.Load().counts }

// Close makes everything handed over durable, and closes the file. What is
// handed over later fails with ErrClosed.
func (p *Project) Close() error {
	p.closing.Do(func() {
		p.queue.close()
		p.watch.close()
		p.lock.remove() // while it is ours: whoever opens the project next writes another
		p.closed = p.db.Close()
	})
	return p.closed
}

// view runs f in a read transaction. A panic in it, which bbolt raises on
// damaged pages, becomes an error.
func (p *Project) view(f func(*bolt.Tx) error) (err error) {
	defer catch(&err)
	defer faults()()
	return closedError(p.db.View(f))
}
