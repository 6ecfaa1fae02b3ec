package learn

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
	"inkling/learn/represent"
)

// pretrainedState is the name of the state that says what representations a project
// has.
const pretrainedState = "representation"

// Pretrained says what representation of its texts a project has, learned without
// any answer.
type Pretrained struct {
	Hash    string        `cbor:"1,keyasint,omitempty" json:"hash,omitempty"` // of what is kept; "" for none
	Items   int           `cbor:"2,keyasint,omitempty" json:"items"`          // that it was learned from
	Dims    int           `cbor:"3,keyasint,omitempty" json:"dims"`
	Bytes   int           `cbor:"4,keyasint,omitempty" json:"bytes"`
	Took    time.Duration `cbor:"5,keyasint,omitempty" json:"-"`
	Seed    uint64        `cbor:"6,keyasint,omitempty" json:"seed"`
	Off     bool          `cbor:"7,keyasint,omitempty" json:"off"` // a person switched it off
	Gain    *Gain         `cbor:"8,keyasint,omitempty" json:"gain,omitempty"`
	Space   []byte        `cbor:"9,keyasint,omitempty" json:"-"`  // the features beside it
	Kept    []string      `cbor:"10,keyasint,omitempty" json:"-"` // hashes of all that are in the project
	Words   int           `cbor:"12,keyasint,omitempty" json:"words"`
	Anchors int           `cbor:"13,keyasint,omitempty" json:"anchors"`
}

// When a representation is learned by itself.
const (
	representFrom    = 500  // items: fewer do not tell what goes with what
	representAnswers = 3000 // answers: with more there is little that it could add
	representTries   = 3    // failures after which it is given up for these features
)

// LoadPretrained reads what representation a project has.
func LoadPretrained(p Archive) (Pretrained, error) {
	var out Pretrained
	b, err := p.State(pretrainedState)
	if err != nil || len(b) == 0 {
		return out, err
	}
	if err := cbor.Unmarshal(b, &out); err != nil {
		return Pretrained{}, fmt.Errorf("%w: what representation there is: %v", ErrDamaged, err)
	}
	return out, nil
}

func (r Pretrained) save(p Archive) error {
	b, err := encoding.Marshal(r)
	if err != nil {
		return err
	}
	if err := p.PutState(pretrainedState, b); err != nil {
		return fmt.Errorf("save what representation there is: %w", err)
	}
	return nil
}

// SetRepresentation switches a project's representation off for all models, or on
// again.
func SetRepresentation(p Archive, on bool) error {
	r, err := LoadPretrained(p)
	if err != nil || r.Off == !on {
		return err
	}
	r.Off = !on
	return r.save(p)
}

// keep puts a representation into the project and makes it the one in force. It is
// in the list before it is there itself, so that none stays that nothing would
// remove.
func (r *Pretrained) keep(p Archive, rep *representation, b []byte) error {
	listed, err := keepRepresentation(p, rep, b)
	if err != nil {
		return err
	}
	r.Kept, r.Off = listed.Kept, listed.Off
	r.Hash, r.Dims, r.Bytes, r.Words, r.Anchors = rep.hash, rep.Dim(), rep.size, rep.Words(), rep.Anchors()
	return r.save(p)
}

// keepRepresentation puts one into a project beside that which is in force. It
// returns what the project has then.
func keepRepresentation(p Archive, rep *representation, b []byte) (Pretrained, error) {
	r, err := LoadPretrained(p)
	if err != nil {
		return r, err
	}
	if !slices.Contains(r.Kept, rep.hash) {
		r.Kept = append(r.Kept, rep.hash)
		if err := r.save(p); err != nil {
			return r, err
		}
	}
	if err := p.PutState(representationName(rep.hash), b); err != nil {
		return r, fmt.Errorf("save the representation: %w", err)
	}
	return r, nil
}

// forget removes the representations that neither is in force nor any of these
// models reads.
func forget(p Archive, read map[string]bool) error {
	r, err := LoadPretrained(p)
	if err != nil {
		return err
	}
	kept := r.Kept
	for _, hash := range r.Kept {
		if hash == r.Hash || read[hash] {
			continue
		}
		if err := p.PutState(representationName(hash), nil); err != nil {
			return fmt.Errorf("remove representation %s: %w", hash, err)
		}
		kept = slices.DeleteFunc(slices.Clone(kept), func(h string) bool { return h == hash })
	}
	if len(kept) == len(r.Kept) {
		return nil
	}
	r.Kept = kept
	return r.save(p)
}

// recall takes the representation that an earlier trainer left, if it goes with the
// features in force; where there are none yet, with its features.
func (t *Trainer) recall() error {
	r, err := LoadPretrained(t.project)
	if err != nil {
		return err
	}
	t.pretrain.off = r.Off
	if r.Off && t.space != nil && t.space.rep != nil {
		t.represent(nil)
	}
	if r.Hash == "" || r.Off || t.space != nil && t.space.rep != nil {
		return nil
	}
	s, err := unmarshalSpace(r.Space)
	if err != nil || t.space != nil && t.space.hash != s.hash {
		return nil // it is of other features
	}
	rep, err := keptRepresentation(t.project, r.Hash)
	if errors.Is(err, ErrDamaged) || errors.Is(err, represent.ErrVersion) {
		return nil // it can be learned again from the same texts
	}
	if err != nil {
		return err
	}
	if t.space == nil {
		t.space = s
	}
	t.represent(rep)
	return nil
}

