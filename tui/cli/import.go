package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/format"
	"inkling/store"
)

// sampleRows is the number of rows that roles are inferred from; maxLabels the
// number of different answers beyond which a column is not one of labels.
const (
	sampleRows = 2000
	maxLabels  = 1000
)

// importJob is one call of import.
type importJob struct {
	*app
	flags   taskFlags
	read    readFlags
	onError string
	path    string
}

func (a *app) importCommand() *cobra.Command {
	j := &importJob{app: a}
	cmd := &cobra.Command{
		Use:   "import PROJECT FILE..",
		Short: "Read items from files, making the project if need be",
		Long: `Read items from CSV, TSV, JSON Lines or plain lines, packed with gzip or not;
- is standard input. Format, encoding, delimiter and header are detected and
shown; flags override them. Where the project does not exist it is made:
columns and labels are read off the file.

--answers names a column of known answers, which are imported as decisions;
--gold names one that is kept aside: no model sees it, and eval and simulate
measure against it.

The same item twice is added once. With --on-error stop (the default) a bad row
means that nothing of the file is imported; with skip, bad rows go to a file
beside it, each with its reason.`,
		Example: `  inkling import spam.inkling sms.csv --gold label
  inkling import news.inkling train.csv.gz --text title,body --answers category
  cat tickets.jsonl | inkling import tickets.inkling - --format jsonl --text message --labels bug,question,praise`,
		Args:              args(cobra.MinimumNArgs(2)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if j.onError != "stop" && j.onError != "skip" {
				return usagef("--on-error is stop or skip, not %q", j.onError)
			}
			if j.flags.answers != "" && j.flags.answers == j.flags.gold {
				return usagef("a column is either --answers or --gold, not both")
			}
			j.path = args[0]
			return j.run(cmd.Context(), args[1:])
		},
	}
	j.flags.add(cmd.Flags())
	cmd.Flags().StringVar(&j.flags.answers, "answers", "", "the column `COL` of known answers, imported as decisions")
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
	Rejected   uint64  `json:"rejected"`
	Side       string  `json:"rejected_file,omitempty"`
	Seconds    float64 `json:"seconds"`
}

func (j *importJob) run(ctx context.Context, files []string) (err error) {
	var p *store.Project
	if _, e := os.Stat(j.path); e == nil {
		if p, err = j.open(j.path, false); err != nil {
			return err
		}
		defer p.Close()
	}
	var results []imported
	for _, file := range files {
		src, err := openSource(file, j.read, j.In)
		if err != nil {
			return err
		}
		p, err = j.file(ctx, p, src, &results)
		src.close()
		if p != nil {
			defer p.Close()
		}
		if err != nil {
			return err
		}
	}
	if j.asJSON {
		return writeJSON(j.Out, map[string]any{"project": j.path, "files": results})
	}
	return nil
}

// file imports one file. It reads the file twice: first to see that it can be
// read to the end (and which labels it has, for a new project), so that a bad
// row near the end leaves nothing behind.
func (j *importJob) file(ctx context.Context, p *store.Project, src *source, results *[]imported) (*store.Project, error) {
	start := time.Now()
	look, err := j.look(ctx, p, src)
	if err != nil {
		return p, err
	}
	j.say("%s: %s", filepath.Base(src.name), look.dialect)
	if p == nil {
		t, err := j.newTask(look)
		if err != nil {
			return nil, err
		}
		if p, err = store.Create(j.path, t, store.Options{Program: "inkling", Now: time.Now}); err != nil {
			return nil, err
		}
		j.say("made %s\n%s", j.path, describe(t))
	}
	m, err := j.fit(p, look.columns)
	if err != nil {
		return p, err
	}
	if j.onError == "stop" {
		// The answers could not be checked before the task was known.
		if err := look.check(p.Task(), m, src.name); err != nil {
			return p, err
		}
	}
	res, side, err := j.add(ctx, p, src, m, look)
	*results = append(*results, imported{File: src.name, Dialect: look.dialect.String(), Rows: res.Rows, Added: added(res),
		Duplicates: res.Duplicates, Rejected: res.Rejected, Side: side, Seconds: time.Since(start).Seconds()})
	line := fmt.Sprintf("%s: %d rows, %d added", filepath.Base(src.name), res.Rows, added(res))
	if res.Duplicates > 0 {
		line += fmt.Sprintf(", %d were there already", res.Duplicates)
	}
	if res.Rejected > 0 {
		line += fmt.Sprintf(", %d rejected: see %s", res.Rejected, side)
	}
	if s := time.Since(start).Seconds(); s > 0 {
		line += fmt.Sprintf(" (%.1f s, %.0f rows/s)", s, float64(res.Rows)/s)
	}
	j.say("%s", line)
	return p, err
}

