package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/clean"
	"inkling/label/demo"
	"inkling/store"
	"inkling/tui"
)

// The demo project.
const (
	demoRows   = 5000
	demoSeed   = 1
	demoLabels = 300
	demoFile   = "demo.inkling"
	oracleName = "oracle"
)

// demoJob is one call of demo.
type demoJob struct {
	*app
	fast   bool
	labels int
	seed   uint64
	path   string

	curve []played
}

func (a *app) demoCommand() *cobra.Command {
	j := &demoJob{app: a}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch the loop run by itself on the demo project",
		Long: `Watch the whole loop: on a project of loan memos that Inkling makes up, an
oracle answers at a person's pace, the model learns from it, and the curves
move. Any key hands the keys to you; D lets the oracle go on.

Without a terminal the oracle answers at once, and the accuracy over labels and
the final report are printed as text. The same seed gives the same.

The demo plays on a project of its own, which is gone afterwards unless
--project names a file. It never touches the project that inkling opens without
arguments.`,
		Example: `  inkling demo
  inkling demo --fast --labels 500
  inkling demo --seed 7 --project played.inkling > report.txt`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if j.labels < 1 || j.labels > demoRows {
				return usagef("--labels is 1 to %d, not %d", demoRows, j.labels)
			}
			return j.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&j.fast, "fast", false, "answer at once instead of at a person's pace")
	f.IntVar(&j.labels, "labels", demoLabels, "how many items the oracle answers: `N`")
	f.Uint64Var(&j.seed, "seed", demoSeed, "of the memos, the oracle and the queue")
	f.StringVar(&j.path, "project", "", "keep the project as `FILE`, which must be new or without decisions")
	return a.jsonFlag(cmd)
}

func (j *demoJob) run(ctx context.Context) error {
	path := j.path
	if path == "" {
		dir, err := os.MkdirTemp("", "inkling-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		path = filepath.Join(dir, demoFile)
	}
	p, err := j.demoProject(ctx, path, j.seed)
	if err != nil {
		return err
	}
	defer p.Close()
	if decided(p) {
		return fmt.Errorf("%s has decisions in it, and the demo plays only where there are none: name another file", path)
	}
	o := newOracle(p.Task(), j.labels)
	if !j.onTerminal() || j.asJSON {
		return j.play(ctx, p, o)
	}
	if j.fast {
		o.pace = fastPace
	}
	return j.workbench(ctx, p, "", oracleName, o)
}

// fastPace is how long a card of the demo is in sight with --fast: as long as
// a frame or two, so that one sees that something happens.
const fastPace = 30 * time.Millisecond

// demoWorkbench is inkling without arguments.
func (a *app) demoWorkbench(ctx context.Context) error {
	if !a.onTerminal() {
		return noTerminal()
	}
	dir, err := dataDir()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the folder of the demo project: %w", err)
	}
	p, err := a.demoProject(ctx, filepath.Join(dir, demoFile), demoSeed)
	if err != nil {
		return err
	}
	defer p.Close()
	return a.workbench(ctx, p, "", userName(), nil)
}

// dataDir is where programs keep a user's data.
func dataDir() (string, error) {
	if d := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, "inkling"), nil
	}
	if d := os.Getenv("LocalAppData"); runtime.GOOS == "windows" && d != "" {
		return filepath.Join(d, "inkling"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("where to keep the demo project: %w; set XDG_DATA_HOME", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "inkling"), nil
	}
	return filepath.Join(home, ".local", "share", "inkling"), nil
}

// decided reports whether any decision is in force.
func decided(p *store.Project) bool {
	c := p.Counts()
	return c.Labelled+c.Skipped+c.Flagged > 0
}

