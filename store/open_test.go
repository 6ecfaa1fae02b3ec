package store

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"go.uber.org/goleak"

	"inkling/label"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// projectFile makes a project with some decisions, closes it, and returns its
// path.
func projectFile(t testing.TB, items int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.inkling")
	p, err := Create(path, testTask(), Options{NoSync: true, Now: tick()})
	if err != nil {
		t.Fatal(err)
	}
	addItems(t, p, items)
	for num := range uint64(min(items, 20)) {
		must(t, p.Decide("ana", answer(num+1, int(num%2))))
	}
	must(t, p.Decide("ben", label.Decision{Item: 1, Action: label.Flagged, Note: "?"}, label.Decision{Item: 2, Action: label.Skipped}))
	must(t, p.Undo("ana"))
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// edit changes a project file from below.
func edit(t testing.TB, path string, f func(*bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(f), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// refused opens a file that cannot be opened, for writing and for reading, and
// checks that it is left as it was and nothing put beside it.
func refused(t *testing.T, path string, want error) error {
	t.Helper()
	before := read(t, path)
	var last error
	for _, o := range []Options{{}, {ReadOnly: true}} {
		p, err := Open(path, o)
		if err == nil {
			p.Close()
			t.Fatalf("%+v: opened", o)
		}
		if !errors.Is(err, want) {
			t.Fatalf("%+v: %v, want %v", o, err, want)
		}
		if !strings.Contains(err.Error(), path) {
			t.Fatalf("%q does not name the file", err)
		}
		last = err
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Fatal("the file was changed")
	}
	if _, err := os.Stat(path + lockSuffix); err == nil {
		t.Fatal("a lock file was left")
	}
	return last
}

func TestOpenForeign(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other.db")
	edit(t, other, func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("something else")); return err })
	for name, b := range map[string][]byte{
		"empty":          {},
		"one byte":       {0},
		"csv":            []byte("text,label\nhello,ham\n"),
		"sqlite":         append([]byte("SQLite format 3\x00"), make([]byte, 8192)...),
		"zeros":          make([]byte, 1<<16),
		"other database": read(t, other),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "p.inkling")
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, path, ErrNotProject)
		})
	}
	if _, err := Open(t.TempDir(), Options{}); !errors.Is(err, ErrNotProject) {
		t.Errorf("a directory: %v", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestOpenNewer(t *testing.T) {
	for name, put := range map[string]func(b *bolt.Bucket) error{
		"layout": func(b *bolt.Bucket) error {
			return b.Put(keyFormat, encode(metaSchema, metaRecord{Magic: magic, Version: version + 1}))
		},
		"record": func(b *bolt.Bucket) error {
			v := encode(metaSchema, metaRecord{Magic: magic, Version: version})
			v[0] = metaSchema + 1
			return b.Put(keyFormat, v)
		},
		"fields": func(b *bolt.Bucket) error {
			return b.Put(keyFormat, encode(metaSchema+1, map[int]any{1: magic, 2: version + 5, 3: "a time", 99: []int{1}}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := projectFile(t, 3)
			edit(t, path, func(tx *bolt.Tx) error { return put(tx.Bucket(bucketMeta)) })
			refused(t, path, ErrNewer)
		})
	}
}

// A file that lost its end or its beginning is not opened, whatever the length
// that is left; what is cut off behind the last page in use is no loss.
func TestOpenTruncated(t *testing.T) {
	t.Parallel()
	whole := read(t, projectFile(t, 3000))
	pages := func(b []byte) int64 {
		best := &boltMeta{}
		for at := int64(0); at <= 4096; at += 4096 {
			if m, _ := readMeta(bytes.NewReader(b), at); m != nil && m.tx > best.tx {
				best = m
			}
		}
		return int64(best.pages) * int64(best.pageSize)
	}
	need := pages(whole)
	if need < 100_000 || need > int64(len(whole)) {
		t.Fatalf("%d bytes in use of %d", need, len(whole))
	}
	lengths := []int64{1, 15, 16, 20, 79, 80, 100, 4095, 4096, 4097, 4176, 8192, 10_000, 12_288, 16_384, need / 2, need - 4097, need - 4096, need - 1}
	path := filepath.Join(t.TempDir(), "p.inkling")
	for _, n := range lengths {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		want := ErrDamaged
		if n < pageHeader+4 {
			want = ErrNotProject // too short to tell
		}
		refused(t, path, want)
	}
	for _, n := range []int{pageHeader, 4096, 8192} {
		b := slices.Clone(whole)
		clear(b[:n])
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Open(path, Options{})
		if n < 8192 {
			// The other head of the two is enough.
			if err != nil {
				t.Fatalf("without %d bytes: %v", n, err)
			}
			must(t, p.Decide("ana", answer(1, 0))) // each commit writes one of the two again
			must(t, p.Decide("ana", answer(1, 1)))
			clean(t, p)
			p.Close()
			continue
		}
		if err == nil {
			t.Fatalf("without %d bytes: opened", n)
		}
	}
	if err := os.WriteFile(path, whole[:need], 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	clean(t, p)
	p.Close()
}

// Pages of noise end in an error wherever they are, never in a crash.
func TestOpenSpoilt(t *testing.T) {
	t.Parallel()
	whole := read(t, projectFile(t, 100))
	path := filepath.Join(t.TempDir(), "p.inkling")
	found := 0
	for at := 2 * 4096; at+4096 <= len(whole); at += 4096 {
		fill := []byte{0x00, 0xff, 0x02}[at/4096%3]
		b := slices.Clone(whole)
		for i := range 4096 {
			b[at+i] = fill
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Open(path, Options{ReadOnly: true})
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNotProject) && !errors.Is(err, ErrNewer) {
				t.Fatalf("page %d of %#x: %v", at/4096, fill, err)
			}
			found++
			continue
		}
		p.Items(context.Background(), 1, 100, func(label.Item) error { return nil })
		if r, err := p.Check(context.Background(), nil); err != nil || !r.OK() {
			found++
		}
		p.Close()
	}
	if found < 5 {
		t.Fatalf("only %d spoilt pages were found out", found)
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, testTask(), Options{}); !errors.Is(err, ErrExists) {
		t.Fatal(err)
	}
	if string(read(t, path)) != "mine" {
		t.Fatal("overwritten")
	}
	if _, err := Create(path+"2", label.Task{}, Options{}); !errors.Is(err, label.ErrTask) {
		t.Fatal(err)
	}
	if _, err := Create(filepath.Join(path, "below a file"), testTask(), Options{}); err == nil {
		t.Fatal("made below a file")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Fatalf("left behind: %v", left)
	}
}

const envHold = "INKLING_TEST_HOLD"

// TestHold is the other process of TestLocked: it holds a project open until
// its standard input ends.
func TestHold(t *testing.T) {
	path := os.Getenv(envHold)
	if path == "" {
		t.Skip("the child process of another test")
	}
	p, err := Open(path, Options{Program: "inkling label"})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("open")
	io.Copy(io.Discard, os.Stdin)
	p.Close()
}

// A project that another process has open is refused within a second, and the
// error says which one that is; also where the file that tells so is missing.
func TestLocked(t *testing.T) {
	t.Parallel()
	path := projectFile(t, 3)
	cmd := exec.Command(os.Args[0], "-test.run=^TestHold$")
	cmd.Env = append(os.Environ(), envHold+"="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); line != "open\n" {
		t.Fatal(line, err)
	}
	for _, o := range []Options{{}, {ReadOnly: true}} {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_, err := Open(path, o)
		if ctx.Err() != nil {
			t.Error("it took more than a second")
		}
		cancel()
		if want := fmt.Sprintf("inkling label, process %d", cmd.Process.Pid); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want one that says %q", err, want)
		}
	}
	if err := os.Remove(path + lockSuffix); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); !errors.Is(err, ErrLocked) || lockingProcess(path) != 0 && !strings.Contains(err.Error(), fmt.Sprint("process ", cmd.Process.Pid)) {
		t.Errorf("without the lock file: %v", err)
	}
	in.Close()
	io.Copy(io.Discard, lines)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	p, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	if _, err := os.Stat(path + lockSuffix); err == nil {
		t.Error("the lock file stays after closing")
	}
}

// What the lock file says is not trusted on a terminal.
func TestLockFileIsPlain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	h := fmt.Sprintf(`{"pid":%d,"program":"a\u001b]0;title\u0007","user":"b","host":"c"}`, os.Getpid())
	if err := os.WriteFile(path+lockSuffix, []byte(h), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := Holder(path); strings.ContainsAny(s, "\x1b\x07") || !strings.Contains(s, fmt.Sprint(os.Getpid())) {
		t.Fatalf("%q", s)
	}
}

// A project that is open on another machine is not copied behind its back:
// what that one wrote may not all be seen here yet.
func TestHeldElsewhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	if heldElsewhere(path) {
		t.Error("without a lock file")
	}
	for h, want := range map[string]bool{host: false, host + "-2": true, "": false} {
		if err := os.WriteFile(path+lockSuffix, fmt.Appendf(nil, `{"pid":1,"host":%q}`, h), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := heldElsewhere(path); got != want {
			t.Errorf("host %q: %v", h, got)
		}
	}
}

func TestReadOnly(t *testing.T) {
	path := projectFile(t, 5)
	before := read(t, path)
	var all []*Project
	for range 2 {
		p, err := Open(path, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		all = append(all, p)
	}
	p := all[0]
	if it, err := p.Item(5); err != nil || it.Fields[0] != "text number 4" {
		t.Fatal(it, err)
	}
	clean(t, p)
	_, err := p.NextRunID()
	_, closed := p.NewImport("f", "a").Close()
	for name, err := range map[string]error{"model": p.PutModel(1, []byte{1}), "run": p.PutRun(1, nil), "state": p.PutState("a", []byte{1}),
		"current": p.SetCurrentModel(1), "task": p.SetTask(p.Task(), "a"), "id": err} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if closed != nil {
		t.Errorf("an import of nothing: %v", closed)
	}
	if _, _, err := p.Undo("ana").Wait(context.Background()); !errors.Is(err, ErrReadOnly) {
		t.Error(err)
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Error("the file was changed")
	}
}
