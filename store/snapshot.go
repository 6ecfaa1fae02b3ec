package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Snapshot is a backup that was made by the clock, under a name that says of
// what and when: PROJECT.TIME.EVENTS.HEAD.inkling, the time in UTC and the first
// eight digits of the head's digest.
type Snapshot struct {
	Path  string
	Head  Head // of the log in it
	Bytes int64
	Same  bool     // nothing was written: the last snapshot is of the same state
	Gone  []string // older ones that Keep does not keep, and that were removed
}

const (
	snapshotTime   = "20060102T150405Z"
	snapshotEnding = ".inkling"

	// staleAfter is when what a killed process left of a snapshot is removed: no
	// copy takes as long.
	staleAfter = 24 * time.Hour
)

// Snapshot writes the project as of the last commit into a folder, which is
// made where it is not there, while work goes on, and then removes those
// snapshots of it in there that keep does not keep. The file appears at once and
// whole, and nothing is removed before it is durable: on a full disk, or where
// Check finds something wrong with the project, there is an error, and all that
// was there before. Where the last snapshot is of the
// same state already, none is made.
//
// What a snapshot is of is told by its name: projects with the same name need
// folders of their own.
func (p *Project) Snapshot(ctx context.Context, dir string, keep Keep) (Snapshot, error) {
	var at uint64
	err := p.view(func(tx *bolt.Tx) error {
		at = uint64(tx.ID())
		return nil
	})
	if err != nil {
		return Snapshot{}, err
	}
	s := snapshots{dir: dir, base: snapshotBase(p.path), now: p.options.now().UTC()}
	return s.take(keep, p.Head(), at, func(tmp string) (h Head, err error) {
		if err := fill(tmp, p.writeTo); err != nil {
			return h, err
		}
		c, err := verify(ctx, tmp)
		return c.head, err
	})
}

// SnapshotFile does the same with a project that this process has not open; see
// BackupFile.
func SnapshotFile(ctx context.Context, path, dir string, keep Keep, o Options) (Snapshot, error) {
	o.ReadOnly = true
	p, err := Open(path, o)
	switch {
	case err == nil:
		s, err := p.Snapshot(ctx, dir, keep)
		return s, errors.Join(err, p.Close())
	case !errors.Is(err, ErrLocked) || heldElsewhere(path):
		return Snapshot{}, err
	}
	from, err := os.Open(path)
	if err != nil {
		return Snapshot{}, err
	}
	defer from.Close()
	s := snapshots{dir: dir, base: snapshotBase(path), now: o.now().UTC()}
	return s.take(keep, Head{}, 0, func(tmp string) (Head, error) {
		if err := fill(tmp, func(f *os.File) error { return copyHot(ctx, from, f) }); err != nil {
			return Head{}, err
		}
		c, err := verify(ctx, tmp)
		return c.head, err
	})
}

// SnapshotEvery makes a snapshot now and then one each time so long, until ctx
// ends. said is told of each, or why it failed; the next is tried all the same.
func (p *Project) SnapshotEvery(ctx context.Context, every time.Duration, dir string, keep Keep, said func(Snapshot, error)) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		said(p.Snapshot(ctx, dir, keep))
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// snapshots are those of one project in a folder.
type snapshots struct {
	dir, base string
	now       time.Time
}

// taken is a snapshot that is there, as its name says.
type taken struct {
	name   string
	time   time.Time
	seq    uint64
	digest string // the beginning of it
}

func snapshotBase(path string) string {
	return strings.TrimSuffix(filepath.Base(path), snapshotEnding)
}

func (s *snapshots) name(h Head) string {
	return fmt.Sprintf("%s.%s.%d.%.8s%s", s.base, s.now.Format(snapshotTime), h.Seq, h.Digest, snapshotEnding)
}

// parse reads a name; ok is false for other files than snapshots of this
// project.
func (s *snapshots) parse(name string) (t taken, ok bool) {
	rest, ok := strings.CutPrefix(name, s.base+".")
	if !ok {
		return t, false
	}
	rest, ok = strings.CutSuffix(rest, snapshotEnding)
	f := strings.Split(rest, ".")
	if !ok || len(f) != 3 || len(f[2]) != 8 {
		return t, false
	}
	at, err := time.Parse(snapshotTime, f[0])
	seq, err2 := strconv.ParseUint(f[1], 10, 64)
	t = taken{name, at, seq, f[2]}
	// Only what is written just so is a name of ours.
	return t, err == nil && err2 == nil && fmt.Sprintf("%s.%s.%d.%s%s", s.base, at.Format(snapshotTime), seq, f[2], snapshotEnding) == name
}

// list returns the snapshots that are there, newest first.
func (s *snapshots) list() ([]taken, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var all []taken
	for _, e := range entries {
		if t, ok := s.parse(e.Name()); ok && e.Type().IsRegular() {
			all = append(all, t)
		} else if s.stale(e) {
			os.Remove(filepath.Join(s.dir, e.Name()))
		}
	}
	slices.SortFunc(all, func(a, b taken) int { return cmp.Or(b.time.Compare(a.time), cmp.Compare(b.seq, a.seq)) })
	return all, nil
}

// stale reports whether a file is what a process that was killed left of a
// snapshot.
func (s *snapshots) stale(e os.DirEntry) bool {
	if !strings.HasPrefix(e.Name(), "."+s.base+".snapshot.") || !strings.HasSuffix(e.Name(), ".tmp") {
		return false
	}
	info, err := e.Info()
	return err == nil && info.Mode().IsRegular() && s.now.Sub(info.ModTime()) > staleAfter
}

// take makes a snapshot. head and at, the transaction, say what it would be of;
// at is 0 where that is not known.
func (s *snapshots) take(keep Keep, head Head, at uint64, write func(tmp string) (Head, error)) (out Snapshot, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("snapshot of %s into %s: %w", s.base, s.dir, diskError(err))
		}
	}()
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return out, err
	}
	all, err := s.list()
	if err != nil {
		return out, err
	}
	for _, t := range all {
		if at > 0 && t.seq == head.Seq && t.digest == head.Digest.String()[:8] && transaction(filepath.Join(s.dir, t.name)) == at {
			out = Snapshot{Path: filepath.Join(s.dir, t.name), Head: head, Same: true}
			return out, s.finish(&out, keep)
		}
	}
	err = newNamed(s.dir, s.base+".snapshot", func(tmp string) (string, error) {
		if out.Head, err = write(tmp); err != nil {
			return "", err
		}
		out.Path = filepath.Join(s.dir, s.name(out.Head))
		return out.Path, nil
	})
	if err != nil {
		return Snapshot{}, err
	}
	return out, s.finish(&out, keep)
}

// transaction returns the number of a file's last transaction, 0 where it has
// none.
func transaction(path string) uint64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	if m, _ := newestMeta(f); m != nil {
		return m.tx
	}
	return 0
}

// finish looks at the snapshot that is there, and removes those that are not
// kept. This one always is, whatever the clock says of the others.
func (s *snapshots) finish(out *Snapshot, keep Keep) error {
	info, err := os.Stat(out.Path)
	if err != nil {
		return err
	}
	out.Bytes = info.Size()
	all, err := s.list()
	if err != nil {
		return err
	}
	moments := make([]time.Time, len(all))
	for i, t := range all {
		moments[i] = t.time
	}
	for i, stays := range keep.keeps(moments) {
		if path := filepath.Join(s.dir, all[i].name); !stays && path != out.Path {
			if e := os.Remove(path); e != nil {
				err = errors.Join(err, e)
				continue
			}
			out.Gone = append(out.Gone, path)
		}
	}
	return err
}
