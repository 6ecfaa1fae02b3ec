package store

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// A project that another process has open can be copied without its consent,
// because of how bbolt writes. A transaction never writes over a page that the
// state before it uses: it takes pages that are free in that state, or new ones
// at the end, and makes them count by writing a meta page last. So, of the state
// of transaction n, every page stays as it is until transaction n+2 begins,
// which is after the meta page of n+1 was written.
//
// hotCopy copies page by page and looks at the meta pages again and again. Where
// they still say n, what it copied of n is good. Where they say n+1, the pages
// that n+1 wrote are those that were free in n and no longer are, and what was
// put on at the end; these are copied again, all others are good for n+1 too.
// Where they say more, pages may have been used twice in between: it begins
// anew. Decisions of a person are hundreds of milliseconds apart, one look from
// the next is a tenth of one.
//
// This needs to see what the other process wrote in the order in which it was
// written, as processes on one machine do.
type hotCopy struct {
	from  io.ReaderAt
	to    *os.File
	at    *boltMeta       // the state that is being copied
	free  []uint64        // pages that it does not use, ascending
	again map[uint64]bool // pages to be copied once more
	buf   []byte
}

const (
	hotBytes    = 128 << 10 // copied between two looks
	hotRounds   = 1000      // of copying what changed meanwhile
	hotAttempts = 100
)

// errOvertaken means that more than one transaction went by unseen.
var errOvertaken = errors.New("store: overtaken")

// copyHot makes a copy of a project that is being written to by another
// process, as of a moment between the call and the return. The copy is in
// order, but not yet on the disk. ErrBusy where it was overtaken every time.
func copyHot(ctx context.Context, from io.ReaderAt, to *os.File) error {
	for range hotAttempts {
		c := &hotCopy{from: from, to: to, again: map[uint64]bool{}}
		err := c.run(ctx)
		if !errors.Is(err, errOvertaken) {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return ErrBusy
}

func (c *hotCopy) run(ctx context.Context) error {
	if err := c.begin(); err != nil {
		return err
	}
	c.buf = make([]byte, max(hotBytes, int(c.at.pageSize)))
	step := uint64(len(c.buf)) / uint64(c.at.pageSize)
	for page, end := uint64(2), c.at.pages; page < end; page += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.copy(page, min(step, end-page)); err != nil {
			return err
		}
		if _, err := c.look(); err != nil {
			return err
		}
	}
	for range hotRounds {
		pages := c.again
		c.again = map[uint64]bool{}
		for page := range pages {
			if err := c.copy(page, 1); err != nil {
				return err
			}
		}
		if moved, err := c.look(); err != nil {
			return err
		} else if !moved {
			return c.end()
		}
	}
	return errOvertaken
}

// begin takes the newest state.
func (c *hotCopy) begin() error {
	m, _ := newestMeta(c.from)
	if m == nil {
		return damaged("both of its heads are spoilt")
	}
	free, err := c.freeIn(m)
	c.at, c.free = m, free
	return err
}

// look goes on to the state that is the newest now, and reports whether that
// is another one.
func (c *hotCopy) look() (moved bool, err error) {
	m, _ := newestMeta(c.from)
	switch {
	case m == nil:
		return false, damaged("both of its heads are spoilt")
	case m.tx == c.at.tx:
		return false, nil
	case m.tx != c.at.tx+1 || m.pageSize != c.at.pageSize || m.pages < c.at.pages:
		return false, errOvertaken
	}
	free, err := c.freeIn(m)
	if err != nil {
		return false, err
	}
	still := free
	for _, page := range c.free {
		for len(still) > 0 && still[0] < page {
			still = still[1:]
		}
		if len(still) == 0 || still[0] != page {
			c.again[page] = true
		}
	}
	for page := c.at.pages; page < m.pages; page++ {
		c.again[page] = true
	}
	c.at, c.free = m, free
	return true, nil
}

// freeIn reads which pages a state does not use. It is overtaken where that is
// no longer the newest state afterwards.
func (c *hotCopy) freeIn(m *boltMeta) ([]uint64, error) {
	if m.freelist == noFreelist {
		return nil, damaged("it has no list of free pages")
	}
	e, size := binary.NativeEndian, int64(m.pageSize)
	b := make([]byte, size)
	_, err := c.from.ReadAt(b, int64(m.freelist)*size)
	more := int64(e.Uint32(b[12:])) // pages that belong to the first
	whole := err == nil && e.Uint64(b) == m.freelist && e.Uint16(b[8:]) == freelistPage && m.freelist+uint64(more) < m.pages
	if whole && more > 0 {
		b = make([]byte, (1+more)*size)
		_, err = c.from.ReadAt(b, int64(m.freelist)*size)
	}
	if now, _ := newestMeta(c.from); now == nil || now.tx != m.tx {
		return nil, errOvertaken
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	ids := b[pageHeader:]
	n := uint64(e.Uint16(b[10:]))
	if n == 0xFFFF { // then the number is longer
		n, ids = e.Uint64(ids), ids[8:]
	}
	if !whole || n > uint64(len(ids)/8) {
		return nil, damaged("its list of free pages is none")
	}
	free := make([]uint64, n)
	for i := range free {
		free[i] = e.Uint64(ids[8*i:])
	}
	slices.Sort(free)
	return free, nil
}

// copy copies n pages.
func (c *hotCopy) copy(page, n uint64) error {
	size := uint64(c.at.pageSize)
	b, at := c.buf[:n*size], int64(page*size)
	if _, err := c.from.ReadAt(b, at); err == io.EOF {
		return damaged("it is cut off within page %d", page)
	} else if err != nil {
		return err
	}
	_, err := c.to.WriteAt(b, at)
	return err
}

// end writes the meta pages: both say the same, so that nothing depends on
// what the other process was about to write.
func (c *hotCopy) end() error {
	for _, tx := range []uint64{c.at.tx, c.at.tx - 1} {
		b, at := c.at.page(tx)
		if _, err := c.to.WriteAt(b, at); err != nil {
			return err
		}
	}
	return c.to.Truncate(int64(c.at.pages) * int64(c.at.pageSize))
}
