package store

import (
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// The buckets of a project file. Numbers in keys are big-endian, so that the
// order of keys is the order of numbers.
var (
	bucketMeta       = []byte("meta")       // what this file is: see metaRecord
	bucketEvents     = []byte("events")     // seq -> event: the truth
	bucketChain      = []byte("chain")      // seq -> digest: of every 1,024th event, see chain.go. Not a view: it vouches for the log
	bucketItems      = []byte("items")      // num -> item record, append-only
	bucketIDs        = []byte("ids")        // names, in blocks: see blocks.go; lags behind items during an import: see names.go
	bucketAnswers    = []byte("answers")    // num, annotator number (4 bytes) -> standing
	bucketAnnotators = []byte("annotators") // annotator number (4 bytes) -> annotator
	bucketSkipped    = []byte("skipped")    // seq, num -> annotator number (4 bytes)
	bucketFlagged    = []byte("flagged")    // the same
	bucketNow        = []byte("now")        // the current task and the counts
	bucketComments   = []byte("comments")   // num, seq -> nothing: the Commented events of an item; under number 0 the Ruled events
	bucketRuns       = []byte("runs")       // run -> opaque record
	bucketModels     = []byte("models")     // run, chunk (4 bytes) -> part of a model; run -> modelRecord once it is complete
	bucketState      = []byte("state")      // name -> opaque blob
)

var allBuckets = [][]byte{bucketMeta, bucketEvents, bucketChain, bucketItems, bucketIDs, bucketAnswers, bucketAnnotators,
	bucketSkipped, bucketFlagged, bucketNow, bucketComments, bucketRuns, bucketModels, bucketState}

// viewBuckets hold what can be rebuilt from the log.
var viewBuckets = [][]byte{bucketAnswers, bucketAnnotators, bucketSkipped, bucketFlagged, bucketNow, bucketComments}

// Keys of single records.
var (
	keyFormat  = []byte("format")        // in meta
	keyCurrent = []byte("current model") // in meta
	keyNamed   = []byte("named")         // in meta: the item up to which ids is complete
	keyHead    = []byte("head")          // in meta: the number of the last event and its digest
	keyTask    = []byte("task")          // in now
	keyCounts  = []byte("counts")        // in now
)

func key8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func key4(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

// settling marks the number of an annotator whose standing is a settlement: it
// stands beside what the same person answered as one of several.
const settling = 1 << 31

// keeper returns under which number a decision stands: its annotator's number, marked where it settles.
func keeper(d *label.Decision, n uint32) uint32 {
	if d.Settles && n != 0 {
		return n | settling
	}
	return n
}

// answerKey names the standing of an item by one annotator.
func answerKey(num uint64, annotator uint32) []byte {
	return binary.BigEndian.AppendUint32(key8(num), annotator)
}

// listKey names an entry of the skipped and flagged lists.
func listKey(seq, num uint64) []byte { return binary.BigEndian.AppendUint64(key8(seq), num) }

// number reads a key or value that holds one number; a wrong length gives 0,
// which numbers nothing.
func number(b []byte) uint64 {
	if len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func number4(b []byte) uint32 {
	if len(b) != 4 {
		return 0
	}
	return binary.BigEndian.Uint32(b)
}

// lastKey returns the number of the last entry of a bucket, 0 where there is
// none.
func lastKey(b *bolt.Bucket) uint64 {
	k, _ := b.Cursor().Last()
	return number(k)
}
