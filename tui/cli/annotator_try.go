package cli

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn/external"
	"inkling/learn/metric"
	"inkling/tui/safe"
)

func (a *app) annotatorTest() *cobra.Command {
	j := &annotateJob{app: a}
	cmd := &cobra.Command{
		Use:   "test PROJECT NAME",
		Short: "Try a program on a few items",
		Long: `Start a registered program, ask it about a few items drawn at random, and print
what it answers and how long each answer took. Nothing is kept. Where it fails,
what it wrote to standard error is shown.`,
		Example: `  inkling annotator test spam.inkling bert
  inkling annotator test spam.inkling bert --limit 20 --json`,
		Args:              args(cobra.ExactArgs(2)),
		ValidArgsFunction: projectAndAnnotator,
		RunE: func(cmd *cobra.Command, args []string) error {
			if j.limit < 1 {
				return usagef("--limit needs a number above 0, not %d", j.limit)
			}
			return j.test(cmd.Context(), args[0], args[1])
		},
	}
	cmd.Flags().IntVar(&j.limit, "limit", 5, "ask about `N` items")
	cmd.Flags().BoolVar(&j.trust, "trust", false, "agree that the program runs on this machine")
	return a.jsonFlag(cmd)
}

// tried is an answer of a test.
type tried struct {
	Item        uint64         `json:"item"`
	Label       string         `json:"label,omitempty"`
	Probability metric.Measure `json:"probability"`
	Why         string         `json:"why,omitempty"`
	Seconds     float64        `json:"seconds"`
	Text        string         `json:"text"`
}

func (j *annotateJob) test(ctx context.Context, path, name string) error {
	p, err := j.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	x, err := findAnnotator(p.Project, name)
	if err != nil {
		return err
	}
	command, err := j.command(p.Task(), path, x)
	if err != nil {
		return err
	}
	task := p.Task()
	var nums []uint64
	if _, err := p.Walk(label.ID{}, j.limit, func(num uint64, _ label.ID) bool {
		nums = append(nums, num)
		return true
	}); err != nil {
		return err
	}
	if len(nums) == 0 {
		return fmt.Errorf("%s has no items to try it on", path)
	}
	texts := map[uint64]string{}
	if err := p.ItemsByNum(nums, func(it label.Item) error {
		texts[it.Num] = itemText(task, it)
		return nil
	}); err != nil {
		return err
	}
	o := x.Options()
	o.Restarts = -1 // to try is to see it fail
	out, began := []tried{}, time.Now()
	report, err := external.Run(ctx, command, task, o, itemsOf(p.Project, nums), func(a external.Answer) error {
		t := tried{Item: a.Item, Probability: metric.Measure(a.Probability), Why: a.Why, Seconds: a.Took.Seconds(), Text: texts[a.Item]}
		if a.Class >= 0 {
			t.Label = task.Labels[a.Class].Name
		}
		out = append(out, t)
		return nil
	})
	if !j.asJSON {
		printTried(j, out)
	}
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeJSON(j.Out, map[string]any{"annotator": x.Name, "program": report.Hello, "answers": out, "stderr": report.Said, "seconds": time.Since(began).Seconds()})
	}
	if report.Hello.Name != "" {
		j.say("it calls itself %s %s", report.Hello.Name, report.Hello.Version)
	}
	if report.Said != "" {
		j.say("on standard error it wrote last:\n%s", report.Said)
	}
	return nil
}

// tookText is a time in seconds; what is too short to be told from nothing is
// said to be so.
func tookText(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second)).Round(100 * time.Microsecond)
	if d <= 0 {
		return "<100µs"
	}
	return d.String()
}

func printTried(j *annotateJob, all []tried) {
	for _, t := range all {
		said := safe.Line(t.Label)
		switch {
		case t.Label == "":
			said = "no answer: " + safe.Line(t.Why)
		case !math.IsNaN(float64(t.Probability)):
			said += fmt.Sprintf(" %.2f", float64(t.Probability))
		}
		fmt.Fprintf(j.Out, "item %-6d %8s  %-20s %s\n", t.Item, tookText(t.Seconds), said, safe.Truncate(safe.Line(t.Text), 40))
	}
}
