package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// commentAtMost bounds a comment, in characters.
const commentAtMost = 1000

// remarks shows what was said about the item on screen, as far as the person may
// know, and takes another comment.
type remarks struct {
	l     *labelScreen
	input textinput.Model
}

// remarkedMsg says what became of a comment.
type remarkedMsg struct {
	num  uint64
	text string
	done seat.Done
}

func newRemarks(l *labelScreen) *remarks {
	r := &remarks{l, newInput(l.words.Label.CommentPrompt, l.theme)}
	r.input.CharLimit = commentAtMost
	return r
}

func (r *remarks) update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	if m.Type == tea.KeyEnter {
		l := r.l
		l.over = nil
		text := strings.TrimSpace(r.input.Value())
		if text == "" || l.cur == nil {
			return l.play()
		}
		num, t := l.cur.Item.Num, l.seat.Comment(l.cur.Item.Num, text)
		return tea.Batch(l.play(), func() tea.Msg { return remarkedMsg{num, text, t.Wait(l.ctx)} })
	}
	var cmd tea.Cmd
	r.input, cmd = r.input.Update(printable(m))
	return cmd
}

// view has the comments, the latest ones where not all fit, and the item below
// them.
func (r *remarks) view(width, height int) string {
	l := r.l
	fitInput(&r.input, width)
	lines := []string{r.input.View(), ""}
	var said []string
	if l.cur != nil {
		for _, ev := range l.cur.Comments {
			for i, row := range wrapped(l.viewComment(ev), width-2, height) {
				mark := "✎ "
				if i > 0 {
					mark = "  "
				}
				said = append(said, mark+row)
			}
		}
	}
	if len(said) == 0 {
		said = l.dimmed(l.words.Label.NoComments, width, 2)
	}
	lines = append(lines, said[max(len(said)-max(height/2, 1), 0):]...)
	lines = append(lines, "")
	lines = append(lines, l.viewBody(width, max(height-len(lines), 0), height >= 12)...)
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

func (r *remarks) typing() bool { return true }

func (r *remarks) hints() []key.Binding { return []key.Binding{enter(r.l.words.Keys.Comment)} }

// viewComment writes a comment: who, when, what.
func (d *desk) viewComment(ev label.Event) string {
	return fmt.Sprintf("%s  %s  %s", safe.Line(ev.Annotator), ev.Time.Local().Format(d.words.People.Moment), safe.Line(ev.Comment.Text))
}

// remarked takes in what became of a comment.
func (l *labelScreen) remarked(m remarkedMsg) tea.Cmd {
	w := l.words.Label
	if m.done.Err != nil {
		if l.ctx.Err() == nil {
			l.notice = fmt.Sprintf(w.NotCommented, safe.Line(m.done.Err.Error()))
			if l.over == nil && l.cur != nil && l.cur.Item.Num == m.num {
				again := newRemarks(l) // what was written is not lost
				again.input.SetValue(m.text)
				l.over = again
			}
		}
		return nil
	}
	l.notice = w.Commented
	said := func(c *seat.Card) {
		if c != nil && c.Item.Num == m.num {
			c.Comments = append(c.Comments[:len(c.Comments):len(c.Comments)], m.done.Event)
		}
	}
	said(l.cur)
	for i := range l.next {
		said(&l.next[i])
	}
	for i := range l.past {
		said(&l.past[i])
	}
	return nil
}
