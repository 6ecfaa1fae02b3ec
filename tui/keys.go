package tui

import (
	"fmt"
	"sort"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"inkling/tui/catalog"
)

// keymap is every key of the workbench, declared once: screens match against
// it, and hint lines and help are generated from it. The names in its binding
// table are those of the config file.
type keymap struct {
	Accept, Palette, Skip, Flag, Undo, Redo, Back, Forth key.Binding
	Guideline, Reasons, Search, Audit, Raw               key.Binding
	Help, Quit, NextScreen, PrevScreen, Language, Demo   key.Binding
	Up, Down, PageUp, PageDown, Top, Bottom              key.Binding
	Left, Right, Open, Close                             key.Binding
	ZoomIn, ZoomOut, Smooth, Use, Overlay, Train, Fresh  key.Binding
	Switch                                               key.Binding
}

// bind is one row of the table: the name in the config file, the binding, its
// keys unless changed, and its help.
type bind struct {
	name    string
	binding *key.Binding
	keys    []string
	help    string
}

func (m *keymap) table(w *catalog.Words) []bind {
	k := w.Keys
	return []bind{
		{"accept", &m.Accept, []string{"enter"}, k.Accept},
		{"palette", &m.Palette, []string{" ", ";"}, k.Palette},
		{"skip", &m.Skip, []string{"s"}, k.Skip},
		{"flag", &m.Flag, []string{"f"}, k.Flag},
		{"undo", &m.Undo, []string{"u"}, k.Undo},
		{"redo", &m.Redo, []string{"U", "ctrl+r"}, k.Redo},
		{"back", &m.Back, []string{"[", "left"}, k.Back},
		{"forth", &m.Forth, []string{"]", "right"}, k.Forth},
		{"guideline", &m.Guideline, []string{"g"}, k.Guideline},
		{"reasons", &m.Reasons, []string{"e"}, k.Reasons},
		{"search", &m.Search, []string{"/"}, k.Search},
		{"audit", &m.Audit, []string{"a"}, k.Audit},
		{"raw", &m.Raw, []string{"v"}, k.Raw},
		{"help", &m.Help, []string{"?"}, k.Help},
		{"quit", &m.Quit, []string{"q"}, k.Quit},
		{"next-screen", &m.NextScreen, []string{"tab"}, k.NextScreen},
		{"previous-screen", &m.PrevScreen, []string{"shift+tab"}, k.PrevScreen},
		{"language", &m.Language, []string{"L"}, k.Language},
		{"demo", &m.Demo, []string{"D"}, k.Demo},
		{"up", &m.Up, []string{"up", "ctrl+p"}, k.ScrollUp},
		{"down", &m.Down, []string{"down", "ctrl+n"}, k.ScrollDown},
		{"page-up", &m.PageUp, []string{"pgup"}, k.PageUp},
		{"page-down", &m.PageDown, []string{"pgdown"}, k.PageDown},
		{"top", &m.Top, []string{"home"}, k.Top},
		{"bottom", &m.Bottom, []string{"end"}, k.Bottom},
		{"left", &m.Left, []string{"left"}, k.Left},
		{"right", &m.Right, []string{"right"}, k.Right},
		{"open", &m.Open, []string{"enter"}, k.Open},
		{"close", &m.Close, []string{"esc"}, k.Close},
		{"zoom-in", &m.ZoomIn, []string{"+", "="}, k.ZoomIn},
		{"zoom-out", &m.ZoomOut, []string{"-"}, k.ZoomOut},
		{"smooth", &m.Smooth, []string{"m"}, k.Smooth},
		{"use", &m.Use, []string{"c"}, k.Use},
		{"overlay", &m.Overlay, []string{"o"}, k.Mark},
		{"train", &m.Train, []string{"t"}, k.Train},
		{"fresh", &m.Fresh, []string{"T"}, k.Fresh},
		{"switch", &m.Switch, []string{"w"}, k.Switch},
	}
}

// newKeymap builds the bindings with the help of one language; changes gives
// other keys by name. An unknown name is an error that lists the known ones.
func newKeymap(w *catalog.Words, changes map[string][]string) (keymap, error) {
	var m keymap
	rows := m.table(w)
	known := map[string]bool{}
	for _, b := range rows {
		keys := b.keys
		if c, ok := changes[b.name]; ok {
			keys = c
		}
		known[b.name] = true
		*b.binding = key.NewBinding(key.WithKeys(keys...), key.WithHelp(keyNames(keys), b.help))
	}
	for name := range changes {
		if !known[name] {
			all := make([]string, 0, len(known))
			for k := range known {
				all = append(all, k)
			}
			sort.Strings(all)
			return m, fmt.Errorf("config: no key is named %q; the names are %s", name, strings.Join(all, ", "))
		}
	}
	return m, nil
}

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
	}
	return k
}

// Reserved lists the single characters that commands of the label screen use,
// so that no label is given one of them as its key.
func Reserved() []string { return []string{"s", "f", "u", "g", "e", "a", "q", "v", ";"} }
