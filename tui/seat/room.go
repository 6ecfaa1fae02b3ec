package seat

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// How long items are held for somebody.
const (
	leaseTime = 10 * time.Minute // without a decision
	awayTime  = 2 * time.Minute  // after the connection was lost
)

// ErrRole says that a role may not do what was asked for.
var ErrRole = errors.New("seat: your role does not allow that")

// Room is where the seats at one project are, all in one process: who is there,
// and which items each of them holds. It is safe for concurrent use.
//
// An item that was handed to a seat is leased to it: no one else gets it beyond
// the number of answers that it wants. A lease ends with the decision, when the
// item is given back, when the seat is given up, or after ten minutes without a
// decision of that seat. Where a connection is lost, the items are kept for the
// person for two minutes, and whoever comes back in time goes on where they
// were. Times are those of a clock that does not jump, where there is one.
type Room struct {
	project Project
	trainer Trainer
	now     func() time.Time

	mu     sync.Mutex
	last   uint64 // number given to a seat
	seats  map[uint64]*Seat
	leases map[uint64][]lease // by item; few have more than one
	away   map[string]away    // by person
	notice string
	watch  map[chan struct{}]struct{}
}

// lease is one person's hold on an item.
type lease struct {
	person string
	seat   uint64 // 0: of somebody who is away
	until  time.Time
}

// away is what somebody whose connection was lost had before them.
type away struct {
	given []given
	until time.Time
}

// given is a card that was handed out and is not decided.
type given struct {
	num    uint64
	why    Why
	margin float64
	stands int
}

// Presence is one seat that is taken.
type Presence struct {
	ID      uint64 // of this sitting, given to no other
	Name    string
	Role    Role
	From    string // where from, for people: "here", an address
	Since   time.Time
	Last    time.Time // of the last decision; zero before there is one
	Decided int       // decisions since they sat down
	Item    uint64    // before them; 0 for none
	Watched []string  // who looks at their screen
}

// NewRoom opens a room at a project.
func NewRoom(p Project, t Trainer, now func() time.Time) *Room {
	return &Room{project: p, trainer: t, now: now, seats: map[uint64]*Seat{}, leases: map[uint64][]lease{}, away: map[string]away{}, watch: map[chan struct{}]struct{}{}}
}

// Sit takes a seat for a person; from says where they come from. One person may
// have several seats. What was before them when they lost their connection is
// before them again. Leave or Lose gives the seat up.
func (r *Room) Sit(annotator string, role Role, from string) *Seat {
	p := r.project
	s := &Seat{room: r, project: p, trainer: r.trainer, annotator: annotator, role: role, from: from, now: r.now, since: r.now(), handed: map[uint64]bool{},
		rng: rand.New(rand.NewPCG(p.Task().Seed, p.Counts().Events))}
	s.idle = sync.NewCond(&s.mu)
	s.quota, s.goldQuota = newQuota(s.rng), newQuota(s.rng)
	// Each session begins the walks elsewhere: where most items are decided, walks
	// from one place would pass over all of them again each time.
	s.audits.start(s.rng)
	s.random.start(s.rng)
	s.golds.start(s.rng)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	s.id = r.last
	r.seats[s.id] = s
	if a, ok := r.away[annotator]; ok {
		delete(r.away, annotator)
		r.release(annotator, 0)
		if r.now().Before(a.until) {
			s.resume = a.given
			for _, g := range a.given { // from now on: the first is asked for a moment later
				r.hold(g.num, s)
			}
		}
	}
	r.signal()
	return s
}

// Leave gives the seat up, and all that it holds.
func (s *Seat) Leave() { s.room.leave(s, nil) }

// Lose gives the seat up because the connection was lost: what it holds is kept
// for the person for a while.
func (s *Seat) Lose() {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	s.mu.Lock()
	given := slices.Concat(s.given, s.resume)
	s.mu.Unlock()
	s.room.leave(s, given)
}

func (r *Room) leave(s *Seat, kept []given) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seats[s.id] != s {
		return
	}
	delete(r.seats, s.id)
	r.release(s.annotator, s.id)
	if len(kept) > 0 {
		until := r.now().Add(awayTime)
		r.away[s.annotator] = away{kept, until}
		for _, g := range kept {
			r.leases[g.num] = append(r.leases[g.num], lease{s.annotator, 0, until})
		}
	}
	r.signal()
}

// release ends every lease of a seat, with seat 0 those of a person who is away.
func (r *Room) release(person string, seat uint64) {
	for num := range r.leases {
		r.drop(num, person, seat)
	}
}

// drop ends the lease of a seat on an item.
func (r *Room) drop(num uint64, person string, seat uint64) {
	rest := slices.DeleteFunc(r.leases[num], func(l lease) bool { return l.seat == seat && l.person == person })
	if len(rest) == 0 {
		delete(r.leases, num)
	} else {
		r.leases[num] = rest
	}
}

