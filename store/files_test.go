package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"inkling/label"
)

// fullFile is a closed project that has something in every bucket.
func fullFile(t testing.TB) string {
	t.Helper()
	path := projectFile(t, 300)
	p, err := Open(path, Options{NoSync: true, Now: tick()})
	if err != nil {
		t.Fatal(err)
	}
	settled := answer(3, 1)
	settled.Settles = true
	must(t, p.Decide("rev", settled, answer(4, 0)))
	must(t, p.Decide("ben", label.Decision{Item: 40, Action: label.Skipped}))
	must(t, p.Comment("ana", label.Comment{Item: 4, Text: "why?"}))
	if err := errors.Join(p.PutRun(1, []byte("run")), p.PutModel(1, bytes.Repeat([]byte("model"), 100_000)), p.SetCurrentModel(1), p.PutState("s", []byte("state"))); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// contents are all entries of a project file, by bucket.
func contents(t testing.TB, path string) map[string]string {
	t.Helper()
	all := map[string]string{}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				all[fmt.Sprintf("%s %x", name, k)] = string(v)
				return nil
			})
		})
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// only fails the test where a folder has other files in it.
func only(t testing.TB, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(names, e.Name()) {
			t.Errorf("%s was left behind", e.Name())
		}
	}
	if len(entries) != len(names) {
		t.Errorf("%d files, want %q", len(entries), names)
	}
}

// Whichever view is damaged, Repair makes it anew, and nothing else becomes
// another. The damaged file is kept.
func TestRepair(t *testing.T) {
	empty := func(name []byte) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
			_, err := tx.CreateBucket(name)
			return err
		}
	}
	damage := map[string]func(*bolt.Tx) error{
		"an answer":      standingOf(3, func(s *standing) { s.Decision.Answer.Class = 1 - s.Decision.Answer.Class }),
		"a skip more":    put(bucketSkipped, listKey(3, 3), key4(1)),
		"counts":         put(bucketNow, keyCounts, encode(countsSchema, label.Counts{Items: 300, Events: 7})),
		"unreadable":     put(bucketNow, keyCounts, []byte{9, 9, 9}),
		"no task":        del(bucketNow, keyTask),
		"an annotator":   put(bucketAnnotators, key4(1), encode(annotatorSchema, annotator{Name: "eve", Undo: 3})),
		"a name":         put(bucketIDs, make([]byte, 16), make([]byte, 24)),
		"the named":      put(bucketMeta, keyNamed, key8(1<<40)),
		"comments wrong": put(bucketComments, listKey(5, 5), nil),
	}
	for _, name := range append(slices.Clone(viewBuckets), bucketIDs) {
		damage["empty "+string(name)] = empty(name)
		damage["no "+string(name)] = func(tx *bolt.Tx) error { return tx.DeleteBucket(name) }
	}
	for what, plant := range damage {
		t.Run(what, func(t *testing.T) {
			t.Parallel() // it mostly waits for the disk
			path := fullFile(t)
			want := contents(t, path)
			edit(t, path, plant)
			damaged := read(t, path)
			stages := map[string]bool{}
			r, err := Repair(context.Background(), path, Options{NoSync: true, Now: tick()}, true, func(stage string, _, _ uint64) { stages[stage] = true })
			if err != nil || !r.Done || r.Before.OK() || !r.After.OK() {
				t.Fatalf("%+v %v", r, err)
			}
			got := contents(t, path)
			delete(want, fmt.Sprintf("meta %x", keyNamed)) // no names are to be added
			for k, v := range want {
				if strings.HasPrefix(k, "ids ") {
					continue // other blocks may hold the same names: Check looks at these
				}
				if w, ok := got[k]; !ok || w != v {
					t.Errorf("%s is %q, want %q", k, w, v)
				}
				delete(got, k)
			}
			for k := range got {
				if !strings.HasPrefix(k, "ids ") {
					t.Errorf("%s is more", k)
				}
			}
			if !bytes.Equal(read(t, r.Aside), damaged) {
				t.Error("the damaged file was not kept")
			}
			only(t, filepath.Dir(path), filepath.Base(path), filepath.Base(r.Aside))
			p, err := Open(path, Options{NoSync: true})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			must(t, p.Undo("ben"))
			clean(t, p)
			if again, err := Repair(context.Background(), path, Options{}, true, nil); !errors.Is(err, ErrLocked) {
				t.Fatal(again, err)
			}
		})
	}
}