// demoTask is what the demo project asks.
func demoTask(seed uint64) (label.Task, error) {
	t := label.Task{Name: "loan memos", Kind: label.Classes, Clean: clean.Defaults().String(), Audit: label.DefaultAudit, Seed: seed,
		Guideline: "How will this loan go? Read the memo first; the figures beside it help.\n这笔贷款会怎样？先看备注，再看旁边的数字。"}
	var names []string
	for _, c := range demo.Classes() {
		names = append(names, c.Name)
		t.Labels = append(t.Labels, label.Label{Name: c.Name, Guideline: c.Chinese + " · " + c.Meaning + "\n" + c.Sense})
	}
	for i, k := range label.ProposeKeys(names, tui.Reserved()) {
		t.Labels[i].Key = k
	}
	for _, c := range demo.Columns() {
		role, err := label.ParseRole(c.Role)
		if err != nil {
			return t, err
		}
		t.Columns = append(t.Columns, label.Column{Name: c.Name, Role: role})
	}
	return t, nil
}

// demoProject opens a demo project, which is made where there is none, and
// completed where the making was broken off. What has decisions in it is
// opened as it is.
func (a *app) demoProject(ctx context.Context, path string, seed uint64) (*store.Project, error) {
	t, err := demoTask(seed)
	if err != nil {
		return nil, err
	}
	var p *store.Project
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		p, err = store.Create(path, t, store.Options{Program: "inkling", Now: time.Now})
		if err != nil {
			return nil, err
		}
	} else if p, err = a.open(path, false); err != nil {
		return nil, err
	}
	if !slices.EqualFunc(p.Task().Columns, t.Columns, func(a, b label.Column) bool { return a.Name == b.Name && a.Role == b.Role }) {
		p.Close()
		return nil, fmt.Errorf("%s is there already and is no demo project", path)
	}
	if !decided(p) {
		if err := a.fillDemo(ctx, p); err != nil {
			p.Close()
			return nil, err
		}
	}
	return p, nil
}

// fillDemo imports the memos that are not there yet.
func (a *app) fillDemo(ctx context.Context, p *store.Project) error {
	seed := p.Task().Seed
	done := label.Import{}
	err := p.Events(ctx, 1, p.Counts().Events, func(ev label.Event) error {
		if ev.Import != nil {
			done.Rows += ev.Import.Rows
		}
		return nil
	})
	if err != nil || done.Rows >= demoRows {
		return err
	}
	bar := a.newProgress("making the demo project")
	defer bar.end()
	im := p.NewImport("the demo's generator", "import")
	n := int64(0)
	for row := range demo.Rows(seed, demoRows) {
		if err := ctx.Err(); err != nil {
			im.Abort()
			return err
		}
		if err := im.Add(row.Fields, nil); err != nil {
			im.Abort()
			return err
		}
		n++
		bar.show(n, demoRows, "")
	}
	_, err = im.Close()
	return err
}

// oracle answers for the workbench, as tui.Oracle has it, and for the plain
// demo. It is for one goroutine.
type oracle struct {
	person *demo.Oracle
	doubt  map[label.ID]float64 // of the memos
	task   label.Task
	gold   int
	most   int
	given  map[uint64]bool // items that were answered
	pace   time.Duration   // 0: a person's
}

func newOracle(t label.Task, most int) *oracle {
	o := &oracle{person: demo.NewOracle(t.Seed), doubt: make(map[label.ID]float64, demoRows), task: t, gold: t.Column(label.Gold), most: most,
		given: map[uint64]bool{}}
	for row := range demo.Rows(t.Seed, demoRows) {
		id, _ := t.Identify(row.Fields)
		if _, ok := o.doubt[id]; !ok { // a memo that came twice is one item, the first
			o.doubt[id] = row.Ambiguity
		}
	}
	return o
}

// Answer returns what a person would say of a memo, until enough were
// answered.
func (o *oracle) Answer(it label.Item) (class int, took time.Duration, ok bool) {
	doubt, known := o.doubt[it.ID]
	if !known || !o.given[it.Num] && len(o.given) >= o.most {
		return 0, 0, false
	}
	o.given[it.Num] = true
	name, took := o.person.Answer(demo.Row{Fields: it.Fields, Gold: it.Field(o.gold), Ambiguity: doubt})
	if o.pace > 0 {
		took = o.pace
	}
	return o.task.Class(name), took, true
}
