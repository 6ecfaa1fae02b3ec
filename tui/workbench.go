package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/catalog"
	"inkling/tui/safe"
)

// trainerEvery is the shortest time between two looks at the trainer, so that
// a fast fit does not cost frames.
const trainerEvery = 100 * time.Millisecond

// seatEvery is by how much longer a session waits between two looks at what
// others do, for each other seat: what a hundred people do is news for a hundred
// people.
const seatEvery = 10 * time.Millisecond

// pause waits between two looks at what others do; false where the session ends.
func (w *workbench) pause(least time.Duration) bool {
	d := least + time.Duration(w.seat.Room().Count()-1)*seatEvery
	if d <= 0 {
		return w.ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-w.ctx.Done():
		return false
	}
}

// workbench is the root model: the frame, the screens, and who gets which
// message.
type workbench struct {
	*desk
	changes map[string][]string // keys from the config, to rebuild the keymap in another language
	screens [screenCount]screen
	active  int
	width   int
	height  int
	showing bool     // the help overlay
	scroll  int      // its first row in sight
	notes   []string // what is to be said in place of the hints until the next key

	counts  label.Counts
	state   learn.State
	failure *failedMsg
	people  people
}

func (w *workbench) Init() tea.Cmd {
	w.counts = w.project.Counts()
	w.state = w.trainer.State()
	cmds := []tea.Cmd{w.watchProject(), w.watchTrainer(), w.watchRoom()}
	for _, s := range w.screens {
		cmds = append(cmds, s.update(committedMsg{w.counts}), s.update(trainerMsg{w.state}))
	}
	return tea.Batch(append(cmds, w.top.shown())...)
}

// watchProject and watchTrainer wait for one change each; the message's
// handler waits again. The subscription ends with the session's context.
func (w *workbench) watchProject() tea.Cmd {
	ch, stop := w.project.Watch()
	var wait tea.Cmd
	wait = func() tea.Msg {
		select {
		case <-ch:
		case <-w.ctx.Done():
			stop()
			return nil
		}
		if !w.pause(0) {
			stop()
			return nil
		}
		return watchedMsg{committedMsg{w.project.Counts()}, wait}
	}
	return wait
}

func (w *workbench) watchTrainer() tea.Cmd {
	ch, stop := w.trainer.Watch()
	var wait tea.Cmd
	wait = func() tea.Msg {
		select {
		case <-ch:
		case <-w.ctx.Done():
			stop()
			return nil
		}
		if !w.pause(trainerEvery) {
			stop()
			return nil
		}
		return watchedMsg{trainerMsg{w.trainer.State()}, wait}
	}
	return wait
}

// watchedMsg carries a message of a subscription and the command that waits
// for the next.
type watchedMsg struct {
	msg  tea.Msg
	next tea.Cmd
}

func (w *workbench) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmds := []tea.Cmd{w.handle(msg)}
	for w.moving == 0 && len(w.held) > 0 {
		m := w.held[0]
		w.held = w.held[1:]
		cmds = append(cmds, w.press(m))
	}
	return w, tea.Batch(cmds...)
}

func (w *workbench) handle(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case watchedMsg:
		return tea.Batch(w.handle(m.msg), m.next)
	case tea.WindowSizeMsg:
		w.width, w.height = m.Width, m.Height
	case committedMsg:
		w.counts = m.counts
		w.people.update(m) // how far everybody is
	case trainerMsg:
		if e := m.state.Err; e != nil && (w.state.Err == nil || w.state.Err.Error() != e.Error()) {
			w.notes = []string{fmt.Sprintf(w.words.Frame.TrainerFailed, safe.Line(e.Error()))}
		}
		w.state = m.state
	case failedMsg:
		w.failure = &m
	case roomMsg, lookMsg:
		return w.people.update(msg)
	case Warning:
		w.notes = []string{w.warning(m)}
	case openItemMsg:
		return tea.Batch(w.show(screenLabel), w.everywhere(msg))
	case ruleFromMsg:
		return tea.Batch(w.show(screenRules), w.everywhere(msg))
	case ruleLeftMsg:
		return w.show(screenLabel)
	case tea.KeyMsg:
		return w.press(m)
	case tea.MouseMsg:
		return w.mouse(m)
	}
	return w.everywhere(msg)
}

// warning says that the session will end.
func (w *workbench) warning(m Warning) string {
	f := w.words.Frame
	format := map[EndReason]string{EndIdle: f.EndsIdle, EndMax: f.EndsMax, EndShutdown: f.EndsShutdown}[m.Why]
	return fmt.Sprintf(format, m.Left.Round(time.Second))
}

