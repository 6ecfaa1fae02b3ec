package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// noise is a model that no two calls make alike.
func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

func reopen(t *testing.T, p *Project) *Project {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := Open(p.Path(), p.options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestModels(t *testing.T) {
	p := newProject(t, 1)
	want := map[uint64][]byte{}
	for id, n := range map[uint64]int{1: 1, 2: modelChunk, 3: 3*modelChunk + 17, 4: modelChunk - 1, 1 << 40: 5} {
		want[id] = noise(n)
		if err := p.PutModel(id, want[id]); err != nil {
			t.Fatal(err)
		}
	}
	same := func() {
		t.Helper()
		for id := range uint64(6) {
			if got, err := p.Model(id); err != nil || !bytes.Equal(got, want[id]) || (got == nil) != (want[id] == nil) {
				t.Fatalf("model %d: %d bytes, %v, want %d", id, len(got), err, len(want[id]))
			}
		}
	}
	same()
	// Another one in its place, a shorter one, none.
	want[3], want[2], want[4] = noise(modelChunk/2), noise(2*modelChunk), nil
	for _, id := range []uint64{2, 3, 4} {
		if err := p.PutModel(id, want[id]); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.PutModel(5, nil); err != nil { // there is none
		t.Fatal(err)
	}
	same()
	p = reopen(t, p)
	same()
	clean(t, p)
	if id, err := p.NextRunID(); err != nil || id != 1<<40+1 {
		t.Fatal(id, err)
	}
}

// A model of which a part was written is no model; what is left of it goes
// when the next one is written.
func TestHalfModel(t *testing.T) {
	p := newProject(t, 1)
	whole := noise(2 * modelChunk)
	if err := p.PutModel(1, whole); err != nil {
		t.Fatal(err)
	}
	// As a kill leaves it: parts, and no record.
	for i := range uint32(3) {
		if err := p.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketModels).Put(modelKey(2, i), noise(modelChunk)) }); err != nil {
			t.Fatal(err)
		}
	}
	p = reopen(t, p)
	if m, err := p.Model(2); m != nil || err != nil {
		t.Fatal(len(m), err)
	}
	if id, err := p.NextRunID(); err != nil || id != 3 {
		t.Fatal(id, err) // its number is not used again
	}
	if err := p.PutModel(3, noise(10)); err != nil {
		t.Fatal(err)
	}
	if err := p.view(func(tx *bolt.Tx) error {
		if n := tx.Bucket(bucketModels).Stats().KeyN; n != 1+2+1+1 {
			t.Errorf("%d parts and records", n)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if m, err := p.Model(1); err != nil || !bytes.Equal(m, whole) {
		t.Fatal(len(m), err)
	}
	// One byte of a part changed.
	part := slices.Clone(whole[:modelChunk])
	part[99]++
	for name, f := range map[string]func(*bolt.Tx) error{
		"changed": put(bucketModels, modelKey(1, 0), part),
		"missing": del(bucketModels, modelKey(1, 0)),
		"sizes":   put(bucketModels, key8(1), encode(modelSchema, modelRecord{Size: 1 << 60, Chunks: 2})),
		"record":  put(bucketModels, key8(1), []byte{modelSchema}),
	} {
		if err := p.update(f); err != nil {
			t.Fatal(err)
		}
		if m, err := p.Model(1); !errors.Is(err, ErrDamaged) || m != nil {
			t.Errorf("%s: %d bytes, %v", name, len(m), err)
		}
		if r, err := p.Check(context.Background(), nil); err != nil || r.OK() {
			t.Errorf("%s: check says %v, %v", name, r, err)
		}
	}
}

func TestRunsAndStates(t *testing.T) {
	p := newProject(t, 1)
	first, err := p.NextRunID()
	if err != nil || first != 1 {
		t.Fatal(first, err)
	}
	big := strings.Repeat("r", 300<<10)
	for id := range uint64(40) {
		if err := p.PutRun(id+1, []byte(fmt.Sprint(id+1, big))); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.PutRun(7, []byte("again")); err != nil {
		t.Fatal(err)
	}
	next := uint64(40)
	if err := p.Runs(func(id uint64, b []byte) error {
		want := fmt.Sprint(id, big)
		if id == 7 {
			want = "again"
		}
		if id != next || string(b) != want {
			t.Fatalf("run %d with %d bytes, want %d", id, len(b), next)
		}
		next--
		return nil
	}); err != nil || next != 0 {
		t.Fatal(next, err)
	}
	stop := errors.New("stop")
	if err := p.Runs(func(uint64, []byte) error { return stop }); err != stop {
		t.Fatal(err)
	}
	if cur, err := p.CurrentModel(); cur != 0 || err != nil {
		t.Fatal(cur, err)
	}
	if err := errors.Join(p.SetCurrentModel(9), p.PutState("a", []byte("x")), p.PutState("b", []byte{}), p.PutState("c", []byte("y")), p.PutState("c", nil)); err != nil {
		t.Fatal(err)
	}
	p = reopen(t, p)
	if cur, err := p.CurrentModel(); cur != 9 || err != nil {
		t.Fatal(cur, err)
	}
	for name, want := range map[string][]byte{"a": []byte("x"), "b": {}, "c": nil, "d": nil} {
		if got, err := p.State(name); err != nil || !bytes.Equal(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	if err := p.PutState("", nil); err == nil {
		t.Error("a state without a name")
	}
	if id, err := p.NextRunID(); id != 41 || err != nil {
		t.Error(id, err)
	}
}

// A backup that is made while work goes on is the project at one moment of it.
func TestBackupWhileWriting(t *testing.T) {
	p := newProject(t, 2000)
	dir := t.TempDir()
	started, ended := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	defer func() { cancel(); <-ended }()
	go func() {
		defer close(ended)
		for n := uint64(0); ctx.Err() == nil; n++ {
			e := p.Decide("ana", answer(n%2000+1, int(n/2000%2)))
			if n%50 == 0 {
				if _, _, err := e.Wait(context.Background()); err != nil {
					t.Error(err)
				}
			}
			if n == 200 {
				close(started)
			}
		}
	}()
	<-started
	for i := range 5 {
		path := filepath.Join(dir, fmt.Sprint(i))
		before := p.Counts().Events
		if err := p.Backup(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		after := p.Counts().Events
		q, err := Open(path, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if c := q.Counts(); c.Events < before || c.Events > after {
			t.Errorf("%d events, from %d to %d", c.Events, before, after)
		}
		clean(t, q)
		q.Close()
	}
	if err := p.Backup(context.Background(), filepath.Join(dir, "0")); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	var b bytes.Buffer
	if n, err := p.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Error(n, err)
	}
}
