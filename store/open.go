package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"inkling/label"
)

const (
	magic   = "inkling project"
	version = 3 // of the file's layout as a whole: see migrations

	// lockWait is how long to wait for another process to close the project,
	// at each of two attempts: the answer is due within a second.
	lockWait = 300 * time.Millisecond

	// mapSize is the address space reserved for the file, so that it can grow
	// without waiting for readers to finish. It costs no memory and is in no
	// core dump; where address space is limited, minMapSize has to do.
	mapSize    = 64 << 30
	minMapSize = 1 << 30
)

// boltOptions are the choices about bbolt. The freelist is kept in the file:
// without it, opening would scan every page.
func boltOptions(o Options) *bolt.Options {
	b := &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType, ReadOnly: o.ReadOnly, NoSync: o.NoSync, NoStatistics: true}
	if runtime.GOOS != "windows" && strconv.IntSize == 64 && !o.ReadOnly {
		size := int64(mapSize) // more than a constant int of 32 bits
		b.InitialMmapSize = int(size)
	}
	return b
}

// Create makes a new project and opens it. It never overwrites: ErrExists.
// The file appears at once and whole.
func Create(path string, task label.Task, o Options) (*Project, error) {
	if err := task.Validate(); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("create %s: %w", path, ErrExists)
	}
	o.ReadOnly = false
	now := o.now().Round(0).UTC()
	err := newFile(path, func(tmp string) error {
		return build(tmp, func(tx *bolt.Tx) error {
			if err := layOut(tx, metaRecord{Magic: magic, Version: version, Created: now.UnixNano(), Writer: o.Program}); err != nil {
				return err
			}
			v := newViews(tx, &state{})
			if err := v.append(&label.Event{Kind: label.Created, Time: now, Task: &task}); err != nil {
				return err
			}
			return v.flush()
		})
	})
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	return Open(path, o)
}

// newFile lets build make a file under a temporary name beside path, and gives
// it its name when it is whole; ErrExists where that name is taken.
func newFile(path string, build func(tmp string) error) error {
	if _, err := os.Lstat(path); err == nil {
		return ErrExists
	}
	return newNamed(filepath.Dir(path), filepath.Base(path), func(tmp string) (string, error) { return path, build(tmp) })
}

// newNamed does the same with a path that build returns, in the same folder, or
// with none where build has given the file its name itself; until then the file
// has base in its name.
func newNamed(dir, base string, build func(tmp string) (string, error)) error {
	f, err := os.CreateTemp(dir, "."+base+".*.tmp")
	if err != nil {
		return err
	}
	tmp := f.Name()
	defer os.Remove(tmp)
	if err := f.Close(); err != nil {
		return err
	}
	path, err := build(tmp)
	if err != nil {
		return err
	}
	if path == "" {
		return syncDir(dir) // it has its name already
	}
	// A link, unlike a renaming, does not replace what is there.
	err = os.Link(tmp, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		if _, e := os.Lstat(path); e == nil {
			return ErrExists
		}
		err = os.Rename(tmp, path)
	}
	if errors.Is(err, fs.ErrExist) {
		return ErrExists
	}
	if err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes a new name durable, where directories can be synced.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && runtime.GOOS != "windows" && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// build makes a database in an empty file, in one transaction.
func build(path string, fill func(*bolt.Tx) error) (err error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return err
	}
	db.AllocSize = growSmall
	defer func() { err = errors.Join(err, db.Close()) }()
	return diskError(db.Update(fill))
}

// layOut makes the buckets of a new project.
func layOut(tx *bolt.Tx, m metaRecord) error {
	for _, name := range allBuckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketMeta).Put(keyFormat, encode(metaSchema, m))
}

// Open opens a project.
//
// ErrNotProject, ErrDamaged and ErrNewer (and ErrOlder, where it is opened for
// reading only) say that the file is not one that can be used; it was not
// touched. ErrLocked says within a second which process has it open.
func Open(path string, o Options) (*Project, error) {
	p, err := open(path, o)
	if err != nil {
		return nil, opening(path, err)
	}
	return p, nil
}

// opening says which file could not be opened, and what to do about it.
func opening(path string, err error) error {
	var named *fs.PathError
	if errors.As(err, &named) {
		return fmt.Errorf("store: %w", err)
	}
	return advise(fmt.Errorf("open %s: %w", path, err))
}

