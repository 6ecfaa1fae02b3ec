package learn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"inkling/learn/query"
)

// Names of the states that a trainer keeps in a project.
const (
	rankingState = "ranking" // the last ranking, so that a project opens with its queue
	modelsState  = "models"  // which runs' models are kept
)

// unsaved is what the project does not have yet.
type unsaved struct {
	records map[uint64]bool
	models  []*Snapshot
	current bool // which model is the current one
	ranking bool
	last    time.Time // when saving was last tried
}

func (u *unsaved) add(run uint64, s *Snapshot) {
	if u.records == nil {
		u.records = map[uint64]bool{}
	}
	u.records[run] = true
	if s != nil {
		u.models = append(u.models, s)
		u.current = true
	}
}

func (u *unsaved) any() bool {
	return len(u.records) > 0 || len(u.models) > 0 || u.current || u.ranking
}

func (u *unsaved) due() bool { return u.any() && time.Since(u.last) >= saveEvery }

// save writes what the project does not have yet. What fails, for example for
// a full disk, is tried again later; the learning goes on meanwhile.
func (t *Trainer) save() {
	if !t.unsaved.any() {
		return
	}
	t.unsaved.last = time.Now()
	err := t.saveAll()
	// Not through attempt: saving waits in its own time and holds up nothing.
	t.failed.save = err
	t.hub.update(func(s *State) { s.Saved, s.Err = err == nil, t.failed.join() })
}

// saveAll writes in an order that may end between any two writes, because the
// program was killed or the disk is full. A model is in the project's list
// before it is there itself, so that none stays that nothing would remove. The
// current model is named before its run's record is written: records of later
// runs than that of the current model mean a roll back, after which nothing is
// learned until somebody answers.
func (t *Trainer) saveAll() error {
	u := &t.unsaved
	// Only the last few models are kept, so older ones need not be written.
	u.models = u.models[max(0, len(u.models)-t.o.Keep):]
	if err := t.makeRoom(); err != nil {
		return err
	}
	for len(u.models) > 0 {
		s := u.models[0]
		b, err := s.MarshalBinary()
		if err != nil {
			return err
		}
		if err := t.project.PutModel(s.version, b); err != nil {
			return fmt.Errorf("save model %d: %w", s.version, err)
		}
		t.mu.Lock()
		for i := range t.runs {
			if t.runs[i].ID == s.version {
				t.runs[i].Size, t.runs[i].Digest = len(b), digest(b)
			}
		}
		t.mu.Unlock()
		u.models = u.models[1:]
		u.records[s.version] = true
	}
	if s := t.current.Load(); u.current && s != nil {
		if err := t.project.SetCurrentModel(s.version); err != nil {
			return fmt.Errorf("save the choice of model %d: %w", s.version, err)
		}
		u.current = false
	}
	for _, r := range t.Runs() {
		if !u.records[r.ID] {
			continue
		}
		b, err := MarshalRun(r)
		if err != nil {
			return err
		}
		if err := t.project.PutRun(r.ID, b); err != nil {
			return fmt.Errorf("save run %d: %w", r.ID, err)
		}
		delete(u.records, r.ID)
	}
	if r := t.ranking.Load(); u.ranking && r != nil {
		b, err := encoding.Marshal(r)
		if err != nil {
			return err
		}
		if err := t.project.PutState(rankingState, b); err != nil {
			return fmt.Errorf("save the ranking: %w", err)
		}
		u.ranking = false
	}
	return nil
}

