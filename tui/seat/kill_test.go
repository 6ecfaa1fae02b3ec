package seat_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"inkling/label"
	"inkling/label/anchor"
	"inkling/learn"
	"inkling/learn/query"
	"inkling/store"
	"inkling/tui/seat"
)

// envScript names the project of a session that plays itself, in the child
// process of a test.
const envScript = "INKLING_TEST_SCRIPT"

// scripted makes a project whose texts tell the classes apart, for a session
// that plays itself.
func scripted(t *testing.T, path string, items int) {
	t.Helper()
	p, err := store.Create(path, label.Task{Name: "p", Kind: label.Classes, Seed: 3, Audit: 0.2,
		Labels:  []label.Label{{Name: "ham", Key: "h"}, {Name: "spam", Key: "p"}},
		Columns: []label.Column{{Name: "text", Role: label.Text}}}, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	im := p.NewImport("items.csv", "import")
	for i := range items {
		if err := im.Add([]string{fmt.Sprintf("message %d of %s", i, []string{"the family", "a lottery"}[i%2])}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

// restless is a trainer that is stopped after each run, which makes it save
// what it has, and begins again: no instant is far from one of its writes.
type restless struct {
	p  *store.Project
	at atomic.Pointer[learn.Trainer]
}

func (r *restless) Current() *learn.Snapshot  { return r.at.Load().Current() }
func (r *restless) Ranking() *query.Ranking   { return r.at.Load().Ranking() }
func (r *restless) Anchoring() *anchor.Report { return r.at.Load().Anchoring() }
func (r *restless) Rules() *learn.Rules       { return r.at.Load().Rules() }

// begin takes a trainer that does not run yet, and returns it.
func (r *restless) begin() *learn.Trainer {
	tr := learn.NewTrainer(r.p, learn.Options{Answers: 1, Quiet: time.Millisecond, Keep: 2, KeepBytes: -1})
	r.at.Store(tr)
	return tr
}

// run trains until ctx ends, and calls saved after each run.
func (r *restless) run(ctx context.Context, saved func()) {
	for tr := r.at.Load(); ctx.Err() == nil; tr = r.begin() {
		if trainOnce(ctx, r.p, tr) == nil {
			saved()
		}
	}
}

// trainOnce lets a trainer make one run more than the project has, and returns
// what became of saving it.
func trainOnce(ctx context.Context, p *store.Project, tr *learn.Trainer) error {
	was := 0
	if err := p.Runs(func(uint64, []byte) error { was++; return nil }); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	changed, unwatch := tr.Watch()
	defer unwatch()
	ended := make(chan error, 1)
	go func() { ended <- tr.Run(ctx) }()
	for {
		select {
		case <-changed:
			if len(tr.Runs()) > was {
				cancel()
			}
		case err := <-ended:
			return err
		}
	}
}

// session is a project with a seat at it and training in the background.
type session struct {
	p    *store.Project
	seat *seat.Seat
	stop func() error
}

func sit(path string, trained func()) (*session, error) {
	p, err := store.Open(path, store.Options{})
	if err != nil {
		return nil, err
	}
	r := &restless{p: p}
	r.begin()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); r.run(ctx, trained) }()
	stop := func() error { cancel(); <-ended; return p.Close() }
	return &session{p: p, seat: seat.New(p, r, "ana", time.Now), stop: stop}, nil
}

// step makes a random decision, and says what it is about: an item, 0 for undo
// and redo.
func (s *session) step(rng *rand.Rand) (*seat.Ticket, uint64, error) {
	switch x := rng.IntN(10); {
	case x == 0:
		return s.seat.Undo(), 0, nil
	case x == 1:
		return s.seat.Redo(), 0, nil
	}
	cards, err := s.seat.Next(context.Background(), 1)
	if errors.Is(err, seat.ErrDone) {
		// Go back to any, and decide again.
		var c seat.Card
		c, err = s.seat.Open(rng.Uint64N(s.p.Counts().Items) + 1)
		cards = []seat.Card{c}
	}
	if err != nil {
		return nil, 0, err
	}
	c := cards[0]
	switch rng.IntN(8) {
	case 0:
		return s.seat.Skip(c, time.Second), c.Item.Num, nil
	case 1:
		return s.seat.Flag(c, "a note", time.Second), c.Item.Num, nil
	}
	return s.seat.Decide(c, label.ClassAnswer(int(c.Item.Num%2)), time.Second), c.Item.Num, nil
}

// saved is what a session shows of a decision when it is on disk.
type saved struct {
	seq  uint64
	kind label.EventKind
	item uint64
}

// TestScript is the session that TestKilled kills: it labels as fast as it can,
// with a few decisions on their way at any moment, and writes a line for each
// that it would show as saved.
func TestScript(t *testing.T) {
	path := os.Getenv(envScript)
	if path == "" {
		t.Skip("the child process of other tests")
	}
	s, err := sit(path, func() { fmt.Println("run") })
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("open")
	type flying struct {
		ticket *seat.Ticket
		item   uint64
	}
	tickets := make(chan flying, 4)
	go func() {
		for f := range tickets {
			d := f.ticket.Wait(context.Background())
			switch {
			case store.Refused(d.Err):
			case d.Err != nil:
				fmt.Println("error", d.Err)
			default:
				fmt.Println("saved", d.Event.Seq, uint8(d.Event.Kind), f.item)
			}
		}
	}()
	rng := rand.New(rand.NewPCG(s.p.Counts().Events, 1))
	for {
		ticket, item, err := s.step(rng)
		if err != nil {
			t.Fatal(err)
		}
		tickets <- flying{ticket, item}
	}
}

// play runs the session on a project until it is killed, at a random instant
// after it has printed a line, and returns what it showed as saved.
func play(t *testing.T, path string, rng *rand.Rand, after string) []saved {
	cmd := exec.Command(os.Args[0], "-test.run=^TestScript$")
	cmd.Env = append(os.Environ(), envScript+"="+path)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	var before []byte
	for line := ""; after != "" && line != after+"\n"; {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatalf("%v\n%s%s%s", err, before, line, &stderr)
		}
		before = append(before, line...)
	}
	time.AfterFunc(time.Duration(rng.Int64N(int64(60*time.Millisecond))), func() { cmd.Process.Kill() })
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	rest = append(before, rest...)
	if err := cmd.Wait(); err == nil || err.Error() != "signal: killed" {
		t.Fatalf("the session ended by itself: %v\n%s%s", err, rest, &stderr)
	}
	var all []saved
	for line := range strings.Lines(string(rest)) {
		f := strings.Fields(line)
		if len(f) == 0 || !strings.HasSuffix(line, "\n") || f[0] == "open" || f[0] == "run" {
			continue // cut off in the middle
		}
		if f[0] != "saved" || len(f) != 4 {
			t.Fatalf("the session says %q", line)
		}
		var n [3]uint64
		for i := range n {
			if n[i], err = strconv.ParseUint(f[i+1], 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, saved{n[0], label.EventKind(n[1]), n[2]})
	}
	return all
}

// survived checks a project after a kill: it opens, everything in it is sound,
// and all that was ever shown as saved is there.
func survived(t *testing.T, path string, all []saved) (events uint64, runs int) {
	p, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	r, err := p.Check(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, pr := range r.Problems {
		t.Errorf("%s: %s", pr.Where, pr.What)
	}
	for _, s := range all {
		ev, err := p.Event(s.seq)
		if err != nil {
			t.Fatalf("event %d was shown as saved: %v", s.seq, err)
		}
		if ev.Kind != s.kind || ev.Annotator != "ana" || s.item != 0 && ev.Decisions[0].Item != s.item {
			t.Fatalf("event %d is %+v, and was shown as %+v", s.seq, ev, s)
		}
	}
	err = p.Runs(func(id uint64, record []byte) error {
		runs++
		if _, err := learn.UnmarshalRun(record); err != nil {
			return err
		}
		_, err := p.Model(id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.Counts().Events, runs
}

// The process is killed at random instants of labelling and training; each
// time the next one goes on with the same file.
func TestKilled(t *testing.T) {
	kills := 200
	if testing.Short() {
		kills = 20
	}
	const files = 4
	for file := range files {
		t.Run(fmt.Sprint(file), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(uint64(file), 2))
			path := filepath.Join(t.TempDir(), "p.inkling")
			scripted(t, path, 300)
			var all []saved
			var events uint64
			var runs int
			for kill := range kills / files {
				after := "open"
				switch {
				case kill%10 == 0:
					after = "run" // it has trained, and saved that
				case rng.IntN(8) == 0:
					after = "" // it may still be opening the project
				}
				all = append(all, play(t, path, rng, after)...)
				if events, runs = survived(t, path, all); t.Failed() {
					return
				}
			}
			t.Logf("%d decisions shown as saved, %d events, %d runs", len(all), events, runs)
			if len(all) == 0 || runs == 0 {
				t.Errorf("a session of %d saved decisions and %d runs proves nothing", len(all), runs)
			}
		})
	}
}
