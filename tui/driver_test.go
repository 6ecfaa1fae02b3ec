package tui

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"go.uber.org/goleak"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/catalog"
	"inkling/tui/seat"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // golden screens show when something was said
	asProgram()           // does not return where the test binary was started as the workbench
	goleak.VerifyTestMain(m)
}

// clock is a clock that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// loansTask is the task of most tests: three labels, a text of two columns, a
// number and a category.
func loansTask() label.Task {
	return label.Task{Name: "loans", Kind: label.Classes, Seed: 5, Audit: 0.2, Clean: "nfc,space",
		Guideline: "Decide as if it were your own money.",
		Labels: []label.Label{
			{Name: "GOOD", Key: "d", Guideline: "pays back on time"},
			{Name: "WATCH", Key: "w"},
			{Name: "RISKY", Key: "r", Guideline: "asked for more time, or will"},
		},
		Columns: []label.Column{{Name: "memo", Role: label.Text}, {Name: "amount", Role: label.Numeric}, {Name: "housing", Role: label.Category}}}
}

// memos are told apart by their words, so that a model learns them at once.
var memos = []string{
	"paid in full and early, thanks",
	"client asks about a second card",
	"asks to roll over the March instalment, second time this year",
	"客户按时还款，记录良好",
	"要求展期，第二次了 😟",
	"steady income, long with us",
	"address changed twice this spring",
	"missed two instalments, employer does not answer",
}

// newProject makes a project with n items: the memos in turn, numbered.
func newProject(t testing.TB, task label.Task, n int) *store.Project {
	t.Helper()
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{fmt.Sprintf("%s (%d)", memos[i%len(memos)], i+1), fmt.Sprint(100 * (i + 1)), []string{"rent", "own"}[i%2]}
	}
	return projectOf(t, task, rows)
}

