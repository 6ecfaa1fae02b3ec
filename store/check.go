package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

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
}

// OK reports whether nothing was found wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

const maxProblems = 200

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
// It holds one read transaction, and a temporary file of the size of the views.
func (p *Project) Check(ctx context.Context, progress func(done, total uint64), heads ...Head) (Report, error) {
	var r Report
	dir, err := os.MkdirTemp("", "inkling-check-")
	if err != nil {
		return r, fmt.Errorf("store: check: %w", err)
	}
	defer os.RemoveAll(dir)
	err = p.view(func(tx *bolt.Tx) error {
		s, err := readState(tx)
		if err != nil {
			r.add("views", "%v", err)
			s = p.state.Load()
		}
		r.Events, r.Items = s.counts.Events, s.counts.Items
		c := &checker{ctx: ctx, tx: tx, report: &r, state: s, total: s.counts.Events + s.counts.Items, progress: progress}
		return errors.Join(c.pages(), c.log(heads), c.items(), c.models(), c.views(filepath.Join(dir, "views")))
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

// pages runs bbolt's own check.
func (c *checker) pages() error {
	for err := range c.tx.Check() {
		c.report.add("pages", "%v", err)
	}
	return c.ctx.Err()
}

// log checks the chain of hashes.
func (c *checker) log(heads []Head) error {
	chain := newChainCheck(c.tx, heads, c.report)
	cur := c.tx.Bucket(bucketEvents).Cursor()
	n := 0
	for k, v := cur.First(); k != nil; k, v = cur.Next() {
		if n++; n%4096 == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		chain.event(number(k), v)
	}
	chain.end()
	return nil
}

// models checks that every model is what was stored. Parts of models that were
// never completed are no problem: the next model that is put clears them away.
func (c *checker) models() error {
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

// views replays the log into another file and compares.
func (c *checker) views(path string) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Update(func(tx *bolt.Tx) error { return layOut(tx, metaRecord{}) }); err != nil {
		return err
	}
	s := &state{}
	cur := c.tx.Bucket(bucketEvents).Cursor()
	for k, v := cur.First(); k != nil; {
		err := db.Update(func(tx *bolt.Tx) error {
			w := newViews(tx, s.clone())
			// What undoing looks up is in the log itself.
			w.events = c.tx.Bucket(bucketEvents)
			for n := 0; k != nil && n < replayEvents; k, v = cur.Next() {
				if err := c.step(); err != nil {
					return err
				}
				ev, err := decodeEvent(v)
				if err == nil && ev.Seq != number(k) {
					err = damaged("it calls itself %d", ev.Seq)
				}
				if err == nil {
					err = w.apply(&ev)
				}
				if err != nil {
					c.report.add(fmt.Sprintf("event %d", number(k)), "%v", err)
					return errStop
				}
				n += 1 + len(ev.Decisions)
			}
			s = w.s
			return w.flush()
		})
		if errors.Is(err, errStop) {
			return nil // without the log there is nothing to compare with
		}
		if err != nil {
			return diskError(err)
		}
	}
	return db.View(func(tx *bolt.Tx) error {
		for _, name := range viewBuckets {
			if err := c.compare(string(name), c.tx.Bucket(name), tx.Bucket(name)); err != nil {
				return err
			}
		}
		return nil
	})
}

var errStop = errors.New("stop")

// compare reports where a view differs from what it should be.
func (c *checker) compare(name string, is, should *bolt.Bucket) error {
	ic, sc := is.Cursor(), should.Cursor()
	ik, iv := ic.First()
	sk, sv := sc.First()
	for n := 0; ik != nil || sk != nil; n++ {
		if n%4096 == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		order := bytes.Compare(ik, sk)
		switch {
		case sk == nil || ik != nil && order < 0:
			c.report.add(name, "%s is not in the log", keyName(name, ik))
			ik, iv = ic.Next()
		case ik == nil || order > 0:
			c.report.add(name, "%s is missing", keyName(name, sk))
			sk, sv = sc.Next()
		default:
			if !bytes.Equal(iv, sv) && !earlier(name, ik, iv, sv) {
				c.report.add(name, "%s differs from the log", keyName(name, ik))
			}
			ik, iv = ic.Next()
			sk, sv = sc.Next()
		}
	}
	return nil
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
