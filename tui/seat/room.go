package seat

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Room is where the seats at one project are, all in one process: who is there,
// and which items each of them holds. It is safe for concurrent use.
type Room struct {
	project Project
	trainer Trainer
	now     func() time.Time

	mu     sync.Mutex
	last   uint64 // number given to a seat
	seats  map[uint64]*Seat
	leases map[uint64]*Seat // items that a seat holds
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
}

// NewRoom opens a room at a project.
func NewRoom(p Project, t Trainer, now func() time.Time) *Room {
	return &Room{project: p, trainer: t, now: now, seats: map[uint64]*Seat{}, leases: map[uint64]*Seat{}}
}

// Sit takes a seat for a person; from says where they come from. One person may
// have several seats. Leave gives it up.
func (r *Room) Sit(annotator string, role Role, from string) *Seat {
	p := r.project
	s := &Seat{room: r, project: p, trainer: r.trainer, annotator: annotator, role: role, from: from, now: r.now, since: r.now(), handed: map[uint64]bool{},
		rng: rand.New(rand.NewPCG(p.Task().Seed, p.Counts().Events))}
	s.idle = sync.NewCond(&s.mu)
	s.quota = newQuota(s.rng)
	r.mu.Lock()
	r.last++
	s.id = r.last
	r.seats[s.id] = s
	r.mu.Unlock()
	// Each session begins the two walks elsewhere: where most items are decided,
	// walks from one place would pass over all of them again each time.
	s.audits.start(s.rng)
	s.random.start(s.rng)
	return s
}

// Leave gives the seat up, and all that it holds.
func (s *Seat) Leave() {
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seats, s.id)
	for num, by := range r.leases {
		if by == s {
			delete(r.leases, num)
		}
	}
}

// Present returns the seats that are taken, in the order in which they were.
func (r *Room) Present() []Presence {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Presence
	for id := uint64(1); id <= r.last; id++ {
		if s, ok := r.seats[id]; ok {
			out = append(out, Presence{ID: id, Name: s.annotator, Role: s.role, From: s.from, Since: s.since})
		}
	}
	return out
}
