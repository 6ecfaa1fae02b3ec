package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"inkling/tui/paint"
)

// How often a frame is drawn at most: for what the person did and the cards that
// they get, for what comes of it, and for what only tells them about others and
// the trainer.
const (
	ownPace   = 16 * time.Millisecond
	afterPace = 100 * time.Millisecond
	restPace  = 250 * time.Millisecond
)

// paced is a workbench that draws by itself, for the terminal at the other end
// of a connection. bubbletea asks for a view after every message; where a
// hundred people's sessions hear of each other's decisions, that is most of what
// the host would do. Here a view is made only when a frame is due: at once after
// what the person did, and a few times a second for the rest.
type paced struct {
	*workbench
	screen *paint.Screen
	drawn  time.Time
	due    time.Time // when the frame that is waited for is due; zero: none is
}

// frameMsg says that a frame may be due.
type frameMsg struct{}

func (p *paced) Init() tea.Cmd { return p.workbench.Init() }

// View is empty: frames go to the screen.
func (p *paced) View() string { return "" }

func (p *paced) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	pace := afterPace
	switch m := msg.(type) {
	case frameMsg:
		if !p.due.IsZero() && !p.now().Before(p.due) {
			p.draw()
		}
		return p, nil
	case watchedMsg:
		pace = restPace
	case tea.WindowSizeMsg, tea.MouseMsg, cardsMsg:
		pace = ownPace
	case tea.KeyMsg:
		pace = ownPace
		if m.Type == tea.KeyCtrlL {
			p.screen.Redraw()
		}
	}
	_, cmd := p.workbench.Update(msg)
	return p, tea.Batch(cmd, p.schedule(pace))
}

// schedule draws now where the last frame is long enough ago, and otherwise when
// it will be.
func (p *paced) schedule(pace time.Duration) tea.Cmd {
	now, due := p.now(), p.drawn.Add(pace)
	if !due.After(now) {
		p.draw()
		return nil
	}
	if !p.due.IsZero() && !due.Before(p.due) {
		return nil // a frame comes before
	}
	p.due = due
	return tea.Tick(due.Sub(now), func(time.Time) tea.Msg { return frameMsg{} })
}

func (p *paced) draw() {
	p.drawn, p.due = p.now(), time.Time{}
	p.screen.Draw(p.workbench.View(), p.width, p.height)
}
