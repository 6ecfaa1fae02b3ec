package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// A batch of rows is one transaction.
const (
	batchRows  = 64 << 10
	batchBytes = 8 << 20
	leastRoom  = 4 << 10 // to have before a row is added
)

// Importer adds the rows of one file. Rows are committed in batches while more
// are added, each batch with the event that records it; after a kill the
// project holds whole batches, and importing the same file again adds the
// rest. An Importer is for one goroutine.
type Importer struct {
	p         *Project
	task      label.Task
	file      string
	annotator string
	size      int    // rows of a batch
	fill      *batch // being filled
	spare     *batch // to be filled next
	flying    chan error
	flown     *batch // what flying is about
	carry     label.Import
	total     label.Import
	err       error
}

// NewImport begins an import from a file, whose name is recorded. Answers that
// come with rows become decisions of the annotator.
func (p *Project) NewImport(file, annotator string) *Importer {
	items := p.Counts().Items
	return &Importer{p: p, task: p.Task(), file: file, annotator: annotator, size: batchRows, fill: &batch{}, spare: &batch{},
		total: label.Import{File: file, First: items + 1, Last: items}}
}

// Add adds one row: its fields in the order of the task's columns, and an
// answer or nil. A row whose item is there already adds nothing, but its
// answer becomes a decision where the item has none in force. Nothing is kept
// of fields and answer. An error is that of an earlier batch, or refuses this
// row's answer; nothing more is imported then.
func (im *Importer) Add(fields []string, answer *label.Answer) error {
	if im.err != nil {
		return im.err
	}
	if answer != nil {
		d := label.Decision{Action: label.Answered, Answer: *answer}
		if err := checkDecision(&im.task, &d); err != nil {
			return err
		}
	}
	id, key := im.task.Identify(fields)
	b := im.fill
	if answer != nil {
		b.answers = append(b.answers, rowAnswer{len(b.rows), label.Answer{Class: answer.Class, Set: slices.Clone(answer.Set),
			Spans: slices.Clone(answer.Spans), Value: answer.Value}})
	}
	b.rows, b.keys = append(b.rows, nameOf(id, uint64(len(b.rows)))), append(b.keys, key)
	if room := cap(b.records) - len(b.records); room < leastRoom {
		b.records = slices.Grow(b.records, max(cap(b.records), leastRoom)) // twice as much: append would add a quarter
	}
	b.records = appendItem(b.records, id, key, fields)
	b.ends = append(b.ends, len(b.records))
	if len(b.rows) >= im.size || len(b.records) >= batchBytes {
		im.flush()
	}
	return im.err
}

// Reject counts a row that could not be read.
func (im *Importer) Reject() { im.fill.rejected++ }

// Totals returns what was imported so far, durably: rows read, and the items
// that came from them, First to Last.
func (im *Importer) Totals() label.Import { return im.total }

// Close commits what is left and returns the totals.
func (im *Importer) Close() (label.Import, error) {
	if im.err == nil {
		im.flush()
		im.land()
	}
	if im.err == nil && im.carry.Rows > 0 {
		// Nothing was new: the log says that it was tried.
		im.fill.last = true
		im.flush()
		im.land()
	}
	return im.total, im.end()
}

// Abort drops what is not yet on its way to the disk.
func (im *Importer) Abort() {
	im.land()
	im.end()
}

// end puts the names of all rows where they belong.
func (im *Importer) end() error {
	err := im.err
	if im.err == nil {
		im.err = errImported
	}
	if im.p.state.Load().tailSize() > 0 {
		<-im.p.nameTail()
	}
	return err
}

var errImported = errors.New("store: the import is over")

// flush waits for the batch on its way and sends the next one.
func (im *Importer) flush() {
	b := im.fill
	b.im = im
	err := b.arrange(im.p) // while the one before is written
	im.land()
	im.err = cmp.Or(im.err, err)
	if im.err != nil || len(b.rows) == 0 && b.rejected == 0 && !b.last {
		return
	}
	if im.p.state.Load().tailSize() >= tailNames {
		im.p.nameTail()
	}
	im.flown, im.flying = b, make(chan error, 1)
	done := im.flying
	im.p.queue.put(op{run: b.write, done: func(err error) { done <- err }, alone: true})
	im.fill, im.spare = im.spare, nil
}

