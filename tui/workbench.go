package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/catalog"
	"inkling/tui/safe"
)

// The smallest window that the workbench draws in; below it says so.
const minWidth, minHeight = 20, 6

// frameRows are the rows that the frame takes: two lines around the body, the
// hints and the status.
const frameRows = 4

// trainerEvery is the shortest time between two looks at the trainer, so that
// a fast fit does not cost frames.
const trainerEvery = 100 * time.Millisecond

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
}

func (w *workbench) Init() tea.Cmd {
	w.counts = w.project.Counts()
	w.state = w.trainer.State()
	cmds := []tea.Cmd{w.watchProject(), w.watchTrainer()}
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
			return watchedMsg{committedMsg{w.project.Counts()}, wait}
		case <-w.ctx.Done():
			stop()
			return nil
		}
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
		select {
		case <-time.After(trainerEvery):
		case <-w.ctx.Done():
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
	case trainerMsg:
		w.state = m.state
	case failedMsg:
		w.failure = &m
	case openItemMsg:
		return tea.Batch(w.show(0), w.everywhere(msg))
	case tea.KeyMsg:
		return w.press(m)
	case tea.MouseMsg:
		return w.mouse(m)
	}
	return w.everywhere(msg)
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
	if w.moving > 0 && w.active == 0 {
		w.held = append(w.held, m)
		return nil
	}
	w.failure, w.notes = nil, nil
	if w.takeOver() {
		if key.Matches(m, w.keys.Demo) {
			return nil // to stop it is what was wanted
		}
	}
	if w.showing {
		w.pressHelp(m)
		return nil
	}
	// On the label screen a label's key comes before any command's.
	if w.top.typing() || w.active == 0 && w.labelBegins(m.String()) {
		return w.top.update(m)
	}
	switch {
	case key.Matches(m, w.keys.Quit):
		return tea.Quit
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
	for _, l := range w.project.Task().Labels {
		if strings.HasPrefix(l.Key, k) {
			return true
		}
	}
	return false
}

func (w *workbench) speak(l catalog.Language) {
	w.words = catalog.In(l)
	// The changes were checked when the session began.
	w.keys, _, _ = newKeymap(w.words, w.changes)
}

func (w *workbench) mouse(m tea.MouseMsg) tea.Cmd {
	if m.Action == tea.MouseActionPress {
		w.takeOver()
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
	w.active, w.top = i, w.screens[i]
	return w.top.shown()
}

// View draws the frame and what is in it.
func (w *workbench) View() string {
	if w.width == 0 {
		return ""
	}
	if w.width < minWidth || w.height < minHeight {
		return w.viewTooSmall()
	}
	inner, rows := w.width-2, w.height-frameRows
	body, div := "", -1
	if w.showing {
		body = w.viewHelp(inner, rows)
	} else {
		body, div = w.top.view(inner, rows), w.top.divider(inner)
	}
	lines := strings.Split(body, "\n")
	side := w.theme.frame.Render("│")
	var b strings.Builder
	b.WriteString(w.viewTop(div))
	for i := range rows {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		b.WriteByte('\n')
		b.WriteString(side)
		b.WriteString(fit(line, inner))
		b.WriteString(side)
	}
	b.WriteByte('\n')
	b.WriteString(w.rule("├", "┤", "┴", div))
	b.WriteByte('\n')
	b.WriteString(side)
	b.WriteString(fit(" "+w.viewHints(inner-2), inner))
	b.WriteString(side)
	b.WriteByte('\n')
	b.WriteString(w.viewStatus())
	return b.String()
}

// viewTooSmall fills a window that is too small for anything else.
func (w *workbench) viewTooSmall() string {
	text := fmt.Sprintf(w.words.Frame.TooSmall, minWidth, minHeight)
	lines := make([]string, w.height)
	for i, r := range safe.NewLayout(text, w.width, nil).Rows(0, w.height) {
		lines[i] = rowText(r)
	}
	for i := range lines {
		lines[i] = fit(lines[i], w.width)
	}
	return strings.Join(lines, "\n")
}

// fit pads or cuts one styled line to exactly width cells. The width is that
// of ansi.StringWidth, for which package safe makes texts fit; ansi.Truncate
// counts some clusters otherwise.
func fit(s string, width int) string {
	n := ansi.StringWidth(s)
	if n <= width {
		return s + strings.Repeat(" ", width-n)
	}
	var b strings.Builder
	used, full := 0, false
	for len(s) > 0 {
		if s[0] == ansi.ESC {
			// The styles' own sequences: they end with a letter, and are kept to the
			// last so that no colour runs on.
			end := 1 + strings.IndexByte(s, 'm')
			b.WriteString(s[:max(end, 1)])
			s = s[max(end, 1):]
			continue
		}
		c, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(c):]
		if full = full || used+w > width; !full {
			b.WriteString(c)
			used += w
		}
	}
	b.WriteString(strings.Repeat(" ", width-used))
	return b.String()
}

