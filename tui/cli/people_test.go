package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"inkling/label"
	"inkling/store"
)

// TestAssignment sets who answers what, and sees what it comes to.
func TestAssignment(t *testing.T) {
	dir := t.TempDir()
	csv := write(t, "in.csv", "text,lang,truth\nsplendid work,en,good\ndreadful work,en,bad\n很好,zh,good\n")
	p := filepath.Join(dir, "p.inkling")
	must(t, "", "import", p, csv, "--text", "text", "--category", "lang", "--gold", "truth")
	must(t, "", "set", p, "--overlap", "0.5x3", "--gold-share", "0.1", "--skill-column", "lang", "--skills", "ana=zh, en", "--skills", "ben=en")
	for _, bad := range [][]string{{"--overlap", "2x3"}, {"--overlap", "0.5x1"}, {"--overlap", "half"}, {"--gold-share", "0.9"}, {"--skill-column", "nowhere"}, {"--skills", "ana"}} {
		if r := run("", append([]string{"set", p}, bad...)...); r.status != 2 {
			t.Errorf("%q: exit %d, %s", bad, r.status, r.err)
		}
	}
	s, err := store.Open(p, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := s.Task().Assignment
	if a == nil || a.Share != 0.5 || a.Answers != 3 || a.Gold != 0.1 || a.Skill != "lang" || len(a.People) != 2 || strings.Join(a.People[0].Skills, "+") != "zh+en" {
		t.Fatalf("%+v", a)
	}
	if s.Task().Suits("ben", []string{"很好", "zh", ""}) || !s.Task().Suits("ana", []string{"很好", "zh", ""}) || !s.Task().Suits("cem", []string{"很好", "zh", ""}) {
		t.Error("skills do not decide who gets what")
	}
	answer := func(who string, item uint64, class int, settles bool) {
		t.Helper()
		if _, _, err := s.Decide(who, label.Decision{Item: item, Action: label.Answered, Answer: label.ClassAnswer(class), Settles: settles}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	good := s.Task().Class("good")
	answer("ana", 1, good, false)
	answer("ana", 2, good, false)
	answer("ben", 1, good, false)
	answer("cem", 2, 1-good, true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var out struct {
		People []struct {
			Name             string
			Answers, Settled int
			Gold             int `json:"gold_answers"`
			Right            int `json:"gold_right"`
			Skills           []string
		}
	}
	unmarshal(t, must(t, "", "people", p, "--json"), &out)
	if len(out.People) != 3 || out.People[0].Name != "ana" || out.People[0].Gold != 2 || out.People[0].Right != 1 || out.People[2].Settled != 1 || out.People[2].Gold != 0 {
		t.Errorf("%+v", out.People)
	}
	text := must(t, "", "agreement", p)
	if !strings.Contains(text, "ana, ben") || !strings.Contains(text, "1 item of 2 answered ones") {
		t.Error(text)
	}
	must(t, "", "set", p, "--overlap", "none", "--gold-share", "0", "--skill-column", "none")
}
