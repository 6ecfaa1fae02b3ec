// Package tui is the workbench: the screens, the keys and the theme.
//
// A root model (workbench) holds one screen for each part of the work and a
// frame around them. Data messages go to every screen, keys to the one on top.
// Nothing in update or view waits for a disk or a model: that happens in
// commands, and in the seat, the store and the trainer behind them.
package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"inkling/learn"
	"inkling/learn/external"
	"inkling/store"
	"inkling/tui/catalog"
	"inkling/tui/paint"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// Options are what a session may choose. The zero value is a session on
// standard input and output in the language of the environment.
type Options struct {
	Annotator string
	Role      seat.Role  // zero: Admin
	Room      *seat.Room // where the others are; nil: nobody else
	From      string     // where the person comes from; empty: "here"
	Config    Config
	Language  catalog.Language   // empty: Config.Language, else the environment's
	Demo      Oracle             // answers by itself until a key is pressed
	Input     io.Reader          // nil: standard input
	Output    io.Writer          // nil: standard output
	Renderer  *lipgloss.Renderer // nil: what Output and the environment say
	NoColour  bool               // only bold, underline and reverse; the environment's NO_COLOR says so too where Renderer is nil
	Remote    *Remote            // a terminal that is not this process's; nil: it is
	Now       func() time.Time
}

// Remote is a terminal at the other end of a connection. Input and Output lead
// to it. Signals to the process do not end its session; a context that does
// means that the connection is lost, or that the host ends it.
type Remote struct {
	Size    tea.WindowSizeMsg // when the session begins
	Resized <-chan tea.WindowSizeMsg
	Warned  <-chan Warning      // said on screen as they come; nil: none
	Left    func(decisions int) // called when the seat is given up; nil: nobody asks
	Env     []string            // NAME=VALUE, of the other end
}

// Warning says that the host will end a session, why, and how soon.
type Warning struct {
	Why  EndReason
	Left time.Duration
}

// EndReason is why a host ends a session.
type EndReason uint8

// The reasons.
const (
	EndIdle     EndReason = iota + 1 // nothing was pressed for long
	EndMax                           // it has lasted as long as it may
	EndShutdown                      // the host itself ends
)

// getenv looks a variable up at the other end.
func (r *Remote) getenv(name string) string {
	for _, kv := range r.Env {
		if n, v, ok := strings.Cut(kv, "="); ok && n == name {
			return v
		}
	}
	return ""
}

// remoteEnv is the other end's environment as termenv asks for it.
type remoteEnv struct{ *Remote }

func (e remoteEnv) Environ() []string         { return e.Env }
func (e remoteEnv) Getenv(name string) string { return e.getenv(name) }

// ErrHangUp is returned by Run when the terminal went away or the process was
// asked to end; all that was decided is saved.
var ErrHangUp = errors.New("tui: the session was ended from outside")

// Run shows the workbench on a project until the person leaves. The trainer
// must already be running. Every decision made is on disk, or its failure on
// screen, before Run returns; the terminal is restored in every case.
func Run(ctx context.Context, p *store.Project, t *learn.Trainer, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := newWorkbench(ctx, p, t, o)
	if err != nil {
		return err
	}
	if o.Remote != nil {
		return runRemote(ctx, w, o)
	}
	defer w.seat.Leave()
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithAltScreen(), tea.WithMouseCellMotion(), tea.WithoutSignalHandler()}
	if o.Input != nil {
		opts = append(opts, tea.WithInput(o.Input))
	}
	if o.Output != nil {
		opts = append(opts, tea.WithOutput(o.Output))
	}
	prog := tea.NewProgram(w, opts...)
	// SIGINT is the key ctrl-c in raw mode, and is sent by others as a wish to
	// leave; the rest mean that the terminal or the machine goes away.
	sig := make(chan os.Signal, 1)
	signal.Notify(sig, syscall.SIGTERM, syscall.SIGHUP, os.Interrupt)
	defer signal.Stop(sig)
	done := make(chan struct{})
	defer close(done)
	hung := make(chan struct{}, 1)
	go func() {
		select {
		case s := <-sig:
			if s != os.Interrupt {
				hung <- struct{}{}
			}
			prog.Quit()
		case <-done:
		}
	}()
	_, err = prog.Run()
	cancel()
	flush, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	if e := w.seat.Flush(flush); e != nil {
		return fmt.Errorf("the last decisions could not be saved: %w", e)
	}
	select {
	case <-hung:
		return ErrHangUp
	default:
	}
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return nil
	}
	return err
}

