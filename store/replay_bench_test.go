package store

import (
	"context"
	"math"
	"os"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// What replaying costs an event, by stages: decoding it, applying it to views in
// memory, and the whole with a new file.
func BenchmarkReplay(b *testing.B) {
	p := longLog(b, 100_000)
	events := p.Counts().Events
	per := func(b *testing.B) {
		b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	}
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if err := p.view(func(tx *bolt.Tx) error {
				return tx.Bucket(bucketEvents).ForEach(func(_, v []byte) error { _, err := decodeEvent(v); return err })
			}); err != nil {
				b.Fatal(err)
			}
		}
		per(b)
	})
	b.Run("views", func(b *testing.B) {
		for b.Loop() {
			if err := p.view(func(tx *bolt.Tx) error {
				_, err := replayLog(context.Background(), tx, math.MaxUint64, func(uint64, []byte) error { return nil })
				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
		per(b)
	})
	b.Run("file", func(b *testing.B) {
		dir := b.TempDir()
		for b.Loop() {
			path := dir + "/replayed"
			if err := p.Replay(context.Background(), events, path, nil); err != nil {
				b.Fatal(err)
			}
			if err := os.Remove(path); err != nil {
				b.Fatal(err)
			}
		}
		per(b)
	})
}
