package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/query"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// labelScreen puts one item after another before the person.
//
// The item on screen changes only when the person decides it or asks for
// another. What else happens (a new ranking, a decision that could not be
// saved) changes the queue behind it; a new model changes its suggestion, with
// a mark.
type labelScreen struct {
	*desk
	counts label.Counts
	state  learn.State

	cur     *seat.Card     // on screen; nil while there is none
	next    []seat.Card    // fetched ahead, in order
	asking  bool           // a fetch is under way
	stale   bool           // the queue is to be renewed after it: there is another ranking by now
	freed   bool           // something came free while a fetch was under way, which may have missed it
	done    bool           // the seat has nothing left
	later   bool           // and is asked again after a while
	ranking *query.Ranking // by which next was fetched
	rules   *learn.Rules   // by which suggestions are made while there is no model
	alike   similar        // items like the one on screen
	leafed  []seat.Card    // looked at before this one, by those who answer nothing
	past    []seat.Card    // the way back to the present: the first one is the present card

	shownAt    time.Time
	updated    bool      // the suggestion changed while the item was on screen
	turnedAt   time.Time // when it last changed to another answer
	refreshing refresh   // the latest refresh asked for
	explaining refresh   // one that takes long, and has not come back: there is one at a time
	audit      bool      // the person asked why there is no suggestion

	prefix  string // the first key of two
	notice  string // what the last key did, where the screen does not show it
	plays   int    // number of the oracle's latest answer; older ones are stale
	pace    pace
	mine    mine // what this person did in this session
	history history

	layout  *safe.Layout // of the text, for one width
	laidOut int
	scroll  int
	cleaned bool // the text as shown differs from the raw one
	raw     bool
	wide    bool // the reasons take the left pane

	over overlay // what lies over the text: palette, search, note, guideline; nil where nothing does
}

// mine counts what a person did with suggestions.
type mine struct{ accepted, corrected int }

// add counts decisions that are saved; by is -1 where they were undone.
func (m *mine) add(all []label.Decision, by int) {
	for _, d := range all {
		switch d.Action {
		case label.Accepted:
			m.accepted += by
		case label.Corrected:
			m.corrected += by
		}
	}
}

// refresh names a suggestion: an item, and the run whose model makes it.
type refresh struct{ item, run uint64 }

// turnGuard is how long after the suggestion changed to another answer it
// cannot be accepted: whoever presses the key then has not seen it.
const turnGuard = 400 * time.Millisecond

// overlay is something that takes the keys for a while: it is drawn in place of
// the item's text.
type overlay interface {
	update(msg tea.Msg) tea.Cmd
	view(width, height int) string
	typing() bool
	hints() []key.Binding
}

func newLabelScreen(d *desk) *labelScreen { return &labelScreen{desk: d} }

// Messages of the label screen. Each carries what it belongs to.
type (
	cardsMsg struct {
		instead bool // in the place of cards that wait
		cards   []seat.Card
		err     error
	}
	doneMsg struct {
		card  *seat.Card // the card that was decided; nil for undo and redo
		done  seat.Done
		undid bool
		redid bool
	}
	refreshedMsg struct {
		want refresh
		card seat.Card
	}
	pastMsg struct {
		from uint64
		card seat.Card
		ok   bool
		err  error
	}
	openedMsg struct {
		card seat.Card
		err  error
	}
	// playMsg is the oracle's answer; playOnMsg says that it may answer again.
	playMsg struct {
		play  int
		item  uint64
		class int
	}
	playOnMsg struct{}
	// askAgainMsg: it was said a while ago that nothing is left.
	askAgainMsg struct{}
)

func (l *labelScreen) shown() tea.Cmd { return tea.Batch(l.refill(), l.play()) }

// typing reports also that one key of two was pressed: the second is nobody
// else's.
func (l *labelScreen) typing() bool { return l.prefix != "" || l.over != nil && l.over.typing() }

func (l *labelScreen) update(msg tea.Msg) tea.Cmd {
	cmd := l.handle(msg)
	return tea.Batch(cmd, l.catchUp(), l.findAlike())
}

func (l *labelScreen) handle(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case committedMsg:
		grown := m.counts.Items != l.counts.Items
		l.counts = m.counts
		if grown {
			l.done = false
			return l.refill()
		}
	case trainerMsg:
		return l.trained(m.state)
	case cardsMsg:
		return l.took(m)
	case askAgainMsg:
		return l.askedAgain()
	case doneMsg:
		return l.decided(m)
	case refreshedMsg:
		l.refreshed(m)
	case pastMsg:
		return l.goneBack(m)
	case remarkedMsg:
		return l.remarked(m)
	case openItemMsg:
		return l.open(m.item)
	case alikeMsg:
		return l.foundAlike(m)
	case peekedMsg:
		return l.peeked(m)
	case bulkDoneMsg:
		return l.bulkDone(m)
	case openedMsg:
		return l.opened(m)
	case playMsg:
		if l.playing && m.play == l.plays && l.cur != nil && l.cur.Item.Num == m.item && l.over == nil {
			return l.answer(m.class)
		}
	case playOnMsg:
		l.over, l.notice = nil, ""
		l.leavePast()
		return l.play()
	case tea.KeyMsg:
		return l.press(m)
	case tea.MouseMsg:
		l.scrollBy(wheel(m, wheelRows))
	default:
		if l.over != nil {
			return l.over.update(msg)
		}
	}
	return nil
}