func added(r label.Import) uint64 { return r.Last + 1 - r.First }

// looked is what the first reading found.
type looked struct {
	dialect format.Dialect
	columns []string
	samples []*sample
	rows    int64
	answers map[string]int // values of the answers column, with the line of the first
	gold    map[string]int
}

// look reads the file once. In skip mode, into a project whose labels are
// known, the beginning is enough.
func (j *importJob) look(ctx context.Context, p *store.Project, src *source) (looked, error) {
	r, err := src.reader()
	if err != nil {
		return looked{}, err
	}
	defer r.Close()
	l := looked{dialect: r.Dialect(), answers: map[string]int{}, gold: map[string]int{}}
	whole := j.onError == "stop" || (p == nil && len(j.flags.labels) == 0 && j.flags.answers+j.flags.gold != "")
	bar := j.newProgress("checking")
	defer bar.end()
	l.samples = newSamples(r.Columns())
	answers, gold, cols := -1, -1, 0
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		var bad *format.RowError
		if errors.As(err, &bad) && j.onError == "skip" {
			continue
		}
		if err != nil {
			return l, j.refuse(err)
		}
		if n := len(rec.Fields); n > cols {
			// A JSON file may show new keys at any row.
			names := r.Columns()
			cols = n
			l.samples = append(l.samples, newSamples(names[min(len(l.samples), n):n])...)
			answers, gold = slices.Index(names, j.flags.answers), slices.Index(names, j.flags.gold)
		}
		if l.rows < sampleRows {
			for i, f := range rec.Fields {
				l.samples[i].add(string(f))
			}
		}
		note(l.answers, rec, answers)
		note(l.gold, rec, gold)
		if l.rows++; l.rows%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return l, err
			}
			bar.show(r.BytesRead(), r.Size(), bar.perSecond(l.rows, r.BytesRead()))
			if !whole && l.rows >= sampleRows {
				break
			}
		}
	}
	l.columns = r.Columns()
	if l.rows == 0 {
		return l, fmt.Errorf("%s has no rows", src.name)
	}
	return l, nil
}

// note counts a value; the map stays small.
func note(values map[string]int, rec format.Record, i int) {
	if i < 0 || i >= len(rec.Fields) || len(rec.Fields[i]) == 0 {
		return
	}
	if _, ok := values[string(rec.Fields[i])]; !ok && len(values) <= maxLabels {
		values[string(rec.Fields[i])] = rec.Line
	}
}

// refuse explains what a bad row means.
func (j *importJob) refuse(err error) error {
	var bad *format.RowError
	if errors.As(err, &bad) {
		return fmt.Errorf("%w\nnothing of this file was imported; mend the row, or use --on-error skip to set bad rows aside", err)
	}
	return err
}

