package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// damaging spoils bytes of a file at random, below the heads as often as among them.
func damaging(file []byte, seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 7))
	b := slices.Clone(file)
	for range n {
		at := r.IntN(len(b))
		switch r.IntN(4) {
		case 0: // the head of a page, or the places of its entries
			at = at&^4095 + r.IntN(64)
		case 1: // a whole page becomes another
			if n < 8 {
				copy(b[at&^4095:], file[r.IntN(len(b))&^4095:][:min(4096, len(b)-at&^4095)])
				continue
			}
		}
		b[at] ^= byte(1 + r.IntN(255))
	}
	return b
}

// endure does everything with a damaged file that people do with files. Each must
// come to an end, in a way that damage may end in.
func endure(t *testing.T, file []byte, head Head) {
	t.Helper()
	dir, ctx := t.TempDir(), context.Background()
	path := filepath.Join(dir, "p.inkling")
	fresh := func() {
		t.Helper()
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := func(what string, err error) {
		t.Helper()
		if !allowed(err) && !errors.Is(err, ErrNotProject) && !errors.Is(err, ErrOlder) {
			t.Fatalf("%s: %v", what, err)
		}
		if err != nil {
			for _, leak := range []string{"runtime error", "assertion", "slice bounds", "goroutine", "0x"} {
				if strings.Contains(err.Error(), leak) {
					t.Fatalf("%s: %v", what, err)
				}
			}
		}
	}
	sound := func(what, path string) {
		t.Helper()
		p, err := Open(path, Options{ReadOnly: true})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		defer p.Close()
		if r, err := p.Check(ctx, nil); err != nil || !r.OK() {
			t.Fatalf("%s left %+v, %v", what, r, err)
		}
	}
	fresh()
	p, err := Open(path, Options{ReadOnly: true})
	said("open", err)
	if err == nil {
		_ = p.Items(ctx, 1, 1<<40, func(label.Item) error { return nil })
		_ = p.Standings(ctx, func(label.Standing) error { return nil })
		_, _ = p.Model(1)
		_ = p.Runs(func(uint64, []byte) error { return nil })
		_, err = p.Check(ctx, nil)
		said("check", err)
		_, _ = p.WriteTo(io.Discard)
		said("close", p.Close())
	}
	to := filepath.Join(dir, "copy.inkling")
	_, err = BackupFile(ctx, path, to)
	if said("backup", err); err == nil {
		sound("backup", to)
	}
	s, err := SnapshotFile(ctx, path, filepath.Join(dir, "snapshots"), Keep{Last: 1}, Options{})
	if said("snapshot", err); err == nil {
		sound("snapshot", s.Path)
	}
	if now := read(t, path); !bytes.Equal(now, file) {
		t.Fatal("reading changed it")
	}
	_, _, err = Compact(ctx, path, Options{NoSync: true}, nil)
	if said("compact", err); err == nil {
		sound("compact", path)
	}
	fresh()
	r, err := Repair(ctx, path, Options{NoSync: true}, false, nil)
	if said("repair", err); r.Done && r.After.OK() {
		sound("repair", path)
		q, err := Open(path, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if h := q.Head(); h != head && h.Seq >= head.Seq {
			t.Fatalf("repair made the log end at %v, not %v", h, head)
		}
		q.Close()
	}
	fresh()
	p, err = Open(path, Options{NoSync: true})
	said("open for writing", err)
	if err == nil {
		_, _, _ = p.Decide("ana", answer(7, 0)).Wait(ctx)
		_ = p.PutState("s", []byte("x"))
		said("close", p.Close())
	}
}

func headOf(t testing.TB, path string) Head {
	t.Helper()
	p, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	return p.Head()
}

// However a file is damaged, nothing crashes or goes on for ever, what is
// copied is sound, and what is repaired as well.
func TestDamage(t *testing.T) {
	path := fullFile(t)
	file, head := read(t, path), headOf(t, path)
	for seed := range uint64(60) {
		endure(t, damaging(file, seed, []int{1, 3, 40, 400}[seed%4]), head)
	}
}

func FuzzDamage(f *testing.F) {
	path := fullFile(f)
	file, head := read(f, path), headOf(f, path)
	for seed := range uint64(8) {
		f.Add(seed, uint16(1)<<seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint16) { endure(t, damaging(file, seed, int(n)%1000+1), head) })
}

// A branch that leads back to itself is found before anybody follows it.
func TestPagesInARing(t *testing.T) {
	path := projectFile(t, 3000)
	file, head := read(t, path), headOf(t, path)
	size := os.Getpagesize()
	found := 0
	for at := 2 * size; at+size <= len(file); at += size {
		if file[at+8] != branchPage || file[at+9] != 0 {
			continue
		}
		found++
		b := slices.Clone(file)
		copy(b[at+pageHeader+8:], b[at:at+8]) // its first entry leads to itself
		endure(t, b, head)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, Options{ReadOnly: true}); err != nil && !errors.Is(err, ErrDamaged) {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Fatal("no branch in the file")
	}
}

// The pages of sound files are sound, whatever was done with them; our look finds
// what bbolt's own finds in files that are not.
func TestPagesAgainstBolt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	file := read(t, fullFile(t))
	agreed := 0
	for seed := range uint64(120) {
		b := file
		if seed > 0 {
			b = damaging(file, seed, 1)
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		var r Report
		if err := checkPages(path, &r, nil); err != nil {
			t.Fatal(err)
		}
		if seed == 0 && !r.OK() {
			t.Fatalf("sound: %+v", r)
		}
		if !r.OK() {
			continue // which bbolt's own may not survive
		}
		db, err := openBolt(path, &bolt.Options{ReadOnly: true, Timeout: lockWait})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if err := db.View(func(tx *bolt.Tx) error {
			var all error
			for err := range tx.Check() {
				all = errors.Join(all, err)
			}
			return all
		}); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		agreed++
		db.Close()
	}
	if agreed < 10 {
		t.Errorf("only %d files were sound", agreed)
	}
}

// A damaged model is dropped, since it can be trained again, and so is what stood
// on pages of models, runs or states that cannot be read.
func TestRepairDrops(t *testing.T) {
	for what, c := range map[string]struct {
		plant   func(*bolt.Tx) error
		dropped string
		model   bool
	}{
		"a part":     {put(bucketModels, modelKey(1, 0), []byte("half")), "model 1", false},
		"no part":    {del(bucketModels, modelKey(1, 1)), "model 1", false},
		"its record": {put(bucketModels, key8(1), []byte{9}), "model 1", false},
		"no models":  {func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketModels) }, "all models", false},
		"no runs":    {func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketRuns) }, "all runs", true},
	} {
		t.Run(what, func(t *testing.T) {
			path := fullFile(t)
			edit(t, path, c.plant)
			r, err := Repair(context.Background(), path, Options{NoSync: true}, false, nil)
			if err != nil || !r.Done || !r.After.OK() || !slices.Equal(r.Dropped, []string{c.dropped}) {
				t.Fatalf("%+v, %v", r, err)
			}
			p, err := Open(path, Options{NoSync: true})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			m, err := p.Model(1)
			id, e := p.CurrentModel()
			if err != nil || e != nil || (m != nil) != c.model || (id == 1) != c.model {
				t.Errorf("%d bytes of a model, %d in use: %v, %v", len(m), id, err, e)
			}
		})
	}
}

