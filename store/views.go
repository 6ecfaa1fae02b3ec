package store

import (
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// views is the write side of everything that is derived from the log, within
// one transaction or, while the log is replayed, in memory.
type views struct {
	tx      *bolt.Tx
	s       *state // a private copy
	changed map[uint32]bool
	task    bool // the task changed
	recent  [2]*lookup
	at      places
	made    standing // of a replay: the one that is being applied
	raw     [][]byte // of a replay: the decisions of the event as they are stored; nil where that is not known
	linked  bool     // the chain went on
	buf     []byte

	events, chain, items *bolt.Bucket
}

func newViews(tx *bolt.Tx, s *state) *views {
	v := &views{tx: tx, s: s, changed: map[uint32]bool{},
		events: tx.Bucket(bucketEvents), chain: tx.Bucket(bucketChain), items: tx.Bucket(bucketItems), at: newBuckets(tx)}
	// Both grow at the end.
	v.events.FillPercent, v.chain.FillPercent, v.items.FillPercent = 0.95, 0.95, 0.95
	return v
}

// append completes an event, puts it into the log, and applies it. A refusal
// has changed nothing; any other error means that the transaction must not be
// committed.
func (v *views) append(ev *label.Event) error {
	if err := v.prepare(ev); err != nil {
		return err
	}
	return v.put(ev)
}

// put puts an event that is complete into the log, and applies it.
func (v *views) put(ev *label.Event) error {
	b := encodeEvent(*ev)
	if err := v.events.Put(key8(ev.Seq), b); err != nil {
		return err
	}
	if err := v.apply(ev); err != nil {
		return err
	}
	return v.link(b)
}

// apply brings the views up to date with an event of the log. It relies on
// nothing but the event and the views, and checks that they agree.
func (v *views) apply(ev *label.Event) error {
	if ev.Seq != v.s.counts.Events+1 {
		return damaged("event %d follows event %d", ev.Seq, v.s.counts.Events)
	}
	var err error
	switch ev.Kind {
	case label.Created:
		err = v.create(ev)
	case label.Imported:
		err = v.imported(ev)
	case label.Changed:
		err = v.change(ev)
	case label.Decided:
		err = v.decide(ev)
	case label.Undone:
		err = v.undo(ev)
	case label.Redone:
		err = v.redo(ev)
	case label.Commented:
		err = v.comment(ev)
	case label.Ruled:
		err = v.rule(ev)
	default:
		err = errors.New("no such kind of event")
	}
	if err != nil {
		if errors.Is(err, ErrDamaged) || isDisk(err) {
			return fmt.Errorf("event %d: %w", ev.Seq, err)
		}
		return damaged("event %d: %v", ev.Seq, err)
	}
	v.s.counts.Events = ev.Seq
	return nil
}

// flush writes the small views. It must be called once, before the commit.
func (v *views) flush() error {
	now := v.tx.Bucket(bucketNow)
	if v.task {
		if err := now.Put(keyTask, encode(schemaOf(&v.s.task), v.s.task)); err != nil {
			return err
		}
	}
	people := v.tx.Bucket(bucketAnnotators)
	for n := range v.changed {
		if err := people.Put(key4(n), encode(annotatorSchema, v.s.people[n-1])); err != nil {
			return err
		}
	}
	if v.linked {
		if err := v.tx.Bucket(bucketMeta).Put(keyHead, encodeHead(v.s.head)); err != nil {
			return err
		}
	}
	return now.Put(keyCounts, encode(countsSchema, v.s.counts))
}

func (v *views) create(ev *label.Event) error {
	switch {
	case ev.Seq != 1:
		return errors.New("created twice")
	case ev.Task == nil:
		return errors.New("no task")
	}
	v.s.task, v.task = *ev.Task, true
	v.s.counts.PerClass = make([]uint64, len(ev.Task.Labels))
	return nil
}

func (v *views) imported(ev *label.Event) error {
	im := ev.Import
	switch {
	case im == nil:
		return errors.New("no import")
	case im.First != v.s.counts.Items+1 || im.Last+1 < im.First:
		return fmt.Errorf("items %d to %d follow item %d", im.First, im.Last, v.s.counts.Items)
	}
	v.s.counts.Items = im.Last
	return nil
}

func (v *views) change(ev *label.Event) error {
	if ev.Task == nil || len(ev.Task.Labels) < len(v.s.counts.PerClass) {
		return errors.New("no task, or labels were removed")
	}
	v.s.task, v.task = *ev.Task, true
	v.s.counts.PerClass = append(v.s.counts.PerClass, make([]uint64, len(ev.Task.Labels)-len(v.s.counts.PerClass))...)
	return nil
}

func (v *views) comment(ev *label.Event) error {
	c := ev.Comment
	if c == nil || c.Item == 0 || c.Item > v.s.counts.Items {
		return errors.New("no comment on an item that there is")
	}
	return v.at.comment(c.Item, ev.Seq)
}

// person returns an annotator for changing.
func (v *views) person(name string) (*annotator, uint32) {
	n := v.s.join(name)
	v.changed[n] = true
	return &v.s.people[n-1], n
}

func (v *views) decide(ev *label.Event) error {
	p, n := v.person(ev.Annotator)
	if ev.Before != p.Undo {
		return fmt.Errorf("follows decision %d, not %d", p.Undo, ev.Before)
	}
	for i := range ev.Decisions {
		d := &ev.Decisions[i]
		if d.Item == 0 || d.Item > v.s.counts.Items {
			return fmt.Errorf("no item %d", d.Item)
		}
		if err := v.stand(d.Item, keeper(d, n), d.Prev, v.standing(ev.Seq, i, d)); err != nil {
			return err
		}
	}
	p.Undo, p.Redo = ev.Seq, 0
	return nil
}

// standing is what a decision makes of an item. A replay, whose places keep its
// bytes alone, gets the same one each time.
func (v *views) standing(seq uint64, i int, d *label.Decision) *standing {
	if i >= len(v.raw) {
		return &standing{Event: seq, Decision: *d}
	}
	v.made = standing{Event: seq, Decision: *d, raw: v.raw[i]}
	return &v.made
}

func (v *views) undo(ev *label.Event) error {
	p, n := v.person(ev.Annotator)
	if p.Undo == 0 || ev.Target != p.Undo || ev.Before != p.Redo {
		return fmt.Errorf("undoes %d after %d, where %d after %d is next", ev.Target, ev.Before, p.Undo, p.Redo)
	}
	target, err := v.event(ev.Target)
	if err != nil {
		return err
	}
	for _, d := range target.ev.Decisions {
		var before *standing
		if d.Prev != 0 {
			if before, err = v.decision(d.Prev, d.Item); err != nil {
				return err
			}
		}
		if err := v.stand(d.Item, keeper(&d, n), ev.Target, before); err != nil {
			return err
		}
	}
	p.Undo, p.Redo = target.ev.Before, ev.Seq
	return nil
}

func (v *views) redo(ev *label.Event) error {
	p, n := v.person(ev.Annotator)
	if p.Redo == 0 {
		return errors.New("nothing to redo")
	}
	undone, err := v.event(p.Redo)
	if err != nil {
		return err
	}
	if ev.Target != undone.ev.Target {
		return fmt.Errorf("redoes %d, where %d is next", ev.Target, undone.ev.Target)
	}
	before := undone.ev.Before
	target, err := v.event(ev.Target)
	if err != nil {
		return err
	}
	for _, d := range target.ev.Decisions {
		if err := v.stand(d.Item, keeper(&d, n), d.Prev, &standing{Event: ev.Target, Decision: d}); err != nil {
			return err
		}
	}
	p.Undo, p.Redo = ev.Target, before
	return nil
}

// stand moves the standing of an item by one annotator from the event was to
// now (nil: to none), and keeps counts and lists in step.
func (v *views) stand(num uint64, n uint32, was uint64, now *standing) error {
	before, by, mine, err := v.at.standings(num, n)
	if err != nil {
		return err
	}
	if at := seqOf(mine); at != was {
		return fmt.Errorf("item %d stands at event %d, not %d", num, at, was)
	}
	if err := v.at.stand(num, n, now); err != nil {
		return err
	}
	after, afterBy := now, n
	if before != nil && by != n && !prevails(now, before) {
		return nil // someone else's decision stays in force
	}
	if before != nil && by == n && !prevails(now, before) {
		// What was in force went back; someone else may be in force now.
		if after, afterBy, _, err = v.at.standings(num, n); err != nil {
			return err
		}
	}
	if err := v.count(num, before, by, -1); err != nil {
		return err
	}
	return v.count(num, after, afterBy, +1)
}

// prevails reports whether a standing is in force where the other one stands
// beside it: a settlement before all others, an answer or a flag before a skip,
// and of equals the later one.
func prevails(s, over *standing) bool {
	if s == nil || over == nil {
		return s != nil
	}
	if a, b := weight(&s.Decision), weight(&over.Decision); a != b {
		return a > b
	}
	return s.Event > over.Event
}

func weight(d *label.Decision) uint8 {
	switch {
	case d.Settles:
		return 2
	case d.Action == label.Skipped:
		return 0
	}
	return 1
}

func seqOf(s *standing) uint64 {
	if s == nil {
		return 0
	}
	return s.Event
}

// count adds a standing in force to the counts and lists, or takes it out.
func (v *views) count(num uint64, s *standing, by uint32, sign int) error {
	if s == nil {
		return nil
	}
	c := &v.s.counts
	add := func(n *uint64) { *n += uint64(sign) }
	d := &s.Decision
	switch d.Action {
	case label.Skipped:
		add(&c.Skipped)
		return v.at.list(bucketSkipped, s.Event, num, by, sign)
	case label.Flagged:
		add(&c.Flagged)
		return v.at.list(bucketFlagged, s.Event, num, by, sign)
	case label.Accepted:
		add(&c.Accepted)
	case label.Corrected:
		add(&c.Corrected)
	}
	if !d.Action.HasAnswer() {
		return fmt.Errorf("item %d: no action %d", num, d.Action)
	}
	add(&c.Labelled)
	if d.Audit {
		add(&c.Audited)
	}
	for _, class := range classesOf(v.s.task.Kind, &d.Answer) {
		if class < 0 || class >= len(c.PerClass) {
			return fmt.Errorf("item %d: no class %d", num, class)
		}
		add(&c.PerClass[class])
	}
	return nil
}

// classesOf returns the classes that an answer names, each once.
func classesOf(k label.Kind, a *label.Answer) []int {
	switch k {
	case label.Classes:
		return []int{a.Class}
	case label.MultiLabel:
		return a.Set
	case label.Spans:
		var set []int
		seen := map[int]bool{}
		for _, s := range a.Spans {
			if !seen[s.Class] {
				seen[s.Class] = true
				set = append(set, s.Class)
			}
		}
		return set
	}
	return nil
}
