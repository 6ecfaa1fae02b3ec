//go:build unix

package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"inkling/learn"
	"inkling/store"
	"inkling/tui/tape"
)

// benchSizes are the pools of the benchmarks.
var benchSizes = []int{100_000, 1_000_000}

// bigVersion goes up with the layout of project files, so that a kept one is
// not converted in every run.
const bigVersion = 2

// bigProject is a copy of a project with n items of some eighty letters each,
// made once and kept in the folder for temporary files.
func bigProject(b *testing.B, n int) string {
	b.Helper()
	kept := filepath.Join(os.TempDir(), fmt.Sprintf("inkling-bench-v%d-%d.inkling", bigVersion, n))
	if _, err := os.Stat(kept); errors.Is(err, os.ErrNotExist) {
		if err := makeBigProject(kept+".part", n); err != nil {
			b.Fatal(err)
		}
		if err := os.Rename(kept+".part", kept); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(b.TempDir(), "big.inkling")
	from, err := os.Open(kept)
	if err != nil {
		b.Fatal(err)
	}
	defer from.Close()
	to, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(to.Sync(), to.Close()); err != nil {
		b.Fatal(err)
	}
	return path
}

// makeBigProject writes items of words in the frequencies of a language
// (Zipf), three of them from the vocabulary of the item's class, so that there
// is something to learn and something to be unsure of.
func makeBigProject(path string, n int) error {
	os.Remove(path)
	p, err := store.Create(path, loansTask(), store.Options{NoSync: true})
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	common, own := rand.NewZipf(r, 1.1, 4, 30_000), rand.NewZipf(r, 1.2, 4, 400)
	im := p.NewImport("big.csv", "import")
	var text []byte
	for i := range n {
		text = text[:0]
		for w := range 14 {
			if w > 0 {
				text = append(text, ' ')
			}
			if w%5 == 4 {
				class := uint64(r.IntN(3))
				if r.IntN(4) > 0 {
					class = uint64(i % 3)
				}
				text = append(text, 'k')
				text = strconv.AppendUint(text, class, 10)
				text = appendWord(text, own.Uint64())
			} else {
				text = appendWord(text, common.Uint64())
			}
		}
		if err := im.Add([]string{string(text), strconv.Itoa(r.IntN(50_000)), []string{"rent", "own", "free"}[r.IntN(3)]}, nil); err != nil {
			return err
		}
	}
	if _, err := im.Close(); err != nil {
		return err
	}
	return p.Close()
}

// appendWord writes a number as a word of syllables.
func appendWord(b []byte, n uint64) []byte {
	for {
		b = append(b, "bdfgklmnprstvz"[n%14], "aeiou"[n/14%5])
		if n /= 70; n == 0 {
			return b
		}
	}
}

// loop is the event loop of bubbletea without its terminal: one goroutine that
// takes messages, updates and draws after each.
type loop struct {
	w     *workbench
	msgs  chan tea.Msg
	ready chan struct{}  // taken from while an item is on screen
	keys  chan struct{}  // a key is pressed
	drawn chan time.Time // its frame is finished
	ctx   context.Context
}

func (l *loop) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch m := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range m {
				l.do(c)
			}
		default:
			select {
			case l.msgs <- m:
			case <-l.ctx.Done():
			}
		}
	}()
}

func (l *loop) run() {
	frame := func(m tea.Msg) {
		_, cmd := l.w.Update(m)
		l.do(cmd)
		if len(l.w.View()) == 0 {
			panic("no frame")
		}
	}
	keys := []string{"1", "2", "3", "1", "2", "enter", "3", "s", "enter", "u"}
	for n := 0; ; {
		sc := l.w.screens[0].(*labelScreen)
		ready := l.ready
		if sc.cur == nil || l.w.moving > 0 {
			ready = nil // nobody presses keys at an item that is not there
		}
		select {
		case <-l.ctx.Done():
			return
		case m := <-l.msgs:
			frame(m)
		case ready <- struct{}{}:
		case <-l.keys:
			frame(keyOf(keys[n%len(keys)]))
			n++
			l.drawn <- time.Now()
		}
	}
}

