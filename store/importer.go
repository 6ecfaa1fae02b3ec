package store

import (
	"cmp"
	"errors"
	"slices"

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
	left      Left
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

// Left counts the answers that were left out so far.
func (im *Importer) Left() Left { return im.left }

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
	im.left.Answers += b.left.Answers
	im.left.Others += b.left.Others
	t, r := &im.total, &b.own
	sumRows(t, r)
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

// sumRows adds what became of the rows of one import to another's; which items
// came from them is left alone.
func sumRows(to, of *label.Import) {
	to.Rows += of.Rows
	to.Duplicates += of.Duplicates
	to.Conflicts += of.Conflicts
	to.Rejected += of.Rejected
}
