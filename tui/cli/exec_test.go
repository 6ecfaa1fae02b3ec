package cli

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"inkling/label"
	"inkling/store"
	"inkling/tui/seat"
	"inkling/tui/sshd"
)

// hostedProject is a project that this process has open, with an answer in it.
func hostedProject(t *testing.T) (*store.Project, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", path, write(t, "a.csv", "text,label\nhello there,x\ngood bye,y\n"), "--gold", "label")
	p, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	if _, _, err := p.Append(label.Event{Kind: label.Decided, Annotator: "ana", Decisions: []label.Decision{{Item: 1, Action: label.Corrected, Took: time.Second}}}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p, path
}

// execute runs a command for somebody on an open project.
func execute(t *testing.T, p *store.Project, c sshd.Client, stdin string, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	status := (&app{version: "test"}).exec(t.Context(), p, p.Path(), c, args, strings.NewReader(stdin), &out, &errs)
	return ran{status, out.String(), errs.String()}
}

// Who has a role may run its commands, and nobody any other, nor with anything
// that names a file of the host.
func TestExec(t *testing.T) {
	p, path := hostedProject(t)
	secret := write(t, "secret.csv", "text\nnothing of yours\n")
	for _, c := range []struct {
		from   seat.Role // the first that may; 0: nobody
		args   string
		status int // of those who may
		words  string
	}{
		{seat.Viewer, "help", 0, "stats"},
		{seat.Viewer, "stats --json", 0, `"items":2`},
		{seat.Viewer, "stats --help", 0, "inkling stats PROJECT"},
		{seat.Reviewer, "export", 0, "ana"},
		{seat.Reviewer, "export --format jsonl --decided", 0, `"label":"x"`},
		{seat.Reviewer, "log --json", 0, `"decided"`},
		{seat.Reviewer, "agreement --json", 0, "{"},
		{seat.Reviewer, "people --json", 0, "ana"},
		{seat.Admin, "import --json --format jsonl", 0, `"added":1`},
		{0, "export -o " + path + ".out", 2, "-o cannot be used here"},
		{0, "export -o" + path + ".out", 2, "cannot be used here"},
		{0, "export --output=" + path + ".out", 2, "--output cannot be used here"},
		{0, "export --output " + path + ".out", 2, "--output cannot be used here"},
		{0, "stats --config " + secret, 2, "--config cannot be used here"},
		{0, "stats " + path, 2, "no files or projects are named here"},
		{0, "stats -- " + path, 2, "cannot be used here"},
		{0, "import " + secret, 2, "no files or projects are named here"},
		{0, "import --codebook " + secret, 2, "--codebook cannot be used here"},
		{0, "import --on-error skip", 2, "--on-error cannot be used here"},
		{0, "check", 2, `no command "check"`},
		{0, "backup " + path + "2", 2, `no command "backup"`},
		{0, "set --guideline x", 2, `no command "set"`},
		{0, "serve " + path, 2, `no command "serve"`},
		{0, "annotator add x", 2, `no command "annotator"`},
		{0, "sh -c id", 2, `no command "sh"`},
		{0, "/bin/sh", 2, `no command "/bin/sh"`},
		{0, "completion bash", 2, `no command "completion"`},
		{0, "__complete stats", 2, `no command "__complete"`},
		{0, "--config " + secret + " stats", 2, `no command "--config"`},
		{0, "stats --nonsense", 2, "--nonsense cannot be used here"},
		{0, "stats\x1b[2J", 2, `no command`},
	} {
		for role := seat.Viewer; role <= seat.Admin; role++ {
			who := sshd.Client{Name: "zoe", Role: role, From: "192.0.2.1"}
			r := execute(t, p, who, `{"text":"sent by `+role.String()+`"}`, strings.Fields(c.args)...)
			switch may := c.from != 0 && role >= c.from; {
			case c.from == 0:
				// A role that is too low may be said first.
				if r.status != c.status && r.status != 1 || role == seat.Admin && (r.status != c.status || !strings.Contains(r.err, c.words)) || r.out != "" {
					t.Errorf("%v: %s: status %d, %q, %q", role, c.args, r.status, r.out, r.err)
				}
			case may:
				if r.status != c.status || !strings.Contains(r.out, c.words) {
					t.Errorf("%v: %s: status %d, %q, %q; want %q", role, c.args, r.status, r.out, r.err, c.words)
				}
			default:
				if r.status != 1 || r.out != "" || !strings.Contains(r.err, "is for those with the role "+c.from.String()+"; yours is "+role.String()) {
					t.Errorf("%v: %s: status %d, %q, %q", role, c.args, r.status, r.out, r.err)
				}
			}
			if strings.ContainsRune(r.err, '\x1b') {
				t.Errorf("%q", r.err)
			}
		}
	}
	if n := p.Counts().Items; n != 3 {
		t.Errorf("%d items, want those of before and the admin's", n)
	}
	// The project is still open, and who did what is in its log.
	if r := execute(t, p, sshd.Client{Name: "zoe", Role: seat.Admin}, "", "stats"); r.status != 0 {
		t.Error(r)
	}
}

// What comes out is what the command prints at home; to a terminal it is made
// safe.
func TestExecOutput(t *testing.T) {
	p, path := hostedProject(t)
	who := sshd.Client{Name: "rob", Role: seat.Admin}
	if r := execute(t, p, who, "text\n\x1b[31mred\n", "import"); r.status != 0 {
		t.Fatal(r)
	}
	far := execute(t, p, who, "", "export")
	who.Terminal = true
	shown := execute(t, p, who, "", "export")
	if !strings.Contains(far.out, "\x1b[31mred") || strings.ContainsRune(shown.out, '\x1b') || !strings.Contains(shown.out, "\r\n") {
		t.Errorf("%q\n%q", far.out, shown.out)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if near := must(t, "", "export", path); near != far.out {
		t.Errorf("%q\n%q", near, far.out)
	}
}

// No flag that may be used names a file.
func TestAllowedFlags(t *testing.T) {
	for _, c := range allowedCommands() {
		cmd, _, err := Command("test", Streams{}).Find([]string{c.name})
		if err != nil || cmd.Name() != c.name {
			t.Errorf("%s: no such command", c.name)
			continue
		}
		for _, name := range c.flags {
			f := cmd.Flags().Lookup(name)
			if f == nil {
				t.Errorf("%s --%s: no such flag", c.name, name)
				continue
			}
			if what, usage := pflag.UnquoteUsage(f); strings.Contains(strings.ToLower(what+usage), "file") || strings.Contains(strings.ToLower(what), "folder") {
				t.Errorf("%s --%s: %s %s", c.name, name, what, usage)
			}
		}
	}
}

// A command that is handed to another process means there what it means here.
func TestAbsolute(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, c := range []struct{ args, want []string }{
		{[]string{"import", "p", "a.csv", "-"}, []string{"import", "--", dir + "/p", dir + "/a.csv", "-"}},
		{[]string{"import", "--text", "a,b", "--json", "p", "--codebook=c.csv", "/x"}, []string{"import", "--codebook=" + dir + "/c.csv", "--json=true", "--text=a", "--text=b", "--", dir + "/p", "/x"}},
		{[]string{"set", "p", "--key", "a,b=c", "--add-label", `"x,y",z`, "--guideline", "-- it's\n\"so\""}, []string{"set", `--add-label="x,y"`, "--add-label=z", "--guideline=-- it's\n\"so\"", "--key=a,b=c", "--", dir + "/p"}},
	} {
		root := Command("test", Streams{})
		cmd, rest, err := root.Find(c.args)
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.ParseFlags(rest); err != nil {
			t.Fatal(err)
		}
		got, err := absolute(cmd, cmd.Flags().Args())
		if err != nil || strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%q became %q, want %q; %v", c.args, got, c.want, err)
		}
		// It is understood as it was meant.
		again, rest, err := root.Find(got)
		if err != nil {
			t.Fatal(err)
		}
		if err := again.ParseFlags(rest); err != nil {
			t.Error(err)
		}
	}
}
