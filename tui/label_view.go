package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// twoPanes is the width from which the suggestion stands beside the text; in
// less it stands in one line above it.
const twoPanes = 64

// Kinds of marked text.
const (
	markPull = iota + 1
	markPush
)

func (l *labelScreen) divider(width int) int {
	if o, ok := l.over.(interface{ whole() bool }); width < twoPanes || ok && o.whole() {
		return -1
	}
	return width - min(max(width*2/5, 30), 56) - 1
}

func (l *labelScreen) view(width, height int) string {
	div := l.divider(width)
	if div < 0 {
		return l.viewItem(width, height, true)
	}
	left := strings.Split(l.viewItem(div, height, false), "\n")
	right := strings.Split(l.viewSide(width-div-1, height), "\n")
	return strings.Join(l.beside(left, right, div, height), "\n")
}

// viewItem draws the item and, below it, the labels with their keys.
func (l *labelScreen) viewItem(width, height int, narrow bool) string {
	if l.over != nil {
		return indent(l.over.view(width-2, height), 1)
	}
	// A small window is for the text and the labels; the rest comes as it grows.
	roomy := height >= 12
	var head []string
	if height >= 4 || l.prefix != "" || l.notice != "" {
		head = l.viewWhy(width - 2)
	}
	if narrow && height >= 3 {
		head = append(head, l.viewSuggestionLine(width-2))
	}
	if roomy && len(head) > 0 {
		head = append(head, "")
	}
	labels := l.viewLabels(width-1, max(height/3, 1), height-len(head), roomy)
	room := height - len(labels) - len(head)
	var body []string
	switch {
	case l.cur == nil:
		body = append([]string{""}, l.dimmed(l.viewNothing(), width-2, room-1)...)
	case l.wide && l.cur.Suggestion == nil:
		body = l.viewAsked(width-2, room)
	case l.wide:
		asked := l.viewAsked(width-2, room/4)
		if roomy && len(asked) > 0 {
			asked = append(asked, "")
		}
		var fields []string
		if l.project.Task().Column(label.Text) >= 0 {
			fields = l.viewFields(width-2, room/3)
			if roomy && len(fields) > 0 {
				fields = append([]string{""}, fields...)
			}
		}
		room := room - len(fields) - len(asked)
		body = append(append(asked, fill(strings.Split(l.viewReasons(width-2, room), "\n"), room)...), fields...)
	default:
		body = l.viewBody(width-2, room, roomy)
	}
	all := append(head, fill(body, room)[:max(room, 0)]...)
	for i := range all {
		all[i] = " " + all[i]
	}
	// The labels begin with the cell of their mark.
	all = append(all, labels...)
	return strings.Join(all[:min(len(all), height)], "\n")
}

func indent(s string, n int) string {
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(s, "\n", "\n"+pad)
}

func (l *labelScreen) viewNothing() string {
	w := l.words.Label
	switch {
	case l.counts.Items == 0:
		return w.NoItems
	case l.done:
		k := l.keys
		return fmt.Sprintf(w.AllDone, k.Screens[screenReview].Help().Key, k.Screens[screenEvaluate].Help().Key, k.Quit.Help().Key)
	}
	return w.Loading
}

// viewWhy says what brought the item here, and what the last key did.
func (l *labelScreen) viewWhy(width int) []string {
	w, th := l.words.Label, l.theme
	text := ""
	if c := l.cur; c != nil {
		text = l.askedFor(c)
		if c.Standing != nil && c.Why != seat.Again {
			text = fmt.Sprintf(w.Earlier, l.says(c.Standing.Decision))
		}
		if c.Item.Audit && l.audit {
			text = w.AuditShown
		}
		if n := len(c.Comments); n > 0 {
			text = fmt.Sprintf(w.Comments, n, l.keys.Comment.Help().Key) + " · " + text
		}
	}
	line := th.dim.Render(safe.Truncate(text, width))
	for _, sign := range l.cleanedSigns() {
		if room := width - lipgloss.Width(sign) - 1; lipgloss.Width(text) <= room {
			line = th.dim.Render(safe.Pad(text, room) + " " + sign)
			break
		}
	}
	if l.prefix != "" {
		line = th.accent.Render(fmt.Sprintf(w.Pending, safe.Line(l.prefix)))
	}
	if l.notice != "" {
		line = th.warn.Render(safe.Truncate(l.notice, width))
	}
	out := []string{line}
	if l.cur != nil && l.cur.Item.Audit && l.audit {
		out = append(out, l.dimmed(w.AuditAbout, width, 3)...)
	}
	return out
}

