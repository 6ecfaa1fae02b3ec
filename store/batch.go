package store

import (
	"encoding/binary"
	"errors"
	"slices"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

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
	taken  []int    // of each new item its decision, from 1; 0 where it has none
	left   Left

	decisions []label.Decision

	own    label.Import // what this batch did
	result label.Import // the same with what earlier batches did not record
}

// Left counts answers of rows that became no decision, because their item has an
// answer already.
type Left struct {
	Answers uint64
	Others  uint64 // of those, answers that say something else
}

func (l *Left) add(has, not label.Answer) {
	l.Answers++
	if !has.Equal(not) {
		l.Others++
	}
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
	sumRows(&b.result, &im.carry)
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
	v.tx.Bucket(bucketAnswers).FillPercent = 0.95 // new items come at the end
	n := v.s.numbers[b.im.annotator]
	b.taken = append(b.taken, make([]int, len(b.firsts))...)
	b.left = Left{}
	b.decisions = slices.Grow(b.decisions, len(b.answers))
	old := map[uint64]label.Answer{}
	for _, ra := range b.answers {
		num := b.nums[ra.row]
		d := label.Decision{Item: num, Action: label.Answered, Answer: ra.answer}
		if num >= b.own.First {
			at := num - b.own.First
			if was := b.taken[at]; was > 0 {
				b.left.add(b.decisions[was-1].Answer, ra.answer)
				continue
			}
			b.taken[at] = len(b.decisions) + 1
			d.Audit = v.s.task.InAudit(b.keys[b.firsts[at]])
		} else if was, again := old[num]; again {
			b.left.add(was, ra.answer)
			continue
		} else {
			s, _, _, err := v.at.standings(num, n)
			if err != nil {
				return err
			}
			if s != nil && s.Decision.Action != label.Skipped {
				if s.Decision.Action.HasAnswer() {
					b.left.add(s.Decision.Answer, ra.answer)
				}
				continue
			}
			old[num] = ra.answer
			if err := v.prepareDecision(&d, n); err != nil {
				return err
			}
		}
		b.decisions = append(b.decisions, d)
	}
	return nil
}
