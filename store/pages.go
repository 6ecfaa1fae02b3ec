package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

// bbolt maps the file and trusts what it finds there: a page that leads to itself
// sends it round for ever, and it walks the pages to check them in a goroutine
// whose faults nobody can catch. So the pages are looked at here first, read like
// any file. What is found sound can be walked by bbolt without harm.
const (
	branchPage = 0x01
	leafPage   = 0x02

	element    = 16 // bytes of each entry's place in a page
	bucketFlag = 0x01
	bucketHead = 16 // bytes before the page of a bucket that is so small that it stands in the entry
	maxDepth   = 32 // no tree of ours has more levels
)

// Who uses a page; buckets come after these.
const (
	unused uint8 = iota
	ofFile       // heads, the list of free pages, the tree of buckets
	firstBucket
)

// pageCheck goes through all pages of a state of the file.
type pageCheck struct {
	from    io.ReaderAt
	at      *boltMeta
	report  *Report
	inner   bool                             // leaves are not looked at
	each    func(bucket string, k, v []byte) // is given what is in sound leaves; may be nil
	owner   []uint8                          // of each page
	buckets []string                         // from firstBucket on
	roots   []uint64                         // of each, 0 where it stands in its entry
}

// checkPages reports what is wrong with the pages of a file, in its newest state,
// and gives each, which may be nil, the entries of those that are sound.
func checkPages(path string, r *Report, each func(bucket string, k, v []byte)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return newPageCheck(f, r, false, each).run()
}

// checkInner returns what is wrong with what leads to the leaves, and whether a
// page is used twice or thought free: a hundredth of the pages tells that.
func checkInner(f io.ReaderAt) error {
	var r Report
	if err := newPageCheck(f, &r, true, nil).run(); err != nil {
		return err
	}
	return r.err()
}

func newPageCheck(f io.ReaderAt, r *Report, inner bool, each func(bucket string, k, v []byte)) *pageCheck {
	return &pageCheck{from: f, report: r, inner: inner, each: each}
}

func (c *pageCheck) run() (err error) {
	if c.at, _ = newestMeta(c.from); c.at == nil {
		return damaged("both of its heads are spoilt")
	}
	c.owner = make([]uint8, c.at.pages)
	c.owner[0], c.owner[1] = ofFile, ofFile
	if err := c.listOfFree(); err != nil {
		return err
	}
	if !c.inner && !bothHeads(c.from, c.at) {
		c.report.add("pages", "one of the two heads is spoilt: what was saved last may be missing")
	}
	_, err = c.tree(ofFile, c.at.root, nil, nil, 0)
	for i := 0; i < len(c.roots) && err == nil; i++ {
		if c.roots[i] != 0 {
			_, err = c.tree(firstBucket+uint8(i), c.roots[i], nil, nil, 0)
		}
	}
	if err != nil {
		return err
	}
	return c.free()
}

// spoil reports a problem with a page, and that what it belongs to cannot be read.
func (c *pageCheck) spoil(owner uint8, page uint64, format string, args ...any) {
	c.report.spoil(c.name(owner))
	c.report.add("pages", "page %d, of %s: %s", page, c.name(owner), fmt.Sprintf(format, args...))
}

func (c *pageCheck) name(owner uint8) string {
	if owner < firstBucket {
		return wholeFile
	}
	return c.buckets[owner-firstBucket]
}

// take marks a page and those that belong to it as used, and reports whether they
// can be.
func (c *pageCheck) take(owner uint8, id, more uint64) bool {
	if id < 2 || id >= c.at.pages || more >= c.at.pages-id {
		c.spoil(owner, id, "it is beyond the %d pages of the file", c.at.pages)
		return false
	}
	for at := id; at <= id+more; at++ {
		if was := c.owner[at]; was != unused {
			c.spoil(owner, at, "it is in use elsewhere")
			c.report.spoil(c.name(was))
			return false
		}
	}
	for at := id; at <= id+more; at++ {
		c.owner[at] = owner
	}
	return true
}

