package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"inkling/label"
	"inkling/store"
)

// TestSeveralPeople imports who said what, and gets it back.
func TestSeveralPeople(t *testing.T) {
	p := filepath.Join(t.TempDir(), "p.inkling")
	csv := "item,worker,said\na,Zoe Q,yes\na,ben,yes\na,cem,no\nb,Zoe Q,no\nb,ben,no\nb,ben,yes\nc,cem,yes\nd,cem,\n"
	must(t, "", "import", p, write(t, "in.csv", csv), "--text", "item", "--answers", "said", "--annotator", "worker")
	s, err := store.Open(p, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if c := s.Counts(); c.Items != 4 || c.Labelled != 3 || c.Events != 2+3 {
		t.Errorf("%+v", c)
	}
	yes := s.Task().Class("yes")
	if _, _, err := s.Decide("rita", label.Decision{Item: 2, Action: label.Answered, Answer: label.ClassAnswer(yes), Note: "ask Zoe Q", Settles: true}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw := must(t, "", "export", p, "--answers", "raw", "--truth", "dawid-skene")
	if n := strings.Count(raw, "\n"); n != 1+3+3+1+1 {
		t.Errorf("%d lines:\n%s", n, raw)
	}
	if !strings.Contains(raw, ",settled,rita,") || !strings.Contains(raw, "truth,confidence,answers,method") {
		t.Error(raw)
	}
	again := filepath.Join(t.TempDir(), "again.inkling")
	must(t, "", "import", again, write(t, "raw.csv", raw), "--text", "item", "--answers", "label")
	if back := must(t, "", "export", again, "--answers", "raw", "--truth", "dawid-skene"); firstColumns(back, 5) != firstColumns(raw, 5) {
		t.Errorf("came back as\n%s, were\n%s", back, raw)
	}
	hidden := must(t, "", "export", p, "--answers", "raw", "--pseudonyms") + must(t, "", "log", p, "--pseudonyms", "--text")
	for _, name := range []string{"Zoe", "ben", "cem", "rita"} {
		if strings.Contains(hidden, name) {
			t.Errorf("%s is named in\n%s", name, hidden)
		}
	}
	var out struct {
		Answered, Several int
		People            []struct{ Name string }
	}
	unmarshal(t, must(t, "", "truth", p, "--json"), &out)
	if out.Answered != 3 || out.Several != 2 || len(out.People) != 3 {
		t.Errorf("%+v", out)
	}
	fails(t, 2, "--method", "truth", p, "--method", "guessing")
	fails(t, 2, "--answers", "import", p, write(t, "in.csv", csv), "--annotator", "worker")
}

// firstColumns are the first columns of a table, in any order of rows.
func firstColumns(csv string, columns int) string {
	var out []string
	for line := range strings.Lines(csv) {
		f := strings.Split(strings.TrimSpace(line), ",")
		out = append(out, strings.Join(f[:min(columns, len(f))], ","))
	}
	return strings.Join(out, "\n")
}
