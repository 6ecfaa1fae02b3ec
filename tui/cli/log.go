package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"inkling/label"
	"inkling/store"
)

// logJob is one call of log.
type logJob struct {
	*app
	kinds, people []string
	items         []string
	from, to      string
	text          bool
	hide          bool // names of people
}

func (a *app) logCommand() *cobra.Command {
	j := &logJob{app: a}
	cmd := &cobra.Command{
		Use:   "log PROJECT",
		Short: "Print the event log",
		Long: `Print the events of a project in their order: the log is the truth from which
everything else is derived. On a terminal, and with --text, an event is a line
for people; elsewhere it is a line of JSON. With --json the events are one
array. Each has its hash, which is made of its bytes and the hash of the event
before: inkling check says what that proves. The last one, with the number of its
event, is the head of the log, which is told to people on standard error.

--from and --to, which may also be written --since and --until, take the number
of an event, a day (2026-01-31) or a moment (2026-01-31T12:00:00Z); both ends are
included. --item takes numbers or names of items: it shows decisions on them,
what undid these, settlements and comments; of an event that decides about more
items, what it says of these.`,
		Example: `  inkling log spam.inkling
  inkling log spam.inkling --kind decided,undone --by ana --since 2026-01-31
  inkling log spam.inkling --item 17
  inkling log spam.inkling --text | tail
  inkling log spam.inkling --from 100 --to 200 > events.jsonl`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return j.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringSliceVar(&j.kinds, "kind", nil, "only these `KINDS`: "+strings.Join(kindNames(), ", "))
	cmd.Flags().StringSliceVar(&j.people, "by", nil, "only events of the people with these `NAMES` (also --annotator)")
	cmd.Flags().StringSliceVar(&j.items, "item", nil, "only what is about these `ITEMS`, by number or name")
	cmd.Flags().BoolVar(&j.text, "text", false, "a line for people an event, also where the output is no terminal")
	cmd.Flags().StringVar(&j.from, "from", "", "the first `EVENT`, or a time")
	cmd.Flags().StringVar(&j.to, "to", "", "the last `EVENT`, or a time")
	cmd.Flags().SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if usual, ok := map[string]string{"annotator": "by", "since": "from", "until": "to"}[name]; ok {
			name = usual
		}
		return pflag.NormalizedName(name)
	})
	cmd.Flags().BoolVar(&j.hide, "pseudonyms", false, "write person-1, person-2.. for the names of people, by who decided first, and leave notes and comments out")
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
	for k := label.Created; k <= label.Ruled; k++ {
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
	about, err := j.about(p.Project)
	if err != nil {
		return err
	}
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
	at := &tasks{p: p.Project}
	var names map[string]string
	if j.hide {
		names = pseudonyms(p.People())
	}
	err = p.Chained(ctx, first, last, func(ev label.Event, hash store.Digest) error {
		changed, err := at.changed(ctx, ev)
		if err != nil {
			return err
		}
		switch {
		case len(j.kinds) > 0 && !slices.Contains(j.kinds, ev.Kind.String()),
			len(j.people) > 0 && !slices.Contains(j.people, ev.Annotator),
			!from.time.IsZero() && ev.Time.Before(from.time),
			!to.time.IsZero() && ev.Time.After(to.time):
			return nil
		}
		if is, err := about.narrow(&ev); err != nil || !is {
			return err
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
		logged.Hash, logged.Changes = hash.String(), changed
		if j.hide {
			logged.hide(names)
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
	if err == nil && j.text {
		j.say("head of the log %v", p.Head())
	}
	return err
}

// about are the items that events have to be about; nil is all, and events about
// none.
type about struct {
	p     *store.Project
	items map[uint64]bool
}

func (j *logJob) about(p *store.Project) (*about, error) {
	if len(j.items) == 0 {
		return nil, nil
	}
	a := &about{p, map[uint64]bool{}}
	for _, s := range j.items {
		if num, err := strconv.ParseUint(s, 10, 64); err == nil {
			if num == 0 || num > p.Counts().Items {
				return nil, fmt.Errorf("there is no item %s: the project has %d", s, p.Counts().Items)
			}
			a.items[num] = true
			continue
		}
		id, err := label.ParseID(s)
		if err != nil {
			return nil, usagef("--item takes the number of an item, or its name, 32 hexadecimal digits; not %q", s)
		}
		it, err := p.ItemByID(id)
		if err != nil {
			return nil, err
		}
		a.items[it.Num] = true
	}
	return a, nil
}

// narrow reports whether an event is about the items, and takes what it decides
// about others out of it.
func (a *about) narrow(ev *label.Event) (bool, error) {
	if a == nil {
		return true, nil
	}
	others := func(d label.Decision) bool { return !a.items[d.Item] }
	switch ev.Kind {
	case label.Decided:
		ev.Decisions = slices.DeleteFunc(ev.Decisions, others)
		return len(ev.Decisions) > 0, nil
	case label.Undone, label.Redone:
		target, err := a.p.Event(ev.Target)
		return err == nil && slices.ContainsFunc(target.Decisions, func(d label.Decision) bool { return !others(d) }), err
	case label.Commented:
		return a.items[ev.Comment.Item], nil
	}
	return false, nil
}
