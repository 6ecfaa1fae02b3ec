package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/tui/catalog"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// keymap is every key of the workbench, declared once: screens match against
// it, and hint lines and help are generated from it. The names in its binding
// table are those of the config file.
type keymap struct {
	Accept, Palette, Skip, Flag, Undo, Redo, Back, Forth key.Binding
	Guideline, Reasons, Search, Audit, Raw               key.Binding
	Help, Quit, NextScreen, PrevScreen, Language, Demo   key.Binding
	Screens                                              [screenCount]key.Binding
	Up, Down, PageUp, PageDown, Top, Bottom              key.Binding
	Left, Right, Open, Close                             key.Binding
	PickBack, PickForth                                  key.Binding
	Settle, Comment, People, Agree, Anchors              key.Binding
	Fix, Confirm                                         key.Binding
	ZoomIn, ZoomOut, Smooth, Use, Overlay, Train, Fresh  key.Binding
	Switch, SwitchBack                                   key.Binding
	NewRule, EditRule, RuleOff, Remove                   key.Binding
	Similar, Bulk, Word, Toggle, Less, More              key.Binding
}

// The screens, in the order in which they are named. Each has a key.
const (
	screenLabel = iota
	screenTrain
	screenEvaluate
	screenReview
	screenData
	screenRules
	screenCount
)

// place is where a command is listened to. Two commands may have the same key
// where no place has both.
type place uint8

const (
	onLabel  place = 1 << iota // the label screen
	onLists                    // every other screen
	onTop                      // what lies over the label screen: search, palette, guideline
	anywhere = onLabel | onLists
)

// bind is one row of the table: the name in the config file, the binding, where
// it is listened to, its keys unless changed, and its help.
type bind struct {
	name    string
	binding *key.Binding
	at      place
	keys    []string
	help    string
}

