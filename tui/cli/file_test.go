package cli

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"inkling/label"
	"inkling/store"
)

// decidedProject makes a project with one decision of each kind.
func decidedProject(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", path, write(t, "a.csv", "text\none thing\ntwo things\nthree things\nfour things\nfive things\nsix things\n"), "--labels", "ham,spam", "--audit", "0")
	p, err := store.Open(path, store.Options{Now: func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.Local) }})
	if err != nil {
		t.Fatal(err)
	}
	shown := &label.Shown{Answer: label.ClassAnswer(0), Probability: 0.75, Model: 3}
	last := p.Decide("ana",
		label.Decision{Item: 1, Action: label.Accepted, Answer: label.ClassAnswer(0), Shown: shown},
		label.Decision{Item: 2, Action: label.Corrected, Answer: label.ClassAnswer(1), Shown: shown},
		label.Decision{Item: 3, Action: label.Flagged, Shown: shown, Note: "what\x1b[31m?"},
		label.Decision{Item: 4, Action: label.Skipped})
	if _, _, err := last.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range []*store.Pending{p.Decide("bo", label.Decision{Item: 5, Action: label.Answered, Answer: label.ClassAnswer(1)}), p.Undo("bo"), p.Redo("bo")} {
		if _, _, err := e.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// The counts add up: items to what became of them, labelled ones to how.
func TestStatsAddUp(t *testing.T) {
	path := decidedProject(t)
	var s struct{ Items, Labelled, Accepted, Corrected, Answered, Skipped, Flagged, Undecided int }
	unmarshal(t, must(t, "", "stats", path, "--json"), &s)
	if s.Items != 6 || s.Labelled != 3 || s.Accepted != 1 || s.Corrected != 1 || s.Answered != 1 || s.Skipped != 1 || s.Flagged != 1 || s.Undecided != 1 {
		t.Errorf("%+v", s)
	}
	want := `
  6 items
  3   labelled
  1     accepted as suggested
  1     corrected
  1     answered without a suggestion
  1   skipped
  1   flagged
  1   undecided
  0 audits among the labelled
  6 events
  0 runs
`
	if out := must(t, "", "stats", path); !strings.Contains(out, want) {
		t.Errorf("no %s in\n%s", want, out)
	}
}

// With --text an event is a line, in which nothing of the data does anything
// to the terminal.
func TestLogText(t *testing.T) {
	path := decidedProject(t)
	got := regexp.MustCompile(`(?m)^( +[12])  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d`).ReplaceAllString(must(t, "", "log", path, "--text"), "$1  (now)")
	want := `     1  (now)  created   p, 2 labels, 1 column
     2  (now)  imported  import: a.csv, 6 rows, items 1 to 6
     3  2026-02-03 04:05:06  decided   ana: item 1 accepted ham (0.75 by run 3); item 2 corrected spam (run 3 said ham, 0.75); item 3 flagged (run 3 said ham, 0.75), note "what\x1b[31m?"; and 1 more
     4  2026-02-03 04:05:06  decided   bo: item 5 answered spam
     5  2026-02-03 04:05:06  undone    bo: event 4
     6  2026-02-03 04:05:06  redone    bo: event 4
`
	// The folder of the file is another each time.
	if got = regexp.MustCompile(`import: .*a\.csv`).ReplaceAllString(got, "import: a.csv"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	fails(t, 2, "either as --text or as --json", "log", path, "--text", "--json")
}