// represent puts a representation beside the features in force. All rows are made anew. A
// model that reads none stays what it was.
func (t *Trainer) represent(rep *representation) {
	t.space = t.space.with(rep)
	t.examples = newExamples(t.space)
	if now := t.current.Load(); now != nil && now.space.hash == t.space.hash && !readsVector(now.model) {
		next := *now
		next.space = t.space
		t.current.Store(&next)
	}
}

// representing is a representation that is being learned beside everything else.
type representing struct {
	from   *space // in force when it was begun
	space  *space // whose rows it is beside: the same, or those of a pool that has grown
	cancel context.CancelFunc
	ended  chan struct{} // closed when what follows is there
	rep    *representation
	bytes  []byte
	record Pretrained
	err    error
}

// pretraining is what the trainer knows of representations.
type pretraining struct {
	off    bool // a person switched them off
	now    *representing
	failed *space // whose representation could not be learned
	times  int
}

// representable reports whether these features go without a representation that they
// could have.
func (t *Trainer) representable() bool {
	r := &t.pretrain
	return t.space != nil && t.space.rep == nil && t.space.texts() && !r.off && t.items >= representFrom && len(t.answers.train) <= representAnswers &&
		(r.failed != t.space || r.times < representTries)
}

// regrows reports whether features that the pool outgrows are learned anew together
// with their representation, so that no model has to do without it meanwhile.
func (t *Trainer) regrows() bool {
	r := &t.pretrain
	return !t.once && t.space.rep != nil && !r.off && (r.failed != t.space || r.times < representTries)
}

// representDue reports whether one is to be begun. A model that a person chose keeps
// the features that it has.
func (t *Trainer) representDue() bool {
	if t.pretrain.now != nil || t.held && !t.trainDue() {
		return false
	}
	return t.representable() || t.space != nil && t.outgrown() && t.regrows()
}

// beginRepresenting learns a representation in a goroutine of its own: it may take
// half a minute, in which nobody waits for it.
func (t *Trainer) beginRepresenting(ctx context.Context) {
	within, cancel := context.WithCancel(ctx)
	r := &representing{from: t.space, space: t.space, cancel: cancel, ended: make(chan struct{})}
	t.pretrain.now = r
	task, items, most := t.task, t.items, t.o.Sample
	progress := func(done float64) { t.hub.update(func(s *State) { s.Representing = done }) }
	go func() {
		if r.from.rep != nil { // of a pool that has grown
			r.space, r.err = fitSpace(within, t.project, task, items, most, func(float64) {})
		}
		if r.err == nil {
			r.rep, r.bytes, r.record, r.err = learnRepresentation(within, t.project, r.space, task.Seed, most, progress)
		}
		cancel()
		close(r.ended)
		select {
		case t.kick <- struct{}{}:
		default:
		}
	}()
}

// representingEnded reports whether what was being learned is there.
func (t *Trainer) representingEnded() bool {
	if t.pretrain.now == nil {
		return false
	}
	select {
	case <-t.pretrain.now.ended:
		return true
	default:
		return false
	}
}

// takeRepresentation goes over to the representation that was learned. Where it cannot
// be saved yet, it is tried again.
func (t *Trainer) takeRepresentation(context.Context) error {
	r := t.pretrain.now
	if r.err == nil && r.from == t.space && r.rep.Dim() > 0 {
		if err := r.record.keep(t.project, r.rep, r.bytes); err != nil {
			return err
		}
	}
	t.pretrain.now = nil
	t.hub.update(func(s *State) { s.Representing = 0 })
	switch {
	case r.from != t.space: // the features have changed meanwhile
		return nil
	case r.err != nil:
		if t.pretrain.failed != t.space {
			t.pretrain.failed, t.pretrain.times = t.space, 0
		}
		t.pretrain.times++
		return r.err
	case r.rep.Dim() == 0: // there is nothing to tell items by
		t.pretrain.failed, t.pretrain.times = t.space, representTries
		return nil
	}
	e, err := find(t.o.Settings.Model)
	if t.space != r.space || err != nil || e.reads == readsDense {
		t.refit, t.comparison = t.current.Load() != nil, nil
	}
	if t.space != r.space {
		t.space, t.curve = r.space, nil
	}
	t.represent(r.rep)
	// What was chosen before did not have it to choose from.
	if t.choice != nil && t.choice.Labels <= vectorFirst && !slices.ContainsFunc(t.choice.Losses, func(c Candidate) bool { return c.Model == Balanced }) {
		t.choice = nil
	}
	return nil
}