// What is sound, or cannot be rebuilt, stays as it is.
func TestRepairRefuses(t *testing.T) {
	for what, plant := range map[string]func(*bolt.Tx) error{
		"sound":        func(*bolt.Tx) error { return nil },
		"an event":     eventOf(3, func(ev *label.Event) { ev.Decisions[0].Note = "x" }),
		"no event":     del(bucketEvents, key8(8)),
		"no last one":  del(bucketEvents, key8(27)),
		"no events":    func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketEvents) },
		"no head":      del(bucketMeta, keyHead),
		"an item":      put(bucketItems, key8(5), []byte{itemSchema, 0xff}),
		"no item":      del(bucketItems, key8(5)),
		"no last item": del(bucketItems, key8(300)),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel() // it mostly waits for the disk
			path := fullFile(t)
			edit(t, path, plant)
			before := read(t, path)
			r, err := Repair(context.Background(), path, Options{}, true, nil)
			if what == "sound" {
				if err != nil || !r.Before.OK() {
					t.Error(r, err)
				}
			} else if !errors.Is(err, ErrDamaged) || r.Before.OK() {
				t.Error(r, err)
			}
			if r.Done || !bytes.Equal(before, read(t, path)) {
				t.Error("changed")
			}
			only(t, filepath.Dir(path), filepath.Base(path))
		})
	}
}