func open(path string, o Options) (*Project, error) {
	if err := inspect(path, o); err != nil {
		return nil, err
	}
	b := boltOptions(o)
	before, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	db, err := openBolt(path, b)
	for errors.Is(err, syscall.ENOMEM) && b.InitialMmapSize > 0 {
		if b.InitialMmapSize /= 4; b.InitialMmapSize < minMapSize {
			b.InitialMmapSize = 0
		}
		db, err = openBolt(path, b)
	}
	if err != nil {
		return nil, err
	}
	// Another process may have put another file into its place, and been the one
	// that this one waited for.
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		if err = errors.Join(err, db.Close()); err != nil {
			return nil, err
		}
		return open(path, o)
	}
	db.AllocSize = growSmall
	p := &Project{db: db, path: path, options: o, seal: (*bolt.Tx).Commit}
	if err := p.start(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if !o.ReadOnly {
		p.lock = writeLock(path, o)
	}
	p.queue = newQueue(p)
	return p, nil
}

// The file grows by an eighth of its size at a time, within these bounds: each
// growing costs a sync.
const (
	growSmall = 1 << 20
	growLarge = 16 << 20
)

// inspect opens the file for reading only and looks whether it is a project
// that this version can open as o says.
func inspect(path string, o Options) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// What is foreign must not even be mapped.
	head := checkHeader(f)
	if errors.Is(head, ErrNotProject) {
		return head
	}
	b := boltOptions(o)
	b.ReadOnly, b.InitialMmapSize = true, 0
	db, err := openBolt(path, b)
	if err != nil {
		if head != nil && !errors.Is(err, ErrLocked) {
			err = head // it says it better
		}
		return err
	}
	defer db.Close()
	// Again, now that no one can be writing.
	if err := checkHeader(f); err != nil {
		return err
	}
	if err := checkInner(f); err != nil {
		return err
	}
	p := &Project{db: db}
	return p.view(func(tx *bolt.Tx) error {
		m, err := readMetaRecord(tx)
		if err == nil && m.Version < version && o.ReadOnly {
			err = fmt.Errorf("%w (layout %d, this is %d)", ErrOlder, m.Version, version)
		}
		return err
	})
}

// openBolt opens a database and names the errors.
func openBolt(path string, b *bolt.Options) (db *bolt.DB, err error) {
	defer catch(&err)
	defer faults()()
	db, err = bolt.Open(path, 0o600, b)
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, lockedError(path)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch):
		return nil, damaged("%v", err)
	}
	return db, err
}

// readMetaRecord tells whether the file is a project, and of which version.
func readMetaRecord(tx *bolt.Tx) (m metaRecord, err error) {
	b := tx.Bucket(bucketMeta)
	if b == nil {
		return m, ErrNotProject
	}
	v := b.Get(keyFormat)
	// Of the future, the first two fields can still be read.
	var known struct {
		Magic   string `cbor:"1,keyasint"`
		Version uint   `cbor:"2,keyasint"`
	}
	if len(v) < 2 || codec.dec.Unmarshal(v[1:], &known) != nil || known.Magic != magic {
		return m, ErrNotProject
	}
	if known.Version > version || v[0] > metaSchema {
		return m, fmt.Errorf("%w (layout %d, this is %d)", ErrNewer, known.Version, version)
	}
	return m, decode("meta", metaSchema, v, &m)
}

// start migrates where needed and reads what is kept in memory.
func (p *Project) start() error {
	if !p.options.ReadOnly {
		if err := p.migrate(); err != nil {
			return err
		}
	}
	return p.view(func(tx *bolt.Tx) error {
		m, err := readMetaRecord(tx)
		if err != nil {
			return err
		}
		p.created = time.Unix(0, m.Created).UTC()
		for _, name := range allBuckets {
			if tx.Bucket(name) == nil {
				return damaged("bucket %s is missing", name)
			}
		}
		s, err := readState(tx)
		if err != nil {
			return err
		}
		p.state.Store(s)
		p.runs.last = max(lastKey(tx.Bucket(bucketRuns)), lastModel(tx.Bucket(bucketModels)))
		return nil
	})
}
