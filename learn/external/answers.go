package external

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
)

// blockItems is how many consecutive items share a blob: few enough to be read
// while a card is put together, and enough to be written once a second.
const blockItems = 256

// kept is an answer as a project keeps it. Probabilities are cut down to what a
// screen and a metric can tell apart.
type kept struct {
	Class       int       `cbor:"1,keyasint"`
	Probability float32   `cbor:"2,keyasint,omitempty"` // NaN where the program gave none
	Classes     []float32 `cbor:"3,keyasint,omitempty"`
	Why         string    `cbor:"4,keyasint,omitempty"`
}

// valid reports whether the answer could be a program's.
func (k kept) valid() bool {
	off := func(p float32) bool { return !(p >= 0 && p <= 1) }
	given := k.Probability == k.Probability // not NaN
	return k.Class >= -1 && (k.Class < 0 || !given || !off(k.Probability)) && (k.Classes == nil || k.Class < len(k.Classes)) && !slices.ContainsFunc(k.Classes, off)
}

// block holds the answers about consecutive items, by their place in it.
type block map[uint16]kept

// blobName names the blob of a block.
func blobName(id, i uint64) string { return fmt.Sprintf("annotator %d answers %d", id, i) }

// Answers are what an annotator said about a project's items. They are safe
// for concurrent use by readers and one writer.
type Answers struct {
	state State
	id    uint64

	mu    sync.Mutex
	held  map[uint64]block // those read last, and those that are not written yet
	dirty map[uint64]bool
	saved time.Time
}

// Open returns the answers of an annotator.
func Open(s State, id uint64) *Answers {
	return &Answers{state: s, id: id, held: map[uint64]block{}, dirty: map[uint64]bool{}}
}

// mostHeld bounds the blocks in memory that are on disk too.
const mostHeld = 64

// place returns the block of an item and its place there.
func place(num uint64) (i uint64, at uint16) {
	return (num - 1) / blockItems, uint16((num - 1) % blockItems)
}

// block returns block i. The lock must be held.
func (a *Answers) block(i uint64) (block, error) {
	if b, ok := a.held[i]; ok {
		return b, nil
	}
	text, err := a.state.State(blobName(a.id, i))
	if err != nil {
		return nil, err
	}
	b := block{}
	if text != nil {
		if err := cbor.Unmarshal(text, &b); err != nil {
			return nil, fmt.Errorf("%w: answers of an annotator, block %d: %v", ErrDamaged, i, err)
		}
		for at, k := range b {
			if !k.valid() {
				return nil, fmt.Errorf("%w: answers of an annotator, item %d", ErrDamaged, i*blockItems+uint64(at)+1)
			}
		}
	}
	for k := range a.held {
		if len(a.held) < mostHeld {
			break
		}
		if !a.dirty[k] {
			delete(a.held, k)
		}
	}
	a.held[i] = b
	return b, nil
}

// Of returns the answer about an item; the second result is false where the
// program was not asked, or only with others that it failed with. Took is not
// kept.
func (a *Answers) Of(num uint64) (Answer, bool, error) {
	if num == 0 {
		return Answer{}, false, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	i, at := place(num)
	b, err := a.block(i)
	if err != nil {
		return Answer{}, false, err
	}
	k, ok := b[at]
	if !ok {
		return Answer{}, false, nil
	}
	out := Answer{Item: num, Class: k.Class, Probability: float64(k.Probability), Why: k.Why}
	for _, p := range k.Classes {
		out.Classes = append(out.Classes, float64(p))
	}
	if out.Class < 0 {
		out.Probability = math.NaN()
	}
	return out, true, nil
}

// Suggest returns the answer about an item as a suggestion, false where there is
// none: also where what is kept cannot be read, since somebody is waiting. A
// program that gave no probability has that of 0 on screens.
func (a *Answers) Suggest(num uint64) (label.Suggestion, bool) {
	x, ok, err := a.Of(num)
	if err != nil || !ok || x.Class < 0 {
		return label.Suggestion{}, false
	}
	s := label.Suggestion{Item: num, Answer: label.ClassAnswer(x.Class), Probability: x.Probability, Model: a.id, Classes: x.Classes}
	if math.IsNaN(s.Probability) {
		s.Probability = 0
	}
	return s, true
}

// Put keeps an answer. It is on disk after Flush, or a second later where more
// come.
func (a *Answers) Put(x Answer) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	i, at := place(x.Item)
	b, err := a.block(i)
	if err != nil {
		return err
	}
	k := kept{Class: x.Class, Probability: float32(x.Probability), Why: x.Why}
	for _, p := range x.Classes {
		k.Classes = append(k.Classes, float32(p))
	}
	b[at] = k
	a.dirty[i] = true
	if now := time.Now(); a.saved.IsZero() {
		a.saved = now
	} else if now.Sub(a.saved) >= time.Second {
		return a.flush()
	}
	return nil
}

// Flush writes what is not on disk yet.
func (a *Answers) Flush() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.flush()
}

func (a *Answers) flush() error {
	for i := range a.dirty {
		text, err := cbor.Marshal(a.held[i])
		if err != nil {
			return err
		}
		if err := a.state.PutState(blobName(a.id, i), text); err != nil {
			return fmt.Errorf("save the answers of an annotator: %w", err)
		}
		delete(a.dirty, i)
	}
	a.saved = time.Now()
	return nil
}

// Clear removes all answers of an annotator about items 1 to items.
func Clear(s State, id, items uint64) error {
	for i := uint64(0); i*blockItems < items; i++ {
		b, err := s.State(blobName(id, i))
		if err != nil {
			return err
		}
		if b == nil {
			continue
		}
		if err := s.PutState(blobName(id, i), nil); err != nil {
			return err
		}
	}
	return nil
}

// Count returns how many of items 1 to items have an answer, and how many were
// asked about and have none.
func (a *Answers) Count(items uint64) (answered, without int, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := uint64(0); i*blockItems < items; i++ {
		b, err := a.block(i)
		if err != nil {
			return 0, 0, err
		}
		for _, k := range b {
			if k.Class >= 0 {
				answered++
			} else {
				without++
			}
		}
	}
	return answered, without, nil
}
