package store

import (
	"time"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// Size is how much a part of the file takes.
type Size struct {
	Name    string
	Entries int
	Bytes   int64 // of its pages
	Used    int64 // of that, bytes in use
}

// Stats says how large a project is.
type Stats struct {
	Created   time.Time
	Version   uint // of the file's layout
	FileBytes int64
	PageBytes int64
	FreeBytes int64 // in the file but not in use
	Counts    label.Counts
	Buckets   []Size
}

// Stats reads the sizes; it looks at every page.
func (p *Project) Stats() (Stats, error) {
	s := Stats{Created: p.created, Version: version, Counts: p.Counts(), PageBytes: int64(p.db.Info().PageSize)}
	err := p.view(func(tx *bolt.Tx) error {
		s.FileBytes = tx.Size()
		s.FreeBytes = s.FileBytes
		for _, name := range allBuckets {
			b := tx.Bucket(name).Stats()
			size := Size{Name: string(name), Entries: b.KeyN, Bytes: int64(b.BranchAlloc + b.LeafAlloc), Used: int64(b.BranchInuse + b.LeafInuse)}
			if b.InlineBucketN > 0 {
				size.Used += int64(b.InlineBucketInuse)
			}
			if size.Name == string(bucketIDs) {
				size.Entries = int(p.state.Load().named) // not the blocks
			}
			s.FreeBytes -= size.Bytes
			s.Buckets = append(s.Buckets, size)
		}
		s.FreeBytes = max(s.FreeBytes-4*s.PageBytes, 0)
		return nil
	})
	return s, err
}
