package store

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// op is something to be written. run does it within a transaction; done is
// told, once, when it is durable or why it is not.
//
// An error of run that is a refusal concerns this op only and must have
// changed nothing; any other fails the transaction.
type op struct {
	run   func(*views) error
	done  func(error)
	alone bool // large: in a transaction of its own, so that its failure is its own
}

// queue hands ops to the committer in order. Its length is not bounded: what
// was decided must not wait for the disk.
type queue struct {
	p       *Project
	unsure  error // why nothing more is written; only the committer looks at it
	mu      sync.Mutex
	waiting []op
	closed  bool
	wake    chan struct{}
	stopped chan struct{}
}

func newQueue(p *Project) *queue {
	q := &queue{p: p, wake: make(chan struct{}, 1), stopped: make(chan struct{})}
	if p.options.ReadOnly {
		q.closed = true
		close(q.stopped)
		return q
	}
	go q.run()
	return q
}

// put hands over an op. It never blocks.
func (q *queue) put(o op) {
	q.mu.Lock()
	closed := q.closed
	if !closed {
		q.waiting = append(q.waiting, o)
	}
	q.mu.Unlock()
	if closed {
		err := ErrClosed
		if q.p.options.ReadOnly {
			err = ErrReadOnly
		}
		o.done(err)
		return
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// do hands over what run writes, and waits for it.
func (q *queue) do(run func(*views) error, alone bool) error {
	done := make(chan error, 1)
	q.put(op{run: run, done: func(err error) { done <- err }, alone: alone})
	return <-done
}

// close waits until all that was handed over is done.
func (q *queue) close() {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.wake)
	}
	q.mu.Unlock()
	<-q.stopped
}

func (q *queue) run() {
	defer close(q.stopped)
	for open := true; open; {
		_, open = <-q.wake
		for group := q.take(); len(group) > 0; group = q.take() {
			q.p.commit(group)
			if len(group) > 1 {
				q.gather(len(group))
			}
		}
	}
}

// gather lets those go on who were told of a commit, before the next one begins:
// who decides again at once would else wait for one that began just before, and
// of many people about half would be in each commit. It takes no longer than a
// fraction of what a disk takes, and no time where as many are back as there were.
func (q *queue) gather(were int) {
	for start := time.Now(); time.Since(start) < gatherTime; runtime.Gosched() {
		q.mu.Lock()
		n, closed := len(q.waiting), q.closed
		q.mu.Unlock()
		if n >= were || closed {
			return
		}
	}
}

// gatherTime is how long those who were in a commit together are waited for.
const gatherTime = 200 * time.Microsecond

// take returns what goes into the next transaction.
func (q *queue) take() []op {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := len(q.waiting)
	for i, o := range q.waiting {
		if o.alone {
			n = max(i, 1)
			break
		}
	}
	group := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	if len(q.waiting) == 0 {
		q.waiting = nil
	}
	return group
}

// commit writes a group of ops in one transaction.
//
// Where the disk fails at the very last step, after the new head of the file
// was written and before it was known to be durable, no one can say which of
// the two a power cut would leave: the ops fail, and so does all that follows,
// until the project is opened again. At any step before, which is where a full
// disk shows, the file is as it was, and the next commit may succeed.
func (p *Project) commit(group []op) {
	errs := make([]error, len(group))
	s := p.state.Load()
	next, err := p.write(group, errs)
	if next != nil {
		p.state.Store(next)
		if next.counts.Events != s.counts.Events {
			p.watch.signal()
		}
	}
	for i, o := range group {
		if errs[i] == nil {
			errs[i] = err
		}
		o.done(errs[i])
	}
}

// write returns the state after the group, nil where the file is as it was
// before. errs takes the refusals.
func (p *Project) write(group []op, errs []error) (next *state, err error) {
	defer catch(&err)
	defer faults()()
	if p.queue.unsure != nil {
		return nil, p.queue.unsure
	}
	tx, err := p.db.Begin(true)
	if err != nil {
		return nil, closedError(err)
	}
	defer func() {
		if tx.DB() != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	v := newViews(tx, p.state.Load().clone())
	accepted := 0
	for i, o := range group {
		switch err := o.run(v); {
		case err == nil:
			accepted++
		case Refused(err):
			errs[i] = err
		default:
			return nil, fmt.Errorf("store: write: %w", diskError(err))
		}
	}
	if accepted == 0 {
		return v.s, nil
	}
	if err := v.flush(); err != nil {
		return nil, fmt.Errorf("store: write: %w", err)
	}
	id := tx.ID()
	p.db.AllocSize = int(max(growSmall, min(tx.Size()/8, growLarge)))
	if err := p.seal(tx); err != nil {
		if p.visible(id) {
			next, p.queue.unsure = v.s, fmt.Errorf("%w (%w)", ErrUnsure, diskError(err))
		}
		return next, fmt.Errorf("store: commit: %w", cmp.Or(p.queue.unsure, diskError(err)))
	}
	return v.s, nil
}

// visible reports whether a transaction that failed is what readers see.
func (p *Project) visible(id int) bool {
	seen := false
	err := p.view(func(tx *bolt.Tx) error {
		seen = tx.ID() >= id
		return nil
	})
	return err == nil && seen
}

// update runs f in a write transaction that has nothing to do with events.
func (p *Project) update(f func(*bolt.Tx) error) error {
	return p.queue.do(func(v *views) error { return f(v.tx) }, false)
}

// updateAlone does the same in a transaction of its own: for what is large, so
// that a decision does not fail because there is no room for that.
func (p *Project) updateAlone(f func(*bolt.Tx) error) error {
	return p.queue.do(func(v *views) error { return f(v.tx) }, true)
}

// copyCounts returns counts that later events do not change.
func (v *views) copyCounts() label.Counts {
	c := v.s.counts
	c.PerClass = slices.Clone(c.PerClass)
	return c
}
