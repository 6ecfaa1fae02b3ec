package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"inkling/label"
)

// busyReader has something happen each time a stretch of pages was read.
type busyReader struct {
	*os.File
	then func()
}

func (r busyReader) ReadAt(b []byte, at int64) (int, error) {
	n, err := r.File.ReadAt(b, at)
	if len(b) >= hotBytes {
		r.then()
	}
	return n, err
}

// A copy is in order when a transaction goes by at each step, whatever it does
// to the pages; and is given up when more do than can be followed.
func TestHotCopyFollows(t *testing.T) {
	t.Parallel()
	p := newProject(t, 20_000)
	r := rand.New(rand.NewPCG(3, 4))
	commits := 0
	commit := func() {
		commits++
		switch r.IntN(4) {
		case 0: // sets many pages free
			if err := p.PutState("s", make([]byte, r.IntN(300_000))); err != nil {
				t.Error(err)
			}
		case 1:
			must(t, p.Undo("ana"))
		default:
			var d []label.Decision
			for n := uint64(1 + r.IntN(3)); n < 20_000; n += uint64(1 + r.IntN(10_000)) {
				d = append(d, answer(n, r.IntN(2)))
			}
			must(t, p.Decide("ana", d...))
		}
	}
	for range 100 {
		must(t, p.Decide("ana", answer(1, 1)))
	}
	from, err := os.Open(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.Create(filepath.Join(t.TempDir(), "copy.inkling"))
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	ctx := context.Background()
	for range 20 {
		before := p.Counts()
		if err := copyHot(ctx, busyReader{from, commit}, to); err != nil {
			t.Fatal(err)
		}
		c, err := Open(to.Name(), Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		clean(t, c)
		if now := c.Counts(); now.Events < before.Events || now.Events > p.Counts().Events {
			t.Errorf("%d events, of %d before and %d after", now.Events, before.Events, p.Counts().Events)
		}
		c.Close()
	}
	if commits < 100 {
		t.Errorf("only %d transactions went by", commits)
	}
	if err := copyHot(ctx, busyReader{from, func() {
		for range 3 {
			must(t, p.Decide("ana", answer(7, 1)))
		}
	}}, to); !errors.Is(err, ErrBusy) {
		t.Errorf("overtaken: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	if err := copyHot(ended, busyReader{from, cancel}, to); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

const envWork = "INKLING_TEST_WORK"

// TestWork is the other process of TestBackupFile: while it is told to, it
// decides and writes models, and says how many events are durable.
func TestWork(t *testing.T) {
	path := os.Getenv(envWork)
	if path == "" {
		t.Skip("the child process of another test")
	}
	p, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var on atomic.Bool
	turn := make(chan bool)
	go func() {
		defer close(turn)
		for b := make([]byte, 1); ; {
			if _, err := os.Stdin.Read(b); err != nil {
				on.Store(false)
				return
			}
			on.Store(b[0] == '+')
			if b[0] == '+' {
				turn <- true
			}
		}
	}()
	items := p.Counts().Items
	r := rand.New(rand.NewPCG(5, 6))
	for range turn {
		for n := 0; on.Load(); n++ {
			must(t, p.Decide("ana", answer(1+r.Uint64N(items), r.IntN(2))))
			fmt.Println(p.Counts().Events)
			if n%16 != 0 {
				continue
			}
			run, err := p.NextRunID()
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(p.PutModel(run, make([]byte, 100_000)), p.PutRun(run, []byte("run")), p.SetCurrentModel(run)); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Println(0)
	}
}

// A project that another process has open and works on is copied again and
// again; each copy is in order and has all that was said to be saved before.
func TestBackupFile(t *testing.T) {
	t.Parallel()
	path := projectFile(t, 5_000)
	cmd := exec.Command(os.Args[0], "-test.run=^TestWork$")
	cmd.Env = append(os.Environ(), envWork+"="+path)
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
	saved := make(chan uint64, 1<<16) // what the child says, in order; 0 when it rests
	go func() {
		defer close(saved)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var n uint64
			if _, err := fmt.Sscan(lines.Text(), &n); err != nil {
				return // the verdict on the test
			}
			saved <- n
		}
	}()
	backup := func(ctx context.Context, path, to string) (label.Counts, error) {
		c, err := copyFileHot(ctx, path, to, opens)
		return c.counts, err
	}
	dir := t.TempDir()
	rounds, during := 50, 0
	if testing.Short() {
		rounds = 10
	}
	for i := range rounds {
		if i == rounds-1 {
			backup = BackupFile // waits for the lock first
		}
		io.WriteString(in, "+")
		shown := uint64(0)
		for n := range saved {
			if shown = n; n > 0 {
				break
			}
		}
		to := filepath.Join(dir, fmt.Sprint(i))
		counts, err := backup(context.Background(), path, to)
		io.WriteString(in, "-")
		if err != nil {
			t.Fatal(err)
		}
		c, err := Open(to, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		clean(t, c)
		if c.Counts().Events < shown || c.Counts().Events != counts.Events {
			t.Errorf("the copy has %d events, says %d; %d were saved before", c.Counts().Events, counts.Events, shown)
		}
		if counts.Events > shown {
			during++
		}
		if run, err := c.CurrentModel(); err != nil {
			t.Error(err)
		} else if m, err := c.Model(run); run > 0 && (err != nil || len(m) != 100_000) {
			t.Errorf("the model of run %d: %d bytes, %v", run, len(m), err)
		}
		c.Close()
		os.Remove(to)
		for n := range saved {
			if n == 0 {
				break
			}
		}
	}
	if during == 0 {
		t.Error("nothing was saved during any copy")
	}
	if _, err := BackupFile(context.Background(), path, path); !errors.Is(err, ErrExists) {
		t.Errorf("over itself: %v", err)
	}
	in.Close()
	for range saved {
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	// With nobody there it is read under the lock.
	if _, err := BackupFile(context.Background(), path, filepath.Join(dir, "alone")); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}
