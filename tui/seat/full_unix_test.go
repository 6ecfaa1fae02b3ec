//go:build unix

package seat_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"inkling/label/anchor"
	"inkling/learn"
	"inkling/learn/query"
	"inkling/store"
	"inkling/tui/seat"
)

// untrained is a trainer without a model.
type untrained struct{}

func (untrained) Current() *learn.Snapshot  { return nil }
func (untrained) Ranking() *query.Ranking   { return nil }
func (untrained) Anchoring() *anchor.Report { return nil }
func (untrained) Rules() *learn.Rules       { return nil }

// train lets a new trainer make a run.
func train(t *testing.T, p *store.Project) (*learn.Trainer, error) {
	t.Helper()
	tr := learn.NewTrainer(p, learn.Options{Answers: 1, Quiet: time.Millisecond})
	tr.Refit(false)
	return tr, trainOnce(t.Context(), p, tr)
}

// The disk runs full while a person labels and a trainer learns: both say so,
// both go on with what they have, and all is saved that can be once there is
// room. A limit on the size of files stands for the disk, in a process of its
// own.
func TestFullDisk(t *testing.T) {
	const env = "INKLING_TEST_LIMITED"
	if os.Getenv(env) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFullDisk$")
		cmd.Env = append(os.Environ(), env+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	path := filepath.Join(t.TempDir(), "p.inkling")
	scripted(t, path, 400)
	p, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &session{p: p, seat: seat.New(p, untrained{}, "ana", time.Now)}
	rng := rand.New(rand.NewPCG(1, 1))
	var all []saved
	// label decides until so many were saved, or one could not be.
	label := func(n int) error {
		for n > 0 {
			ticket, item, err := s.step(rng)
			if err != nil {
				t.Fatal(err)
			}
			d := ticket.Wait(t.Context())
			switch {
			case d.Err == nil:
				all = append(all, saved{d.Event.Seq, d.Event.Kind, item})
				n--
			case !store.Refused(d.Err):
				return d.Err
			}
		}
		return nil
	}
	if err := label(40); err != nil {
		t.Fatal(err)
	}

	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	// Not even what is in the file can be written again.
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 4096, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	if err := label(1); !errors.Is(err, syscall.EFBIG) {
		t.Fatalf("a decision on a full disk: %v", err)
	}
	if n, err := s.seat.Unsaved(); n != 0 || !errors.Is(err, syscall.EFBIG) {
		t.Fatalf("%d unsaved, %v", n, err)
	}
	tr, err := train(t, p)
	if !errors.Is(err, syscall.EFBIG) || !errors.Is(tr.State().Err, syscall.EFBIG) {
		t.Fatalf("training on a full disk: %v, state %v", err, tr.State().Err)
	}
	if tr.Current() == nil {
		t.Fatal("what cannot be saved can still be used")
	}

	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := label(10); err != nil {
		t.Fatal(err)
	}
	if _, err := s.seat.Unsaved(); err != nil {
		t.Fatal(err)
	}
	if tr, err = train(t, p); err != nil || tr.State().Err != nil {
		t.Fatal(err, tr.State().Err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, runs := survived(t, path, all); runs == 0 {
		t.Error("no run was saved")
	}
}