// land waits for the batch on its way, if there is one.
func (im *Importer) land() {
	if im.flying == nil {
		return
	}
	err := <-im.flying
	b := im.flown
	im.flying, im.flown = nil, nil
	switch {
	case errors.Is(err, errNothingNew):
		im.carry = b.result
	case err != nil:
		im.err = err
		return
	default:
		im.carry = label.Import{}
	}
	t, r := &im.total, &b.own
	t.Rows, t.Duplicates, t.Conflicts, t.Rejected = t.Rows+r.Rows, t.Duplicates+r.Duplicates, t.Conflicts+r.Conflicts, t.Rejected+r.Rejected
	if r.Last >= r.First {
		if t.Last < t.First {
			t.First = r.First
		}
		t.Last = r.Last
	}
	b.reset()
	im.spare = b
}

// errNothingNew ends a transaction that would add nothing.
var errNothingNew = errors.New("store: nothing new")

// batch is rows on their way into the project. All its memory is used again.
type batch struct {
	im       *Importer
	rows     []name // the ID of each, and its place here
	keys     []uint64
	records  []byte // item records, one after the other
	ends     []int  // of each record
	answers  []rowAnswer
	rejected uint64
	last     bool

	order  []name   // rows in the order of IDs
	named  uint64   // up to where the bucket of names was complete when nums were looked up
	fresh  []bool   // rows that become items
	nums   []uint64 // of each row's item
	firsts []int    // the row that each new item came from, from own.First on
	taken  []bool   // new items that have their decision

	decisions []label.Decision

	own    label.Import // what this batch did
	result label.Import // the same with what earlier batches did not record
}

type rowAnswer struct {
	row    int
	answer label.Answer
}

func (b *batch) reset() {
	clear(b.answers)
	clear(b.decisions)
	*b = batch{rows: b.rows[:0], keys: b.keys[:0], records: b.records[:0], ends: b.ends[:0], answers: b.answers[:0], order: b.order[:0],
		fresh: b.fresh[:0], nums: b.nums[:0], firsts: b.firsts[:0], taken: b.taken[:0], decisions: b.decisions[:0]}
}

// write adds the batch to the project.
func (b *batch) write(v *views) error {
	im := b.im
	first := v.s.counts.Items + 1
	b.own = label.Import{File: im.file, First: first, Last: first - 1, Rows: uint64(len(b.rows)) + b.rejected, Rejected: b.rejected}
	if err := b.identify(v); err != nil {
		return err
	}
	if err := b.insert(v); err != nil {
		return err
	}
	b.result = b.own
	c := &im.carry
	b.result.Rows, b.result.Duplicates = b.result.Rows+c.Rows, b.result.Duplicates+c.Duplicates
	b.result.Conflicts, b.result.Rejected = b.result.Conflicts+c.Conflicts, b.result.Rejected+c.Rejected
	if err := b.decide(v); Refused(err) {
		// The rows are written already: nothing of this may stay.
		return errors.New(err.Error())
	} else if err != nil {
		return err
	}
	if b.own.Last < b.own.First && len(b.decisions) == 0 && !b.last {
		return refusal{errNothingNew}
	}
	now := im.p.options.now().Round(0).UTC()
	if err := v.append(&label.Event{Kind: label.Imported, Time: now, Annotator: im.annotator, Import: &b.result}); err != nil {
		return err
	}
	if len(b.decisions) == 0 {
		return nil
	}
	ev := &label.Event{Kind: label.Decided, Time: now, Annotator: im.annotator, Decisions: b.decisions}
	ev.Before = v.number(ev).Undo
	return v.put(ev)
}

// arrange puts the rows in the order of IDs and looks for those in the bucket
// of names, so that this needs no time in the transaction.
func (b *batch) arrange(p *Project) error {
	b.order = orderNames(b.order, b.rows)
	b.nums = append(b.nums, make([]uint64, len(b.rows))...)
	b.named = p.state.Load().named
	return p.view(b.lookUp)
}

// lookUp finds the rows whose names are in the bucket.
func (b *batch) lookUp(tx *bolt.Tx) error {
	if k, _ := tx.Bucket(bucketIDs).Cursor().First(); k == nil {
		return nil // as in the first batches of a new project
	}
	names := newBlocks(tx)
	for _, o := range b.order {
		b.nums[o.num] = names.find(o)
	}
	return nil
}

