// Package seat is one person's place at a project: which item comes next and
// with what suggestion, and what becomes of the answer. It has no screen; the
// workbench, the demo that runs in plain text and hosted sessions all sit on
// one.
//
// A seat hands out cards. A card that was handed out is not handed out again
// until its decision is undone or it is given back. Decisions are committed in
// the order in which they are made; Unsaved says how many are not yet on disk.
package seat

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"inkling/label"
	"inkling/label/anchor"
	"inkling/label/clean"
	"inkling/learn"
	"inkling/learn/query"
	"inkling/store"
)

// Project is what a seat asks of a project file; store.Project is one.
type Project interface {
	Task() label.Task
	Counts() label.Counts
	Item(num uint64) (label.Item, error)
	Walk(from label.ID, limit int, visit func(num uint64, id label.ID) bool) (next label.ID, err error)
	Standing(num uint64) (label.Standing, bool, error)
	ItemStandings(num uint64) ([]label.Standing, error)
	Comments(num uint64) ([]label.Event, error)
	Skipped(limit int) ([]label.Standing, error)
	History(annotator string, before uint64, n int) ([]store.Past, error)
	Event(seq uint64) (label.Event, error)
	Append(ev label.Event) *store.Pending
}

// Trainer is what a seat asks of the trainer; learn.Trainer is one. The first two
// results are nil before there is a model, the third before there was a
// suggestion, the last where the project has no rules.
type Trainer interface {
	Current() *learn.Snapshot
	Ranking() *query.Ranking
	Anchoring() *anchor.Report
	Rules() *learn.Rules
}

// Suggester is whoever may suggest instead of the model: the kept answers of an
// external annotator. It answers at once, false where it has nothing to say.
type Suggester interface {
	Suggest(num uint64) (label.Suggestion, bool)
}

// ErrDone says that every item has been decided, and none was skipped.
var ErrDone = errors.New("seat: every item is decided")

// ErrLeft says that the seat was given up.
var ErrLeft = errors.New("seat: its person has left")

// reasonsShown is the number of reasons that a card carries.
const reasonsShown = 12

// Seat is one annotator's place. It is safe for concurrent use. To decide, and
// to ask what is saved, never waits for the disk.
type Seat struct {
	room      *Room
	id        uint64
	project   Project
	trainer   Trainer
	annotator string
	role      Role
	from      string
	since     time.Time
	shows     showing
	now       func() time.Time
	other     Suggester // nil: the model suggests everything

	// choosing guards what picks the next item, and is held while that reads
	// the disk; mu guards the rest, and is not.
	choosing  sync.Mutex
	rng       *rand.Rand
	quota     quota
	ranking   *query.Ranking
	rank      int // next entry of ranking to look at
	goldQuota quota
	audits    walk
	random    walk
	skips     walk
	golds     walk
	resume    []given  // what was before the person when the connection was lost
	back      []uint64 // items that were given back, to come before the walks
	passed    passed   // items that the walks passed over because others held them

	mu          sync.Mutex
	handed      map[uint64]bool // shown or decided in this session
	given       []given         // of those, not yet decided, in the order handed out
	decided     int
	lastDecided time.Time
	cleaner     clean.Options
	spec        string // the cleaner's text, to see when it changes

	unsaved int
	failed  error
	last    <-chan struct{} // settled when the latest ticket is
	idle    *sync.Cond
}

// Annotator is who sits there.
func (s *Seat) Annotator() string { return s.annotator }

// Role is what they may do.
func (s *Seat) Role() Role { return s.role }

// Decided is how many decisions were made since they sat down.
func (s *Seat) Decided() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.decided
}

// ID is the number of this sitting.
func (s *Seat) ID() uint64 { return s.id }

// Room is where the seat is.
func (s *Seat) Room() *Room { return s.room }

// New takes a seat for an annotator who is alone, and may do everything.
func New(p Project, t Trainer, annotator string, now func() time.Time) *Seat {
	return NewRoom(p, t, now).Sit(annotator, Admin, "here")
}

// SuggestFrom lets another suggest where it has an answer; the model does where
// it has none. It must be called before the first card.
func (s *Seat) SuggestFrom(other Suggester) { s.other = other }

// Unsaved returns how many decisions are not yet on disk, and why the last
// failed one could not be saved; the error is cleared by the next that is.
func (s *Seat) Unsaved() (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unsaved, s.failed
}

// Flush waits until every decision is on disk or has failed.
func (s *Seat) Flush(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.idle.Broadcast()
	})
	defer stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.unsaved > 0 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.idle.Wait()
	}
	return s.failed
}