// newTask makes the task of the project that the import makes.
func (j *importJob) newTask(l looked) (label.Task, error) {
	f := &j.flags
	if len(*f.byRole[label.Text]) == 0 && len(l.columns) > 1 {
		// One column that looks like text, or the one named so, is the text.
		roles := guess(l.samples)
		var texts []string
		for i, c := range l.columns {
			if _, given := f.roleOf(c); !given && roles[i] == label.Text {
				texts = append(texts, c)
			}
		}
		if len(texts) == 0 {
			c, err := j.infer("which column is the text to be labelled? (%s)", l.columns, "--text COL")
			if err != nil {
				return label.Task{}, err
			}
			*f.byRole[label.Text] = []string{c}
		}
	} else if len(*f.byRole[label.Text]) == 0 {
		*f.byRole[label.Text] = l.columns[:1]
	}
	specs := f.labels
	if len(specs) == 0 {
		values := l.answers
		if len(values) == 0 {
			values = l.gold
		}
		if len(values) > maxLabels {
			return label.Task{}, usagef("column %q has more than %d different values: these are not labels", f.answers+f.gold, maxLabels)
		}
		for v := range values {
			specs = append(specs, v)
		}
		sort.Strings(specs)
		if len(specs) == 0 {
			line, err := j.infer("which labels are there? (for example: yes,no)", nil, "--labels A,B,.. (or --answers COL, --gold COL)")
			if err != nil {
				return label.Task{}, err
			}
			specs = strings.Split(line, ",")
		} else {
			// Values of a column are names, whatever characters they have.
			labels := make([]label.Label, len(specs))
			for i, k := range label.ProposeKeys(specs, reserved()) {
				labels[i] = label.Label{Name: specs[i], Key: k}
			}
			return j.taskOf(l, labels)
		}
	}
	labels, err := parseLabels(specs)
	if err != nil {
		return label.Task{}, err
	}
	return j.taskOf(l, labels)
}

func (j *importJob) taskOf(l looked, labels []label.Label) (label.Task, error) {
	columns, err := j.flags.columns(l.samples)
	if err != nil {
		return label.Task{}, err
	}
	return j.flags.newTask(j.path, columns, labels)
}

// infer asks on a terminal for what the file does not tell, and fails clearly
// where there is none.
func (j *importJob) infer(question string, choices []string, flag string) (string, error) {
	if !isTerminal(j.In) {
		hint := ""
		if len(choices) > 0 {
			hint = " (the file has " + strings.Join(choices, ", ") + ")"
		}
		return "", usagef("the new project needs %s%s", flag, hint)
	}
	if strings.Contains(question, "%s") {
		question = fmt.Sprintf(question, strings.Join(choices, ", "))
	}
	for {
		line, err := j.ask("%s", question)
		if err != nil {
			return "", err
		}
		if line != "" && (len(choices) == 0 || slices.Contains(choices, line)) {
			return line, nil
		}
	}
}

// mapping says where each field of the file goes in the project.
type mapping struct {
	to      []int // by field of the file: index in Task.Columns
	width   int   // columns of the project
	answers int   // field of the file with known answers, -1 without
	gold    int
	text    []int // fields of the file that are text
}

// fit maps the file's columns onto the project's, by name; new columns are
// added to the project.
func (j *importJob) fit(p *store.Project, names []string) (mapping, error) {
	t := p.Task()
	f := &j.flags
	changed := false
	m := mapping{answers: -1, gold: -1}
	for _, n := range f.named() {
		if !slices.Contains(names, n) {
			return m, usagef("there is no column %q; the file has %s", n, strings.Join(names, ", "))
		}
	}
	columns := slices.Clone(t.Columns)
	for i, n := range names {
		role, given := f.roleOf(n)
		at := slices.IndexFunc(columns, func(c label.Column) bool { return c.Name == n })
		if at < 0 {
			columns = append(columns, label.Column{Name: n, Role: role})
			at, changed = len(columns)-1, true
		} else if given && columns[at].Role != role {
			return m, usagef("column %q has the role %s in this project, not %s", n, columns[at].Role, role)
		}
		m.to = append(m.to, at)
		switch columns[at].Role {
		case label.Known:
			if n == f.answers {
				m.answers = i
			}
		case label.Gold:
			m.gold = i
		case label.Text:
			m.text = append(m.text, i)
		}
	}
	if len(m.text) == 0 {
		var texts []string
		for _, c := range columns {
			if c.Role == label.Text {
				texts = append(texts, c.Name)
			}
		}
		return m, usagef("the file has no column named %s, which is the text of this project; it has %s", strings.Join(texts, " or "), strings.Join(names, ", "))
	}
	if changed {
		t.Columns = columns
		if err := p.SetTask(t, userName()); err != nil {
			return m, err
		}
	}
	m.width = len(columns)
	return m, nil
}