func (m *keymap) table(w *catalog.Words) []bind {
	k, f := w.Keys, w.Frame
	return []bind{
		{"accept", &m.Accept, onLabel, []string{"enter"}, k.Accept},
		{"palette", &m.Palette, onLabel, []string{" ", ";"}, k.Palette},
		{"skip", &m.Skip, onLabel, []string{"s"}, k.Skip},
		{"flag", &m.Flag, onLabel, []string{"f"}, k.Flag},
		{"undo", &m.Undo, anywhere, []string{"u"}, k.Undo},
		{"redo", &m.Redo, onLabel, []string{"U", "ctrl+r"}, k.Redo},
		{"back", &m.Back, onLabel, []string{"[", "left"}, k.Back},
		{"forth", &m.Forth, onLabel, []string{"]", "right"}, k.Forth},
		{"settle", &m.Settle, onLists, []string{"s"}, k.Settle},
		{"answer-before", &m.PickBack, onLists, []string{"["}, k.PickBack},
		{"answer-after", &m.PickForth, onLists, []string{"]"}, k.PickForth},
		{"fix", &m.Fix, onLists, []string{"f"}, k.Fix},
		{"confirm", &m.Confirm, onLists, []string{"y"}, k.Confirm},
		{"comment", &m.Comment, anywhere, []string{"C"}, k.Comment},
		{"agreement", &m.Agree, onLists, []string{"a"}, k.Agree},
		{"anchoring", &m.Anchors, onLists, []string{"A"}, k.Anchors},
		{"people", &m.People, anywhere, []string{"P"}, k.People},
		{"guideline", &m.Guideline, onLabel | onTop, []string{"g"}, k.Guideline},
		{"reasons", &m.Reasons, onLabel, []string{"e"}, k.Reasons},
		{"search", &m.Search, onLabel, []string{"/"}, k.Search},
		{"audit", &m.Audit, onLabel, []string{"a"}, k.Audit},
		{"similar", &m.Similar, onLabel, []string{"N"}, k.Similar},
		{"bulk", &m.Bulk, onLabel, []string{"B"}, k.Bulk},
		{"rule-from-word", &m.Word, onLabel, []string{"R"}, k.Word},
		{"leave-out", &m.Toggle, onTop, []string{" ", "x"}, k.Toggle},
		{"less", &m.Less, onTop, []string{"left", "-"}, k.Less},
		{"more", &m.More, onTop, []string{"right", "+"}, k.More},
		{"raw", &m.Raw, onLabel, []string{"v"}, k.Raw},
		{"help", &m.Help, anywhere, []string{"?"}, k.Help},
		{"quit", &m.Quit, anywhere, []string{"q"}, k.Quit},
		{"next-screen", &m.NextScreen, anywhere, []string{"tab"}, k.NextScreen},
		{"previous-screen", &m.PrevScreen, anywhere, []string{"shift+tab"}, k.PrevScreen},
		{"label-screen", &m.Screens[screenLabel], anywhere, []string{"f1"}, f.Label},
		{"train-screen", &m.Screens[screenTrain], anywhere, []string{"f2"}, f.Train},
		{"evaluate-screen", &m.Screens[screenEvaluate], anywhere, []string{"f3"}, f.Evaluate},
		{"review-screen", &m.Screens[screenReview], anywhere, []string{"f4"}, f.Review},
		{"data-screen", &m.Screens[screenData], anywhere, []string{"f5"}, f.Data},
		{"rules-screen", &m.Screens[screenRules], anywhere, []string{"f6"}, f.Rules},
		{"language", &m.Language, anywhere, []string{"L"}, k.Language},
		{"demo", &m.Demo, anywhere, []string{"D"}, k.Demo},
		{"up", &m.Up, anywhere | onTop, []string{"up", "ctrl+p"}, k.ScrollUp},
		{"down", &m.Down, anywhere | onTop, []string{"down", "ctrl+n"}, k.ScrollDown},
		{"page-up", &m.PageUp, anywhere | onTop, []string{"pgup"}, k.PageUp},
		{"page-down", &m.PageDown, anywhere | onTop, []string{"pgdown"}, k.PageDown},
		{"top", &m.Top, anywhere | onTop, []string{"home"}, k.Top},
		{"bottom", &m.Bottom, onLists | onTop, []string{"end"}, k.Bottom},
		{"left", &m.Left, onLists, []string{"left"}, k.Left},
		{"right", &m.Right, onLists, []string{"right"}, k.Right},
		{"open", &m.Open, onLists | onTop, []string{"enter"}, k.Open},
		{"close", &m.Close, onLabel | onTop, []string{"esc"}, k.Close},
		{"zoom-in", &m.ZoomIn, onLists, []string{"+", "="}, k.ZoomIn},
		{"zoom-out", &m.ZoomOut, onLists, []string{"-"}, k.ZoomOut},
		{"smooth", &m.Smooth, onLists, []string{"m"}, k.Smooth},
		{"use", &m.Use, onLists, []string{"c"}, k.Use},
		{"overlay", &m.Overlay, onLists, []string{"o"}, k.Mark},
		{"train", &m.Train, onLists, []string{"t"}, k.Train},
		{"fresh", &m.Fresh, onLists, []string{"T"}, k.Fresh},
		{"new-rule", &m.NewRule, onLists, []string{"n"}, k.NewRule},
		{"edit-rule", &m.EditRule, onLists, []string{"e"}, k.EditRule},
		{"rule-off", &m.RuleOff, onLists, []string{"x"}, k.RuleOff},
		{"remove", &m.Remove, onLists, []string{"d", "delete"}, k.Remove},
		{"switch", &m.Switch, onLists, []string{"w"}, k.Switch},
		{"switch-back", &m.SwitchBack, onLists, []string{"W"}, k.SwitchBack},
	}
}

