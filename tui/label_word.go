package tui

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/tui/safe"
)

// wordCursor goes from word to word over the item's text, to make a rule from the
// one that is chosen.
type wordCursor struct {
	l     *labelScreen
	words [][2]int // in the text on screen
	at    int
	more  int // words after it that are taken with it
}

func newWordCursor(l *labelScreen) *wordCursor {
	c := &wordCursor{l: l, words: wordsOf(l.text())}
	// It begins at the word that pulls most.
	if s := l.cur.Suggestion; s != nil && !l.raw {
		most := 0.0
		for _, r := range s.Reasons {
			if r.Column < 0 || r.Column >= len(l.cur.Offsets) || l.cur.Offsets[r.Column] < 0 || len(r.Places) == 0 || r.Weight <= most {
				continue
			}
			most = r.Weight
			from := l.cur.Offsets[r.Column] + r.Places[0][0]
			to := l.cur.Offsets[r.Column] + r.Places[0][1]
			for i, w := range c.words {
				if w[0] <= from && from < w[1] {
					c.at, c.more = i, 0
					for c.at+c.more+1 < len(c.words) && c.words[c.at+c.more+1][1] <= to {
						c.more++
					}
				}
			}
		}
	}
	return c
}

// wordsOf are the words of a text, as byte offsets: letters and digits together,
// and each character of a script that is written without blanks.
func wordsOf(text string) (out [][2]int) {
	from := -1
	end := func(at int) {
		if from >= 0 {
			out, from = append(out, [2]int{from, at}), -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			end(i)
			out = append(out, [2]int{i, i + utf8.RuneLen(r)})
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if from < 0 {
				from = i
			}
		case from >= 0 && (r == '\'' || r == '’' || r == '-'):
			// within a word: what follows decides
			if next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):]); !unicode.IsLetter(next) && !unicode.IsDigit(next) {
				end(i)
			}
		default:
			end(i)
		}
	}
	end(len(text))
	return out
}

// span is what is chosen, in the text on screen.
func (c *wordCursor) span() (from, to int, ok bool) {
	if c.at >= len(c.words) {
		return 0, 0, false
	}
	return c.words[c.at][0], c.words[c.at+c.more][1], true
}

func (c *wordCursor) update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	k := c.l.keys
	switch {
	case key.Matches(m, k.Open):
		from, to, ok := c.span()
		if !ok {
			return nil
		}
		out := ruleFromMsg{words: strings.TrimSpace(c.l.text()[from:to]), class: -1}
		if s := c.l.cur.Suggestion; s != nil {
			out.class = s.Answer.Class
		}
		c.l.over = nil
		return func() tea.Msg { return out }
	case key.Matches(m, k.Less):
		c.at, c.more = stepped(c.at, -1, len(c.words)), 0
	case key.Matches(m, k.More):
		c.at, c.more = stepped(c.at, c.more+1, len(c.words)), 0
	case key.Matches(m, k.Toggle):
		if c.at+c.more+1 < len(c.words) {
			c.more++
		}
	default:
		// A row down is about as many words as stand in one.
		if by := k.steps(m, 3); by != 0 {
			c.at, c.more = c.row(by), 0
		}
	}
	return nil
}

// row is the word so many rows below, at about the same place.
func (c *wordCursor) row(by int) int {
	if len(c.words) == 0 {
		return 0
	}
	per := max(c.l.laidOut, 10)
	want := c.words[c.at][0] + by*per
	at := c.at
	for by > 0 && at+1 < len(c.words) && c.words[at][0] < want {
		at++
	}
	for by < 0 && at > 0 && c.words[at][0] > want {
		at--
	}
	return at
}

func (c *wordCursor) view(width, height int) string {
	l := c.l
	head := fmt.Sprintf(l.words.Label.WordPrompt, l.keys.Less.Help().Key, l.keys.More.Help().Key, l.keys.Open.Help().Key)
	lines := []string{l.theme.accent.Render(safe.Truncate(head, width)), ""}
	room := max(height-len(lines), 1)
	width = min(width, measure)
	l.laidOut, l.layout = width, nil // it is laid out anew when the cursor is gone
	from, to, ok := c.span()
	var marks []safe.Mark
	if ok {
		marks = []safe.Mark{{Start: from, End: to, Kind: markPull}}
	}
	layout := safe.NewLayout(l.text(), width, marks)
	top := 0
	if ok {
		// The row of the word stands in the middle where the text is longer.
		at := rowOf(layout)
		known, _ := layout.Reach(at + room)
		top = max(min(at-room/2, known-room), 0)
	}
	for _, r := range layout.Rows(top, room) {
		var b strings.Builder
		for _, s := range r {
			if s.Kind == markPull {
				b.WriteString(l.theme.cursor.Render(s.Text))
			} else {
				b.WriteString(s.Text)
			}
		}
		lines = append(lines, b.String())
	}
	return strings.Join(lines, "\n")
}

// wordRows is how far down the cursor is followed.
const wordRows = 2000

// rowOf is the first row with a mark, 0 where there is none.
func rowOf(layout *safe.Layout) int {
	const part = 100
	for from := 0; from < wordRows; from += part {
		rows := layout.Rows(from, part)
		for i, r := range rows {
			for _, s := range r {
				if s.Kind == markPull {
					return from + i
				}
			}
		}
		if len(rows) < part {
			break
		}
	}
	return 0
}

func (c *wordCursor) typing() bool { return false }

func (c *wordCursor) hints() []key.Binding {
	k := c.l.keys
	less, more, longer, w := k.Less, k.More, k.Toggle, c.l.words
	less.SetHelp(less.Help().Key, w.Keys.Left)
	more.SetHelp(more.Help().Key, w.Keys.Right)
	longer.SetHelp(longer.Help().Key, w.Label.LongerSpan)
	return []key.Binding{enter(w.Keys.Word), less, more, longer}
}