// check refuses answers that are no label of the project.
func (l looked) check(t label.Task, m mapping, file string) error {
	for _, c := range []struct {
		field  int
		values map[string]int
	}{{m.answers, l.answers}, {m.gold, l.gold}} {
		if c.field < 0 {
			continue
		}
		for v, line := range c.values {
			if t.Class(v) < 0 {
				return fmt.Errorf("%s, line %d, column %d (%q): %q is not a label of this project; nothing of this file was imported; mend the row, or use --on-error skip to set bad rows aside",
					file, line, c.field+1, l.columns[c.field], v)
			}
		}
	}
	return nil
}

// add reads the file a second time and adds its rows.
func (j *importJob) add(ctx context.Context, p *store.Project, src *source, m mapping, l looked) (total label.Import, side string, err error) {
	r, err := src.reader()
	if err != nil {
		return total, "", err
	}
	defer r.Close()
	t := p.Task()
	im := p.NewImport(src.name, "import")
	rejects := &rejects{path: src.rejects()}
	defer func() {
		rejects.close()
		if rejects.n > 0 {
			side = rejects.path
		}
	}()
	bar := j.newProgress("importing")
	defer bar.end()
	fields := make([]string, m.width)
	var rows int64
	for {
		rec, e := r.Next()
		if e == io.EOF {
			break
		}
		if e == nil {
			e = j.row(t, m, rec, fields, im, src.name, l.columns)
		}
		var bad *format.RowError
		if errors.As(e, &bad) && j.onError == "skip" {
			im.Reject()
			if err := rejects.write(bad); err != nil {
				im.Abort()
				return im.Totals(), side, err
			}
			e = nil
		}
		if e != nil {
			im.Abort()
			return im.Totals(), side, e
		}
		if rows++; rows%4096 == 0 {
			if err := ctx.Err(); err != nil {
				// What was read is kept: the same command adds the rest.
				_, e := im.Close()
				return im.Totals(), side, errors.Join(err, e)
			}
			bar.show(r.BytesRead(), r.Size(), bar.perSecond(rows, r.BytesRead()))
		}
	}
	total, err = im.Close()
	return total, side, err
}

// row adds one record.
func (j *importJob) row(t label.Task, m mapping, rec format.Record, fields []string, im *store.Importer, file string, names []string) error {
	bad := func(i int, cause error) error {
		return &format.RowError{File: file, Line: rec.Line, Column: i + 1, ColumnName: names[i], Cause: cause}
	}
	clear(fields)
	values := rec.Strings()
	for i, v := range values {
		if i < len(m.to) {
			fields[m.to[i]] = v
		}
	}
	empty := true
	for _, i := range m.text {
		empty = empty && (i >= len(values) || strings.TrimSpace(values[i]) == "")
	}
	if empty {
		return bad(m.text[0], errors.New("the text is empty"))
	}
	var answer *label.Answer
	if m.answers >= 0 && m.answers < len(values) && values[m.answers] != "" {
		c := t.Class(values[m.answers])
		if c < 0 {
			return bad(m.answers, fmt.Errorf("%q is not a label of this project", values[m.answers]))
		}
		an := label.ClassAnswer(c)
		answer = &an
	}
	if m.gold >= 0 && m.gold < len(values) && values[m.gold] != "" && t.Class(values[m.gold]) < 0 {
		return bad(m.gold, fmt.Errorf("%q is not a label of this project", values[m.gold]))
	}
	return im.Add(fields, answer)
}
