package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn/external"
	"inkling/store"
)

// logJob is one call of log.
type logJob struct {
	*app
	kinds, people []string
	from, to      string
	text          bool
}

func (a *app) logCommand() *cobra.Command {
	j := &logJob{app: a}
	cmd := &cobra.Command{
		Use:   "log PROJECT",
		Short: "Print the event log",
		Long: `Print the events of a project in their order: the log is the truth from which
everything else is derived. On a terminal, and with --text, an event is a line
for people; elsewhere it is a line of JSON. With --json the events are one
array. --from and --to take the number of an event, a day (2026-01-31) or a
moment (2026-01-31T12:00:00Z); both ends are included.`,
		Example: `  inkling log spam.inkling
  inkling log spam.inkling --kind decided,undone --annotator ana --from 2026-01-31
  inkling log spam.inkling --text | tail
  inkling log spam.inkling --from 100 --to 200 > events.jsonl`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return j.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringSliceVar(&j.kinds, "kind", nil, "only these `KINDS`: "+strings.Join(kindNames(), ", "))
	cmd.Flags().StringSliceVar(&j.people, "annotator", nil, "only events of these `NAMES`")
	cmd.Flags().BoolVar(&j.text, "text", false, "a line for people an event, also where the output is no terminal")
	cmd.Flags().StringVar(&j.from, "from", "", "the first `EVENT`, or a time")
	cmd.Flags().StringVar(&j.to, "to", "", "the last `EVENT`, or a time")
	return a.jsonFlag(cmd)
}

// bound is one end of a stretch of the log: a number or a time.
type bound struct {
	seq  uint64
	time time.Time
}

// parseBound reads a bound; of a day it takes the first moment, or the last
// one where it is an end.
func parseBound(flag, s string, end bool) (bound, error) {
	if s == "" {
		return bound{}, nil
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		if n == 0 {
			return bound{}, usagef("--%s: events are numbered from 1", flag)
		}
		return bound{seq: n}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return bound{time: t}, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return bound{time: t}, nil
		}
	}
	t, err := time.ParseInLocation("2006-01-02", s, time.Local)
	if err != nil {
		return bound{}, usagef("--%s takes the number of an event, a day such as 2026-01-31 or a moment such as 2026-01-31T12:00:00Z, not %q", flag, s)
	}
	if end {
		t = t.AddDate(0, 0, 1).Add(-time.Nanosecond)
	}
	return bound{time: t}, nil
}

// kindNames are the names of the kinds of events.
func kindNames() []string {
	var names []string
	for k := label.Created; k <= label.Redone; k++ {
		names = append(names, k.String())
	}
	return names
}

func (j *logJob) run(ctx context.Context, path string) (err error) {
	if j.text && j.asJSON {
		return usagef("an event is printed either as --text or as --json")
	}
	j.text = j.text || isTerminal(j.Out) && !j.asJSON
	from, err := parseBound("from", j.from, false)
	if err != nil {
		return err
	}
	to, err := parseBound("to", j.to, true)
	if err != nil {
		return err
	}
	for _, k := range j.kinds {
		if kinds := kindNames(); !slices.Contains(kinds, k) {
			last := len(kinds) - 1
			return usagef("there is no kind of event %q: use %s or %s", k, strings.Join(kinds[:last], ", "), kinds[last])
		}
	}
	p, err := j.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	out, err := j.output("")
	if err != nil {
		return err
	}
	defer func() { err = out.finish(err) }()
	first, last := max(from.seq, 1), p.Counts().Events
	if to.seq > 0 {
		last = min(last, to.seq)
	}
	sep := ""
	if j.asJSON {
		sep = "["
	}
	form := newAnswers(p.Task())
	err = p.Events(ctx, first, last, func(ev label.Event) error {
		switch {
		case len(j.kinds) > 0 && !slices.Contains(j.kinds, ev.Kind.String()),
			len(j.people) > 0 && !slices.Contains(j.people, ev.Annotator),
			!from.time.IsZero() && ev.Time.Before(from.time),
			!to.time.IsZero() && ev.Time.After(to.time):
			return nil
		}
		if j.asJSON {
			if _, err := out.WriteString(sep); err != nil {
				return err
			}
			sep = ","
		}
		logged, err := logged(p.Project, form, ev)
		if err != nil {
			return err
		}
		if j.text {
			_, err = fmt.Fprintln(out, logged.line())
			return err
		}
		return writeJSON(out, logged)
	})
	if err == nil && j.asJSON {
		if sep == "[" {
			out.WriteString(sep)
		}
		out.WriteString("]\n")
	}
	return err
}

