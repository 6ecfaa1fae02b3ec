package learn

import (
	"fmt"
	"sync"
	"time"
)

// Phase is what a Trainer is doing.
type Phase uint8

// The phases, in the order in which a run passes through them.
const (
	Idle       Phase = iota
	Reading          // items and answers are read and turned into rows
	Fitting          // the model that suggests is fitted, on all answers
	Validating       // the same model is fitted without a held-out part, for the curve
	Scoring          // the pool is scored with the new model
	Choosing         // models are compared by cross-validation
	Paused
	Representing // a representation is learned from the texts
)

var phaseNames = [...]string{"idle", "reading", "fitting", "validating", "scoring", "choosing", "paused", "representing"}

// String returns the phase's name in English.
func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return fmt.Sprintf("phase(%d)", uint8(p))
}

// State is a Trainer at one moment, for screens.
type State struct {
	Phase    Phase
	Fraction float64       // of the phase, 0 to 1
	Run      uint64        // the run in progress, or the last one
	Current  uint64        // the run whose model suggests; 0 where there is none
	Model    string        // the model in progress, or the last one
	Labels   int           // answers that the run learns from
	Step     int           // of Steps, within the phase
	Steps    int           // 0 where not known
	Points   []Point       // the run's curve so far; never changed, only replaced by a longer one
	Rate     float64       // items a second, while reading and scoring
	ETA      time.Duration // to the end of the phase; 0 where not known
	Saved    bool          // the current model and all records are in the project
	Err      error         // the last thing that went wrong; nil again once it went well

	Representing float64 // share that is done of the representation that is learned beside all this; 0 where none is
}

// hub holds the state and tells watchers that it changed.
type hub struct {
	mu       sync.Mutex
	state    State
	watchers map[chan struct{}]struct{}
	listen   func(State) // called after each change, by who made it; nil for none
}

func (h *hub) get() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}

// update changes the state and signals. Who has not yet taken the signal
// before gets no second one.
func (h *hub) update(change func(*State)) {
	h.mu.Lock()
	if change != nil {
		change(&h.state)
	}
	for w := range h.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
	state := h.state
	h.mu.Unlock()
	if h.listen != nil {
		h.listen(state)
	}
}

func (h *hub) watch() (<-chan struct{}, func()) {
	w := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers == nil {
		h.watchers = map[chan struct{}]struct{}{}
	}
	h.watchers[w] = struct{}{}
	return w, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.watchers, w)
	}
}