// identify finds the items that are there already, in the order of IDs, and
// numbers the others in the order of rows.
func (b *batch) identify(v *views) error {
	if v.s.named != b.named {
		// Names have left the tail since.
		if err := b.lookUp(v.tx); err != nil {
			return err
		}
	}
	tail := make([][]name, len(v.s.tail)) // what is still to be compared of each run
	for i, r := range v.s.tail {
		tail[i] = r.names
	}
	named := b.im.task.Column(label.Ident) >= 0
	b.fresh = append(b.fresh, make([]bool, len(b.rows))...)
	for i, o := range b.order {
		if i > 0 && b.order[i-1].compare(o) == 0 {
			continue
		}
		num := b.nums[o.num]
		for i, rest := range tail {
			for len(rest) > 0 && (rest[0].high < o.high || rest[0].high == o.high && rest[0].low < o.low) {
				rest = rest[1:]
			}
			if tail[i] = rest; len(rest) > 0 && rest[0].high == o.high && rest[0].low == o.low {
				num = rest[0].num
			}
		}
		b.fresh[o.num] = num == 0
		b.nums[o.num] = num
	}
	// Number the fresh in the order of rows.
	for row, is := range b.fresh {
		if is {
			b.own.Last++
			b.nums[row] = b.own.Last
			b.firsts = append(b.firsts, row)
		}
	}
	// The others share the number of the first row that has their ID.
	var leader uint64
	for i, o := range b.order {
		row := o.num
		if i == 0 || b.order[i-1].compare(o) != 0 {
			leader = row
		}
		if b.fresh[row] {
			continue
		}
		num := b.nums[leader]
		b.nums[row] = num
		same := true
		if named && num < b.own.First {
			r, err := parseRecord(v.items.Get(key8(num)))
			if err != nil {
				return err
			}
			same = r.key == b.keys[row]
		} else if named {
			same = b.keys[leader] == b.keys[row]
		}
		if same {
			b.own.Duplicates++
		} else {
			b.own.Conflicts++
		}
	}
	return nil
}

// insert writes the fresh rows in the order of numbers, so that pages are
// written in order, and adds their names to the tail.
func (b *batch) insert(v *views) error {
	var key [8]byte
	start := 0
	for row, end := range b.ends {
		if b.fresh[row] {
			binary.BigEndian.PutUint64(key[:], b.nums[row])
			if err := v.items.Put(key[:], b.records[start:end]); err != nil {
				return err
			}
		}
		start = end
	}
	if b.own.Last < b.own.First {
		return nil
	}
	r := run{names: make([]name, 0, b.own.Last+1-b.own.First), upTo: b.own.Last}
	for _, o := range b.order {
		if b.fresh[o.num] {
			r.names = append(r.names, name{o.high, o.low, b.nums[o.num]})
		}
	}
	v.s.tail = append(slices.Clone(v.s.tail), r)
	if v.tx.Bucket(bucketMeta).Get(keyNamed) == nil {
		return v.tx.Bucket(bucketMeta).Put(keyNamed, key8(v.s.named))
	}
	return nil
}

// decide makes complete decisions of the answers to items that have none. What
// is decided about new items needs no looking up.
func (b *batch) decide(v *views) error {
	v.answers.FillPercent = 0.95 // new items come at the end
	n := v.s.numbers[b.im.annotator]
	b.taken = append(b.taken, make([]bool, len(b.firsts))...)
	b.decisions = slices.Grow(b.decisions, len(b.answers))
	old := map[uint64]bool{}
	for _, ra := range b.answers {
		num := b.nums[ra.row]
		d := label.Decision{Item: num, Action: label.Answered, Answer: ra.answer}
		if num >= b.own.First {
			at := num - b.own.First
			if b.taken[at] {
				continue
			}
			b.taken[at] = true
			d.Audit = v.s.task.InAudit(b.keys[b.firsts[at]])
		} else if old[num] {
			continue
		} else {
			old[num] = true
			s, _, _, err := v.standings(num, n)
			if err != nil {
				return err
			}
			if s != nil && s.Decision.Action != label.Skipped {
				continue
			}
			if err := v.prepareDecision(&d, n); err != nil {
				return err
			}
		}
		b.decisions = append(b.decisions, d)
	}
	return nil
}
