package external

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"inkling/label"
)

func task() label.Task {
	return label.Task{Kind: label.Classes, Labels: []label.Label{{Name: "ham"}, {Name: "spam"}}, Columns: []label.Column{{Name: "text", Role: label.Text}}}
}

// numbered yields items 1 to n.
func numbered(n int) iter.Seq2[label.Item, error] {
	return func(yield func(label.Item, error) bool) {
		for i := range n {
			if !yield(label.Item{Num: uint64(i + 1), Fields: []string{fmt.Sprintf("text %d", i+1)}}, nil) {
				return
			}
		}
	}
}

// here is the test binary as a program with manners.
func here(how string) Command {
	return Command{Args: []string{os.Args[0]}, Env: []string{manner + "=" + how}}
}

// collect runs a program on n items.
func collect(t *testing.T, how string, n int, o Options) ([]Answer, Report, error) {
	t.Helper()
	var got []Answer
	r, err := Run(t.Context(), here(how), task(), o, numbered(n), func(a Answer) error {
		got = append(got, a)
		return nil
	})
	return got, r, err
}

// mustBeRight checks that all n items were answered, and right, but for some.
func mustBeRight(t *testing.T, got []Answer, n int, but ...uint64) {
	t.Helper()
	seen := map[uint64]Answer{}
	for _, a := range got {
		if _, twice := seen[a.Item]; twice {
			t.Errorf("item %d is handed over twice", a.Item)
		}
		seen[a.Item] = a
	}
	for i := uint64(1); i <= uint64(n); i++ {
		a, ok := seen[i]
		want := task().Class(right(i))
		if slices.Contains(but, i) {
			want = -1
		}
		if !ok || a.Class != want || want >= 0 && a.Probability != 0.75 {
			t.Errorf("item %d: %+v, %v; want class %d", i, a, ok, want)
		}
	}
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		how      string
		n        int
		o        Options
		restarts int
		skipped  []uint64
	}{
		{how: "kind", n: 500},
		{how: "kind", n: 0},
		{how: "kind", n: 20, o: Options{Window: 1}},
		{how: "hello", n: 40},
		{how: "backwards", n: 30}, // it answers when its input ends
		{how: "chatty", n: 40},
		{how: "lingers", n: 3, o: Options{Stop: 50 * time.Millisecond}},
		{how: "fragile 10", n: 35, restarts: 3, o: Options{Window: 1}},
		{how: "poison 7", n: 40, restarts: 2, skipped: []uint64{7}},
		{how: "poison 1", n: 3, restarts: 2, skipped: []uint64{1}},
		{how: "poison 3", n: 3, restarts: 2, skipped: []uint64{3}},
		{how: "fragile 1", n: 4, restarts: 3, o: Options{Restarts: 1, Window: 1}},
		{how: "silent 3", n: 3, restarts: 2, skipped: []uint64{3}},
		{how: "stuck 5", n: 9, restarts: 2, skipped: []uint64{5}, o: Options{Start: time.Second, Item: 300 * time.Millisecond}},
	} {
		t.Run(c.how, func(t *testing.T) {
			c.o.Backoff = time.Millisecond
			got, r, err := collect(t, c.how, c.n, c.o)
			if err != nil {
				t.Fatal(err)
			}
			mustBeRight(t, got, c.n, c.skipped...)
			if r.Restarts != c.restarts || r.Skipped != len(c.skipped) || r.Answered != c.n-len(c.skipped) {
				t.Errorf("%+v", r)
			}
			for _, a := range got {
				if a.Class < 0 && !strings.Contains(a.Why, "failed with it twice") {
					t.Errorf("item %d: %q", a.Item, a.Why)
				}
			}
			if c.how == "hello" && r.Hello != (Hello{"kind", "2"}) {
				t.Errorf("it introduced itself as %+v", r.Hello)
			}
		})
	}
}

// A program that is broken is not put down to the items that it had.
func TestNoItemIsToBlame(t *testing.T) {
	for _, n := range []int{1, 9} {
		got, r, err := collect(t, "broken", n, Options{Backoff: time.Millisecond})
		if !errors.Is(err, ErrFailed) || len(got) > 0 || r.Skipped > 0 {
			t.Errorf("%v, %+v, %v", got, r, err)
		}
	}
}