// loggedEvent is an event with names in place of numbers.
type loggedEvent struct {
	Seq       uint64           `json:"event"`
	Time      time.Time        `json:"time"`
	Kind      string           `json:"kind"`
	Annotator string           `json:"annotator,omitempty"`
	Decisions []loggedDecision `json:"decisions,omitempty"`
	Target    uint64           `json:"target,omitempty"`
	Task      *loggedTask      `json:"task,omitempty"`
	Import    *label.Import    `json:"import,omitempty"`
}

type loggedDecision struct {
	Item        uint64   `json:"item"`
	ID          string   `json:"id"`
	Action      string   `json:"action"`
	Label       string   `json:"label,omitempty"`
	Suggestion  string   `json:"suggestion,omitempty"`
	Probability *float32 `json:"probability,omitempty"`
	Model       uint64   `json:"model,omitempty"`
	By          string   `json:"suggested_by,omitempty"` // an external annotator; Model is its number
	Audit       bool     `json:"audit"`
	Seconds     float64  `json:"took,omitempty"`
	Note        string   `json:"note,omitempty"`
	Previous    uint64   `json:"previous,omitempty"`
}

type loggedTask struct {
	Name      string         `json:"name"`
	Kind      string         `json:"kind"`
	Labels    []label.Label  `json:"labels"`
	Columns   []loggedColumn `json:"columns"`
	Clean     string         `json:"clean"`
	Audit     float64        `json:"audit"`
	Seed      uint64         `json:"seed"`
	Guideline string         `json:"guideline,omitempty"`
}

type loggedColumn struct {
	Name     string          `json:"name"`
	Role     string          `json:"role"`
	Order    []string        `json:"order,omitempty"`
	Meanings []label.Meaning `json:"meanings,omitempty"`
}

func taskNames(t label.Task) *loggedTask {
	out := &loggedTask{Name: t.Name, Kind: t.Kind.String(), Labels: t.Labels, Clean: t.Clean, Audit: t.Audit, Seed: t.Seed, Guideline: t.Guideline}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, loggedColumn{c.Name, c.Role.String(), c.Order, c.Meanings})
	}
	return out
}

func logged(p *store.Project, form *answers, ev label.Event) (loggedEvent, error) {
	out := loggedEvent{Seq: ev.Seq, Time: ev.Time, Kind: ev.Kind.String(), Annotator: ev.Annotator, Target: ev.Target, Import: ev.Import}
	if ev.Task != nil {
		out.Task = taskNames(*ev.Task)
	}
	nums := make([]uint64, len(ev.Decisions))
	for i, d := range ev.Decisions {
		nums[i] = d.Item
	}
	ids := make(map[uint64]string, len(nums))
	if err := p.ItemsByNum(nums, func(it label.Item) error {
		ids[it.Num] = it.ID.String()
		return nil
	}); err != nil {
		return out, fmt.Errorf("event %d: %w", ev.Seq, err)
	}
	for _, d := range ev.Decisions {
		x := loggedDecision{Item: d.Item, ID: ids[d.Item], Action: d.Action.String(), Audit: d.Audit, Seconds: d.Took.Seconds(), Note: d.Note, Previous: d.Prev}
		if d.Action.HasAnswer() {
			x.Label = form.text(d.Answer)
		}
		if s := d.Shown; s != nil {
			x.Suggestion, x.Probability, x.Model = form.text(s.Answer), &s.Probability, s.Model
			var err error
			if x.By, err = external.NameOf(p, s.Model); err != nil {
				return out, fmt.Errorf("event %d: %w", ev.Seq, err)
			}
		}
		out.Decisions = append(out.Decisions, x)
	}
	return out, nil
}
