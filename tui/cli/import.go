package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/store"
)

// importJob is one call of import.
type importJob struct {
	*app
	flags   taskFlags
	read    readFlags
	onError string
	path    string
	made    bool     // the project, by this import
	why     []string // of each column of a project that is made: why it has its role
}

func (a *app) importCommand() *cobra.Command {
	j := &importJob{app: a}
	cmd := &cobra.Command{
		Use:   "import PROJECT FILE..",
		Short: "Read items from files, making the project if need be",
		Long: `Read items from CSV, TSV, JSON Lines or plain lines, packed with gzip or not;
- is standard input. Format, encoding, delimiter and header are detected and
shown; flags override them. Where the project does not exist it is made:
columns and labels are read off the file. Each column gets a role by what is in
its rows, which is shown with what speaks for it: text, number, category,
time; what is always the same, or only tells rows apart, is left out. Flags
override that, and inkling set changes it later. A code book says what codes
mean, so that the workbench can show it.

--answers names a column of known answers, which are imported as decisions;
--gold names one that is kept aside: no model sees it, and eval measures
against it.

An object or a list within a JSON object is kept as JSON text, in the column of
its key.

--annotator names the column that says who gave each answer: rows with the same
content, or id, are then one item with the answers of several people.

A file that inkling export wrote is recognised: with --answers label its answers
come back, each with who gave it and when, and with its flags, notes and comments.
A column of true answers is one again in a new project.

The same item twice is added once, with the answer that came first; how many
answers that leaves out is said. Rows that read alike but are things of their
own need a column that tells them apart, named with --id.

Where an answer is a number, or any number of labels, --task says so: lists in
JSON and many different numbers are seen for what they are. Labels stand in one
field as a;b, a|b or a,b, or as a list; [] says that none holds.

With --on-error stop (the default) a bad row
means that nothing of the file is imported; with skip, bad rows go to a file
beside it, each with its reason.`,
		Example: `  inkling import spam.inkling sms.csv --gold label
  inkling import news.inkling train.csv.gz --text title,body --answers category
  inkling import credit.inkling credit.csv --answers default --codebook columns.csv
  inkling import wine.inkling wine.csv --task number --answers quality
  inkling import films.inkling films.jsonl --task multi-label --text plot --answers genres
  inkling import crowd.inkling answers.csv --text item --answers label --annotator worker
  cat tickets.jsonl | inkling import tickets.inkling - --format jsonl --text message --labels bug,question,praise`,
		Args:              args(cobra.MinimumNArgs(2)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOnError(j.onError); err != nil {
				return err
			}
			if j.flags.answers != "" && j.flags.answers == j.flags.gold {
				return usagef("a column is either --answers or --gold, not both")
			}
			if err := j.flags.read(); err != nil {
				return err
			}
			if j.flags.who != "" && j.flags.answers == "" {
				return usagef("--annotator says who gave the answers: name their column with --answers")
			}
			j.path = args[0]
			return j.run(cmd.Context(), args[1:])
		},
	}
	j.flags.add(cmd.Flags())
	cmd.Flags().StringVar(&j.flags.answers, "answers", "", "the column `COL` of known answers, imported as decisions")
	cmd.Flags().StringVar(&j.flags.who, "annotator", "", "the column `COL` of who gave each answer, where several people answered: rows of the same item are then answers to it")
	cmd.Flags().StringVar(&j.flags.gold, "gold", "", "the column `COL` of true answers, kept aside for evaluation")
	cmd.Flags().StringVar(&j.onError, "on-error", "stop", "what a bad row does: stop or skip")
	j.read.add(cmd.Flags())
	return a.jsonFlag(cmd)
}

// imported is what import prints with --json, for each file.
type imported struct {
	File       string  `json:"file"`
	Dialect    string  `json:"dialect"`
	Rows       uint64  `json:"rows"`
	Added      uint64  `json:"added"`
	Duplicates uint64  `json:"duplicates"`
	Conflicts  uint64  `json:"conflicts"`
	Rejected   uint64  `json:"rejected"`
	Side       string  `json:"rejected_file,omitempty"`
	Decisions  int     `json:"decisions,omitempty"`          // brought back from an export
	Comments   int     `json:"comments,omitempty"`           // the same
	Left       uint64  `json:"answers_left,omitempty"`       // of rows whose item has an answer
	LeftOthers uint64  `json:"answers_left_other,omitempty"` // of those, other answers than the item has
	Seconds    float64 `json:"seconds"`
}

func (j *importJob) run(ctx context.Context, files []string) (err error) {
	var p *store.Project
	if _, e := os.Stat(j.path); e == nil || j.hosted != nil {
		if p, err = j.open(j.path, false); err != nil {
			return err
		}
	}
	defer func() {
		if p != nil && j.hosted == nil {
			if e := p.Close(); err == nil {
				err = e
			}
		}
	}()
	results := []imported{}
	for _, file := range files {
		src, err := openSource(file, j.read, j.In)
		if err != nil {
			return err
		}
		made, err := j.file(ctx, p, src, &results)
		src.close()
		if p = made; err != nil {
			return err
		}
	}
	if j.asJSON {
		out := map[string]any{"project": j.path, "files": results}
		if j.made {
			out["columns"] = j.columnsMade(p.Task())
		}
		return writeJSON(j.Out, out)
	}
	return nil
}