// cleanedSigns says that the text is shown cleaned, or raw, and by which key
// one sees the other, in more words and in fewer; nothing where both are the
// same.
func (l *labelScreen) cleanedSigns() []string {
	w := l.words.Label
	switch {
	case l.cur == nil || !l.cleaned:
		return nil
	case l.raw:
		return []string{w.RawShown}
	}
	k := l.keys.Raw.Help().Key
	return []string{w.CleanedShown + " · " + fmt.Sprintf(w.RawKey, k), w.CleanedShown + " · " + k}
}

// says writes a decision as the history shows it.
func (l *labelScreen) says(d label.Decision) string {
	k := l.words.Keys
	switch d.Action {
	case label.Skipped:
		return k.Skip
	case label.Flagged:
		if d.Note != "" {
			return k.Flag + " (" + safe.Line(d.Note) + ")"
		}
		return k.Flag
	}
	return l.title(d.Answer.Class)
}

func (l *labelScreen) hints() []key.Binding {
	if l.over != nil {
		return append(l.over.hints(), l.keys.Close)
	}
	k := l.keys
	accept := k.Accept
	accept.SetEnabled(k.Accept.Enabled() && l.cur != nil && l.cur.Suggestion != nil)
	if len(l.past) > 0 {
		return []key.Binding{l.choose(), k.Back, k.Forth, k.Close}
	}
	if l.demo != nil {
		return []key.Binding{accept, l.choose(), k.Demo, k.Skip, k.Flag, k.Undo}
	}
	if !l.seat.Role().Answers() {
		return []key.Binding{k.Back, k.Forth, k.Reasons, k.Search, k.Guideline, k.Similar}
	}
	if l.cur == nil && l.done {
		return []key.Binding{k.Undo, k.Search, k.Guideline, k.Back}
	}
	return []key.Binding{accept, l.choose(), k.Skip, k.Flag, k.Undo, k.Reasons, k.Search, k.Guideline, k.Back}
}

// choose stands for the keys of the labels in hints and help.
func (l *labelScreen) choose() key.Binding {
	if !l.seat.Role().Answers() {
		return key.NewBinding(key.WithDisabled())
	}
	labels := l.project.Task().Labels
	switch {
	case digits(labels) && len(labels) > 1:
		return key.NewBinding(key.WithKeys("1"), key.WithHelp(labels[0].Key+"-"+labels[len(labels)-1].Key, l.words.Keys.Choose))
	case numbered(labels) && len(labels) > 1:
		return key.NewBinding(key.WithKeys("1"), key.WithHelp(fmt.Sprintf("1-%d", len(labels)), l.words.Keys.Choose))
	case len(labels) > oneKeyLabels:
		return l.keys.Palette
	}
	return key.NewBinding(key.WithKeys("a"), key.WithHelp("a-z", l.words.Keys.Choose))
}

// digits reports whether the keys of labels are digits, one after the other.
func digits(labels []label.Label) bool {
	for i, lb := range labels {
		if len(lb.Key) != 1 || lb.Key[0] < '0' || lb.Key[0] > '9' || i > 0 && lb.Key[0] != labels[i-1].Key[0]+1 {
			return false
		}
	}
	return true
}

// oneKeyLabels is the number of labels that can each have a key of its own.
const oneKeyLabels = 30

// twoKeys says in the help how labels are chosen by two keys, where any is.
func (l *labelScreen) twoKeys() key.Binding {
	var b key.Binding
	for _, lb := range l.project.Task().Labels {
		if rs := []rune(lb.Key); len(rs) == 2 && !b.Enabled() {
			name := safe.Line(keyName(string(rs[0]))) + " " + safe.Line(keyName(string(rs[1])))
			b = key.NewBinding(key.WithKeys(name), key.WithHelp(name, l.words.Keys.TwoKeys))
		}
	}
	return b
}

// signs says what the signs on the screen mean.
func (l *labelScreen) signs() []string {
	w := l.words.Label
	all := []string{w.SignPulls, w.SignSimilar}
	if l.seat.Role().Answers() {
		all = append([]string{fmt.Sprintf(w.SignTurned, l.keys.Accept.Help().Key, turnGuard.Seconds())}, all...)
	}
	return all
}

func (l *labelScreen) help() [][]key.Binding {
	k := l.keys
	labels := l.choose()
	labels.SetKeys(labels.Help().Key)
	if len(l.project.Task().Labels) > oneKeyLabels {
		labels.SetEnabled(false)
	}
	return [][]key.Binding{
		{k.Accept, labels, l.twoKeys(), k.Palette, k.Skip, k.Flag, k.Undo, k.Redo},
		{k.Back, k.Forth, k.Search, k.Guideline, k.Reasons, k.Audit, k.Raw, k.Comment, k.Similar, k.Bulk, k.Word},
		{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Close},
	}
}
