package format

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// repeated is a stream of many copies of the same text.
func repeated(part []byte, times int) io.Reader {
	parts := make([]io.Reader, times)
	for i := range parts {
		parts[i] = bytes.NewReader(part)
	}
	return io.MultiReader(parts...)
}

// benchRead reads a file made of head and copies of part.
func benchRead(b *testing.B, name string, head, part []byte, spec Spec) {
	const times = 200
	size := int64(len(head) + times*len(part))
	b.SetBytes(size)
	rows := 0
	for b.Loop() {
		r, err := NewReader(io.MultiReader(bytes.NewReader(head), repeated(part, times)), name, size, spec)
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, err := r.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			rows++
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func lines(n int, form string) []byte {
	var s strings.Builder
	for i := range n {
		fmt.Fprintf(&s, form, i, i%7, i*37%1000)
	}
	return []byte(s.String())
}

var head = []byte("id,label,amount,text\n")

// Rows of 60 bytes, with and without quotes, and as the real files have them.
func BenchmarkReadCSV(b *testing.B) {
	benchRead(b, "a.csv", head, lines(2000, "%06d,class%d,%03d,the applicant asks to defer payment again\n"), Spec{})
}

// The same rows through encoding/csv, for comparison.
func BenchmarkStdlibCSV(b *testing.B) {
	part, rows := lines(2000, "%06d,class%d,%03d,the applicant asks to defer payment again\n"), 0
	b.SetBytes(int64(200 * len(part)))
	for b.Loop() {
		r := csv.NewReader(repeated(part, 200))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			rows++
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkReadCSVQuoted(b *testing.B) {
	benchRead(b, "a.csv", head, lines(2000, "%06d,class%d,%03d,\"the applicant, as \"\"agreed\"\", defers it\"\n"), Spec{})
}

func BenchmarkReadCSVChinese(b *testing.B) {
	benchRead(b, "a.csv", head, lines(2000, "%06d,类别%d,%03d,申请人请求延期还款第二次电话核实\n"), Spec{})
}

func BenchmarkReadGB18030(b *testing.B) {
	part, err := simplifiedchinese.GB18030.NewEncoder().Bytes(lines(2000, "%06d,类别%d,%03d,申请人请求延期还款第二次电话核实\n"))
	if err != nil {
		b.Fatal(err)
	}
	benchRead(b, "a.csv", head, part, Spec{Encoding: "gb18030"})
}

func BenchmarkReadJSONL(b *testing.B) {
	benchRead(b, "a.jsonl", nil, lines(2000, `{"id":%d,"label":"class%d","amount":%d,"text":"asks to \"defer\""}`+"\n"), Spec{})
}

func BenchmarkReadLines(b *testing.B) {
	benchRead(b, "a.txt", nil, lines(2000, "%06d %d %03d the applicant asks to defer the payment again, says\n"), Spec{})
}

func BenchmarkOpen(b *testing.B) {
	path := dataFile(b, "ag_news/train.csv")
	for b.Loop() {
		r, err := Open(path, Spec{})
		if err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}

func BenchmarkWrite(b *testing.B) {
	values := []Value{{Number, "17"}, Text("class3"), {Number, "370"}, Text("the applicant, as \"agreed\", defers it again")}
	for _, f := range []Format{CSV, JSONL} {
		b.Run(string(f), func(b *testing.B) {
			w, err := NewWriter(io.Discard, f, []string{"id", "label", "amount", "text"}, WriterOptions{})
			if err != nil {
				b.Fatal(err)
			}
			rows := 0
			for b.Loop() {
				if err := w.Write(values); err != nil {
					b.Fatal(err)
				}
				rows++
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