// filePage is a page in memory, with those that belong to it.
type filePage struct {
	flags uint16
	count int
	b     []byte
}

// read reads a page; nil where it is none that can be there.
func (c *pageCheck) read(owner uint8, id uint64) (*filePage, error) {
	if id < 2 || id >= c.at.pages {
		c.take(owner, id, 0)
		return nil, nil
	}
	b := make([]byte, c.at.pageSize)
	if err := c.fill(b, id); err != nil {
		return nil, err
	}
	e := binary.NativeEndian
	if e.Uint64(b) != id {
		c.spoil(owner, id, "it calls itself another one")
		return nil, nil
	}
	more := uint64(e.Uint32(b[12:]))
	if !c.take(owner, id, more) {
		return nil, nil
	}
	p := &filePage{flags: e.Uint16(b[8:]), count: int(e.Uint16(b[10:])), b: b}
	if more == 0 || c.spared(owner, p.flags) {
		return p, nil
	}
	p.b = make([]byte, (1+more)*uint64(c.at.pageSize))
	return p, c.fill(p.b, id)
}

// spared reports whether what is in a page is not looked at.
func (c *pageCheck) spared(owner uint8, flags uint16) bool {
	return c.inner && owner >= firstBucket && flags == leafPage
}

func (c *pageCheck) fill(b []byte, id uint64) error {
	_, err := c.from.ReadAt(b, int64(id)*int64(c.at.pageSize))
	if errors.Is(err, io.EOF) {
		return damaged("it is cut off within page %d", id)
	}
	return err
}

// tree goes through a page and all below it, whose keys have to be from least on
// and below end (nil: no bound), and reports whether it is a leaf.
func (c *pageCheck) tree(owner uint8, id uint64, least, end []byte, depth int) (leaf bool, err error) {
	p, err := c.read(owner, id)
	if p == nil || err != nil {
		return false, err
	}
	leaf = p.flags == leafPage
	switch {
	case depth == maxDepth:
		c.spoil(owner, id, "it is too deep in the tree")
	case !leaf && p.flags != branchPage:
		c.spoil(owner, id, "it is of a kind that has no place there")
	case !c.spared(owner, p.flags):
		err = c.entries(p, owner, id, least, end, depth)
	}
	return leaf, err
}

// entry returns the key and the value of an entry; ok is false where they are not
// within the page. A branch has no values.
func (p *filePage) entry(i int) (k, v []byte, ok bool) {
	e, at := binary.NativeEndian, pageHeader+i*element
	head, value := p.b[at:], uint64(0)
	if p.flags == leafPage {
		value, head = uint64(e.Uint32(head[12:])), head[4:]
	}
	from, key := uint64(at)+uint64(e.Uint32(head)), uint64(e.Uint32(head[4:]))
	if key == 0 || from < uint64(pageHeader+p.count*element) || from+key+value > uint64(len(p.b)) {
		return nil, nil, false
	}
	return p.b[from : from+key], p.b[from+key : from+key+value], true
}

