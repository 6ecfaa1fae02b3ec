package tui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inkling/label"
	"inkling/tui/catalog"
)

// No two commands share a key where both are listened to, and each has one.
func TestDefaultKeysDoNotCollide(t *testing.T) {
	var m keymap
	rows := m.table(catalog.In(catalog.English))
	for i, a := range rows {
		if len(a.keys) == 0 || a.help == "" || a.at == 0 {
			t.Errorf("%s: keys %q, help %q, place %d", a.name, a.keys, a.help, a.at)
		}
		for _, k := range a.keys {
			if !isKey(k) {
				t.Errorf("%s: no terminal sends %q", a.name, k)
			}
			for _, b := range rows[i+1:] {
				if a.at&b.at != 0 && slices.Contains(b.keys, k) {
					t.Errorf("%q is both %s and %s", k, a.name, b.name)
				}
			}
		}
	}
}

func TestReserved(t *testing.T) {
	got := Reserved()
	for _, k := range []string{"s", "f", "u", "U", "g", "e", "a", "q", "v", "L", "D", "?", "/", ";", " ", "[", "]"} {
		if !slices.Contains(got, k) {
			t.Errorf("%q is not reserved", k)
		}
	}
	if slices.Contains(got, "enter") || slices.Contains(got, "t") {
		t.Errorf("reserved: %q", got)
	}
}

func TestKeyConflicts(t *testing.T) {
	english := catalog.In(catalog.English)
	for _, c := range []struct {
		name    string
		changes map[string][]string
		err     string   // part of it
		notes   []string // parts
		check   func(keymap) bool
	}{
		{"none", nil, "", nil, nil},
		{"another key", map[string][]string{"skip": {"n"}}, "", nil, func(m keymap) bool { return slices.Equal(m.Skip.Keys(), []string{"n"}) && m.Skip.Help().Key == "n" }},
		{"taken from a default", map[string][]string{"accept": {"enter", "s"}}, "", []string{"s is now accept, no longer skip"},
			func(m keymap) bool { return len(m.Skip.Keys()) == 0 && len(m.Accept.Keys()) == 2 }},
		{"one of two keys taken", map[string][]string{"skip": {"left"}}, "", []string{"← is now skip, no longer earlier"},
			func(m keymap) bool { return slices.Equal(m.Back.Keys(), []string{"["}) && m.Left.Keys()[0] == "left" }},
		{"swapped", map[string][]string{"skip": {"f"}, "flag": {"s"}}, "", nil, nil},
		{"the same key elsewhere", map[string][]string{"skip": {"m"}}, "", nil, func(m keymap) bool { return m.Smooth.Keys()[0] == "m" }},
		{"one key twice", map[string][]string{"skip": {"n"}, "flag": {"n"}}, `"n" is given to both flag and skip`, nil, nil},
		{"one key twice, in two places", map[string][]string{"skip": {"z"}, "train": {"z"}}, "", nil, nil},
		{"no such command", map[string][]string{"jump": {"j"}}, `no key is named "jump"`, nil, nil},
		{"no such key", map[string][]string{"skip": {"ctrl-x"}}, `there is no key "ctrl-x"`, nil, nil},
		{"space by name", map[string][]string{"accept": {"space"}}, "", []string{"space is now accept"}, func(m keymap) bool { return m.Accept.Keys()[0] == " " }},
		{"alt and function keys", map[string][]string{"skip": {"alt+s", "f9", "ctrl+x"}}, "", nil, nil},
		{"no key at all", map[string][]string{"skip": {}}, "", nil, func(m keymap) bool { return m.Skip.Help().Key == "–" }},
	} {
		m, notes, err := newKeymap(english, c.changes)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v, want %s", c.name, err, c.err)
			}
			continue
		}
		if err != nil || len(notes) != len(c.notes) {
			t.Errorf("%s: %q, %v", c.name, notes, err)
			continue
		}
		for i, n := range c.notes {
			if !strings.Contains(notes[i], n) {
				t.Errorf("%s: note %q, want %q", c.name, notes[i], n)
			}
		}
		if c.check != nil && !c.check(m) {
			t.Errorf("%s: not as it should be", c.name)
		}
	}
}

// A label's key comes before a command's on the label screen, which is said at
// the start; elsewhere the command keeps it.
func TestLabelKeyComesBeforeCommand(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Labels[0].Key = "s"
	task.Labels[1].Key = "q"
	p := newProject(t, task, 16)
	d := newDriver(t, p, drive{})
	num := d.ready()
	d.see("s is the key of the label GOOD, and not skip here")
	d.press("s")
	d.saved(3)
	if s, _, _ := p.Standing(num); !s.Decision.Action.HasAnswer() || s.Decision.Answer.Class != 0 {
		t.Errorf("s decided %+v", s.Decision)
	}
	d.unseen("s is the key of")
	num = d.ready()
	d.press("q")
	d.saved(4)
	if s, _, _ := p.Standing(num); s.Decision.Answer.Class != 1 {
		t.Errorf("q decided %+v", s.Decision)
	}
	d.press("f5", "q")
	d.until("quit", func() bool { return d.quit })
}

func TestRemappedKeysWork(t *testing.T) {
	t.Parallel()
	d := newDriver(t, newProject(t, loansTask(), 16), drive{options: Options{Config: Config{
		Language: catalog.English, Keys: map[string][]string{"skip": {"n"}, "quit": {"Q"}, "next-screen": {"ctrl+t"}}}}})
	d.ready()
	d.see("n skip")
	d.press("n")
	d.until("skipped", func() bool { return d.counts.Skipped == 1 })
	d.press("q", "s")
	d.press("ctrl+t")
	d.see("No run yet")
	if d.quit {
		t.Error("q still quits")
	}
	// They stay in another language.
	d.press("L", "f1")
	d.see("n 跳过")
	d.press("Q")
	d.until("quit", func() bool { return d.quit })
}

func TestReadConfig(t *testing.T) {
	for text, want := range map[string]string{
		`{"language": "zh", "keys": {"skip": ["n"]}}`: "",
		`{}`:                             "",
		`{"language": "fr"}`:             `no language "fr"`,
		`{"langage": "zh"}`:              "unknown field",
		`{"keys": {"skp": ["n"]}}`:       `no key is named "skp"`,
		`{"keys": {"skip": ["ctrl-n"]}}`: `there is no key "ctrl-n"`,
		`{`:                              "line 1, column 2: the JSON ends too early",
		"":                               "line 1, column 1: the JSON ends too early",
		"{\n \"语\" language: zh}":        "line 2, column 6: not JSON: invalid character 'l'",
		"{\n\"language\": 5}":            "line 2, column 13: language cannot be a number",
	} {
		path := filepath.Join(t.TempDir(), "config.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ReadConfig(path, true)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	none := filepath.Join(t.TempDir(), "none.json")
	if c, err := ReadConfig(none, false); err != nil || len(c.Keys) != 0 {
		t.Errorf("a file that need not be: %v", err)
	}
	if _, err := ReadConfig(none, true); err == nil {
		t.Error("a file that must be is not missed")
	}
}

// Labels can be chosen by number where there are few, and none has a digit as
// its key.
func TestNumbered(t *testing.T) {
	few := []label.Label{{Name: "a", Key: "a"}, {Name: "b"}}
	if !numbered(few) {
		t.Error("two labels have no numbers")
	}
	if numbered([]label.Label{{Name: "one", Key: "2"}, {Name: "two", Key: "1"}}) {
		t.Error("numbers beside digits as keys")
	}
	if numbered(make([]label.Label, 10)) {
		t.Error("ten labels by one digit")
	}
}