func (w *workbench) rule(left, right, join string, div int) string {
	inner := w.width - 2
	line := strings.Repeat("─", inner)
	if div >= 0 && div < inner {
		line = strings.Repeat("─", div) + join + strings.Repeat("─", inner-div-1)
	}
	return w.theme.frame.Render(left + line + right)
}

// names of the screens, in order.
func (w *workbench) names() []string {
	f := w.words.Frame
	return []string{f.Label, f.Train, f.Evaluate, f.Review, f.Data}
}

// tabs returns the columns [from, to) of each screen's name in the top line;
// nil where they do not fit.
func (w *workbench) tabs() [][2]int {
	total := 2 // the blank before the first and after the last
	for i, n := range w.names() {
		if i > 0 {
			total += 3
		}
		total += lipgloss.Width(n)
	}
	x := w.width - 2 - total + 1
	if x < 3 {
		return nil
	}
	var out [][2]int
	for i, n := range w.names() {
		if i > 0 {
			x += 3
		}
		out = append(out, [2]int{x, x + lipgloss.Width(n)})
		x += lipgloss.Width(n)
	}
	return out
}

func (w *workbench) viewTop(div int) string {
	th := w.theme
	tabs := w.tabs()
	title := " inkling · " + safe.Line(w.project.Task().Name) + " "
	room := w.width - 3
	if tabs != nil {
		room = tabs[0][0] - 4
	} else {
		title = " " + w.names()[w.active] + " "
	}
	if lipgloss.Width(title) > room {
		title = safe.Truncate(title, max(room, 0))
	}
	var b strings.Builder
	b.WriteString(th.frame.Render("┌─"))
	b.WriteString(th.strong.Render(title))
	x := 2 + lipgloss.Width(title)
	end := w.width - 1
	if tabs != nil {
		end = tabs[0][0] - 1
	}
	for ; x < end; x++ {
		if x == div+1 && div >= 0 {
			b.WriteString(th.frame.Render("┬"))
		} else {
			b.WriteString(th.frame.Render("─"))
		}
	}
	if tabs != nil {
		b.WriteByte(' ')
		for i, n := range w.names() {
			if i > 0 {
				b.WriteString(th.frame.Render(" ─ "))
			}
			if i == w.active {
				b.WriteString(th.accent.Underline(true).Render(n))
			} else {
				b.WriteString(th.dim.Render(n))
			}
		}
		b.WriteByte(' ')
		b.WriteString(th.frame.Render("─"))
	}
	b.WriteString(th.frame.Render("┐"))
	return b.String()
}

// viewHints writes as many of the screen's keys as fit, and always the one
// that shows the rest; or what is more urgent.
func (w *workbench) viewHints(width int) string {
	switch {
	case w.failure != nil:
		return w.theme.bad.Render(safe.Truncate("! "+w.failure.doing+": "+safe.Line(w.failure.err.Error()), width))
	case len(w.notes) > 0:
		return w.theme.warn.Render(safe.Truncate(strings.Join(w.notes, "; "), width))
	case w.playing:
		return w.theme.accent.Render(safe.Truncate("▶ "+w.words.Frame.DemoPlays, width))
	}
	hint := func(b key.Binding) string {
		return w.theme.key.Render(b.Help().Key) + " " + w.theme.dim.Render(b.Help().Desc)
	}
	last := hint(w.keys.Help)
	room := width - lipgloss.Width(last) - 2
	var parts []string
	for _, b := range w.top.hints() {
		if !b.Enabled() {
			continue
		}
		h := hint(b)
		if n := lipgloss.Width(h) + 2; n <= room {
			parts = append(parts, h)
			room -= n
		} else {
			break
		}
	}
	return strings.Join(append(parts, last), "  ")
}
