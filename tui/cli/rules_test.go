package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

// ruledProject is a project of messages with two labels.
func ruledProject(t *testing.T) string {
	t.Helper()
	csv := write(t, "in.csv", "text,amount,truth\nwin a FREE prize,10,spam\nfree lunch at home?,0,ham\ncall me,,ham\n\"prize, call now\",99,spam\nsee you at home,3,ham\n")
	p := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", p, csv, "--text", "text", "--number", "amount", "--gold", "truth", "--seed", "4")
	return p
}

// TestRules adds rules, sees what they do, turns them off and on, and takes them
// away.
func TestRules(t *testing.T) {
	p := ruledProject(t)
	if out := must(t, "", "rules", p); !strings.Contains(out, "no rules yet") {
		t.Errorf("without rules: %s", out)
	}
	out := must(t, "", "rules", p, "try", "spam: free, prize")
	if !strings.Contains(out, "new rule 1  spam   3") || !strings.Contains(out, "win a FREE prize") || strings.Contains(out, "call me") {
		t.Errorf("tried: %s", out)
	}
	out = must(t, "", "rules", p, "add", "@prizes spam: free, prize", "ham: home", "ham: amount < 5")
	if want := "added: @prizes spam: free, prize\nadded: @r1 ham: home\nadded: @r2 ham: amount < 5\n"; out != want {
		t.Errorf("added:\n%s", out)
	}
	if out := must(t, "", "rules", p, "add", "ham: home"); out != "nothing changed\n" {
		t.Errorf("the same again: %s", out)
	}
	var all rulesJSON
	unmarshal(t, must(t, "", "rules", p, "--json"), &all)
	if all.Items != 5 || all.Covered != 4 || len(all.Rules) != 3 || *all.Rules[0].Covered != 3 || *all.Rules[0].Overlaps != 1 || *all.Rules[0].Conflicts != 1 || all.Rules[2].Kind != "compare" || all.Rules[0].Held <= 0 {
		t.Errorf("%+v", all)
	}
	must(t, "", "rules", p, "off", "r2", "@prizes")
	must(t, "", "rules", p, "on", "prizes")
	must(t, "", "rules", p, "remove", "r1")
	text := must(t, "", "rules", p, "--text")
	if want := "@prizes spam: free, prize\n@r2 [off] ham: amount < 5\n"; text != want {
		t.Errorf("as a file:\n%s", text)
	}
	if log := must(t, "", "log", p, "--text", "--kind", "ruled"); !strings.Contains(log, "removed @r1 ham: home") || !strings.Contains(log, "off @r2") {
		t.Errorf("log: %s", log)
	}

	// What is printed is read again, from a file and from standard input.
	other := ruledProject(t)
	file := write(t, "spam.rules", "# my rules\n\n"+text)
	must(t, "", "rules", other, "add", "--from", file)
	if again := must(t, "", "rules", other, "--text"); again != text {
		t.Errorf("read again:\n%s", again)
	}
	if out := must(t, text, "rules", other, "add", "--from", "-"); out != "nothing changed\n" {
		t.Errorf("from standard input: %s", out)
	}
	var tried rulesJSON
	unmarshal(t, must(t, text, "rules", other, "try", "--from", "-", "--json"), &tried)
	if len(tried.Rules) != 2 || len(tried.Rules[0].First) != 3 {
		t.Errorf("%+v", tried)
	}
}

// Rules see what answers there are, and are no answers themselves.
func TestRulesAndAnswers(t *testing.T) {
	csv := write(t, "in.csv", "text,said\nfree prize,spam\nfree lunch,ham\nfree call,\nhome,ham\n")
	p := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", p, csv, "--text", "text", "--answers", "said", "--audit", "0")
	must(t, "", "rules", p, "add", "spam: free")
	var all rulesJSON
	unmarshal(t, must(t, "", "rules", p, "--json"), &all)
	r := all.Rules[0]
	if *r.Covered != 3 || r.Answered != 2 || r.Right != 1 || *r.Share != 0.5 || len(r.Wrong) != 1 || r.Wrong[0] != 2 || r.Interval[0] >= 0.5 || r.Interval[1] <= 0.5 {
		t.Errorf("%+v", r)
	}
	if c := counts(t, p); c != (counted{4, 3}) {
		t.Errorf("%+v: a rule has answered", c)
	}
}

func TestRulesRefused(t *testing.T) {
	p := ruledProject(t)
	bad := write(t, "bad.rules", "spam: x\nspam: /(/\n")
	for _, c := range []struct {
		status int
		words  string
		args   []string
	}{
		{2, "column 8: missing closing )", []string{"add", "spam: /(/"}},
		{2, "the labels are", []string{"try", "egg: x"}},
		{2, "line 2, column 8", []string{"add", "--from", bad}},
		{2, "cannot be done", []string{"burn", "x"}},
		{2, "needs a rule", []string{"add"}},
		{2, "needs the name", []string{"remove"}},
		{2, "there is no rule", []string{"off", "x"}},
		{2, "list takes no rules", []string{"list", "x"}},
		{2, "--from goes with", []string{"off", "x", "--from", bad}},
		{1, "no such file", []string{"add", "--from", filepath.Join(t.TempDir(), "none")}},
	} {
		r := run("", append([]string{"rules", p}, c.args...)...)
		if r.status != c.status || !strings.Contains(r.err, c.words) {
			t.Errorf("%v: status %d, %s; want %d and %q", c.args, r.status, r.err, c.status, c.words)
		}
	}
	if out := must(t, "", "rules", p, "--text"); out != "" {
		t.Errorf("what was refused was kept: %s", out)
	}
	numbers := filepath.Join(t.TempDir(), "n.inkling")
	must(t, "", "new", numbers, "--task", "number", "--text", "text")
	if r := run("", "rules", numbers, "add", "x: y"); r.status != 1 || !strings.Contains(r.err, "asks for number") {
		t.Errorf("status %d, %s", r.status, r.err)
	}
}
