package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A project is copied as another process would, synced and verified, while
// decisions are made without a pause, or one each 20 ms: several times as fast
// as a person is.
func BenchmarkBackupHot(b *testing.B) {
	for _, c := range []struct {
		name  string
		pause time.Duration
	}{{"a decision each 20 ms", 20 * time.Millisecond}, {"without a pause", 0}} {
		b.Run(c.name, func(b *testing.B) {
			p := newProjectWith(b, 300_000, Options{})
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan int)
			go func() {
				n := 0
				defer func() { ended <- n }()
				for ctx.Err() == nil {
					n++
					if _, _, err := p.Decide("ana", answer(uint64(n*7919%300_000+1), n%2)).Wait(context.Background()); err != nil {
						b.Error(err)
						return
					}
					select {
					case <-ctx.Done():
					case <-time.After(c.pause):
					}
				}
			}()
			to := filepath.Join(b.TempDir(), "copy")
			runs := 0
			for b.Loop() {
				runs++
				if _, err := copyFileHot(context.Background(), p.Path(), to, opens); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				info, err := os.Stat(to)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(info.Size())
				os.Remove(to)
				b.StartTimer()
			}
			cancel()
			b.ReportMetric(float64(<-ended)/float64(runs), "decisions/copy")
		})
	}
}
