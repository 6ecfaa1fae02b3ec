package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// hold stops the committer until release is called.
func hold(p *Project) (release func()) {
	held, free := make(chan struct{}), make(chan struct{})
	p.queue.put(op{alone: true, run: func(*views) error { close(held); <-free; return refusal{errNothingNew} }, done: func(error) {}})
	<-held
	return func() { close(free) }
}

// What was handed over before Close is saved by it; what comes later is told
// so.
func TestCloseSavesWhatWaits(t *testing.T) {
	p, err := Create(filepath.Join(t.TempDir(), "p.inkling"), testTask(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	addItems(t, p, 500)
	release := hold(p)
	var pending []*Pending
	for num := range uint64(500) {
		pending = append(pending, p.Decide("ana", answer(num+1, 0)))
	}
	select {
	case <-pending[0].Done():
		t.Fatal("saved too early")
	default:
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := pending[0].Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	var closed sync.WaitGroup
	for range 3 {
		closed.Go(func() {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	release()
	for i, e := range pending {
		if ev, _, err := e.Wait(context.Background()); err != nil || ev.Seq != uint64(i+3) || ev.Decisions[0].Item != uint64(i+1) {
			t.Fatalf("%d: %+v %v", i, ev, err)
		}
	}
	closed.Wait()
	if _, _, err := p.Decide("ana", answer(1, 0)).Wait(context.Background()); !errors.Is(err, ErrClosed) || Refused(err) {
		t.Fatal(err)
	}
	if _, err := p.Item(1); !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
	if p, err = Open(p.Path(), Options{}); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if c := p.Counts(); c.Labelled != 500 {
		t.Fatalf("%+v", c)
	}
}

// What waits goes into one transaction; one refusal in it concerns no other.
func TestGroups(t *testing.T) {
	p := newProject(t, 10)
	release := hold(p)
	good := p.Decide("ana", answer(1, 0))
	bad := p.Decide("ana", answer(99, 0))
	mixed := p.Decide("ana", answer(2, 0), answer(2, 1))
	empty := p.Decide("ana")
	nobody := p.Decide("", answer(3, 0))
	kind := p.Append(label.Event{Kind: label.Imported, Annotator: "ana"})
	undo := p.Undo("ana")
	undo2 := p.Undo("ana")
	redo := p.Redo("ana")
	last := p.Decide("ana", answer(4, 1))
	seen := txID(t, p)
	release()
	for _, c := range []struct {
		e    *Pending
		want error
	}{{good, nil}, {bad, ErrNoItem}, {mixed, ErrEvent}, {empty, ErrEvent}, {nobody, ErrEvent}, {kind, ErrEvent}, {undo, nil}, {undo2, ErrNothingToUndo}, {redo, nil}, {last, nil}} {
		ev, counts, err := c.e.Wait(context.Background())
		if !errors.Is(err, c.want) || (c.want != nil) != Refused(err) {
			t.Errorf("%v, want %v", err, c.want)
		}
		if err != nil && (ev.Seq != 0 || counts.Events != 0) {
			t.Errorf("refused, and yet %+v", ev)
		}
		if err == nil && counts.Events != ev.Seq {
			t.Errorf("%+v after event %d", counts, ev.Seq)
		}
	}
	if n := txID(t, p) - seen; n != 1 {
		t.Errorf("%d transactions", n)
	}
	if c := p.Counts(); c.Labelled != 2 || c.Events != 6 {
		t.Errorf("%+v", c)
	}
	clean(t, p)
}

// A model is written a part at a time, each in a transaction of its own and
// with nothing behind it in line: a decision waits for one part at most.
func TestModelDoesNotHoldUpDecisions(t *testing.T) {
	const parts = 40
	p := newProject(t, 10)
	commits, longest, largest := 0, 0, 0
	seal := p.seal
	p.seal = func(tx *bolt.Tx) error {
		p.queue.mu.Lock()
		defer p.queue.mu.Unlock()
		longest = max(longest, len(p.queue.waiting))
		before := largest
		largest = tx.Bucket(bucketModels).Stats().KeyN
		if largest-before > 1 {
			t.Errorf("%d parts in one transaction", largest-before)
		}
		commits++
		return seal(tx)
	}
	if err := p.PutModel(1, noise(parts*modelChunk)); err != nil {
		t.Fatal(err)
	}
	if commits < parts || longest > 0 || modelChunk > 1<<20 {
		t.Errorf("%d commits for %d parts, %d in line behind one", commits, parts, longest)
	}
}

func TestWatch(t *testing.T) {
	p := newProject(t, 10)
	ch, stop := p.Watch()
	other, stopOther := p.Watch()
	defer stopOther()
	got := func(ch <-chan struct{}) bool {
		select {
		case <-ch:
			return true
		default:
			return false
		}
	}
	if got(ch) {
		t.Error("a signal of what was before")
	}
	for num := range uint64(5) {
		must(t, p.Decide("ana", answer(num+1, 0)))
	}
	// The signal is given before those who wait are told.
	if !got(ch) || got(ch) {
		t.Error("many commits are one signal")
	}
	p.Undo("ben").Wait(context.Background())
	if err := p.PutState("a", []byte{1}); err != nil {
		t.Fatal(err)
	}
	if got(ch) {
		t.Error("a signal without an event")
	}
	stop()
	must(t, p.Decide("ana", answer(7, 0)))
	if got(ch) || !got(other) {
		t.Error("the end of one watch is not that of another")
	}
	stop()
}

// Many goroutines write and read at once; what they see is never torn: counts
// agree with the log as of some moment.
func TestConcurrent(t *testing.T) {
	const people, each = 4, 60
	p := newProject(t, people*each)
	var writers, readers sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	for n := range people {
		writers.Go(func() {
			who := fmt.Sprint("person ", n)
			for i := range each {
				e := p.Decide(who, answer(uint64(n*each+i+1), i%2))
				if i%10 == 9 {
					p.Undo(who)
					e = p.Redo(who)
				}
				if i%5 == 0 || i == each-1 {
					if _, _, err := e.Wait(ctx); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	writers.Go(func() {
		for i := range 5 {
			if err := p.PutModel(uint64(i+1), noise(modelChunk+5)); err != nil {
				t.Error(err)
			}
		}
	})
	writers.Go(func() {
		im := p.NewImport("f", "import")
		for i := range 1000 {
			if err := im.Add([]string{fmt.Sprint("more ", i)}, nil); err != nil {
				t.Error(err)
			}
		}
		if _, err := im.Close(); err != nil {
			t.Error(err)
		}
	})
	for range 2 {
		readers.Go(func() {
			for seen := uint64(0); ctx.Err() == nil; {
				c := p.Counts()
				if sum := c.PerClass[0] + c.PerClass[1]; sum != c.Labelled || c.Events < seen {
					t.Errorf("%+v", c)
				}
				upTo, err := p.Touched(seen, func(num uint64, s label.Standing, has bool) error {
					if has && s.Item != num {
						return errors.New("another item")
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
				seen = upTo
				if _, _, err := p.Search(ctx, "more 99", 1, 3); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	cancel()
	readers.Wait()
	if c := p.Counts(); c.Labelled != people*each || c.Items != people*each+1000 {
		t.Errorf("%+v", c)
	}
	clean(t, p)
	var order []uint64
	if err := p.Events(context.Background(), 1, 1<<60, func(ev label.Event) error { order = append(order, ev.Seq); return nil }); err != nil || !slices.IsSorted(order) || uint64(len(order)) != p.Counts().Events {
		t.Error(len(order), err)
	}
}

// txID returns the number of the last transaction that readers see.
func txID(t *testing.T, p *Project) int {
	t.Helper()
	tx, err := p.db.Begin(false)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	return tx.ID()
}
