package tui

import (
	"sort"
	"strings"
	"unicode"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/sahilm/fuzzy"

	"inkling/tui/safe"
)

// palette finds one of many labels by a few letters of its name. Before
// anything is typed the labels stand in the order of their probability.
type palette struct {
	l     *labelScreen
	input textinput.Model
	names []string
	order []int // labels in sight, best first
	at    int
	rows  int // labels in sight at the last drawing

	chosen func(class int) tea.Cmd // what becomes of the label; nil: it is the answer
}

func newPalette(l *labelScreen) *palette {
	p := &palette{l: l, input: newInput(l.words.Label.PickPrompt, l.theme)}
	for class := range l.project.Task().Labels {
		p.names = append(p.names, l.title(class))
	}
	p.filter()
	return p
}

func (p *palette) filter() {
	p.at, p.order = 0, p.order[:0]
	if q := p.input.Value(); q != "" {
		words := strings.Fields(q)
		for _, m := range fuzzy.Find(strings.Join(words, ""), p.names) {
			if wordsIn(p.names[m.Index], words) {
				p.order = append(p.order, m.Index)
			}
		}
		if len(words) > 0 {
			return
		}
	}
	p.order = byProbability(len(p.names), p.l)
}

// wordsIn reports whether the words are in a name in their order: of each, its
// letters one after the other, with others between them. Each word but the
// first begins where a word of the name begins, as after a blank, a hyphen, an
// underscore or a slash.
func wordsIn(name string, words []string) bool {
	rs := []rune(name)
	at := 0
	for i, w := range words {
		for k, want := range []rune(w) {
			begins := func(j int) bool {
				return k > 0 || i == 0 || j == 0 || unicode.Is(unicode.Han, rs[j]) || !unicode.IsLetter(rs[j-1]) && !unicode.IsDigit(rs[j-1])
			}
			for at < len(rs) && !(unicode.ToLower(rs[at]) == unicode.ToLower(want) && begins(at)) {
				at++
			}
			if at == len(rs) {
				return false
			}
			at++
		}
	}
	return true
}

// byProbability orders the classes by the suggestion on screen, or leaves them
// in the task's order.
func byProbability(n int, l *labelScreen) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if l.cur != nil && l.cur.Suggestion != nil {
		sortByProb(order, l.cur.Suggestion.Classes)
	}
	return order
}

func (p *palette) update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	if m.Type == tea.KeyEnter {
		if p.at < len(p.order) {
			class := p.order[p.at]
			if p.chosen != nil {
				return p.chosen(class)
			}
			p.l.over = nil
			return p.l.answer(class)
		}
		return nil
	}
	if by := p.l.keys.typingSteps(m, p.rows); by != 0 {
		p.at = stepped(p.at, by, len(p.order))
		return nil
	}
	var cmd tea.Cmd
	before := p.input.Value()
	p.input, cmd = p.input.Update(printable(m))
	if p.input.Value() != before {
		p.filter()
	}
	return cmd
}

func (p *palette) view(width, height int) string {
	fitInput(&p.input, width)
	lines := []string{p.input.View(), ""}
	room := height - len(lines)
	p.rows = room
	top := max(p.at-room+1, 0)
	task := p.l.project.Task()
	for i := top; i < len(p.order) && i < top+room; i++ {
		c := p.order[i]
		text := safe.Pad(task.Labels[c].Key, 3) + keepEnds(p.names[c], max(width-5, 1))
		if i == p.at {
			lines = append(lines, p.l.theme.cursor.Render("▸ "+text))
		} else {
			lines = append(lines, "  "+text)
		}
	}
	if len(p.order) == 0 {
		lines = append(lines, p.l.theme.dim.Render(p.l.words.Label.NothingFound))
	}
	return strings.Join(lines, "\n")
}

func (p *palette) typing() bool { return true }

func (p *palette) hints() []key.Binding {
	return []key.Binding{enter(p.l.words.Keys.Choose), p.l.keys.Up, p.l.keys.Down}
}

// sortByProb orders classes by falling probability, equal ones as they were.
func sortByProb(order []int, probs []float64) {
	sort.SliceStable(order, func(a, b int) bool { return prob(probs, order[a]) > prob(probs, order[b]) })
}
