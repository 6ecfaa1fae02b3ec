package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn/external"
	"inkling/store"
	"inkling/tui/safe"
)

// annotateJob is one call of annotator run or annotator test.
type annotateJob struct {
	*app
	on    string
	limit int
	trust bool
	again bool
	retry bool
}

func (a *app) annotatorRun() *cobra.Command {
	j := &annotateJob{app: a}
	cmd := &cobra.Command{
		Use:   "run PROJECT NAME",
		Short: "Let a program answer, and keep what it says",
		Long: `Let a registered program answer items, the audit stream first, and keep its
answers in the project. What it has answered before is not asked again, so a
run that was interrupted goes on where it was.

--on says which: those that nobody has decided and the audit stream (open, the
default), only the audit stream (audit), or all.

A program that ends early or is silent for too long is started again, up to
five times in a row; an item that it fails with twice is passed over and named.`,
		Example: `  inkling annotator run spam.inkling bert
  inkling annotator run spam.inkling bert --on audit --json
  inkling annotator run spam.inkling bert --retry`,
		Args:              args(cobra.ExactArgs(2)),
		ValidArgsFunction: projectAndAnnotator,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains([]string{"open", "audit", "all"}, j.on) {
				return usagef("--on is open, audit or all, not %q", j.on)
			}
			if j.limit < 0 {
				return usagef("--limit needs a number above 0, not %d", j.limit)
			}
			return j.run(cmd.Context(), args[0], args[1])
		},
	}
	f := cmd.Flags()
	f.StringVar(&j.on, "on", "open", "which items: open, audit or all")
	f.IntVar(&j.limit, "limit", 0, "ask about no more than `N` items (default: all that are left)")
	f.BoolVar(&j.again, "again", false, "ask anew what it has answered")
	f.BoolVar(&j.retry, "retry", false, "ask again where it had no answer, or failed")
	f.BoolVar(&j.trust, "trust", false, "agree that the program runs on this machine")
	return a.jsonFlag(cmd)
}

// passed is an item without an answer.
type passed struct {
	Item uint64 `json:"item"`
	Why  string `json:"why"`
}

// annotated is what a run came to.
type annotated struct {
	Annotator string         `json:"annotator"`
	Program   external.Hello `json:"program"`
	Asked     int            `json:"asked"`
	Answered  int            `json:"answered"`
	Refused   int            `json:"refused"` // it said that it has no answer
	Skipped   int            `json:"skipped"` // it failed with them twice
	Without   []passed       `json:"without"` // the first of both
	Restarts  int            `json:"restarts"`
	Left      int            `json:"left"`
	Seconds   float64        `json:"seconds"`
}

// mostPassed bounds how many items without an answer are named.
const mostPassed = 20

func (j *annotateJob) run(ctx context.Context, path, name string) (err error) {
	p, err := j.open(path, false)
	if err != nil {
		return err
	}
	defer func() { err = closed(p, err) }()
	x, err := findAnnotator(p, name)
	if err != nil {
		return err
	}
	command, err := j.command(p.Task(), path, x)
	if err != nil {
		return err
	}
	answers := external.Open(p, x.ID)
	nums, err := j.choose(ctx, p, answers)
	if err != nil {
		return err
	}
	todo := len(nums)
	if j.limit > 0 {
		nums = nums[:min(j.limit, len(nums))]
	}
	out := annotated{Annotator: x.Name, Program: x.Program, Without: []passed{}, Left: todo}
	start := time.Now()
	if len(nums) > 0 {
		err = j.ask(ctx, p, x, command, answers, nums, &out)
	}
	out.Seconds = time.Since(start).Seconds()
	out.Left = todo - out.Asked
	if err != nil {
		if out.Asked > 0 {
			j.say("kept: %s of %s", count(out.Answered, "answer", "answers"), x.Name)
		}
		return err
	}
	if j.asJSON {
		return writeJSON(j.Out, out)
	}
	out.print(j)
	return nil
}

// command is what an annotator runs, once that is agreed to.
func (j *annotateJob) command(t label.Task, path string, x external.Annotator) (external.Command, error) {
	home, err := projectFolder(path)
	if err != nil {
		return external.Command{}, err
	}
	if err := j.mayRun(x, x.Folder(home), j.trust); err != nil {
		return external.Command{}, err
	}
	var labels []string
	for _, l := range t.Labels {
		labels = append(labels, l.Name)
	}
	return annotatorCommandOf(x, x.Folder(home), labels)
}