// colours settles what a renderer may write, from the terminal that it writes
// to, which a far one is, and the environment, and reports whether colours are unwanted or unknown
// there. Bold, underline and reverse are not colours: every terminal but a dumb
// one has them, and NO_COLOR does not mean them.
func colours(r *lipgloss.Renderer, env func(string) string, far bool) (none bool) {
	out := r.Output()
	if p := out.EnvColorProfile(); p != termenv.Ascii {
		r.SetColorProfile(p)
		return false
	}
	p := out.ColorProfile()
	_, file := out.Writer().(*os.File)
	if term := env("TERM"); p != termenv.Ascii || (file || far) && term != "" && term != "dumb" {
		p = termenv.ANSI
	}
	r.SetColorProfile(p)
	return true
}

// getenv is the environment of the person's terminal.
func getenv(o Options) func(string) string {
	if o.Remote != nil {
		return o.Remote.getenv
	}
	return os.Getenv
}

// runRemote shows a workbench at the other end of a connection.
func runRemote(ctx context.Context, w *workbench, o Options) error {
	screen := paint.New(o.Output)
	prog := tea.NewProgram(&paced{workbench: w, screen: screen}, tea.WithContext(ctx), tea.WithoutRenderer(), tea.WithoutSignalHandler(),
		tea.WithInput(o.Input), tea.WithOutput(io.Discard))
	done := make(chan struct{})
	go func() {
		prog.Send(o.Remote.Size)
		for {
			select {
			case size, ok := <-o.Remote.Resized:
				if !ok {
					return
				}
				prog.Send(size)
			case warning := <-o.Remote.Warned:
				prog.Send(warning)
			case <-done:
				return
			}
		}
	}()
	_, err := prog.Run()
	close(done)
	screen.Close() // who is gone cannot be written to
	w.people.leave()
	if ctx.Err() != nil {
		w.seat.Lose()
	} else {
		w.seat.Leave()
	}
	if o.Remote.Left != nil {
		o.Remote.Left(w.seat.Decided())
	}
	flush, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	if e := w.seat.Flush(flush); e != nil {
		return fmt.Errorf("the last decisions could not be saved: %w", e)
	}
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return nil
	}
	return err
}

func newWorkbench(ctx context.Context, p *store.Project, t *learn.Trainer, o Options) (*workbench, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Room == nil {
		o.Room = seat.NewRoom(p, t, o.Now)
	}
	o.Role, o.From = cmp.Or(o.Role, seat.Admin), cmp.Or(o.From, "here")
	if o.Renderer == nil {
		out := o.Output
		if out == nil {
			out = os.Stdout
		}
		if o.Remote != nil {
			o.Renderer = lipgloss.NewRenderer(out, termenv.WithEnvironment(remoteEnv{o.Remote}), termenv.WithUnsafe())
			o.Renderer.SetHasDarkBackground(true)
		} else {
			o.Renderer = lipgloss.NewRenderer(out)
		}
		if out == os.Stdout {
			// Asked once for the whole process, before anybody reads keys: the answer
			// comes on the same line as they do.
			o.Renderer.SetHasDarkBackground(lipgloss.HasDarkBackground())
		}
		o.NoColour = colours(o.Renderer, getenv(o), o.Remote != nil) || o.NoColour
	}
	lang := o.Language
	if lang == "" {
		lang = o.Config.Language
	}
	if lang == "" {
		lang = catalog.FromEnv(getenv(o))
	}
	words := catalog.In(lang)
	keys, notes, err := newKeymap(words, o.Config.Keys)
	if err != nil {
		return nil, err
	}
	d := &desk{ctx: ctx, project: p, trainer: t, theme: newTheme(o.Renderer, !o.NoColour), words: words, keys: keys, now: o.Now, demo: o.Demo, playing: o.Demo != nil,
		seat: o.Room.Sit(o.Annotator, o.Role, o.From)}
	d.keys.restrict(d.seat.Role())
	switch other, ok, err := external.Suggests(p); {
	case err != nil:
		notes = append(notes, safe.Line(err.Error())) // the model suggests all the same
	case ok:
		d.other = other
		d.seat.SuggestFrom(external.Open(p, other.ID))
	}
	w := &workbench{
		desk:    d,
		people:  people{desk: d},
		changes: o.Config.Keys,
		screens: [screenCount]screen{
			screenTrain: newTrainScreen(d), screenEvaluate: newEvaluateScreen(d),
			screenReview: newReviewScreen(d), screenData: newDataScreen(d), screenRules: newRulesScreen(d),
		},
		notes: notes,
	}
	if keyed(p.Task()) {
		w.notes = append(w.notes, keys.overridden(words, p.Task().Labels)...)
	}
	if keyed(p.Task()) {
		w.screens[screenLabel] = newLabelScreen(d)
	} else {
		w.screens[screenLabel] = newOutsideScreen(d)
	}
	d.top = w.screens[screenLabel]
	return w, nil
}
