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
	for i, n := range l.columns {
		// Who said what is no part of an item that several people answered.
		if f.who != "" && (n == f.who || n == f.answers) || slices.Contains(l.tail, i) {
			out[i] = ""
		}
	}
	if f.who != "" {
		return out
	}
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

// restored names a decision that came back: an item has one of each person, and a
// settlement besides.
type restored struct {
	item    uint64
	who     string
	settles bool
}

// comeBack is one decision of an export.
type comeBack struct {
	event uint64
	who   string
	when  time.Time
	d     label.Decision
}

// restore reads an export once more and makes its decisions again, in the
// order in which they were made, about items that had none in force before. Those
// that were one event are one again. Where the file says who gave each answer, it
// takes every person's, about items that this person has not decided about.
// Comments come back with them. It holds all decisions in memory, without the
// texts.
func (j *importJob) restore(ctx context.Context, p *store.Project, src *source, m mapping) (decisions, comments int, err error) {
	r, err := src.reader()
	if err != nil {
		return 0, 0, err
	}
	defer r.Close()
	t, form := p.Task(), newAnswers(p.Task())
	var all []comeBack
	seen, names := map[restored]bool{}, map[string]string{}
	several := map[uint64]bool{} // items without a decision before, and with one
	read := func(values []string) (comeBack, bool) { return readBack(form, m, values) }
	if m.who >= 0 {
		read = func(values []string) (comeBack, bool) { return readAnswer(form, m, values) }
	}
	fields := make([]string, m.width)
	var remarks []label.Event
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			continue // the reading before has seen to it
		}
		values := rec.Strings()
		c, ok := read(values)
		said := readComments(m, values)
		if !ok && len(said) == 0 {
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
			return 0, 0, err
		}
		if remarks, err = addRemarks(p, remarks, it.Num, said); err != nil {
			return 0, 0, err
		}
		if !ok {
			continue
		}
		open, known := several[it.Num]
		if !known {
			all, err := p.ItemStandings(it.Num)
			if err != nil {
				return 0, 0, err
			}
			if open = len(all) == 0; m.who >= 0 {
				open = true
				for _, s := range all {
					seen[restored{it.Num, s.Annotator, s.Decision.Settles}] = true
				}
			}
			several[it.Num] = open
		}
		one := restored{it.Num, c.who, c.d.Settles}
		if !open || seen[one] {
			continue
		}
		one.who = strings.Clone(one.who)
		seen[one] = true
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
			return 0, 0, ctx.Err()
		}
	}
	if m.who >= 0 {
		// Each person's answers are one event.
		numbers := map[string]uint64{}
		for i, c := range all {
			if numbers[c.who] == 0 {
				numbers[c.who] = uint64(len(numbers)) + 1
			}
			all[i].event = numbers[c.who]
		}
	}
	slices.SortStableFunc(all, func(a, b comeBack) int { return cmp.Compare(a.event, b.event) })
	if err := appendAll(ctx, p, all); err != nil {
		return 0, 0, err
	}
	return len(all), len(remarks), appendRemarks(ctx, p, remarks)
}

// readAnswer reads what a row says that somebody answered; false where it says
// nothing.
func readAnswer(form *answers, m mapping, values []string) (comeBack, bool) {
	if m.who >= len(values) || m.said < 0 || m.said >= len(values) {
		return comeBack{}, false
	}
	c := comeBack{who: strings.TrimSpace(values[m.who])}
	c.d.Action = label.Answered
	var has bool
	var err error
	if c.d.Answer, has, err = form.read(values[m.said]); err != nil || !has {
		return c, false
	}
	if c.who == "" {
		c.who = label.Importer
	}
	return c, true
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
		c.d.Action, c.d.Settles = label.Answered, at(exAction) == settledAction
	}
	if c.d.Action.HasAnswer() {
		var has bool
		if c.d.Answer, has, _ = form.read(at(exLabel)); !has {
			return c, false
		}
	}
	if c.who == "" {
		c.who = label.Importer // a model's answer, or a row made by hand
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
