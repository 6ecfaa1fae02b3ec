package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/format"
	"inkling/label/truth"
	"inkling/learn"
	"inkling/store"
)

// exportJob is one call of export.
type exportJob struct {
	*app
	out, as string
	answers string
	decided bool
	method  string // of the truth; "" for none
	hide    bool   // names of people
	notes   bool   // also where names are hidden
	truth   *truths
	names   map[string]string // pseudonyms; nil for the names themselves
	safeCSV bool
	bom     bool
	task    label.Task
	written format.Format
	form    *answers
	snap    *learn.Snapshot  // nil where there is none
	times   map[uint64]int64 // of the events with decisions, in ns since 1970

	comments bool // there are some, and they are written
	gold     int  // column of the true answers, -1 without
	several  int  // items that several people answered
	outvoted int  // of those, where most said something else than the label
}

func (a *app) exportCommand() *cobra.Command {
	j := &exportJob{app: a}
	cmd := &cobra.Command{
		Use:   "export PROJECT",
		Short: "Write answers, suggestions and where they come from",
		Long: `Write the items of a project, one a row: "id", the item's columns as they were
imported, and then "label", the answer in force, which of several people's is the
last one, unless a reviewer settled it; "action" (accepted, corrected,
answered, skipped, flagged), "annotator" and "time"; "suggestion",
"probability" and "model": what was on screen when it was decided, or what the
model says of an item without a decision; "audit", whether the item belongs to
the audit stream; "took", in seconds; "note"; "event", the decision's number in the log; where there are any,
"comments"; and "gold_answer", what the column of true answers says. What importing the file again with --answers label gives is the
same items with the same answers, each with who gave it and when.

Where an answer is several labels, they are written as in the column of answers
that was imported: with the same separator, or as a list; none of them is [].

--answers says which answers are written as the label: those of people (human,
the default), the model's for all items (model), or people's where there are
any and the model's for the rest (both; their action is "suggested"). What was
flagged stays without a label.
With raw there is a row for each person's answer, flag or skip, and one for each
settlement, whose action is "settled"; importing that gives every one of them back.

Where most people said something else than the label, that is said. --truth adds
four columns: "truth", what the answers come to, where a settlement goes before
all; "confidence", its probability; "answers", how many people
answered; and "method".
--decided leaves out items without a label, a flag or a skip.

A column of the data that is called like one that is added is called NAME_raw,
and gets its name back when the file is imported. Where the data has a column
"id", the item's own id is in "inkling_id".`,
		Example: `  inkling export spam.inkling -o spam.csv
  inkling export spam.inkling -o labels.csv --decided
  inkling export spam.inkling --answers both --format jsonl | gzip > spam.jsonl.gz
  inkling export spam.inkling -o sheet.csv --safe-csv --bom`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch j.answers {
			case "human", "model", "both", "raw":
			default:
				return usagef("--answers is human, model, both or raw, not %q", j.answers)
			}
			if _, ok := truth.Methods()[j.method]; !ok && j.method != "" && j.method != "none" {
				return usagef("--truth is %s or none, not %q", list(slices.Sorted(maps.Keys(truth.Methods()))), j.method)
			}
			return j.run(cmd.Context(), args[0])
		},
	}
	f := cmd.Flags()
	f.StringVarP(&j.out, "output", "o", "", "the `FILE` to write (default: standard output)")
	f.StringVar(&j.as, "format", "", "csv, tsv or jsonl (default: by the output's name, else csv)")
	f.StringVar(&j.answers, "answers", "human", "whose answers are the label: human, model, both, or raw: one row for each person's")
	f.StringVar(&j.method, "truth", "", "add what the answers of several people come to, by `METHOD`: majority, weighted, dawid-skene, one-coin or glad")
	f.BoolVar(&j.hide, "pseudonyms", false, "write person-1, person-2.. for the names of people, by who decided first, and leave notes and comments out")
	f.BoolVar(&j.notes, "notes", false, "write notes and comments even with --pseudonyms")
	f.BoolVar(&j.decided, "decided", false, "only items with an answer, a flag or a skip")
	f.BoolVar(&j.safeCSV, "safe-csv", false, "put an apostrophe before cells that a spreadsheet would compute; such cells do not come back as they were")
	f.BoolVar(&j.bom, "bom", false, "begin with a byte order mark, which some spreadsheets need to see UTF-8")
	return cmd
}