// entries looks at the entries of a page, and goes on with what is below.
func (c *pageCheck) entries(p *filePage, owner uint8, id uint64, least, end []byte, depth int) error {
	leaf := p.flags == leafPage
	if pageHeader+p.count*element > len(p.b) || p.count == 0 && (!leaf || depth > 0) {
		c.spoil(owner, id, "it cannot have %d entries", p.count)
		return nil
	}
	keys, values := make([][]byte, p.count), make([][]byte, p.count)
	for i := range keys {
		var ok bool
		if keys[i], values[i], ok = p.entry(i); !ok {
			c.spoil(owner, id, "entry %d is not within it", i)
			return nil
		}
		if bucket := leaf && binary.NativeEndian.Uint32(p.b[pageHeader+i*element:])&bucketFlag != 0; leaf && bucket != (owner == ofFile) {
			c.spoil(owner, id, "entry %d is of another kind", i)
			return nil
		}
		if i == 0 && bytes.Compare(keys[0], least) < 0 || i > 0 && bytes.Compare(keys[i-1], keys[i]) >= 0 || end != nil && bytes.Compare(keys[i], end) >= 0 {
			c.spoil(owner, id, "entry %d is out of order", i)
			return nil
		}
	}
	above := false // of leaves: all leaves of a tree are as deep as the first
	for i, k := range keys {
		switch {
		case leaf && owner == ofFile:
			c.bucket(id, string(k), values[i])
		case leaf:
			if c.each != nil {
				c.each(c.name(owner), k, values[i])
			}
		default:
			to := end
			if i+1 < len(keys) {
				to = keys[i+1]
			}
			child := binary.NativeEndian.Uint64(p.b[pageHeader+i*element+8:])
			if above && i > 0 {
				c.take(owner, child, 0)
				continue
			}
			is, err := c.tree(owner, child, k, to, depth+1)
			if err != nil {
				return err
			}
			above = is && c.spared(owner, leafPage)
		}
	}
	return nil
}

// bucket notes the root of a bucket, and looks at one that is so small that it
// stands in its entry as a whole.
func (c *pageCheck) bucket(id uint64, name string, v []byte) {
	if len(c.buckets) == math.MaxUint8-int(firstBucket) || len(v) < bucketHead {
		c.spoil(ofFile, id, "bucket %q is none", name)
		return
	}
	e := binary.NativeEndian
	root := e.Uint64(v)
	c.buckets, c.roots = append(c.buckets, name), append(c.roots, root)
	if root != 0 {
		return
	}
	owner := firstBucket + uint8(len(c.buckets)-1)
	if v = v[bucketHead:]; len(v) < pageHeader || e.Uint16(v[8:]) != leafPage {
		c.spoil(owner, id, "it is of a kind that has no place there")
		return
	}
	c.entries(&filePage{leafPage, int(e.Uint16(v[10:])), v}, owner, id, nil, nil, 0)
}

// bothHeads reports whether both meta pages are valid.
func bothHeads(f io.ReaderAt, m *boltMeta) bool {
	a, _ := readMeta(f, 0)
	b, _ := readMeta(f, int64(m.pageSize))
	return a != nil && b != nil
}

// listOfFree marks the pages of the list of free pages.
func (c *pageCheck) listOfFree() error {
	id, b := c.at.freelist, make([]byte, pageHeader)
	if id < 2 || id >= c.at.pages {
		return nil // free says so
	}
	if err := c.fill(b, id); err != nil {
		return err
	}
	if more := uint64(binary.NativeEndian.Uint32(b[12:])); more < c.at.pages-id {
		c.take(ofFile, id, more)
	}
	return nil
}

// free compares the list of free pages with those that are in use.
func (c *pageCheck) free() error {
	ids, err := (&hotCopy{from: c.from}).freeIn(c.at)
	if errors.Is(err, ErrDamaged) {
		c.report.add("pages", "the list of free pages is none")
		return nil
	}
	if err != nil {
		return err
	}
	last := uint64(0)
	for _, id := range ids {
		switch {
		case id < 2 || id >= c.at.pages:
			c.report.add("pages", "page %d is thought free, and is beyond the %d pages of the file", id, c.at.pages)
			return nil
		case id == last:
			c.report.add("pages", "page %d is thought free twice", id)
		case c.owner[id] != unused:
			c.report.add("pages", "page %d, of %s, is thought free", id, c.name(c.owner[id]))
		default:
			c.owner[id] = ofFile
		}
		last = id
	}
	if c.inner || c.report.spoilt != nil {
		return nil
	}
	for id, owner := range c.owner {
		if owner == unused {
			c.report.add("pages", "page %d is lost: neither in use nor free", id)
		}
	}
	return nil
}