// newKeymap builds the bindings with the help of one language; changes gives
// other keys by name.
//
// A key that the changes give to a command is taken from commands that have it
// only by default, where both are listened to in one place. Notes say which,
// in that language. An unknown name or key, and one key given to two commands,
// are errors.
func newKeymap(w *catalog.Words, changes map[string][]string) (m keymap, notes []string, err error) {
	rows := m.table(w)
	byName := map[string]*bind{}
	for i := range rows {
		byName[rows[i].name] = &rows[i]
	}
	given := map[string][]*bind{} // by key: the commands that the changes give it to
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		b, ok := byName[name]
		if !ok {
			return m, nil, fmt.Errorf("config: no key is named %q; the names are %s", name, strings.Join(slices.Sorted(maps.Keys(byName)), ", "))
		}
		b.keys = nil
		for _, k := range changes[name] {
			if k == "space" {
				k = " "
			}
			if !isKey(k) {
				return m, nil, fmt.Errorf("config: %s: there is no key %q; keys are written like x, X, enter, esc, space, f5, pgup, ctrl+x or alt+x", name, k)
			}
			for _, o := range given[k] {
				if o.at&b.at != 0 {
					return m, nil, fmt.Errorf("config: the key %q is given to both %s and %s", k, o.name, name)
				}
			}
			given[k] = append(given[k], b)
			b.keys = append(b.keys, k)
		}
	}
	for i := range rows {
		b := &rows[i]
		if _, changed := changes[b.name]; !changed {
			b.keys = slices.DeleteFunc(slices.Clone(b.keys), func(k string) bool {
				for _, o := range given[k] {
					if o.at&b.at != 0 {
						notes = append(notes, fmt.Sprintf(w.Frame.KeyTaken, keyName(k), o.help, b.help))
						return true
					}
				}
				return false
			})
		}
		*b.binding = key.NewBinding(key.WithKeys(b.keys...), key.WithHelp(keyNames(b.keys), b.help))
	}
	return m, notes, nil
}

// restrict takes away what a role may not do, from the keys and from what help
// shows.
func (m *keymap) restrict(r seat.Role) {
	if !r.Answers() {
		for _, b := range []*key.Binding{&m.Accept, &m.Palette, &m.Skip, &m.Flag, &m.Undo, &m.Redo, &m.Comment, &m.Bulk} {
			b.SetEnabled(false)
		}
	}
	if !r.Reviews() {
		for _, b := range []*key.Binding{&m.Settle, &m.PickBack, &m.PickForth, &m.Use, &m.Train, &m.Fresh, &m.Word, &m.Fix, &m.Confirm} {
			b.SetEnabled(false)
		}
	}
}

// overridden says which commands of the label screen have lost a key to a
// label: there a label's key, and the first of two, comes before any command's.
func (m *keymap) overridden(w *catalog.Words, labels []label.Label) (notes []string) {
	for _, b := range m.table(w) {
		if b.at&onLabel == 0 {
			continue
		}
		for _, k := range b.binding.Keys() {
			for _, l := range labels {
				if strings.HasPrefix(l.Key, k) && k != "" {
					notes = append(notes, fmt.Sprintf(w.Frame.KeyOfLabel, keyName(k), safe.Line(l.Shown()), b.help))
				}
			}
		}
	}
	return notes
}

// isKey reports whether a terminal can send a key of this name.
func isKey(name string) bool {
	name = strings.TrimPrefix(name, "alt+")
	if utf8.RuneCountInString(name) == 1 {
		return true
	}
	// The named keys of bubbletea: control characters, and negative numbers.
	for t := tea.KeyType(-100); t <= 127; t++ {
		if t != tea.KeyRunes && t.String() == name && name != "" {
			return true
		}
	}
	return false
}

// matchesTyping is key.Matches for a place where text is typed: there, letters
// are text whatever commands they stand for elsewhere.
func matchesTyping(m tea.KeyMsg, b key.Binding) bool {
	return !types(m) && key.Matches(m, b)
}

// types reports whether a key writes something where text is typed.
func types(m tea.KeyMsg) bool { return m.Type == tea.KeyRunes || m.Type == tea.KeySpace }

// keyNames writes the first key as a person reads it.
func keyNames(keys []string) string {
	if len(keys) == 0 {
		return "–"
	}
	return keyName(keys[0])
}

func keyName(k string) string {
	switch k {
	case "enter":
		return "⏎"
	case " ":
		return "space"
	case "left":
		return "←"
	case "right":
		return "→"
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "tab":
		return "⇥"
	case "shift+tab":
		return "⇤"
	case "pgup":
		return "PgUp"
	case "pgdown":
		return "PgDn"
	}
	return k
}

// Reserved lists the single characters that commands have on the label screen
// unless changed, so that no label is given one of them as its key.
func Reserved() []string {
	var m keymap
	var out []string
	for _, b := range m.table(catalog.In(catalog.English)) {
		for _, k := range b.keys {
			if b.at&onLabel != 0 && utf8.RuneCountInString(k) == 1 {
				out = append(out, k)
			}
		}
	}
	return out
}
