package store_test

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"testing"

	"inkling/label"
	"inkling/label/format"
	"inkling/store"
)

// csvRows is a file of n rows of about 75 bytes.
func csvRows(n int) []byte {
	b := bytes.NewBufferString("id,text,label\n")
	for i := range n {
		fmt.Fprintf(b, "%d,%d asks to defer the payment of %d again says he was ill,%s\n", i+1, i*7919%n, i%977, []string{"safe", "risky"}[i%2])
	}
	return b.Bytes()
}

// A file into a new project: read, recognised, written and synced.
func BenchmarkImport(b *testing.B) {
	const n = 300_000
	file := csvRows(n)
	for _, c := range []struct {
		name string
		id   label.Role
	}{{"by content", label.Ignore}, {"by id", label.Ident}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			task := label.Task{Name: "t", Kind: label.Classes, Seed: 7, Audit: 0.1, Labels: []label.Label{{Name: "safe"}, {Name: "risky"}},
				Columns: []label.Column{{Name: "id", Role: c.id}, {Name: "text", Role: label.Text}, {Name: "label", Role: label.Gold}}}
			runs := 0
			for b.Loop() {
				runs++
				b.StopTimer()
				path := filepath.Join(b.TempDir(), "p.inkling")
				runtime.GC()
				b.StartTimer()
				p, err := store.Create(path, task, store.Options{})
				if err != nil {
					b.Fatal(err)
				}
				if got := importFile(b, p, file); got.Last != n {
					b.Fatalf("%+v", got)
				}
				if err := p.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(runs)*n/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func importFile(b *testing.B, p *store.Project, file []byte) label.Import {
	r, err := format.NewReader(bytes.NewReader(file), "rows.csv", int64(len(file)), format.Spec{})
	if err != nil {
		b.Fatal(err)
	}
	im := p.NewImport("rows.csv", "import")
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		if err := im.Add(rec.Strings(), nil); err != nil {
			b.Fatal(err)
		}
	}
	got, err := im.Close()
	if err != nil {
		b.Fatal(err)
	}
	return got
}