func (w *workbench) everywhere(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range w.screens {
		cmds = append(cmds, s.update(msg))
	}
	return tea.Batch(cmds...)
}

func (w *workbench) press(m tea.KeyMsg) tea.Cmd {
	if m.Type == tea.KeyCtrlC {
		return tea.Quit
	}
	if m.Type == tea.KeyRunes && !w.top.typing() {
		if m.Paste {
			// What somebody pastes is text, and must decide nothing.
			w.notes = []string{w.words.Frame.Pasted}
			return nil
		}
		if len(m.Runes) > 1 {
			// Several keys that arrived together.
			var cmds []tea.Cmd
			for _, r := range m.Runes {
				cmds = append(cmds, w.press(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: m.Alt}))
			}
			return tea.Batch(cmds...)
		}
	}
	if w.moving > 0 && w.active == screenLabel {
		w.held = append(w.held, m)
		return nil
	}
	w.failure, w.notes = nil, nil
	if w.takeOver() {
		if key.Matches(m, w.keys.Demo) {
			return nil // to stop it is what was wanted
		}
	}
	if w.people.shown {
		return w.people.update(m)
	}
	if w.showing {
		w.pressHelp(m)
		return nil
	}
	if w.active == screenLabel && !w.seat.Role().Answers() && !w.top.typing() && w.decides(m) {
		w.notes = []string{w.words.People.LooksOn}
		return nil
	}
	// On the label screen a label's key comes before any command's.
	if w.top.typing() || w.active == screenLabel && w.labelBegins(m.String()) {
		return w.top.update(m)
	}
	switch {
	case key.Matches(m, w.keys.Quit):
		return tea.Quit
	case key.Matches(m, w.keys.People):
		w.people.open()
	case key.Matches(m, w.keys.Help):
		w.showing, w.scroll = true, 0
	case key.Matches(m, w.keys.NextScreen):
		return w.show((w.active + 1) % len(w.screens))
	case key.Matches(m, w.keys.PrevScreen):
		return w.show((w.active + len(w.screens) - 1) % len(w.screens))
	case key.Matches(m, w.keys.Language):
		w.speak(catalog.Next(w.words.Language))
	case w.demo != nil && key.Matches(m, w.keys.Demo):
		w.playing = true
		return w.everywhere(playOnMsg{})
	default:
		for i, b := range w.keys.Screens {
			if key.Matches(m, b) {
				return w.show(i)
			}
		}
		return w.top.update(m)
	}
	return nil
}

// takeOver ends the demo's play, and says how to let it go on. The key that
// did it still does what it does.
func (w *workbench) takeOver() bool {
	if !w.playing {
		return false
	}
	w.playing = false
	w.notes = []string{fmt.Sprintf(w.words.Frame.DemoYours, w.keys.Demo.Help().Key)}
	return true
}

// labelBegins reports whether a key is a label's, or the first of two.
func (w *workbench) labelBegins(k string) bool {
	t := w.project.Task()
	if !keyed(t) {
		return false
	}
	for _, l := range t.Labels {
		if strings.HasPrefix(l.Key, k) {
			return true
		}
	}
	return false
}

// decides reports whether a key would decide something, for those who may not.
func (w *workbench) decides(m tea.KeyMsg) bool {
	k := m.String()
	return w.labelBegins(k) || len(k) == 1 && k[0] >= '1' && k[0] <= '9' || m.Type == tea.KeyEnter
}

func (w *workbench) speak(l catalog.Language) {
	w.words = catalog.In(l)
	// The changes were checked when the session began.
	w.keys, _, _ = newKeymap(w.words, w.changes)
	w.keys.restrict(w.seat.Role())
}

func (w *workbench) mouse(m tea.MouseMsg) tea.Cmd {
	if m.Action == tea.MouseActionPress {
		w.notes = nil
		w.takeOver()
	}
	if w.people.shown {
		return nil // what lies below must not move
	}
	if m.Action == tea.MouseActionPress && m.Button == tea.MouseButtonLeft && m.Y == 0 {
		for i, x := range w.tabs() {
			if m.X >= x[0] && m.X < x[1] {
				return w.show(i)
			}
		}
		return nil
	}
	// Screens count from the corner of their own body.
	m.X, m.Y = m.X-1, m.Y-1
	return w.top.update(m)
}

func (w *workbench) show(i int) tea.Cmd {
	if i != w.active {
		w.notes = nil // they were about the screen that leaves
	}
	w.active, w.top = i, w.screens[i]
	return w.top.shown()
}