// others counts the leases of other people on an item that still run; mine
// reports whether another seat of the same person holds it.
func (r *Room) others(num uint64, s *Seat) (n int, mine bool) {
	now := r.now()
	for _, l := range r.leases[num] {
		switch {
		case l.seat == s.id || !now.Before(l.until):
		case l.person == s.annotator:
			mine = mine || l.seat != 0
		default:
			n++
		}
	}
	return n, mine
}

// held reports whether others hold as many of an item's answers as are open.
func (r *Room) held(num uint64, s *Seat, open int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, mine := r.others(num, s)
	return mine || n >= open
}

// lease gives a seat hold of an item of which so many answers are open; false
// where others hold as many.
func (r *Room) lease(num uint64, s *Seat, open int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n, mine := r.others(num, s); mine || n >= open {
		return false
	}
	r.hold(num, s)
	return true
}

// gone reports whether a seat was given up.
func (r *Room) gone(s *Seat) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seats[s.id] != s
}

// leased returns how many items are held.
func (r *Room) leased() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.leases)
}

// hold gives a seat hold of an item whoever holds it too, and forgets leases
// that have ended. Who answers nothing keeps nothing from those who do, and who
// has gone holds nothing any more.
func (r *Room) hold(num uint64, s *Seat) {
	if !s.role.Answers() || r.seats[s.id] != s {
		return
	}
	now := r.now()
	rest := slices.DeleteFunc(r.leases[num], func(l lease) bool {
		return l.seat == s.id && l.person == s.annotator || !now.Before(l.until)
	})
	r.leases[num] = append(rest, lease{s.annotator, s.id, now.Add(leaseTime)})
}

// free ends a seat's lease on items.
func (r *Room) free(s *Seat, nums ...uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, num := range nums {
		r.drop(num, s.annotator, s.id)
	}
}

// renew lets the leases of a seat run on, as a decision does.
func (r *Room) renew(s *Seat, nums []uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	until := r.now().Add(leaseTime)
	for _, num := range nums {
		for i, l := range r.leases[num] {
			if l.seat == s.id && l.person == s.annotator {
				r.leases[num][i].until = until
			}
		}
	}
}

// Present returns the seats that are taken, in the order in which they were.
func (r *Room) Present() []Presence {
	r.mu.Lock()
	seats := make([]*Seat, 0, len(r.seats))
	for _, s := range r.seats {
		seats = append(seats, s)
	}
	r.mu.Unlock()
	slices.SortFunc(seats, func(a, b *Seat) int { return int(a.id) - int(b.id) })
	out := make([]Presence, 0, len(seats))
	for _, s := range seats {
		out = append(out, s.presence())
	}
	return out
}

func (s *Seat) presence() Presence {
	watched := s.Watched()
	s.mu.Lock()
	defer s.mu.Unlock()
	p := Presence{Watched: watched, ID: s.id, Name: s.annotator, Role: s.role, From: s.from, Since: s.since, Last: s.lastDecided, Decided: s.decided}
	if len(s.given) > 0 {
		p.Item = s.given[0].num
	}
	return p
}

// Count returns how many seats are taken.
func (r *Room) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seats)
}

// OnScreen says which of the items that were handed out is before the person:
// should the connection be lost, it is before them again.
func (s *Seat) OnScreen(num uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.given, func(g given) bool { return g.num == num }); i > 0 {
		g := s.given[i]
		s.given = slices.Insert(slices.Delete(s.given, i, i+1), 0, g)
	}
}

// Announce says something to everybody in the room; "" takes it back.
func (r *Room) Announce(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notice = text
	r.signal()
}

// Notice returns what was announced last.
func (r *Room) Notice() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.notice
}

// Watch returns a channel that has a value when somebody came or went, or
// something was announced, since the last one was taken; stop ends it.
func (r *Room) Watch() (changed <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watch[ch] = struct{}{}
	return ch, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.watch, ch)
	}
}

// signal tells those who watch; the caller holds mu.
func (r *Room) signal() {
	for ch := range r.watch {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// Keep reports whether an item that was handed out a while ago may be shown: it
// may not where its lease ended and somebody else took it. It waits for no disk.
func (s *Seat) Keep(num uint64) bool {
	if s.room.keep(num, s) {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.handed, num) // should the other not answer it, it may come again
	s.forget(num)
	return false
}

// keep lets the lease of a seat run on, and reports whether it is there: who takes
// an item forgets the leases on it that have ended.
func (r *Room) keep(num uint64, s *Seat) bool {
	if !s.role.Answers() {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, l := range r.leases[num] {
		if l.seat == s.id {
			r.leases[num][i].until = r.now().Add(leaseTime)
			return true
		}
	}
	return false
}