// vectorFirst is how many answers there may be for the model that reads
// representations to be taken before it was compared with others.
const vectorFirst = 1000

// stopRepresenting gives up what is being learned, and waits for its end.
func (t *Trainer) stopRepresenting() {
	if r := t.pretrain.now; r != nil {
		r.cancel()
		<-r.ended
		t.pretrain.now = nil
		t.hub.update(func(s *State) { s.Representing = 0 })
	}
}

// learnRepresentation learns the representation beside some features. It returns it
// with the bytes to keep, and what is to be said of it.
func learnRepresentation(ctx context.Context, p Reader, s *space, seed uint64, most int, progress func(float64)) (*representation, []byte, Pretrained, error) {
	began := time.Now()
	from, err := newSample(ctx, p, s, most)
	if err != nil {
		return nil, nil, Pretrained{}, err
	}
	r, err := represent.Learn(ctx, from, represent.Options{Seed: seed, Texts: s.rows.Texts()}, progress)
	if err != nil {
		return nil, nil, Pretrained{}, fmt.Errorf("learn a representation of the texts: %w", err)
	}
	rep, b, err := newRepresentation(r)
	return rep, b, Pretrained{Items: from.Len(), Seed: seed, Space: s.bytes, Took: time.Since(began)}, err
}

// id is equal for spaces whose rows are the same, their representation included.
func (s *space) id() uint64 {
	if s.rep == nil {
		return s.hash
	}
	return mix(s.hash ^ binary.BigEndian.Uint64([]byte(s.rep.hash)[:8]))
}

// representOnce is what Train does about representations: it takes the one that goes
// with the features, or learns it.
func (t *Trainer) representOnce(ctx context.Context) error {
	if err := t.recall(); err != nil {
		return err
	}
	// No run waits for what its model would not read.
	if e, err := find(t.o.Settings.Model); !t.representable() || err == nil && e.reads != readsDense {
		return nil
	}
	t.phase(Representing)
	rep, b, record, err := learnRepresentation(ctx, t.project, t.space, t.task.Seed, t.o.Sample, func(done float64) {
		t.hub.update(func(s *State) { s.Fraction = done })
	})
	if err != nil {
		return err
	}
	if rep.Dim() == 0 {
		return nil
	}
	if err := record.keep(t.project, rep, b); err != nil {
		return err
	}
	t.represent(rep)
	return nil
}

// PretrainOptions say how Pretrain works. Zero values mean the defaults.
type PretrainOptions struct {
	Seed     *uint64                              // of what is drawn at random; nil for the project's
	Sample   int                                  // items that it is learned from at most; default 50,000
	Workers  int                                  // goroutines that measure the gain; default 1
	Progress func(s PretrainStage, share float64) // called as it goes on; nil for none
}

// PretrainStage is what Pretrain is doing.
type PretrainStage uint8

// The stages of Pretrain.
const (
	PretrainReading   PretrainStage = iota // the texts, for their features
	PretrainLearning                       // the representation
	PretrainMeasuring                      // its gain
)

// Pretrain learns a representation of a project's texts, without any answer, and
// keeps it in the project for all models from then on; where there are answers, its
// gain is measured. It is not for a project on which a Trainer runs. ErrKind where no
// column is read for its words.
func Pretrain(ctx context.Context, p Project, o PretrainOptions) (Pretrained, error) {
	t := NewTrainer(p, Options{Sample: o.Sample, Workers: o.Workers})
	t.once = true
	say := func(s PretrainStage) func(float64) {
		return func(share float64) {
			if o.Progress != nil {
				o.Progress(s, share)
			}
		}
	}
	if err := t.restore(ctx); err != nil {
		return Pretrained{}, err
	}
	if err := t.look(ctx); err != nil {
		return Pretrained{}, err
	}
	t.o.Seed = t.task.Seed
	if o.Seed != nil {
		t.o.Seed = *o.Seed
	}
	s, err := fitSpace(ctx, p, t.task, t.items, t.o.Sample, say(PretrainReading))
	if err != nil {
		return Pretrained{}, err
	}
	if !s.texts() {
		return Pretrained{}, fmt.Errorf("%w: no column of the project is a text", ErrKind)
	}
	if s.items == 0 {
		return Pretrained{}, fmt.Errorf("%w: the project has no items", ErrTooFew)
	}
	rep, b, record, err := learnRepresentation(ctx, p, s, t.o.Seed, t.o.Sample, say(PretrainLearning))
	if err != nil {
		return Pretrained{}, err
	}
	if rep.Dim() == 0 {
		return Pretrained{}, fmt.Errorf("%w: the texts have too little in common", ErrTooFew)
	}
	if err := record.keep(p, rep, b); err != nil {
		return Pretrained{}, err
	}
	t.space = s
	t.represent(rep)
	if t.task.Kind == label.Classes {
		if record.Gain, err = t.gain(ctx, say(PretrainMeasuring)); err != nil {
			return Pretrained{}, err
		}
	}
	return record, record.save(p)
}