// A compacted project says the same, and is smaller.
func TestCompact(t *testing.T) {
	path := fullFile(t)
	p, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.PutModel(2, make([]byte, 4<<20)), p.PutModel(2, nil)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Compact(context.Background(), path, Options{}, nil); !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.inkling")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	want, size := contents(t, path), int64(len(read(t, path)))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Compact(ctx, path, Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	last := int64(0)
	before, after, err := Compact(context.Background(), link, Options{}, func(done, total int64) {
		if done < last || done > total {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || before != size || after != int64(len(read(t, path))) || after > size-4<<20 || last == 0 {
		t.Fatal(before, after, size, last, err)
	}
	if got := contents(t, path); len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	} else {
		for k, v := range want {
			if got[k] != v {
				t.Errorf("%s is another", k)
			}
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced", err)
	}
	only(t, filepath.Dir(path), filepath.Base(path))
	if p, err = Open(path, Options{NoSync: true}); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	clean(t, p)
}

// A process that waits for a project while it is replaced gets the new file.
func TestOpenReplaced(t *testing.T) {
	path := fullFile(t)
	for range 5 {
		p, err := Open(path, Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		opened := make(chan error)
		var q *Project
		go func() {
			var err error
			q, err = Open(path, Options{NoSync: true})
			opened <- err
		}()
		time.Sleep(50 * time.Millisecond) // it waits for the lock now, or soon: either is right
		copied := path + ".copy"
		if err := errors.Join(p.Backup(context.Background(), copied), os.Rename(copied, path), p.Close()); err != nil {
			t.Fatal(err)
		}
		if err := <-opened; err != nil {
			t.Fatal(err)
		}
		must(t, q.Decide("ana", answer(9, 1)))
		want := q.Head()
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		if p, err = Open(path, Options{ReadOnly: true}); err != nil || p.Head() != want {
			t.Fatalf("%v, want %v: %v", p.Head(), want, err)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A backup becomes a project where there is none, or in the place of one that is
// kept; what is damaged, and what is in use, is refused.
func TestRestore(t *testing.T) {
	ctx := context.Background()
	backup := fullFile(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "p.inkling")
	want := read(t, backup)
	var told int
	r, err := Restore(ctx, backup, path, false, Options{Now: tick()}, func(uint64, uint64) { told++ })
	if err != nil || r.Counts.Items != 300 || r.Aside != "" || !bytes.Equal(read(t, backup), want) {
		t.Fatalf("%+v %v", r, err)
	}
	p, err := Open(path, Options{NoSync: true})
	if err != nil || p.Head() != r.Head {
		t.Fatal(err)
	}
	must(t, p.Decide("ana", answer(77, 1)))
	later := p.Head()
	if _, err := Restore(ctx, backup, path, true, Options{}, nil); !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	if _, err := Restore(ctx, path, filepath.Join(dir, "other.inkling"), false, Options{}, nil); !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(ctx, backup, path, false, Options{}, nil); !errors.Is(err, ErrExists) {
		t.Fatal(err)
	}
	again, err := Restore(ctx, backup, path, true, Options{Now: tick()}, nil)
	if err != nil || again.Head != r.Head || again.Aside == "" {
		t.Fatalf("%+v %v", again, err)
	}
	old, err := Open(again.Aside, Options{ReadOnly: true})
	if err != nil || old.Head() != later {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	only(t, dir, "p.inkling", filepath.Base(again.Aside))

	// Over a file that is no longer a project.
	if err := os.WriteFile(path, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	third, err := Restore(ctx, backup, path, true, Options{Now: tick()}, nil)
	if err != nil || third.Aside == again.Aside || string(read(t, third.Aside)) != "broken" {
		t.Fatalf("%+v %v", third, err)
	}
	now := read(t, path)
	for what, plant := range map[string]func(*bolt.Tx) error{
		"an event":  eventOf(3, func(ev *label.Event) { ev.Decisions[0].Note = "x" }),
		"an answer": standingOf(3, func(s *standing) { s.Decision.Answer.Class = 1 - s.Decision.Answer.Class }),
		"no counts": del(bucketNow, keyCounts),
	} {
		spoilt := fullFile(t)
		edit(t, spoilt, plant)
		if r, err := Restore(ctx, spoilt, path, true, Options{}, nil); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %+v %v", what, r, err)
		}
	}
	if r, err := Restore(ctx, write(t, "text,label\n"), path, true, Options{}, nil); !errors.Is(err, ErrNotProject) {
		t.Errorf("%+v %v", r, err)
	}
	if !bytes.Equal(now, read(t, path)) {
		t.Error("changed")
	}

	// Of an earlier layout.
	edit(t, backup, func(tx *bolt.Tx) error {
		return errors.Join(tx.DeleteBucket(bucketChain), tx.Bucket(bucketMeta).Delete(keyHead),
			tx.Bucket(bucketMeta).Put(keyFormat, encode(metaSchema, metaRecord{Magic: magic, Version: 2})))
	})
	earlier := read(t, backup)
	if r, err := Restore(ctx, backup, filepath.Join(t.TempDir(), "p.inkling"), false, Options{}, nil); err != nil || r.Head != again.Head || !bytes.Equal(earlier, read(t, backup)) {
		t.Errorf("%+v %v", r, err)
	}
}

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestParseKeep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 99)
		k := Keep{n.Draw(t, "last"), n.Draw(t, "hours"), n.Draw(t, "days"), n.Draw(t, "weeks"), n.Draw(t, "months")}
		if got, err := ParseKeep(k.String()); err != nil || got != k {
			t.Fatalf("%v became %v, %v", k, got, err)
		}
	})
	if k, err := ParseKeep(" 24h, 7d,4w "); err != nil || k != (Keep{Hours: 24, Days: 7, Weeks: 4}) {
		t.Error(k, err)
	}
	for _, s := range []string{"h", "0d", "-1", "1h,2h", "1y", ",", "3 d", "99999999999"} {
		if k, err := ParseKeep(s); err == nil {
			t.Errorf("%q is %v", s, k)
		}
	}
}

// One snapshot an hour for 100 days: those that stay are counted by hand.
func TestKeeps(t *testing.T) {
	end := time.Date(2026, 4, 10, 23, 30, 0, 0, time.UTC) // a Friday
	var moments []time.Time
	for n := range 2400 {
		moments = append(moments, end.Add(-time.Duration(n)*time.Hour))
	}
	for _, c := range []struct {
		keep Keep
		want int
		last string // the oldest that stays
	}{
		{Keep{}, 2400, "2026-01-01 00"},
		{Keep{Last: 3}, 3, "2026-04-10 21"},
		{Keep{Hours: 24}, 24, "2026-04-10 00"},
		{Keep{Days: 7}, 7, "2026-04-04 23"},
		{Keep{Weeks: 4}, 4, "2026-03-22 23"},  // this week's, and of three Sundays
		{Keep{Months: 9}, 4, "2026-01-31 23"}, // there are four
		{Keep{Hours: 24, Days: 7, Weeks: 4}, 24 + 6 + 2, "2026-03-22 23"},
		{Keep{Last: 1, Months: 1}, 1, "2026-04-10 23"},
	} {
		var stay []time.Time
		for i, stays := range c.keep.keeps(moments) {
			if stays {
				stay = append(stay, moments[i])
			}
		}
		if len(stay) != c.want || stay[len(stay)-1].Format("2006-01-02 15") != c.last {
			t.Errorf("%v keeps %d, the oldest of %v; want %d, %s", c.keep, len(stay), stay[len(stay)-1], c.want, c.last)
		}
	}
}

// Snapshots are made while people label, are not made twice of the same state,
// go when their time is over, and leave other files alone, also when the clock
// jumps.
func TestSnapshot(t *testing.T) {
	path := fullFile(t)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p, err := Open(path, Options{NoSync: true, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	dir := filepath.Join(t.TempDir(), "snapshots")
	foreign := []string{"p.20260101T000000Z.5.txt", "p2.20260101T000000Z.5.00000000.inkling", "p.inkling", "p.20260101T000000Z.05.00000000.inkling"}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range foreign {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	left := filepath.Join(dir, ".p.snapshot.123.tmp")
	if err := errors.Join(os.WriteFile(left, nil, 0o600), os.Chtimes(left, now, now.Add(-48*time.Hour))); err != nil {
		t.Fatal(err)
	}
	keep := Keep{Last: 3}
	var made []string
	for n := range 6 {
		s, err := p.Snapshot(context.Background(), dir, keep)
		if err != nil || s.Same || s.Head != p.Head() || len(s.Gone) != max(0, min(1, n-2)) {
			t.Fatalf("%d: %+v %v", n, s, err)
		}
		q, err := Open(s.Path, Options{ReadOnly: true})
		if err != nil || q.Head() != p.Head() {
			t.Fatal(err)
		}
		clean(t, q)
		q.Close()
		if same, err := p.Snapshot(context.Background(), dir, keep); err != nil || !same.Same || same.Path != s.Path || same.Bytes != s.Bytes {
			t.Fatalf("%+v %v", same, err)
		}
		made = append(made, filepath.Base(s.Path))
		must(t, p.Decide("ana", answer(uint64(n+100), 1)))
		now = now.Add(time.Hour)
	}
	only(t, dir, append(foreign, made[3:]...)...)
	now = now.Add(-1000 * time.Hour) // the one just made stays
	s, err := p.Snapshot(context.Background(), dir, keep)
	if err != nil || len(s.Gone) != 0 {
		t.Fatalf("%+v %v", s, err)
	}
	only(t, dir, append(foreign, append(made[3:], filepath.Base(s.Path))...)...)
	if made[0] != "p.20260102T030405Z.27."+p.headAt(t, 27)[:8]+".inkling" {
		t.Error(made[0])
	}

	// Of a project that someone has open, and of one that nobody has.
	now = now.Add(2000 * time.Hour)
	must(t, p.Decide("ana", answer(110, 1)))
	hot, err := SnapshotFile(context.Background(), path, dir, keep, p.options)
	if err != nil || hot.Head != p.Head() {
		t.Fatalf("%+v %v", hot, err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	cold, err := SnapshotFile(context.Background(), path, dir, keep, p.options)
	if err != nil || !cold.Same || cold.Path != hot.Path {
		t.Fatalf("%+v %v", cold, err)
	}
}

// headAt is the digest of an event.
func (p *Project) headAt(t testing.TB, seq uint64) (digest string) {
	t.Helper()
	if err := p.Chained(context.Background(), seq, seq, func(_ label.Event, d Digest) error { digest = d.String(); return nil }); err != nil {
		t.Fatal(err)
	}
	return digest
}

// Backups, snapshots and checks of a project that 20 people label are all of a
// state that there was, and hold all that was saved before.
func TestWhileManyLabel(t *testing.T) {
	p := newProject(t, 2000)
	dir := t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			who := fmt.Sprint("person ", n)
			for i := 0; ctx.Err() == nil; i++ {
				e := p.Decide(who, answer(uint64((i*37+n*101)%2000+1), i%2))
				if i%5 == 4 {
					e = p.Undo(who)
				}
				if _, _, err := e.Wait(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range 5 {
		before := p.Head()
		to := filepath.Join(dir, fmt.Sprint(n, ".inkling"))
		if err := p.Backup(context.Background(), to); err != nil {
			t.Fatal(err)
		}
		s, err := p.Snapshot(context.Background(), dir, Keep{})
		if err != nil {
			t.Fatal(err)
		}
		clean(t, p)
		for _, path := range []string{to, s.Path} {
			c, err := Open(path, Options{ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			if r, err := c.Check(context.Background(), nil, before); err != nil || !r.OK() || c.Counts().Events < before.Seq {
				t.Fatal(r, err)
			}
			c.Close()
		}
	}
	stop()
	wg.Wait()
	clean(t, p)
}

// SnapshotEvery makes one at once, more as time goes by, and ends with its
// context.
func TestSnapshotEvery(t *testing.T) {
	p := newProject(t, 10)
	ctx, stop := context.WithCancel(context.Background())
	n := 0
	p.SnapshotEvery(ctx, time.Millisecond, t.TempDir(), Keep{Last: 2}, func(s Snapshot, err error) {
		if err != nil {
			t.Error(err)
		}
		if n++; n == 3 {
			stop()
		}
	})
	if n < 3 {
		t.Fatal(n)
	}
}
