package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// Problem is something that Check found wrong.
type Problem struct {
	Where string // a part of the file: "pages", "event 12", "items 7", "answers", ...
	What  string
}

// Report is the result of Check. Problems beyond the first few hundred are
// left out.
type Report struct {
	Events, Items uint64
	Problems      []Problem

	spoilt map[string]bool // buckets whose pages cannot be read
}

// OK reports whether nothing was found wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

const maxProblems = 200

// wholeFile stands for what all buckets hang on.
const wholeFile = "the tree of buckets"

func (r *Report) spoil(bucket string) {
	if r.spoilt == nil {
		r.spoilt = map[string]bool{}
	}
	r.spoilt[bucket] = true
}

// sound reports whether the pages of buckets can be read.
func (r *Report) sound(buckets ...[]byte) bool {
	return !r.spoilt[wholeFile] && !slices.ContainsFunc(buckets, func(b []byte) bool { return r.spoilt[string(b)] })
}

func (r *Report) add(where, format string, args ...any) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, Problem{where, fmt.Sprintf(format, args...)})
	}
}

// Check verifies the whole project as of the last commit: the pages of the
// file, that the log is what was appended to it and what had the heads that
// were noted, that every item is what its name says, that every model is what
// was stored, and that the views are those which replaying the log gives. What
// is wrong with the project is in the report; an error is what kept Check from
// its work. progress, which may be nil, is called with what is done and what
// there is to do.
//
// It holds one read transaction, and in memory how every item stands. In a
// project that is open for writing, what is decided meanwhile waits for the look
// at the pages, and for nothing else.
func (p *Project) Check(ctx context.Context, progress func(done, total uint64), heads ...Head) (Report, error) {
	var r Report
	if err := p.checkPages(ctx, &r); err != nil {
		return r, fmt.Errorf("store: check: %w", err)
	}
	if !r.sound() {
		return r, nil // there is no going on from there
	}
	err := p.view(func(tx *bolt.Tx) error {
		if r.missing(tx) {
			return nil
		}
		s := &state{}
		if r.sound(bucketNow, bucketAnnotators, bucketEvents, bucketItems, bucketMeta) {
			var err error
			if s, err = readState(tx); err != nil {
				r.add("views", "%v", err)
				s = &state{}
			}
		}
		if r.sound(bucketEvents, bucketItems) {
			r.Events, r.Items = lastKey(tx.Bucket(bucketEvents)), lastKey(tx.Bucket(bucketItems))
		}
		c := &checker{ctx: ctx, tx: tx, report: &r, state: s, total: r.Events + r.Items, progress: progress}
		return errors.Join(c.log(heads), c.items(), c.models())
	})
	if errors.Is(err, ErrDamaged) {
		r.add("file", "%v", err)
		err = nil
	}
	if err != nil {
		return r, fmt.Errorf("store: check: %w", err)
	}
	return r, nil
}