// What cannot go well ends with an error that says what happened, and what the
// program said.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		how   string
		kind  error
		words []string
	}{
		{"broken", ErrFailed, []string{"exit status 3", "with 1 item unanswered", "started 3 times", "| ImportError: no module named torch"}},
		{"quits 2", ErrFailed, []string{"ended by itself", "it wrote nothing to standard error"}},
		{"says hello", ErrProtocol, []string{"line 2 of its output: it is not a JSON object: hello"}},
		{"says [1]", ErrProtocol, []string{"line 2 of its output: it is not a JSON object: [1]"}},
		{"says null", ErrProtocol, []string{"not a JSON object"}},
		{`says {"label":"ham"}`, ErrProtocol, []string{`line 2 of its output: it has no "id"`}},
		{`says {"id":1,"label":"ham"}`, ErrProtocol, []string{"line 2 of its output: item 1 was not asked about, or answered before"}},
		{`says {"id":99,"label":"ham"}`, ErrProtocol, []string{"item 99 was not asked about"}},
		{`says {"id":2,"label":"eggs"}`, ErrProtocol, []string{`line 2 of its output: item 2: there is no label "eggs"; the project has ham, spam`}},
		{`says {"protocol":1}`, ErrProtocol, []string{"a greeting may only be the first line"}},
		{"long", ErrProtocol, []string{"line 1 of its output: it is longer than 1048576 bytes"}},
	} {
		t.Run(c.how, func(t *testing.T) {
			_, _, err := collect(t, c.how, 3, Options{Backoff: time.Millisecond, Restarts: 2, Window: 3})
			if c.how == "quits 2" {
				// The items behind are asked again, and it answers; the fourth is never reached.
				_, _, err = collect(t, c.how, 3, Options{Restarts: -1})
			}
			var failed *FailedError
			if !errors.Is(err, c.kind) || !errors.As(err, &failed) {
				t.Fatalf("%v", err)
			}
			for _, w := range c.words {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q is not in: %v", w, err)
				}
			}
		})
	}
}

func TestCannotStart(t *testing.T) {
	none := func(Answer) error { return nil }
	for _, args := range [][]string{nil, {""}, {"./no such program"}, {os.DevNull}} {
		if _, err := Run(t.Context(), Command{Args: args, Dir: t.TempDir()}, task(), Options{}, numbered(1), none); !errors.Is(err, ErrStart) {
			t.Errorf("%q: %v", args, err)
		}
	}
	number := task()
	number.Kind = label.Number
	if _, err := Run(t.Context(), here("kind"), number, Options{}, numbered(1), none); !errors.Is(err, ErrKind) {
		t.Error(err)
	}
}

// Errors of either side end the work, and the program.
func TestErrorsOfTheCaller(t *testing.T) {
	mine := errors.New("mine")
	if _, err := Run(t.Context(), here("kind"), task(), Options{}, numbered(9), func(Answer) error { return mine }); err != mine {
		t.Error(err)
	}
	bad := func(yield func(label.Item, error) bool) {
		if yield(label.Item{Num: 1}, nil) {
			yield(label.Item{}, mine)
		}
	}
	if _, err := Run(t.Context(), here("kind"), task(), Options{}, bad, func(Answer) error { return nil }); err != mine {
		t.Error(err)
	}
}

