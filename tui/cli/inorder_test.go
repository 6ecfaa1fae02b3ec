package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// Jobs come out in the order in which they went in, each done once, however
// long each takes; an error on either side ends it all.
func TestInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "jobs")
		work := rapid.SliceOfN(rapid.IntRange(0, 2000), n, n).Draw(t, "work")
		stop := rapid.IntRange(-1, n).Draw(t, "fail at")
		byProducer := rapid.Bool().Draw(t, "by producer")
		failed := errors.New("failed")
		type job struct{ i, did int }
		var alive, most atomic.Int64
		next := 0
		err := inOrder(context.Background(), func(_ context.Context, emit func(*job) error) error {
			for i := range n {
				if byProducer && i == stop {
					return failed
				}
				most.Store(max(most.Load(), alive.Add(1)))
				if err := emit(&job{i: i}); err != nil {
					return err
				}
			}
			return nil
		}, func() func(*job) {
			return func(j *job) {
				for range work[j.i] {
					j.did++
				}
				j.did = 1
			}
		}, func(j *job, _ bool) error {
			alive.Add(-1)
			if j.i != next || j.did != 1 {
				t.Fatalf("job %d in place of %d, done %d times", j.i, next, j.did)
			}
			if next++; !byProducer && j.i == stop {
				return failed
			}
			return nil
		})
		fails := stop >= 0 && stop < n
		if errors.Is(err, failed) != fails {
			t.Fatalf("%v, want an error: %v", err, fails)
		}
		if !fails && next != n {
			t.Fatalf("%d jobs of %d", next, n)
		}
		if most.Load() > 64 {
			t.Fatalf("%d jobs at a time", most.Load())
		}
	})
}

// Who waits for input that never comes can be interrupted.
func TestPredictInterrupted(t *testing.T) {
	p := trainedProject(t)
	in, feed := io.Pipe()
	defer feed.Close()
	ctx, cancel := context.WithCancel(context.Background())
	out, answers := io.Pipe()
	cmd := Command("test", Streams{In: in, Out: answers, Err: io.Discard})
	cmd.SetArgs([]string{"predict", p, "-"})
	ended := make(chan error, 1)
	go func() { ended <- cmd.ExecuteContext(ctx) }()
	go io.WriteString(feed, `{"memo":"paid on time"}`+"\n")
	line := make([]byte, 1000)
	if n, err := out.Read(line); err != nil || !strings.Contains(string(line[:n]), "label") {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
