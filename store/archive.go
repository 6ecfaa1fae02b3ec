package store

import (
	"fmt"
	"hash/fnv"
	"sync"

	bolt "go.etcd.io/bbolt"
)

// modelChunk is how much of a model one transaction writes, so that a decision
// never waits behind a large write.
const modelChunk = 256 << 10

// runIDs numbers runs.
type runIDs struct {
	mu   sync.Mutex
	last uint64
}

// NextRunID returns a number that no run or model has. It is not used again in
// the life of this Project; after that it is, if nothing was put under it.
func (p *Project) NextRunID() (uint64, error) {
	if p.options.ReadOnly {
		return 0, ErrReadOnly
	}
	p.runs.mu.Lock()
	defer p.runs.mu.Unlock()
	p.runs.last++
	return p.runs.last, nil
}

func (r *runIDs) used(id uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = max(r.last, id)
}

// PutRun keeps the record of a run; an earlier one under this number is
// replaced.
func (p *Project) PutRun(id uint64, data []byte) error {
	p.runs.used(id)
	return p.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketRuns).Put(key8(id), data) })
}

// Runs visits the records of runs, newest first. An error of visit ends it and
// is returned.
func (p *Project) Runs(visit func(id uint64, data []byte) error) error {
	type run struct {
		id   uint64
		data []byte
	}
	for next, more := ^uint64(0), true; more; {
		var runs []run
		err := p.view(func(tx *bolt.Tx) error {
			c, part := tx.Bucket(bucketRuns).Cursor(), newChunk()
			k, v := c.Seek(key8(next))
			if k == nil {
				k, v = c.Last()
			} else if number(k) > next {
				k, v = c.Prev()
			}
			for more = k != nil; k != nil; k, v = c.Prev() {
				runs = append(runs, run{number(k), append([]byte(nil), v...)})
				if part.full(len(v)) {
					break
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, r := range runs {
			if err := visit(r.id, r.data); err != nil {
				return err
			}
			if r.id == 0 {
				return nil
			}
			next = r.id - 1
		}
	}
	return nil
}

// modelKey names a part of a model.
func modelKey(id uint64, part uint32) []byte { return append(key8(id), key4(part)...) }

// lastModel returns the highest number of a model or a part of one.
func lastModel(b *bolt.Bucket) uint64 {
	k, _ := b.Cursor().Last()
	if len(k) < 8 {
		return 0
	}
	return number(k[:8])
}

// PutModel keeps a model under the number of its run; nil removes it. It is
// written in parts, each durable before the next: until the last, Model returns
// what was there before only if nothing was; a kill leaves no model.
func (p *Project) PutModel(id uint64, model []byte) error {
	p.models.Lock()
	defer p.models.Unlock()
	p.runs.used(id)
	if err := p.clearModels(id); err != nil {
		return err
	}
	if model == nil {
		return nil
	}
	rec := modelRecord{Size: uint64(len(model)), Sum: sum64(model)}
	for rest := model; len(rest) > 0; rec.Chunks++ {
		part := rest[:min(len(rest), modelChunk)]
		rest = rest[len(part):]
		err := p.updateAlone(func(tx *bolt.Tx) error { return tx.Bucket(bucketModels).Put(modelKey(id, rec.Chunks), part) })
		if err != nil {
			return err
		}
	}
	return p.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketModels).Put(key8(id), encode(modelSchema, rec)) })
}

func sum64(b []byte) uint64 {
	h := fnv.New64a()
	h.Write(b)
	return h.Sum64()
}

// clearModels removes the model with this number, and parts of models that
// were never completed, a few at a time.
func (p *Project) clearModels(id uint64) error {
	var doomed [][]byte
	err := p.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketModels).Cursor()
		var whole uint64
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if len(k) < 8 {
				return damaged("a model under a key of %d bytes", len(k))
			}
			n := number(k[:8])
			if len(k) == 8 {
				whole = n // its record comes before its parts
			}
			if n == id || n != whole {
				doomed = append(doomed, append([]byte(nil), k...))
			}
		}
		return nil
	})
	for err == nil && len(doomed) > 0 {
		part := doomed[:min(len(doomed), 16)]
		doomed = doomed[len(part):]
		err = p.update(func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketModels)
			for _, k := range part {
				if err := b.Delete(k); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}

// Model returns a model, nil where there is none.
func (p *Project) Model(id uint64) ([]byte, error) {
	var model []byte
	err := p.view(func(tx *bolt.Tx) (err error) {
		model, err = readModel(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return model, nil
}

func readModel(tx *bolt.Tx, id uint64) ([]byte, error) {
	b := tx.Bucket(bucketModels)
	v := b.Get(key8(id))
	if v == nil {
		return nil, nil
	}
	var rec modelRecord
	if err := decode("model", modelSchema, v, &rec); err != nil {
		return nil, err
	}
	if rec.Size > uint64(rec.Chunks)*modelChunk {
		return nil, damaged("model %d: %d bytes in %d parts", id, rec.Size, rec.Chunks)
	}
	model := make([]byte, 0, min(rec.Size, 64<<20))
	for i := range rec.Chunks {
		part := b.Get(modelKey(id, i))
		if part == nil {
			return nil, damaged("model %d: part %d is missing", id, i)
		}
		model = append(model, part...)
	}
	if uint64(len(model)) != rec.Size || sum64(model) != rec.Sum {
		return nil, damaged("model %d is not what was stored", id)
	}
	return model, nil
}

// SetCurrentModel chooses the model in use; 0 chooses none.
func (p *Project) SetCurrentModel(id uint64) error {
	return p.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Put(keyCurrent, key8(id)) })
}

// CurrentModel returns the model in use, 0 where there is none.
func (p *Project) CurrentModel() (uint64, error) {
	var id uint64
	err := p.view(func(tx *bolt.Tx) error {
		id = number(tx.Bucket(bucketMeta).Get(keyCurrent))
		return nil
	})
	return id, err
}

// PutState keeps a small blob under a name; nil removes it.
func (p *Project) PutState(name string, data []byte) error {
	if name == "" || len(name) > bolt.MaxKeySize {
		return fmt.Errorf("store: no name for a state: %d bytes", len(name))
	}
	return p.update(func(tx *bolt.Tx) error {
		if data == nil {
			return tx.Bucket(bucketState).Delete([]byte(name))
		}
		return tx.Bucket(bucketState).Put([]byte(name), data)
	})
}

// State returns the blob under a name, nil where there is none.
func (p *Project) State(name string) ([]byte, error) {
	var data []byte
	err := p.view(func(tx *bolt.Tx) error {
		if v := tx.Bucket(bucketState).Get([]byte(name)); v != nil {
			data = append([]byte{}, v...)
		}
		return nil
	})
	return data, err
}