// Nothing of ours reaches a program but what it is given.
func TestEnvironment(t *testing.T) {
	t.Setenv("SECRET", "1")
	c := here("environment")
	c.Env = append(c.Env, "GIVEN=yes")
	c.Args = append(c.Args, "$HOME; rm", "*")
	var said string
	if _, err := Run(t.Context(), c, task(), Options{}, numbered(1), func(a Answer) error {
		said = a.Why
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, "GIVEN=yes") || strings.Contains(said, "SECRET") || !strings.HasSuffix(said, "|$HOME; rm|*") {
		t.Errorf("the program has %q", said)
	}
}

// Cancelling kills a program that does not listen, and keeps what was handed
// over.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err := Run(ctx, here("stuck 5"), task(), Options{}, numbered(9), func(Answer) error {
		if n++; n == 4 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n != 4 {
		t.Errorf("%d answers, %v", n, err)
	}
	_, err = Run(ctx, here("deaf"), task(), Options{}, numbered(9), nil)
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// pretend makes lives of a goroutine instead of a process, so that synctest has
// its time in hand.
func pretend(how ...string) func() (*life, error) {
	lives := 0
	return func() (*life, error) {
		h := how[min(lives, len(how)-1)]
		lives++
		inR, inW := io.Pipe()
		outR, outW := io.Pipe()
		errR, errW := io.Pipe()
		dead, ended := make(chan struct{}), make(chan struct{})
		var once sync.Once
		kill := func() {
			once.Do(func() {
				close(dead)
				inR.Close()
				outW.Close()
				errW.Close()
			})
		}
		go func() {
			defer close(ended)
			wait, rest, _ := strings.Cut(h, " then ")
			if d, err := time.ParseDuration(wait); err == nil {
				select {
				case <-time.After(d):
				case <-dead:
					return
				}
				h = rest
			}
			if h == "never" {
				<-dead
				return
			}
			behave(h, inR, outW, errW)
			kill()
		}()
		return attach(parts{in: inW, out: outR, err: errR, kill: kill, wait: func() error {
			select {
			case <-ended:
			case <-dead:
			}
			return nil
		}}, 64), nil
	}
}

func play(t *testing.T, o Options, n int, how ...string) (got []Answer, r Report, took time.Duration, err error) {
	began := time.Now()
	r, err = run(t.Context(), pretend(how...), task(), o.or(), numbered(n), func(a Answer) error {
		got = append(got, a)
		return nil
	})
	took = time.Since(began)
	time.Sleep(2 * forever) // those that were killed are goroutines that sleep on
	return got, r, took, err
}

// Times, by the clock of synctest: how long is waited for the first line and
// for an item, and the pauses that double.
func TestTimes(t *testing.T) {
	// Loading takes a while, but less than the limit.
	synctest.Test(t, func(t *testing.T) {
		got, _, took, err := play(t, Options{}, 5, "110s then kind")
		if err != nil || took < 110*time.Second {
			t.Fatal(took, err)
		}
		mustBeRight(t, got, 5)
	})
	// An answer took as long as the program was at it: not from the question on,
	// where others came before.
	synctest.Test(t, func(t *testing.T) {
		got, _, _, err := play(t, Options{}, 4, "slow 3")
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range got {
			if a.Took != 3*time.Second {
				t.Errorf("item %d took %v", a.Item, a.Took)
			}
		}
	})
	// More, each time: 3 starts, with pauses of 0.1 and 0.2 s.
	synctest.Test(t, func(t *testing.T) {
		_, r, took, err := play(t, Options{Restarts: 2}, 5, "never")
		if !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "said nothing for 2m0s") || r.Restarts != 2 {
			t.Fatal(r, err)
		}
		if want := 3*2*time.Minute + 300*time.Millisecond; took != want {
			t.Errorf("took %v, want %v", took, want)
		}
	})
	// The pauses double up to half a minute, and begin anew after an answer.
	synctest.Test(t, func(t *testing.T) {
		var pauses []time.Duration
		o := Options{Restarts: 12, Restarting: func(_ int, pause time.Duration, _ error) { pauses = append(pauses, pause) }}
		_, _, _, err := play(t, o, 100, "broken", "broken", "fragile 1", "broken")
		if !errors.Is(err, ErrFailed) {
			t.Fatal(err)
		}
		want := []time.Duration{100, 200, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000, 30000}
		for i := range want {
			want[i] *= time.Millisecond
		}
		if !slices.Equal(pauses, want) {
			t.Errorf("paused %v\n  want %v", pauses, want)
		}
	})
	// Each item has its time, from its turn on, however many wait with it.
	synctest.Test(t, func(t *testing.T) {
		o := Options{Item: 10 * time.Second, Window: 16}
		got, r, took, err := play(t, o, 40, "stuck 7")
		if err != nil || r.Skipped != 1 || r.Restarts != 2 {
			t.Fatal(r, err)
		}
		mustBeRight(t, got, 40, 7)
		// The second time it is the first thing asked after a start.
		if want := 10*time.Second + 2*time.Minute + 300*time.Millisecond; took != want {
			t.Errorf("took %v, want %v", took, want)
		}
	})
	// A program that is done, and does not end, is not waited for.
	synctest.Test(t, func(t *testing.T) {
		got, _, took, err := play(t, Options{}, 5, "lingers")
		if err != nil || took < 5*time.Second {
			t.Fatal(took, err)
		}
		mustBeRight(t, got, 5)
	})
	// It is we who are late: what has been answered meanwhile counts.
	synctest.Test(t, func(t *testing.T) {
		n := 0
		_, err := run(t.Context(), pretend("kind"), task(), Options{}.or(), numbered(5), func(a Answer) error {
			n++
			time.Sleep(time.Hour)
			return nil
		})
		if err != nil || n != 5 {
			t.Fatal(n, err)
		}
	})
}

// No more items are out than the window allows, and none is drawn before there
// is room for it.
func TestWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var drawn atomic.Int64
		source := func(yield func(label.Item, error) bool) {
			for it := range numbered(100) {
				drawn.Add(1)
				if !yield(it, nil) {
					return
				}
			}
		}
		taken, most := int64(0), int64(0)
		_, err := run(t.Context(), pretend("kind"), task(), Options{Window: 6}.or(), source, func(Answer) error {
			most = max(most, drawn.Load()-taken)
			taken++
			return nil
		})
		if err != nil || most != 6 {
			t.Errorf("%d items were out at once, %v", most, err)
		}
	})
	// A program that reads everything before it answers is told of its mistake.
	synctest.Test(t, func(t *testing.T) {
		_, _, _, err := play(t, Options{Window: 6, Restarts: -1}, 100, "backwards")
		if err == nil || !strings.Contains(err.Error(), "said nothing for 2m0s") {
			t.Error(err)
		}
	})
}