// fail turns an error into the message that the frame shows.
func fail(doing string, err error) tea.Cmd {
	return func() tea.Msg { return failedMsg{doing, err} }
}

func (l *labelScreen) press(m tea.KeyMsg) tea.Cmd {
	if l.over == nil && m.Type == tea.KeyRunes && len(m.Runes) > 1 {
		// The second of two keys, and those after it, arrived together.
		var cmds []tea.Cmd
		for _, r := range m.Runes {
			cmds = append(cmds, l.press(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: m.Alt}))
		}
		return tea.Batch(cmds...)
	}
	l.notice = ""
	if l.over != nil {
		if key.Matches(m, l.keys.Close) && (!l.over.typing() || matchesTyping(m, l.keys.Close)) {
			if o, ok := l.over.(interface{ leave() }); ok {
				o.leave()
			}
			l.over = nil
			return l.play()
		}
		return l.over.update(m)
	}
	if l.prefix != "" && key.Matches(m, l.keys.Close) {
		l.prefix = ""
		return nil
	}
	if class, ok := l.labelKey(m.String()); ok {
		if class < 0 {
			return nil // the first key of two
		}
		return l.answer(class)
	}
	switch {
	case key.Matches(m, l.keys.Close):
		l.leavePast()
		l.wide = false
	case key.Matches(m, l.keys.Accept):
		return l.accept()
	case key.Matches(m, l.keys.Skip):
		return l.skip()
	case key.Matches(m, l.keys.Undo):
		return l.move(l.wait(l.seat.Undo(), doneMsg{undid: true}))
	case key.Matches(m, l.keys.Redo):
		return l.move(l.wait(l.seat.Redo(), doneMsg{redid: true}))
	case key.Matches(m, l.keys.Back):
		return l.back()
	case key.Matches(m, l.keys.Forth):
		return l.forth()
	case key.Matches(m, l.keys.Audit):
		l.audit = !l.audit
		if l.cur != nil && !l.cur.Item.Audit {
			l.notice = l.words.Label.NoAuditItem
		}
	case key.Matches(m, l.keys.Reasons):
		l.wide = !l.wide
	case key.Matches(m, l.keys.Raw):
		l.raw = !l.raw
		l.layout = nil
	case l.keys.steps(m, 8) != 0:
		l.scrollBy(l.keys.steps(m, 8))
	case key.Matches(m, l.keys.Top):
		l.scroll = 0
	case key.Matches(m, l.keys.Palette):
		if l.cur != nil {
			l.over = newPalette(l)
		}
	case key.Matches(m, l.keys.Search):
		l.over = newFinder(l)
	case key.Matches(m, l.keys.Flag):
		if l.cur != nil {
			l.over = newNote(l)
		}
	case key.Matches(m, l.keys.Comment):
		if l.cur != nil {
			l.over = newRemarks(l)
		}
	case key.Matches(m, l.keys.Guideline):
		l.over = &guideline{l: l}
	case key.Matches(m, l.keys.Similar):
		if len(l.alikeRows()) == 0 {
			l.notice = l.words.Label.NoneSimilar
			break
		}
		l.over = &alikeList{l: l}
	case key.Matches(m, l.keys.Bulk):
		l.over = newBulk(l)
	case key.Matches(m, l.keys.Word):
		if l.cur != nil {
			l.over = newWordCursor(l)
		}
	case l.cur != nil && len(m.String()) == 1 && m.String() >= "1" && m.String() <= "9" && len(l.project.Task().Labels) > 9:
		l.notice = fmt.Sprintf(l.words.Label.NoNumbers, l.keys.Palette.Help().Key)
	}
	return nil
}

// labelKey reads a key as a label's: its own key, or both of its two, or its
// number. It returns class -1 where the key is spent without deciding: the
// first of two, or a second that no label has.
func (l *labelScreen) labelKey(k string) (class int, ok bool) {
	if l.cur == nil {
		return 0, false
	}
	labels := l.project.Task().Labels
	typed := l.prefix + k
	begins := false
	for i, lb := range labels {
		if lb.Key == typed {
			l.prefix = ""
			return i, true
		}
		begins = begins || strings.HasPrefix(lb.Key, typed)
	}
	if begins {
		l.prefix = typed
		return -1, true
	}
	if l.prefix != "" {
		l.notice = fmt.Sprintf(l.words.Label.NoSuchKey, l.prefix+keyName(k))
		l.prefix = ""
		return -1, true
	}
	if len(k) == 1 && k[0] >= '1' && k[0] <= '9' && int(k[0]-'1') < len(labels) && numbered(labels) {
		return int(k[0] - '1'), true
	}
	return 0, false
}

// numbered reports whether labels can be chosen by their number: there are few
// enough, and none has a digit as its key.
func numbered(labels []label.Label) bool {
	for _, lb := range labels {
		if lb.Key != "" && lb.Key[0] >= '0' && lb.Key[0] <= '9' {
			return false
		}
	}
	return len(labels) <= 9
}

// accept decides for what is suggested, unless the person cannot have read it
// yet.
func (l *labelScreen) accept() tea.Cmd {
	switch {
	case l.cur == nil:
		return nil
	case l.cur.Suggestion == nil:
		l.notice = l.words.Label.NothingToAccept
		return nil
	case l.updated && l.now().Sub(l.turnedAt) < turnGuard:
		l.notice = l.words.Label.JustTurned
		return nil
	}
	return l.answer(l.cur.Suggestion.Answer.Class)
}

func (l *labelScreen) scrollBy(n int) { l.scroll = max(l.scroll+n, 0) }