func (j *exportJob) run(ctx context.Context, path string) (err error) {
	as, err := outputFormat(j.as, j.out, format.CSV)
	if err != nil {
		return err
	}
	p, err := j.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	j.task = p.Task()
	j.written = as
	if err := j.read(ctx, p); err != nil {
		return err
	}
	names := exportColumns(j.task.Columns)
	if j.comments {
		names = append(names, commentsName)
	}
	if j.gold >= 0 {
		names = append(names, goldName)
	}
	if j.truth != nil {
		names = append(names, truthNames...)
	}
	out, err := j.output(j.out)
	if err != nil {
		return err
	}
	defer func() { err = out.finish(err) }()
	w, err := format.NewWriter(out, as, names, format.WriterOptions{NoFormulas: j.safeCSV, BOM: j.bom && as != format.JSONL})
	if err != nil {
		return err
	}
	bar := j.newProgress("exporting")
	defer bar.end()
	total, written, seen, last := p.Counts().Items, 0, 0, uint64(0)
	type placed struct {
		item     label.Item
		standing label.Standing // of item 0 where there is none
		when     time.Time      // it was decided
		said     format.Value   // comments, in the first row of an item
	}
	err = inBatches(ctx, func(ctx context.Context, emit func(placed) error) error {
		at, stop := standings(ctx, p.Project)
		defer stop()
		return p.Items(ctx, 1, total, func(it label.Item) error {
			st, err := at(it.Num)
			if err != nil {
				return err
			}
			all := []label.Standing{st}
			if j.answers == "raw" && st.Item != 0 {
				if all, err = p.ItemStandings(it.Num); err != nil {
					return err
				}
			}
			var said format.Value
			if j.comments {
				if said, err = j.remarks(p, it.Num); err != nil {
					return err
				}
			}
			for i, st := range all {
				when, err := j.when(p, st)
				if err != nil {
					return err
				}
				if i > 0 {
					said = format.Value{}
				}
				if err := emit(placed{it, st, when, said}); err != nil {
					return err
				}
			}
			return nil
		})
	}, func(x placed) []format.Value { return j.row(x.item, x.standing, x.when, x.said) }, func(x placed, row []format.Value) error {
		bar.show(int64(x.item.Num), int64(total), "")
		if row == nil {
			return nil
		}
		if written++; x.item.Num != last {
			seen, last = seen+1, x.item.Num
		}
		return w.Write(row)
	})
	if e := w.Close(); err == nil {
		err = e
	}
	if err == nil {
		bar.end()
		to := ""
		if out.file != nil {
			to = j.out + ": "
		}
		what := fmt.Sprintf("%d", seen)
		if j.answers == "raw" {
			what = count(written, "row", "rows") + " about " + what
		}
		j.say("%s%s of %s written", to, what, count(total, "item", "items"))
		j.sayOutvoted()
	}
	return err
}