// file imports one file, and makes the project where p is nil. It reads the
// file twice: first to see that it can be read to the end (and which labels it
// has, for a new project), so that a bad row near the end leaves nothing
// behind.
func (j *importJob) file(ctx context.Context, p *store.Project, src *source, results *[]imported) (*store.Project, error) {
	start := time.Now()
	look, err := j.look(ctx, p, src)
	if err != nil {
		return p, err
	}
	j.say("%s: %s", filepath.Base(src.name), look.dialect)
	if look.added != nil {
		j.say("%s", look.aboutExport(j.flags))
		j.flags.gold = cmp.Or(j.flags.gold, look.goldColumn())
	}
	t, err := j.task(p, look)
	if err != nil {
		return p, err
	}
	j.sayUnanswered(t, look)
	m, err := j.fit(&t, look)
	if err != nil {
		return p, err
	}
	if j.onError == "stop" {
		if err := look.check(t, m, src.name); err != nil {
			return p, j.refuse(err)
		}
	}
	fresh := p == nil || p.Counts().Items == 0
	switch {
	case p == nil:
		if p, err = store.Create(j.path, t, store.Options{Program: "inkling", Now: time.Now}); err != nil {
			return nil, err
		}
		j.made = true
		j.say("made %s; its columns:\n%s%s", j.path, describeColumns(t, j.why), describeLabels(t))
		j.sayRoles(t)
	case m.changed:
		if err := p.SetTask(t, j.who()); err != nil {
			return p, err
		}
		for _, n := range m.notes {
			j.say("%s", n)
		}
	}
	res, left, side, err := j.add(ctx, p, src, m, look)
	decisions, comments := 0, 0
	if err == nil && (m.restore != nil || m.who >= 0) {
		decisions, comments, err = j.restore(ctx, p, src, m)
	}
	*results = append(*results, imported{File: src.name, Dialect: look.dialect.String(), Rows: res.Rows, Added: added(res), Duplicates: res.Duplicates,
		Conflicts: res.Conflicts, Rejected: res.Rejected, Side: side, Decisions: decisions, Comments: comments, Left: left.Answers, LeftOthers: left.Others, Seconds: time.Since(start).Seconds()})
	line := fmt.Sprintf("%s: %s, %d added", filepath.Base(src.name), count(res.Rows, "row", "rows"), added(res))
	if res.Duplicates > 0 {
		line += ", " + count(res.Duplicates, "repeat", "repeats")
		if !fresh { // the importer does not tell repeats within the file from items of before
			line += " (there already, or twice in the file)"
		}
	}
	if res.Conflicts > 0 {
		line += fmt.Sprintf(", %d with the id of an item that reads otherwise, which stays as it is", res.Conflicts)
	}
	if res.Rejected > 0 {
		line += fmt.Sprintf(", %d rejected: see %s", res.Rejected, side)
	}
	if decisions > 0 {
		line += ", " + count(decisions, "decision", "decisions") + " brought back"
	}
	if comments > 0 {
		line += ", " + count(comments, "comment", "comments") + " brought back"
	}
	if s := time.Since(start).Seconds(); s > 0 {
		line += fmt.Sprintf(" (%.1f s, %.0f rows/s)", s, float64(res.Rows)/s)
	}
	j.say("%s", line)
	j.sayLeft(p.Task(), left)
	return p, err
}

// sayLeft says what became of the answers of rows that repeat another one, where
// the file made the project or they say something else.
func (j *importJob) sayLeft(t label.Task, left store.Left) {
	if left.Answers == 0 || left.Others == 0 && !j.made {
		return
	}
	others := "all say the same"
	if left.Others > 0 {
		others = count(left.Others, "says", "say") + " something else"
	}
	hint := ""
	if j.made && t.Column(label.Ident) < 0 {
		hint = "; where rows that read alike are things of their own, make the project with --id COL, a column that tells them apart"
	}
	j.say("note: %s of rows that repeat an item left out, as the first one counts (%s)%s", count(left.Answers, "answer", "answers"), others, hint)
}

// columnMade is what import prints with --json of each column of a project that
// it made.
type columnMade struct {
	Name  string   `json:"name"`
	Role  string   `json:"role"`
	Order []string `json:"order,omitempty"`
	Why   string   `json:"why,omitempty"`
}

func (j *importJob) columnsMade(t label.Task) []columnMade {
	var out []columnMade
	for i, c := range t.Columns {
		x := columnMade{Name: c.Name, Role: c.Role.String(), Order: c.Order}
		if i < len(j.why) {
			x.Why = j.why[i]
		}
		out = append(out, x)
	}
	return out
}

// sayRoles says how roles that were inferred are changed, and what the code
// book has of no column.
func (j *importJob) sayRoles(t label.Task) {
	if slices.ContainsFunc(j.why, func(w string) bool { return w != saidSo }) {
		j.say("a role that does not fit: inkling set %s --number, --category, --text, --time or --context COL; --ignore only as the project is made", j.path)
	}
	if b := j.flags.codes; b != nil {
		if unknown, _ := b.apply(slices.Clone(t.Columns)); len(unknown) > 0 {
			j.say("note: the code book has columns that the project has not: %s", list(unknown))
		}
	}
}

func added(r label.Import) uint64 { return r.Last + 1 - r.First }
