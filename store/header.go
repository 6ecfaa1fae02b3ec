package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// A bbolt file begins with two meta pages, written in turn; the one that is
// valid and has the larger transaction number counts. bbolt maps the file and
// trusts it, so that a file cut short would fault; reading the meta pages
// first tells a foreign file from a damaged one at no risk.
const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2
	pageHeader  = 16
	metaSize    = 64
	minPageSize = 1 << 10
	maxPageSize = 1 << 16
	noFreelist  = ^uint64(0)

	metaPage     = 0x04 // kinds of pages
	freelistPage = 0x10
)

type boltMeta struct {
	pageSize uint32
	root     uint64
	freelist uint64
	pages    uint64 // pages in use: the file cannot be shorter
	tx       uint64
	bytes    [metaSize]byte // as it stands in the file
}

// checkHeader reports why a file cannot be a whole project: ErrNotProject
// where it is not a bbolt file at all, ErrDamaged where it is one that lost
// its beginning or its end.
func checkHeader(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: not a regular file", ErrNotProject)
	}
	best, seen := newestMeta(f)
	switch {
	case !seen:
		return fmt.Errorf("%w: it does not begin like one", ErrNotProject)
	case best == nil:
		return damaged("both of its heads are spoilt")
	}
	if best.freelist == noFreelist {
		return fmt.Errorf("%w: another program wrote it", ErrNotProject)
	}
	if best.root >= best.pages || best.freelist >= best.pages {
		return damaged("its head points outside of it")
	}
	if need := best.pages * uint64(best.pageSize); uint64(info.Size()) < need {
		return damaged("it is cut off: %d bytes of %d", info.Size(), need)
	}
	return nil
}

// newestMeta returns the meta that counts, nil where there is no valid one. The
// second result says whether there is something that looks like one.
func newestMeta(f io.ReaderAt) (best *boltMeta, seen bool) {
	try := func(at int64) {
		m, magic := readMeta(f, at)
		seen = seen || magic
		if m != nil && (best == nil || m.tx > best.tx) {
			best = m
		}
	}
	try(0)
	if best != nil {
		try(int64(best.pageSize))
		return best, seen
	}
	for size := int64(minPageSize); size <= maxPageSize; size *= 2 {
		try(size)
	}
	return best, seen
}

// readMeta reads the meta page at an offset: nil where it is not valid. The
// second result says whether it looks like one.
func readMeta(f io.ReaderAt, at int64) (*boltMeta, bool) {
	var b [pageHeader + metaSize]byte
	if n, err := f.ReadAt(b[:], at); n < pageHeader+4 || err != nil && !errors.Is(err, io.EOF) {
		return nil, false
	}
	e, m := binary.NativeEndian, b[pageHeader:]
	if e.Uint32(m) != boltMagic {
		return nil, false
	}
	size := e.Uint32(m[8:])
	if e.Uint32(m[4:]) != boltVersion || metaSum(m) != e.Uint64(m[metaSize-8:]) ||
		size < minPageSize || size > maxPageSize || size&(size-1) != 0 {
		return nil, true
	}
	return &boltMeta{pageSize: size, root: e.Uint64(m[16:]), freelist: e.Uint64(m[32:]), pages: e.Uint64(m[40:]), tx: e.Uint64(m[48:]),
		bytes: [metaSize]byte(m)}, true
}

// metaSum is the checksum of a meta, which its last 8 bytes should be.
func metaSum(m []byte) uint64 {
	h := fnv.New64a()
	h.Write(m[:metaSize-8])
	return h.Sum64()
}

// page returns the meta as a page: the same state under a transaction number,
// which decides where it stands.
func (m *boltMeta) page(tx uint64) (b []byte, at int64) {
	e, id := binary.NativeEndian, tx%2
	b = make([]byte, m.pageSize)
	e.PutUint64(b, id)
	e.PutUint16(b[8:], metaPage)
	body := b[pageHeader : pageHeader+metaSize]
	copy(body, m.bytes[:])
	e.PutUint64(body[48:], tx)
	e.PutUint64(body[metaSize-8:], metaSum(body))
	return b, int64(id) * int64(m.pageSize)
}