// read reads when decisions were made, and the model.
func (j *exportJob) read(ctx context.Context, p *reading) error {
	if err := j.readForm(ctx, p); err != nil {
		return err
	}
	j.times = map[uint64]int64{}
	err := p.Events(ctx, 1, p.Counts().Events, func(ev label.Event) error {
		if ev.Kind == label.Decided {
			j.times[ev.Seq] = ev.Time.UnixNano()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if j.method != "" && j.method != "none" {
		j.truth, err = truthOf(ctx, p, j.method)
	} else if j.answers != "raw" && len(p.People()) > 1 {
		err = j.countOutvoted(ctx, p)
	}
	if err != nil {
		return err
	}
	j.gold = j.task.Column(label.Gold)
	if !j.hide || j.notes {
		some, err := p.Commented(1)
		if err != nil {
			return err
		}
		j.comments = len(some) > 0
	}
	if j.hide {
		j.names = pseudonyms(p.People())
	}
	if j.answers == "model" || j.answers == "both" {
		j.snap, err = j.currentModel(p)
		return err
	}
	// Without the model's answers being asked for, its suggestions are a bonus.
	id, err := p.CurrentModel()
	if err != nil || id == 0 || j.decided {
		return err
	}
	if j.snap, err = learn.Load(p.Project, id); err != nil {
		j.say("note: no suggestions: %s", words(err))
	}
	return nil
}

// countOutvoted counts the items where most people said something else than the
// answer in force, which is the last one.
func (j *exportJob) countOutvoted(ctx context.Context, p *reading) error {
	return p.AllStandings(ctx, func(all []label.Standing) error {
		votes := map[string]int{}
		for _, s := range all {
			switch {
			case s.Decision.Settles:
				return nil // a reviewer's word is in force
			case s.Decision.Action.HasAnswer():
				votes[j.form.text(s.Decision.Answer)]++
			}
		}
		n, most := 0, 0
		for _, v := range votes {
			n, most = n+v, max(most, v)
		}
		if n < 2 {
			return nil
		}
		j.several++
		for _, s := range slices.Backward(all) { // they are in the order of events
			if s.Decision.Action == label.Skipped {
				continue
			}
			if s.Decision.Action.HasAnswer() && votes[j.form.text(s.Decision.Answer)] < most {
				j.outvoted++
			}
			break
		}
		return nil
	})
}

// sayOutvoted warns of labels against which most people voted.
func (j *exportJob) sayOutvoted() {
	if j.outvoted > 0 {
		j.say("note: several people answered %s; the label is the last answer, and of %d of them most people said something else: --truth dawid-skene adds what the answers come to, --answers raw each of them",
			count(j.several, "item", "items"), j.outvoted)
	}
}

// formRows is how many items are looked at for how several labels are written.
const formRows = 1000

// readForm has answers written as the data's own column of answers has them.
func (j *exportJob) readForm(ctx context.Context, p *reading) error {
	j.form = newAnswers(j.task)
	at := j.task.Column(label.Known)
	if at < 0 {
		at = j.task.Column(label.Gold)
	}
	if at < 0 || j.task.Kind != label.MultiLabel {
		return nil
	}
	err := p.Items(ctx, 1, min(p.Counts().Items, formRows), func(it label.Item) error {
		if j.form.writtenLike(it.Field(at)) {
			return io.EOF // it is known
		}
		return nil
	})
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// standings returns what gives the standing of one item after the other, in
// ascending order; its Item is 0 where there is none. Like the items, they are
// read along, so that memory does not grow with them.
func standings(ctx context.Context, p *store.Project) (at func(num uint64) (label.Standing, error), stop func()) {
	var failed error
	next, stop := iter.Pull(func(yield func(label.Standing) bool) {
		failed = p.Standings(ctx, func(s label.Standing) error {
			if !yield(s) {
				return io.EOF // nobody wants the rest
			}
			return nil
		})
	})
	ahead, more := next()
	return func(num uint64) (label.Standing, error) {
		for more && ahead.Item < num {
			ahead, more = next()
		}
		if !more && failed != nil {
			return label.Standing{}, failed
		}
		if more && ahead.Item == num {
			return ahead, nil
		}
		return label.Standing{}, nil
	}, stop
}

// when returns when a standing was decided. Of a project that is at work, that
// may be after the times were read.
func (j *exportJob) when(p *reading, st label.Standing) (time.Time, error) {
	if st.Item == 0 {
		return time.Time{}, nil
	}
	if ns, ok := j.times[st.Event]; ok {
		return time.Unix(0, ns), nil
	}
	ev, err := p.Event(st.Event)
	return ev.Time, err
}