// projectOf makes a project of rows.
func projectOf(t testing.TB, task label.Task, rows [][]string) *store.Project {
	t.Helper()
	p, err := store.Create(filepath.Join(t.TempDir(), "loans.inkling"), task, store.Options{NoSync: true, Now: newClock().now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	im := p.NewImport("loans.csv", "import")
	for _, r := range rows {
		if err := im.Add(r, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

// driver is a workbench without a terminal: it gets keys and sizes from the
// test, does its commands in goroutines as the real loop does, and takes their
// messages in only while the test waits to see something.
type driver struct {
	testing.TB
	*workbench
	clock *clock
	msgs  chan tea.Msg
	wg    sync.WaitGroup
	quit  bool
	stop  func()
}

// options of a driver.
type drive struct {
	options Options
	train   *learn.Options // nil: no trainer runs
	disk    *disk          // nil: the project's own
}

// disk is a project whose decisions fail while it is full.
type disk struct {
	*store.Project
	full atomic.Bool
	// closed is a project that takes nothing: its error stands for a full disk's.
	closed *store.Project
}

func newDisk(t testing.TB, p *store.Project) *disk {
	t.Helper()
	c := newProject(t, loansTask(), 1)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return &disk{Project: p, closed: c}
}

func (d *disk) Append(ev label.Event) *store.Pending {
	if d.full.Load() {
		return d.closed.Append(ev)
	}
	return d.Project.Append(ev)
}

// newDriver sits down at a project with a window of 80x24, without colour.
func newDriver(t testing.TB, p *store.Project, o drive) *driver {
	t.Helper()
	d := &driver{TB: t, clock: newClock(), msgs: make(chan tea.Msg, 64)}
	ctx, cancel := context.WithCancel(context.Background())
	train := learn.Options{Seed: 1}
	if o.train != nil {
		train = *o.train
	}
	trainer := learn.NewTrainer(p, train)
	if o.train != nil {
		d.wg.Add(1)
		go func() {
			defer d.wg.Done()
			if err := trainer.Run(ctx); err != nil {
				t.Errorf("trainer: %v", err)
			}
		}()
	}
	if o.options.Annotator == "" {
		o.options.Annotator = "ana"
	}
	if o.options.Language == "" {
		o.options.Language = catalog.English
	}
	if o.options.Renderer == nil {
		o.options.Renderer = renderer(termenv.Ascii, true)
	}
	o.options.Now = d.clock.now
	w, err := newWorkbench(ctx, p, trainer, o.options)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	d.workbench = w
	if o.disk != nil {
		w.seat = seat.New(o.disk, trainer, o.options.Annotator, d.clock.now)
	}
	var once sync.Once
	d.stop = func() {
		once.Do(func() {
			cancel()
			go func() {
				for range d.msgs {
				}
			}()
			d.wg.Wait()
			close(d.msgs)
			if err := w.seat.Flush(context.Background()); err != nil && o.disk == nil {
				t.Errorf("flush: %v", err)
			}
		})
	}
	t.Cleanup(d.stop)
	d.do(w.Init())
	d.size(80, 24)
	return d
}

func renderer(p termenv.Profile, dark bool) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(io.Discard, termenv.WithProfile(p))
	r.SetColorProfile(p)
	r.SetHasDarkBackground(dark)
	return r
}

// do runs a command as bubbletea does.
func (d *driver) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	d.wg.Add(1)
	go func() {
		defer d.wg.Done()
		switch m := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range m {
				d.do(c)
			}
		default:
			d.msgs <- m
		}
	}()
}

func (d *driver) send(m tea.Msg) {
	if _, ok := m.(tea.QuitMsg); ok {
		d.quit = true
		return
	}
	_, cmd := d.workbench.Update(m)
	d.do(cmd)
}

func (d *driver) size(w, h int) { d.send(tea.WindowSizeMsg{Width: w, Height: h}) }

// press presses keys one after the other. A key is written as in the config
// file; "text:..." types the rest letter by letter.
func (d *driver) press(keys ...string) {
	d.Helper()
	for _, k := range keys {
		if text, ok := strings.CutPrefix(k, "text:"); ok {
			for _, r := range text {
				d.send(keyMsg(d, string(r)))
			}
			continue
		}
		d.send(keyMsg(d, k))
	}
}

// keyMsg makes the message of a key from its name.
func keyMsg(t testing.TB, name string) tea.KeyMsg {
	t.Helper()
	if name == " " || name == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	if r := []rune(name); len(r) == 1 {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: r}
	}
	for k := tea.KeyType(-100); k <= 127; k++ {
		if k.String() == name && k != tea.KeyRunes {
			return tea.KeyMsg{Type: k}
		}
	}
	t.Fatalf("no key is named %q", name)
	return tea.KeyMsg{}
}

// failer is what checks report to: a test, or a property's.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// see waits until the screen shows every text.
func (d *driver) see(texts ...string) {
	d.Helper()
	d.until(fmt.Sprintf("see %q", texts), func() bool {
		v := ansi.Strip(d.View())
		for _, t := range texts {
			if !strings.Contains(v, t) {
				return false
			}
		}
		return true
	})
}

// unseen waits until the screen no longer shows a text.
func (d *driver) unseen(text string) {
	d.Helper()
	d.until(fmt.Sprintf("no longer see %q", text), func() bool { return !strings.Contains(ansi.Strip(d.View()), text) })
}

// until takes in messages until something holds.
func (d *driver) until(what string, holds func() bool) {
	d.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for !holds() {
		select {
		case m := <-d.msgs:
			d.send(m)
		case <-late.C:
			d.Fatalf("waited for: %s. The screen:\n%s", what, ansi.Strip(d.View()))
		}
	}
}

// saved waits until the status line says that so many events are on disk.
func (d *driver) saved(events uint64) {
	d.Helper()
	d.see(fmt.Sprintf("saved #%d", events))
}

// item is the number of the item on screen, 0 where there is none.
func (d *driver) item() uint64 {
	if l := d.labelScreen(); l.cur != nil {
		return l.cur.Item.Num
	}
	return 0
}

func (d *driver) labelScreen() *labelScreen { return d.screens[0].(*labelScreen) }

// ready waits for an item on screen.
func (d *driver) ready() uint64 {
	d.Helper()
	d.until("an item on screen", func() bool { return d.item() != 0 })
	return d.item()
}

// typed is text as a paste brings it.
func typed(text string) tea.KeyMsg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true}
}