// Pages are known by whose they are: those of a view are rebuilt, those of the log
// are not.
func TestRepairPages(t *testing.T) {
	path := fullFile(t)
	file, want := read(t, path), contents(t, path)
	var r Report
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	c := newPageCheck(f, &r, false, nil)
	if err := errors.Join(c.run(), f.Close()); err != nil || !r.OK() {
		t.Fatal(err, r)
	}
	rebuilt := 0
	for id, owner := range c.owner {
		if owner < firstBucket {
			continue
		}
		bucket, b := c.name(owner), slices.Clone(file)
		copy(b[id*int(c.at.pageSize):], bytes.Repeat([]byte{0xAA}, pageHeader))
		if b[id*int(c.at.pageSize)+8] == file[id*int(c.at.pageSize)+8] || bucket == "models" {
			continue // of models most pages have no head
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Repair(context.Background(), path, Options{NoSync: true}, false, nil)
		switch bucket {
		case "meta", "events", "chain", "items":
			if !errors.Is(err, ErrDamaged) || !bytes.Equal(read(t, path), b) {
				t.Errorf("page %d of %s: %+v, %v", id, bucket, got, err)
			}
		default:
			if err != nil || !got.After.OK() {
				t.Errorf("page %d of %s: %+v, %v", id, bucket, got, err)
				continue
			}
			rebuilt++
			now := contents(t, path)
			for k, v := range want {
				if in := strings.SplitN(k, " ", 2)[0]; in != bucket && in != "ids" && in != "meta" && now[k] != v {
					t.Errorf("page %d of %s: %s is another", id, bucket, k)
				}
			}
		}
	}
	if rebuilt == 0 {
		t.Error("nothing was rebuilt")
	}
}
