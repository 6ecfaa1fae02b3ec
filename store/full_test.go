package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// disk is where a test can take the room away.
type disk struct {
	dir  string
	full func(t *testing.T, path string) // leaves room for the file at path to grow by about someRoom
	free func(t *testing.T)              // gives all of it back
	copy bool                            // a copy of the file needs that room, too
}

// someRoom is enough for one batch of an import, but not for two.
const someRoom = 12 << 20

// addUntil imports rows of some length until all are in or one fails.
func addUntil(p *Project, rows int) (label.Import, error) {
	im := p.NewImport("more.csv", "import")
	rest := strings.Repeat("x", 400)
	for i := range rows {
		if err := im.Add([]string{fmt.Sprintf("longer text number %d %s", i, rest)}, nil); err != nil {
			im.Abort()
			return im.Totals(), err
		}
	}
	return im.Close()
}

// onFullDisk lets the disk run full in the middle of an import, of decisions,
// and of writing a model: each fails with the cause, what was saved stays, and
// all goes on once there is room.
func onFullDisk(t *testing.T, d disk) {
	ctx := context.Background()
	path := filepath.Join(d.dir, "p.inkling")
	p, err := Create(path, testTask(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { p.Close() }()
	addItems(t, p, 1000)
	saved := map[uint64]label.Event{}
	for num := range uint64(5) {
		ev := must(t, p.Decide("ana", answer(num+1, 1)))
		saved[ev.Seq] = ev
	}

	d.full(t, path)
	const rows = 40_000
	got, err := addUntil(p, rows)
	if !isDisk(err) || Refused(err) {
		t.Fatalf("import on a full disk: %+v %v", got, err)
	}
	if c := p.Counts(); c.Items != got.Last || c.Items == 1000 || c.Items >= 1000+rows {
		t.Fatalf("%d items after %+v", c.Items, got)
	}
	model := make([]byte, 3<<20)
	for i := range model {
		model[i] = byte(rand.Uint32())
	}
	if err := p.PutModel(1, model); !isDisk(err) {
		t.Fatalf("model on a full disk: %v", err)
	}
	if b, err := p.Model(1); b != nil || err != nil {
		t.Fatalf("half a model: %d bytes, %v", len(b), err)
	}
	// Some decisions find room in the pages that are free.
	note := strings.Repeat("why? ", 2000)
	failed := 0
	for num := uint64(1); failed < 3; num = num%1000 + 1 {
		ev, _, err := p.Decide("ana", label.Decision{Item: num, Action: label.Flagged, Note: note}).Wait(ctx)
		switch {
		case err == nil:
			saved[ev.Seq] = ev
		case !isDisk(err) || Refused(err) || errors.Is(err, ErrUnsure):
			t.Fatalf("decision on a full disk: %v", err)
		default:
			failed++
		}
		if len(saved) > 10_000 {
			t.Fatal("the disk is not full")
		}
	}
	if _, err := p.Item(1); err != nil {
		t.Fatal(err)
	}
	if d.copy {
		if err := p.Backup(context.Background(), path+".copy"); !isDisk(err) {
			t.Fatalf("backup on a full disk: %v", err)
		}
		if s, err := p.Snapshot(context.Background(), d.dir, Keep{Last: 1}); !isDisk(err) {
			t.Fatalf("snapshot on a full disk: %+v %v", s, err)
		}
		if err := p.Replay(ctx, p.Counts().Events, path+".copy", nil); !isDisk(err) {
			t.Fatalf("replay on a full disk: %v", err)
		}
	}

	d.free(t)
	ev := must(t, p.Decide("ana", label.Decision{Item: 1, Action: label.Flagged, Note: note}))
	saved[ev.Seq] = ev
	if err := p.PutModel(1, model); err != nil {
		t.Fatal(err)
	}
	if got, err := addUntil(p, rows); err != nil || got.Rows != rows || got.Last != 1000+rows {
		t.Fatalf("%+v %v", got, err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err = Open(path, Options{}); err != nil {
		t.Fatal(err)
	}
	clean(t, p)
	for seq, want := range saved {
		if ev, err := p.Event(seq); err != nil || ev.Decisions[0].Item != want.Decisions[0].Item {
			t.Fatalf("event %d: %+v %v, want %+v", seq, ev, err, want)
		}
	}
	if b, err := p.Model(1); err != nil || string(b) != string(model) {
		t.Fatalf("the model: %d bytes, %v", len(b), err)
	}
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); name != "p.inkling" && name != "p.inkling.lock" {
			t.Errorf("%s was left behind", name)
		}
	}
}

// A disk that fails at the last step of a commit leaves it open whether that
// was saved: it counts as not saved, nothing more is written until the project
// is opened again, and then it is sound whichever way it went.
func TestUnsure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	p, err := Create(path, testTask(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	addItems(t, p, 10)
	seal := p.seal
	p.seal = func(tx *bolt.Tx) error { return cmp.Or(seal(tx), error(syscall.EIO)) }
	_, _, err = p.Decide("ana", answer(1, 0)).Wait(context.Background())
	if !errors.Is(err, ErrUnsure) || !isDisk(err) || Refused(err) {
		t.Fatal(err)
	}
	p.seal = seal
	if _, _, err = p.Decide("ana", answer(2, 0)).Wait(context.Background()); !errors.Is(err, ErrUnsure) {
		t.Fatal(err)
	}
	clean(t, p)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err = Open(path, Options{}); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	must(t, p.Decide("ana", answer(2, 0)))
	clean(t, p)
}
