package store

import (
	"bytes"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// places is where views keep how items stand, and the lists: the buckets of the
// file within a transaction, or memory while the log is replayed.
type places interface {
	// standings returns the standing in force of an item and whose it is: the one
	// that prevails over all others; and that of annotator n. They are nil where
	// there is none, and may be lent until the call after the next one.
	standings(num uint64, n uint32) (latest *standing, by uint32, mine *standing, err error)
	// stand sets where an item stands by annotator n; nil is nowhere.
	stand(num uint64, n uint32, s *standing) error
	// list puts an entry into a list, or takes it out where sign is negative.
	list(name []byte, seq, num uint64, by uint32, sign int) error
	// comment adds a comment to those of an item.
	comment(num, seq uint64) error
}

var _, _ places = (*buckets)(nil), (*memory)(nil)

// buckets are the places in the file.
type buckets struct {
	tx      *bolt.Tx
	answers *bolt.Bucket
	top     uint64       // no item after this one has a standing
	cursor  *bolt.Cursor // of the answers; nil until top is known
}

func newBuckets(tx *bolt.Tx) *buckets { return &buckets{tx: tx, answers: tx.Bucket(bucketAnswers)} }

// standings looks for nothing where the items are later than all that have a
// standing, as those of an import are.
func (b *buckets) standings(num uint64, n uint32) (latest *standing, by uint32, mine *standing, err error) {
	if b.cursor == nil {
		b.cursor = b.answers.Cursor()
		if k, _ := b.cursor.Last(); len(k) > 8 {
			b.top = number(k[:8])
		}
	}
	if num > b.top {
		return nil, 0, nil, nil
	}
	return standings(b.cursor, num, n)
}

func (b *buckets) stand(num uint64, n uint32, s *standing) error {
	if s == nil {
		return b.answers.Delete(answerKey(num, n))
	}
	b.top = max(b.top, num)
	return b.answers.Put(answerKey(num, n), encode(standingSchema, s))
}

func (b *buckets) list(name []byte, seq, num uint64, by uint32, sign int) error {
	if sign < 0 {
		return b.tx.Bucket(name).Delete(listKey(seq, num))
	}
	return b.tx.Bucket(name).Put(listKey(seq, num), key4(by))
}

func (b *buckets) comment(num, seq uint64) error {
	return b.tx.Bucket(bucketComments).Put(listKey(num, seq), nil)
}

// standings reads the standings of an item from the answers.
func standings(c *bolt.Cursor, num uint64, n uint32) (latest *standing, by uint32, mine *standing, err error) {
	prefix := key8(num)
	for k, val := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, val = c.Next() {
		s, err := decodeStanding(val)
		if err != nil {
			return nil, 0, nil, fmt.Errorf("item %d: %w", num, err)
		}
		whose := number4(k[8:])
		if whose == n {
			mine = &s
		}
		if prevails(&s, latest) {
			latest, by = &s, whose
		}
	}
	return latest, by, mine, nil
}

// inForce returns the standing in force of an item and whose it is.
func inForce(c *bolt.Cursor, num uint64) (*standing, uint32, error) {
	latest, by, _, err := standings(c, num, 0)
	return latest, by, err
}