func keyOf(k string) tea.KeyMsg {
	if k == "enter" {
		return tea.KeyMsg{Type: tea.KeyEnter}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

// BenchmarkKeyToFrame measures the time from a key to the finished frame:
// waiting for the message in hand, Update, handing the decision over, View. A
// trainer with its usual settings works all the while, started anew by every
// few answers, and decisions are made durable. Keys come at some fifteen a
// second, faster than anybody labels. The window is 120x40, in colour. wait is
// how long a key finds no item to be pressed at: after an undo, until that is on
// disk.
func BenchmarkKeyToFrame(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) {
			p, err := store.Open(bigProject(b, n), store.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer p.Close()
			ctx, cancel := context.WithCancel(context.Background())
			trainer := learn.NewTrainer(p, learn.Options{Seed: 1})
			stopped := make(chan error, 1)
			go func() { stopped <- trainer.Run(ctx) }()
			w, err := newWorkbench(ctx, p, trainer, Options{Annotator: "ana", Language: "en", Renderer: renderer(termenv.TrueColor, true)})
			if err != nil {
				b.Fatal(err)
			}
			l := &loop{w: w, msgs: make(chan tea.Msg), ready: make(chan struct{}), keys: make(chan struct{}), drawn: make(chan time.Time), ctx: ctx}
			w.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
			l.do(w.Init())
			ended := make(chan struct{})
			go func() { defer close(ended); l.run() }()
			var took, waited []time.Duration
			var runs uint64
			press := func() {
				t := time.Now()
				<-l.ready
				waited = append(waited, time.Since(t))
				t = time.Now()
				l.keys <- struct{}{}
				took = append(took, (<-l.drawn).Sub(t))
			}
			for range 60 { // until there is a model, and beyond
				press()
				time.Sleep(20 * time.Millisecond)
			}
			for trainer.State().Current == 0 || trainer.State().Phase == learn.Idle {
				time.Sleep(time.Millisecond)
			}
			took, waited, runs = took[:0], waited[:0], trainer.State().Run
			training := 0
			for b.Loop() {
				press()
				if trainer.State().Phase != learn.Idle {
					training++
				}
				b.StopTimer()
				time.Sleep(65 * time.Millisecond)
				b.StartTimer()
			}
			b.StopTimer()
			cancel()
			<-ended
			if err := <-stopped; err != nil {
				b.Fatal(err)
			}
			slices.Sort(took)
			slices.Sort(waited)
			at := func(all []time.Duration, q float64) float64 {
				return float64(all[min(int(q*float64(len(all))), len(all)-1)]) / float64(time.Millisecond)
			}
			b.ReportMetric(at(took, 0.5), "p50-ms")
			b.ReportMetric(at(took, 0.99), "p99-ms")
			b.ReportMetric(at(took, 1), "max-ms")
			b.ReportMetric(at(waited, 0.99), "wait-p99-ms")
			b.ReportMetric(100*float64(training)/float64(len(took)), "%-training")
			b.ReportMetric(float64(trainer.State().Run-runs), "runs")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkOpen measures, in a process of its own on a pseudo-terminal, the
// time from its start to the first item on screen, and what memory it takes
// while 200 items are labelled and a model is trained: rss is the highest
// resident set, heap the part of the last one that is not mapped from the
// project file.
func BenchmarkOpen(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) {
			path := bigProject(b, n)
			var first time.Duration
			var peak, anon float64
			for b.Loop() {
				self, err := os.Executable()
				if err != nil {
					b.Fatal(err)
				}
				cmd := exec.Command(self)
				cmd.Env = append(os.Environ(), asProgramEnv+"="+path, "TERM=screen-256color")
				begin := time.Now()
				tt, err := tape.Start(cmd, 120, 40)
				if err != nil {
					b.Fatal(err)
				}
				if err := tt.WaitFor(regexp.MustCompile(`drawn at random|no suggestion here|unsure`), time.Minute); err != nil {
					b.Fatal(err)
				}
				first = time.Since(begin)
				for i := range 200 {
					if err := tt.Type([]string{"1", "2", "3"}[i%3]); err != nil {
						b.Fatal(err)
					}
					time.Sleep(30 * time.Millisecond)
				}
				for tail := time.Now().Add(10 * time.Second); time.Now().Before(tail) && n > 100_000; {
					time.Sleep(100 * time.Millisecond)
				}
				peak, anon = memory(b, cmd.Process.Pid)
				tt.Type("q")
				if err := tt.Wait(time.Minute); err != nil {
					b.Fatal(err)
				}
				tt.Close()
			}
			b.ReportMetric(float64(first)/float64(time.Millisecond), "first-item-ms")
			b.ReportMetric(peak, "rss-MB")
			b.ReportMetric(anon, "heap-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// memory reads a process's highest resident set and its anonymous part, in
// megabytes.
func memory(b *testing.B, pid int) (peak, anon float64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("memory is read from /proc, which is not there")
	}
	for _, line := range strings.Split(string(text), "\n") {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			peak = kb / 1000
		}
		if _, err := fmt.Sscanf(line, "RssAnon: %f kB", &kb); err == nil {
			anon = kb / 1000
		}
	}
	return peak, anon
}