// scan is how many items are read at once: in between the project is free.
const scan = 1024

// choose returns the numbers of the items to be asked about, those of the audit
// stream first.
func (j *annotateJob) choose(ctx context.Context, p *store.Project, answers *external.Answers) ([]uint64, error) {
	decided := map[uint64]bool{}
	err := p.Standings(ctx, func(s label.Standing) error {
		decided[s.Item] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	var audit, rest []uint64
	for from, all := uint64(1), p.Counts().Items; from <= all; from += scan {
		var part []label.Item
		err := p.Items(ctx, from, min(from+scan-1, all), func(it label.Item) error {
			part = append(part, label.Item{Num: it.Num, Audit: it.Audit})
			return nil
		})
		if err != nil {
			return nil, err
		}
		for _, it := range part {
			if !it.Audit && (j.on == "audit" || j.on == "open" && decided[it.Num]) {
				continue
			}
			was, ok, err := answers.Of(it.Num)
			switch {
			case err != nil:
				return nil, err
			case ok && !j.again && (was.Class >= 0 || !j.retry):
			case it.Audit:
				audit = append(audit, it.Num)
			default:
				rest = append(rest, it.Num)
			}
		}
	}
	return append(audit, rest...), nil
}

// itemsOf yields the items with these numbers, in their order.
func itemsOf(p *store.Project, nums []uint64) iter.Seq2[label.Item, error] {
	return func(yield func(label.Item, error) bool) {
		for part := range slices.Chunk(nums, 64) {
			var items []label.Item
			err := p.ItemsByNum(part, func(it label.Item) error {
				items = append(items, it)
				return nil
			})
			for _, it := range items {
				if !yield(it, nil) {
					return
				}
			}
			if err != nil {
				yield(label.Item{}, err)
				return
			}
		}
	}
}

// ask lets the program answer, and keeps what it says whatever the outcome.
func (j *annotateJob) ask(ctx context.Context, p *store.Project, x external.Annotator, c external.Command, answers *external.Answers, nums []uint64, out *annotated) error {
	j.say("asking %s about %s", x.Name, count(len(nums), "item", "items"))
	bar := j.newProgress("asking " + safe.Line(x.Name))
	defer bar.end()
	o := x.Options()
	o.Restarting = func(n int, pause time.Duration, why error) {
		bar.end()
		j.say("restart %d of %s in %v: %v", n, x.Name, pause, why)
	}
	report, err := external.Run(ctx, c, p.Task(), o, itemsOf(p, nums), func(a external.Answer) error {
		out.Asked++
		if a.Class < 0 && len(out.Without) < mostPassed {
			out.Without = append(out.Without, passed{a.Item, a.Why})
		}
		bar.show(int64(out.Asked), int64(len(nums)), fmt.Sprintf("%d items · %.1f items/s", out.Asked, float64(out.Asked)/time.Since(bar.start).Seconds()))
		return answers.Put(a)
	})
	out.Answered, out.Refused, out.Skipped, out.Restarts = report.Answered, report.Refused, report.Skipped, report.Restarts
	err = errors.Join(err, answers.Flush())
	if report.Hello != (external.Hello{}) {
		out.Program = report.Hello
		err = errors.Join(err, external.Met(p, x.ID, report.Hello))
	}
	return err
}

func (r *annotated) print(j *annotateJob) {
	if r.Asked == 0 {
		j.say("%s has been asked about all of these items", r.Annotator)
		return
	}
	fmt.Fprintf(j.Out, "%s: %s in %.1f s (%.1f items/s)", safe.Line(r.Annotator), count(r.Answered, "answer", "answers"), r.Seconds, float64(r.Asked)/max(r.Seconds, 1e-9))
	for _, x := range []struct {
		n         int
		one, more string
	}{{r.Refused, "item without one", "items without one"}, {r.Skipped, "passed over", "passed over"}, {r.Restarts, "restart", "restarts"}, {r.Left, "left", "left"}} {
		if x.n > 0 {
			fmt.Fprintf(j.Out, ", %s", count(x.n, x.one, x.more))
		}
	}
	fmt.Fprintln(j.Out)
	for _, w := range r.Without {
		fmt.Fprintf(j.Out, "  item %d: %s\n", w.Item, safe.Line(w.Why))
	}
	if n := r.Refused + r.Skipped - len(r.Without); n > 0 {
		fmt.Fprintf(j.Out, "  and %d more\n", n)
	}
}
