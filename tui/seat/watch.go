package seat

import (
	"slices"
	"sync"
)

// showing is what a seat's screen shows to those who watch it.
type showing struct {
	mu       sync.Mutex
	frame    string
	watchers map[*Look]struct{}
}

// Look is one person's look at another seat's screen.
type Look struct {
	At      Presence
	who     string
	of      *Seat
	changed chan struct{}
	closed  chan struct{}
}

// Look begins to watch a seat: those at it are told who does, all the while. The
// second result is false where there is no such seat, and where the role does not
// watch others. Close ends it.
func (s *Seat) Look(id uint64) (*Look, bool) {
	r := s.room
	r.mu.Lock()
	of, ok := r.seats[id]
	r.mu.Unlock()
	if !ok || of == s || !s.role.Reviews() {
		return nil, false
	}
	l := &Look{At: of.presence(), who: s.annotator, of: of, changed: make(chan struct{}, 1), closed: make(chan struct{})}
	of.shows.mu.Lock()
	if of.shows.watchers == nil {
		of.shows.watchers = map[*Look]struct{}{}
	}
	of.shows.watchers[l] = struct{}{}
	of.shows.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.signal()
	return l, true
}

// Frame returns what the screen shows, "" before it was drawn, and false where
// the seat was given up.
func (l *Look) Frame() (string, bool) {
	l.of.room.mu.Lock()
	_, there := l.of.room.seats[l.of.id]
	l.of.room.mu.Unlock()
	l.of.shows.mu.Lock()
	defer l.of.shows.mu.Unlock()
	return l.of.shows.frame, there
}

// Changed has a value when the screen changed since the last one was taken.
func (l *Look) Changed() <-chan struct{} { return l.changed }

// Closed is closed when the look has ended.
func (l *Look) Closed() <-chan struct{} { return l.closed }

// Close ends the look; it is called once.
func (l *Look) Close() {
	close(l.closed)
	l.of.shows.mu.Lock()
	delete(l.of.shows.watchers, l)
	if len(l.of.shows.watchers) == 0 {
		l.of.shows.frame = ""
	}
	l.of.shows.mu.Unlock()
	r := l.of.room
	r.mu.Lock()
	defer r.mu.Unlock()
	r.signal()
}

// Watched returns who watches the seat, in the order of their names.
func (s *Seat) Watched() []string {
	s.shows.mu.Lock()
	defer s.shows.mu.Unlock()
	var names []string
	for l := range s.shows.watchers {
		names = append(names, l.who)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Show shows a frame to those who watch; where nobody does it is dropped.
func (s *Seat) Show(frame string) {
	s.shows.mu.Lock()
	defer s.shows.mu.Unlock()
	if len(s.shows.watchers) == 0 || s.shows.frame == frame {
		return
	}
	s.shows.frame = frame
	for l := range s.shows.watchers {
		select {
		case l.changed <- struct{}{}:
		default:
		}
	}
}
