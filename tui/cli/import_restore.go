package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"inkling/label"
	"inkling/store"
)

// Places in provenance.
const (
	exLabel       = 1
	exAction      = 2
	exAnnotator   = 3
	exTime        = 4
	exSuggestion  = 5
	exProbability = 6
	exModel       = 7
	exTook        = 9
	exNote        = 10
	exEvent       = 11
)

// aboutExport says what becomes of the columns that an export added.
func (l looked) aboutExport(f taskFlags) string {
	name := l.columns[l.added[exLabel]]
	if f.answers == name {
		return "this is an export: its answers come back, each with who gave it and when"
	}
	return fmt.Sprintf("this is an export: what it added to the data is left out; --answers %s brings its answers back", name)
}

// as returns the name that each column of the file has in the project: its own,
// or, of an export, the one it had before; "" for what an export added, unless
// a flag makes something of it, which then has a name that is nobody else's.
func (l looked) as(f taskFlags) []string {
	out := namesBefore(l.columns)
	for p, i := range l.added {
		if _, given := f.roleOf(l.columns[i]); !given || p == exLabel && l.columns[i] == f.answers {
			out[i] = ""
		} else {
			out[i] = l.columns[i] + " (export)"
		}
	}
	return out
}

// own are the samples of the columns that go into a new project, as they are
// called there.
func (l looked) own(f taskFlags) []*sample {
	var out []*sample
	for i, n := range l.as(f) {
		if n != "" {
			s := *l.samples[i]
			s.as = n
			out = append(out, &s)
		}
	}
	return out
}

// comeBack is one decision of an export.
type comeBack struct {
	event uint64
	who   string
	when  time.Time
	d     label.Decision
}

// restore reads an export once more and makes its decisions again, in the
// order in which they were made, about items that have none in force. Those
// that were one event are one again. It holds all decisions in memory, without
// the texts.
func (j *importJob) restore(ctx context.Context, p *store.Project, src *source, m mapping) (int, error) {
	r, err := src.reader()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	t, form := p.Task(), newAnswers(p.Task())
	var all []comeBack
	seen, names := map[uint64]bool{}, map[string]string{}
	fields := make([]string, m.width)
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			continue // the reading before has seen to it
		}
		values := rec.Strings()
		c, ok := readBack(form, m, values)
		if !ok {
			continue
		}
		clear(fields)
		for i, v := range values {
			if i < len(m.to) && m.to[i] >= 0 {
				fields[m.to[i]] = v
			}
		}
		id, _ := t.Identify(fields)
		it, err := p.ItemByID(id)
		if errors.Is(err, store.ErrNoItem) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if _, has, err := p.Standing(it.Num); err != nil {
			return 0, err
		} else if has || seen[it.Num] {
			continue
		}
		seen[it.Num] = true
		// Nothing of the row's text stays in memory.
		c.d.Item, c.d.Note = it.Num, strings.Clone(c.d.Note)
		if name, ok := names[c.who]; ok {
			c.who = name
		} else {
			c.who = strings.Clone(c.who)
			names[c.who] = c.who
		}
		all = append(all, c)
		if len(all)%4096 == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	slices.SortStableFunc(all, func(a, b comeBack) int { return cmp.Compare(a.event, b.event) })
	return len(all), appendAll(ctx, p, all)
}

// eventMost is the number of decisions that one event has at most, and that
// wait for the disk together: as many as an import makes.
const eventMost = 32 << 10

// appendAll hands decisions to the store.
func appendAll(ctx context.Context, p *store.Project, all []comeBack) error {
	var last *store.Pending
	for waiting := 0; len(all) > 0; {
		n := 1
		for n < len(all) && n < eventMost && all[0].event != 0 && all[n].event == all[0].event && all[n].who == all[0].who {
			n++
		}
		ev := label.Event{Kind: label.Decided, Time: all[0].when, Annotator: all[0].who}
		for _, c := range all[:n] {
			ev.Decisions = append(ev.Decisions, c.d)
		}
		all = all[n:]
		last = p.Append(ev)
		if waiting += n; waiting >= eventMost || len(all) == 0 {
			if _, _, err := last.Wait(ctx); err != nil {
				return fmt.Errorf("bring a decision back: %w", err)
			}
			waiting = 0
		}
	}
	return nil
}

// readBack reads the decision of a row; false where it has none.
func readBack(form *answers, m mapping, values []string) (comeBack, bool) {
	at := func(p int) string {
		if i := m.restore[p]; i < len(values) {
			return values[i]
		}
		return ""
	}
	c := comeBack{who: at(exAnnotator)}
	var err error
	if c.d.Action, err = label.ParseAction(at(exAction)); err != nil {
		c.d.Action = label.Answered
	}
	if c.d.Action.HasAnswer() {
		var has bool
		if c.d.Answer, has, _ = form.read(at(exLabel)); !has {
			return c, false
		}
	}
	if c.who == "" {
		c.who = "import" // a model's answer, or a row made by hand
	}
	if s, has, _ := form.read(at(exSuggestion)); has && err == nil {
		p, _ := strconv.ParseFloat(at(exProbability), 32)
		model, _ := strconv.ParseUint(at(exModel), 10, 64)
		c.d.Shown = &label.Shown{Answer: s, Probability: float32(p), Model: model}
	}
	if sec, err := strconv.ParseFloat(at(exTook), 64); err == nil && sec > 0 && sec < 1e6 {
		c.d.Took = time.Duration(sec*1e9 + 0.5)
	}
	c.d.Note = at(exNote)
	c.event, _ = strconv.ParseUint(at(exEvent), 10, 64)
	c.when, _ = time.Parse(time.RFC3339Nano, at(exTime))
	return c, true
}