// makeRoom removes the oldest models beyond those to keep, never the current
// one, and names those that are about to be written in the project's list.
// Records stay.
func (t *Trainer) makeRoom() error {
	stay := map[uint64]bool{}
	if s := t.current.Load(); s != nil {
		stay[s.version] = true
	}
	kept, size, total := slices.Clone(t.kept), map[uint64]int{}, 0
	for _, r := range t.Runs() {
		size[r.ID] = r.Size
	}
	for _, id := range kept {
		total += size[id]
	}
	for _, s := range t.unsaved.models {
		stay[s.version] = true
		if !slices.Contains(kept, s.version) {
			kept = append(kept, s.version)
		}
	}
	for i := 0; len(kept) > t.o.Keep && total > t.o.KeepBytes && i < len(kept); {
		if stay[kept[i]] {
			i++
			continue
		}
		if err := t.project.PutModel(kept[i], nil); err != nil {
			return fmt.Errorf("remove model %d: %w", kept[i], err)
		}
		total -= size[kept[i]]
		kept = slices.Delete(kept, i, i+1)
	}
	if slices.Equal(kept, t.kept) {
		return nil
	}
	read := map[string]bool{}
	for _, r := range t.Runs() {
		if slices.Contains(kept, r.ID) && r.Representation != "" {
			read[r.Representation] = true
		}
	}
	if s := t.current.Load(); s != nil {
		read[s.representation()] = true
	}
	if t.space != nil {
		read[t.space.repHash()] = true
	}
	if err := forget(t.project, read); err != nil {
		return err
	}
	b, err := encoding.Marshal(kept)
	if err != nil {
		return err
	}
	if err := t.project.PutState(modelsState, b); err != nil {
		return fmt.Errorf("save the list of models: %w", err)
	}
	t.kept = kept
	return nil
}

// restore reads what an earlier trainer left: its records, its model and its
// queue, so that a project opens with suggestions. It reads no items. What
// cannot be read is passed over, and said.
func (t *Trainer) restore(context.Context) error {
	var runs []Run
	var errs []error
	err := t.project.Runs(func(id uint64, record []byte) error {
		r, err := UnmarshalRun(record)
		if err != nil {
			errs = append(errs, fmt.Errorf("run %d: %w", id, err))
			return nil
		}
		runs = append(runs, r)
		return nil
	})
	errs = append(errs, err)
	slices.SortFunc(runs, func(a, b Run) int { return cmp.Compare(a.ID, b.ID) })
	var kept []uint64
	b, err := t.project.State(modelsState)
	errs = append(errs, err)
	if len(b) > 0 {
		if err := cbor.Unmarshal(b, &kept); err != nil {
			errs = append(errs, fmt.Errorf("%w: list of models: %v", ErrDamaged, err))
		}
	}
	t.kept = kept
	t.mu.Lock()
	t.runs = runs
	t.mu.Unlock()
	for _, r := range slices.Backward(runs) {
		if r.Choice != nil { // neither imported nor asked for by name
			t.choice = r.Choice
			break
		}
	}
	errs = append(errs, t.restoreSettings(), t.restoreModel(runs), t.recall())
	t.hub.update(func(s *State) { s.Saved = true })
	return errors.Join(errs...)
}

// restoreSettings reads what a person chose for the project. What the project
// cannot do is passed over, and said; Train refuses it itself, together with what
// it was asked for.
func (t *Trainer) restoreSettings() error {
	s, err := LoadSettings(t.project)
	if err == nil && !t.once {
		err = s.Check(t.project.Task())
	}
	if err != nil {
		s = Settings{}
	}
	t.o.Settings = t.o.Settings.Over(s)
	if t.o.Settings.Model == "" {
		t.o.Settings.Model = Auto
	}
	name := t.o.Settings.Strategy // the setting itself changes later
	t.named.Store(&name)
	return err
}

func (t *Trainer) restoreModel(runs []Run) error {
	id, err := t.project.CurrentModel()
	if err != nil || id == 0 {
		return err
	}
	snap, err := Load(t.project, id)
	if err != nil {
		return err
	}
	t.task = t.project.Task()
	t.adopt(snap)
	known := false
	for _, r := range runs {
		// Of all runs, not of this one: after a roll back, answers that later runs
		// learned from are not new, and start none.
		t.restored = max(t.restored, r.Seq)
		t.held = t.held || r.ID > id || r.ID == id && r.Origin != ""
		known = known || r.ID == id
		if r.ID == id {
			t.calibrated = restoredCalibration(snap, r)
			t.spent.add(r.Model, r.Took)
		}
	}
	if !known {
		t.restored = 0 // its record did not make it: all is to be learned again
	}
	t.hub.update(func(s *State) {
		s.Current, s.Run, s.Model = snap.version, snap.version, snap.model.Name()
	})
	b, err := t.project.State(rankingState)
	if err != nil || len(b) == 0 {
		return err
	}
	var r query.Ranking
	if err := cbor.Unmarshal(b, &r); err != nil {
		return fmt.Errorf("%w: ranking: %v", ErrDamaged, err)
	}
	t.ranking.Store(&r)
	return nil
}