// CheckFile does the same with a file that is too damaged to be opened, and that
// nobody writes into.
func CheckFile(ctx context.Context, path string, progress func(done, total uint64), heads ...Head) (r Report, err error) {
	db, err := openSpoilt(path, Options{ReadOnly: true})
	if err != nil {
		return r, opening(path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return (&Project{db: db, path: path, options: Options{ReadOnly: true}}).Check(ctx, progress, heads...)
}

// missing reports buckets that are not there.
func (r *Report) missing(tx *bolt.Tx) bool {
	for _, name := range allBuckets {
		if tx.Bucket(name) == nil {
			r.add(string(name), "it is missing as a whole")
		}
	}
	return slices.ContainsFunc(allBuckets, func(name []byte) bool { return tx.Bucket(name) == nil })
}

type checker struct {
	ctx      context.Context
	tx       *bolt.Tx
	report   *Report
	state    *state
	done     uint64
	total    uint64
	progress func(done, total uint64)
}

// step counts one thing done.
func (c *checker) step() error {
	if c.done++; c.done%4096 != 0 {
		return nil
	}
	if c.progress != nil {
		c.progress(c.done, c.total)
	}
	return c.ctx.Err()
}

// checkPages looks at the pages of the file as of the newest state: where somebody
// may write, it has its turn among the commits.
func (p *Project) checkPages(ctx context.Context, r *Report) error {
	look := func(*bolt.Tx) error { return cmp.Or(checkPages(p.path, r, nil), ctx.Err()) }
	var err error
	if p.queue == nil || p.options.ReadOnly {
		err = p.view(look)
	} else {
		err = p.queue.do(func(v *views) error {
			if err := look(v.tx); err != nil {
				return refusal{err}
			}
			return refusal{errNothingNew}
		}, true)
	}
	switch {
	case errors.Is(err, ErrUnsure): // nobody writes any more
		return p.view(look)
	case errors.Is(err, ErrDamaged):
		r.add("pages", "%v", err)
		return nil
	case errors.Is(err, errNothingNew):
		return nil
	}
	return err
}

// models checks that every model is what was stored. Parts of models that were
// never completed are no problem: the next model that is put clears them away.
func (c *checker) models() error {
	if !c.report.sound(bucketModels) {
		return nil
	}
	cur := c.tx.Bucket(bucketModels).Cursor()
	for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if len(k) != 8 {
			continue
		}
		if _, err := readModel(c.tx, number(k)); err != nil {
			c.report.add(fmt.Sprintf("model %d", number(k)), "%v", err)
		}
	}
	return nil
}

// items checks that items and their names are the same set, but for names that
// are still to be put into their bucket, and that every item's content has its
// name.
func (c *checker) items() error {
	if c.state.counts.Events == 0 || !c.report.sound(bucketItems) {
		return nil // what they should be is not known
	}
	named := c.report.sound(bucketIDs)
	next, names := uint64(1), uint64(0)
	cur := c.tx.Bucket(bucketItems).Cursor()
	for k, v := cur.First(); k != nil; k, v = cur.Next() {
		if err := c.step(); err != nil {
			return err
		}
		num := number(k)
		if num != next {
			c.report.add(fmt.Sprintf("item %d", next), "item %d comes in its place", num)
		}
		next = num + 1
		it, err := decodeItem(num, v, &c.state.task)
		if err != nil {
			c.report.add(fmt.Sprintf("item %d", num), "%v", err)
			continue
		}
		if id, key := c.state.task.Identify(it.Fields); id != it.ID || key != it.Key {
			c.report.add(fmt.Sprintf("item %d", num), "its content is not what its name says")
		}
		if !named {
			continue
		}
		switch at := numberOf(c.tx, nil, it.ID); {
		case at == num:
			names++
		case at != 0:
			c.report.add(fmt.Sprintf("item %d", num), "its name leads to item %d", at)
		case num <= c.state.named:
			c.report.add(fmt.Sprintf("item %d", num), "its name leads nowhere")
		}
	}
	if next != c.state.counts.Items+1 {
		c.report.add("items", "there are %d of %d", next-1, c.state.counts.Items)
	}
	if !named {
		return nil
	}
	return c.names(names)
}

// names checks that the blocks of names are in order, and that there are no
// more names in them than items were found by.
func (c *checker) names(found uint64) error {
	n, last := uint64(0), name{}
	cur := c.tx.Bucket(bucketIDs).Cursor()
	for k, v := cur.First(); k != nil; k, v = cur.Next() {
		if len(k) != nameSize-8 || len(v)%nameSize != 0 {
			c.report.add("ids", "a block of %d bytes under a key of %d", len(v), len(k))
			continue
		}
		least := nameOf(label.ID(k), 0)
		for ; len(v) > 0; v = v[nameSize:] {
			this := readName(v)
			if this.compare(least) < 0 || n > 0 && this.compare(last) <= 0 {
				c.report.add("ids", "the name of item %d is out of order", this.num)
			}
			last = this
			n++
		}
	}
	if n != found {
		c.report.add("ids", "%d names, of which %d lead to their items", n, found)
	}
	return c.ctx.Err()
}

// log checks the chain of hashes, replays the log, and compares the views with
// what that gives.
func (c *checker) log(heads []Head) error {
	if !c.report.sound(bucketEvents, bucketChain, bucketMeta) {
		return nil
	}
	chain := newChainCheck(c.tx, heads, c.report)
	v, err := replayLog(c.ctx, c.tx, math.MaxUint64, func(seq uint64, b []byte) error {
		chain.event(seq, b)
		return c.step()
	})
	var broken brokenEvent
	if errors.As(err, &broken) {
		chain.end()
		c.report.add(fmt.Sprintf("event %d", broken.seq), "%v", broken.error)
		return nil // there is nothing to compare with
	}
	if err != nil {
		return err
	}
	chain.end()
	if c.state.counts.Events == 0 { // the views cannot be read: what they should be can
		c.state = v.s
		if c.state.named, err = readNamed(c.tx, v.s.counts.Items); err != nil {
			c.report.add("ids", "%v", err)
		}
	}
	return c.views(v)
}

// views compares the views with what they should be.
func (c *checker) views(v *views) error {
	for _, name := range viewBuckets {
		if !c.report.sound(name) {
			continue
		}
		if err := c.compare(string(name), c.tx.Bucket(name), v.entries(name)); err != nil {
			return err
		}
	}
	return nil
}

// compare reports where a view differs from what it should be.
func (c *checker) compare(name string, is *bolt.Bucket, should iter.Seq2[[]byte, []byte]) error {
	cur := is.Cursor()
	k, v := cur.First()
	n := 0
	for sk, sv := range should {
		if n++; n%4096 == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		for ; k != nil && bytes.Compare(k, sk) < 0; k, v = cur.Next() {
			c.report.add(name, "%s is not in the log", keyName(name, k))
		}
		if !bytes.Equal(k, sk) {
			c.report.add(name, "%s is missing", keyName(name, sk))
			continue
		}
		if !bytes.Equal(v, sv) && !earlier(name, k, v, sv) && !same(name, v, sv) {
			c.report.add(name, "%s differs from the log", keyName(name, k))
		}
		k, v = cur.Next()
	}
	for ; k != nil; k, v = cur.Next() {
		c.report.add(name, "%s is not in the log", keyName(name, k))
	}
	return nil
}

// same reports whether two standings say the same in other bytes: an event that
// another program wrote need not be in our encoding.
func same(view string, is, should []byte) bool {
	if view != string(bucketAnswers) {
		return false
	}
	a, err := decodeStanding(is)
	b, err2 := decodeStanding(should)
	return err == nil && err2 == nil && bytes.Equal(encode(standingSchema, a), encode(standingSchema, b))
}

// earlier reports whether the task's view is as it was written before there was
// schema 2: all of it, but called schema 1.
func earlier(view string, k, is, should []byte) bool {
	return view == string(bucketNow) && bytes.Equal(k, keyTask) &&
		len(is) > 0 && is[0] == 1 && bytes.Equal(is[1:], should[1:])
}

// keyName says which entry of a view a key names.
func keyName(view string, k []byte) string {
	switch {
	case view == string(bucketNow):
		return string(k)
	case view == string(bucketAnnotators):
		return fmt.Sprintf("annotator %d", number4(k))
	case len(k) == 12:
		return fmt.Sprintf("item %d by annotator %d", number(k[:8]), number4(k[8:]))
	case len(k) == 16:
		return fmt.Sprintf("item %d of event %d", number(k[8:]), number(k[:8]))
	}
	return fmt.Sprintf("entry %x", k)
}
