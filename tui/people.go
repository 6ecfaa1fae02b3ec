package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"inkling/tui/safe"
	"inkling/tui/seat"
)

// people lists who is at the project, over whatever is on the screen, and lets a
// reviewer look at another person's screen.
type people struct {
	*desk
	shown bool
	at    int
	all   []seat.Presence
	look  *seat.Look
	frame string
	gone  bool // whose screen was looked at has left
}

type (
	// roomMsg: somebody came or went, is watched, or something was announced.
	roomMsg struct{}
	// lookMsg: the screen that is looked at changed.
	lookMsg struct{ look *seat.Look }
)

// lookEvery is the shortest time between two frames of a screen that is looked
// at.
const lookEvery = 200 * time.Millisecond

// watchRoom waits for the next change of the room.
func (w *workbench) watchRoom() tea.Cmd {
	ch, stop := w.seat.Room().Watch()
	var wait tea.Cmd
	wait = func() tea.Msg {
		select {
		case <-ch:
			if w.pause(0) {
				return watchedMsg{roomMsg{}, wait}
			}
		case <-w.ctx.Done():
		}
		stop()
		return nil
	}
	return wait
}

// open shows who is there.
func (p *people) open() {
	var at uint64
	if p.at < len(p.all) {
		at = p.all[p.at].ID
	}
	p.shown, p.all = true, p.seat.Room().Present()
	p.at = min(p.at, max(len(p.all)-1, 0))
	// Who is looked for stays where the eye is.
	if i := slices.IndexFunc(p.all, func(x seat.Presence) bool { return x.ID == at }); i >= 0 {
		p.at = i
	}
}

// close ends the look, or hides the list.
func (p *people) close() {
	if p.look == nil {
		p.shown = false
		return
	}
	p.look.Close()
	p.look, p.frame, p.gone = nil, "", false
}

// leave ends all that it holds of others.
func (p *people) leave() {
	if p.look != nil {
		p.close()
	}
}

func (p *people) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case roomMsg, committedMsg:
		if p.shown {
			p.open()
		}
		if p.look != nil {
			_, there := p.look.Frame()
			p.gone = !there
		}
	case lookMsg:
		if m.look != p.look || p.look == nil {
			return nil
		}
		frame, there := p.look.Frame()
		if p.gone = !there; there {
			// The colours were chosen for another terminal; they say nothing alone.
			p.frame = ansi.Strip(frame)
		}
		return p.next()
	case tea.KeyMsg:
		return p.press(m)
	}
	return nil
}

// next waits for the next frame of the screen that is looked at.
func (p *people) next() tea.Cmd {
	look, ctx := p.look, p.ctx
	return func() tea.Msg {
		select {
		case <-look.Changed():
		case <-look.Closed():
			return nil
		case <-ctx.Done():
			return nil
		}
		wait := time.NewTimer(lookEvery)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-look.Closed():
			return nil
		case <-ctx.Done():
			return nil
		}
		return lookMsg{look}
	}
}

func (p *people) press(m tea.KeyMsg) tea.Cmd {
	k := p.keys
	switch {
	case key.Matches(m, k.Close), key.Matches(m, k.People), key.Matches(m, k.Quit):
		p.close()
	case p.look != nil:
	case key.Matches(m, k.Open) && p.at < len(p.all):
		look, ok := p.seat.Look(p.all[p.at].ID)
		if !ok {
			return nil
		}
		p.look = look
		return p.next()
	default:
		p.at = stepped(p.at, k.leaps(m, 10, len(p.all)), len(p.all))
	}
	return nil
}

func (p *people) view(width, height int) string {
	w, th := p.words.People, p.theme
	reviews := p.seat.Role().Reviews()
	name, wide := min(max(width/5, 10), 30), width >= 100
	row := func(who, role, here, decided, pace, last, item, from string) string {
		line := safe.Pad(who, name) + " " + safe.Pad(role, 10) + " " + safe.Pad(here, 9) + " " + safe.Pad(decided, 10) + " " + safe.Pad(pace, 9)
		if wide {
			line += " " + safe.Pad(last, 8)
		}
		if wide && reviews {
			line += " " + safe.Pad(item, 10)
		}
		if reviews {
			line += " " + from
		}
		return safe.Truncate(line, max(width-4, 1))
	}
	out := []string{" " + th.strong.Render(fmt.Sprintf(w.Title, len(p.all))), "",
		"   " + th.dim.Render(row(w.Name, w.Role, w.Since, w.Decisions, w.PerHour, w.Last, w.Item, w.From))}
	room := max(height-len(out), 1)
	top := max(p.at-room+1, 0)
	for i := top; i < len(p.all) && i < top+room; i++ {
		x := p.all[i]
		who := safe.Line(x.Name)
		if x.ID == p.seat.ID() {
			who = fmt.Sprintf(w.You, who)
		}
		if len(x.Watched) > 0 {
			who = "◉ " + who
		}
		here := p.now().Sub(x.Since)
		pace, last, item := "–", "–", "–"
		if here > time.Minute && x.Decided > 0 {
			pace = fmt.Sprintf("%.0f", float64(x.Decided)/here.Hours())
		}
		if !x.Last.IsZero() {
			last = ago(p.now().Sub(x.Last))
		}
		if x.Item > 0 {
			item = fmt.Sprint("#", x.Item)
		}
		from := safe.Line(x.From)
		if wide && len(x.Watched) > 0 {
			from += "   ◉ " + fmt.Sprintf(w.WatchedBy, safe.Line(strings.Join(x.Watched, ", ")))
		}
		line := row(who, w.Roles[x.Role.String()], ago(here), fmt.Sprint(x.Decided), pace, last, item, from)
		if i == p.at {
			out = append(out, " ▸ "+th.cursor.Render(line))
		} else {
			out = append(out, "   "+line)
		}
	}
	return strings.Join(out, "\n")
}

// viewLook draws the screen that is looked at, below a line that says whose it is,
// or what is more urgent. Of one that is higher the status stays in sight.
func (p *people) viewLook(urgent string, width, height int) string {
	w, th := p.words.People, p.theme
	title := fmt.Sprintf(w.Looking, safe.Line(p.look.At.Name))
	if p.gone {
		title = fmt.Sprintf(w.Gone, safe.Line(p.look.At.Name))
	}
	head := th.accent.Render("◉ " + safe.Truncate(title, max(width-2, 1)))
	if urgent != "" {
		head = urgent
	}
	out := []string{head}
	lines := strings.Split(p.frame, "\n")
	if room := height - 1; len(lines) > room {
		lines = append(lines[:room-1:room-1], lines[len(lines)-1])
	}
	out = fill(append(out, lines...), height)
	for i := range out {
		out[i] = fit(out[i], width)
	}
	return strings.Join(out, "\n")
}

// hints are the keys of the list.
func (p *people) hints() []key.Binding {
	k := p.keys
	if p.seat.Role().Reviews() {
		return []key.Binding{enter(p.words.People.Look), k.Up, k.Down, k.Close}
	}
	return []key.Binding{k.Up, k.Down, k.Close}
}

// ago writes a span of time in one unit.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", max(d.Seconds(), 0))
	case d < time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}
