package format

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Memory doesn't grow with the file.
func TestMemory(t *testing.T) {
	allocated := func(times int) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := NewReader(io.MultiReader(bytes.NewReader(head), repeated(lines(1000, "%06d,class%d,%03d,\"asks \"\"again\"\"\"\n"), times)), "a.csv", -1, Spec{})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, r); n != 1000*times {
			t.Fatal(n)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	small, large := allocated(20), allocated(400)
	if large > small+1<<20 {
		t.Errorf("%d bytes for 20,000 rows, %d for 400,000", small, large)
	}
}

// A single long line is read as it is; beyond the limit it is a bad row, of
// which only the beginning is kept.
func TestLongLine(t *testing.T) {
	long := strings.Repeat("汉", 1<<20) // 3 MiB
	for _, f := range []Format{CSV, JSONL, Lines} {
		line := long
		if f == JSONL {
			line = `{"text":"` + long + `"}`
		}
		short := strings.Replace(line, long, "x", 1)
		in := short + "\n" + line + "\n" + short + "\n"
		for _, limit := range []int{0, 1 << 20} {
			r, err := NewReader(strings.NewReader(in), "a", -1, Spec{Format: f, Delimiter: ',', Header: No, MaxRecord: limit})
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for {
				rec, err := r.Next()
				if err == io.EOF {
					break
				}
				var bad *RowError
				if errors.As(err, &bad) {
					if !errors.Is(bad, ErrTooLong) || bad.Line != 2 || len(bad.Raw) > 4<<10 || len(bad.Raw) < 4000 || !bytes.HasSuffix(bad.Raw, []byte("汉")) {
						t.Errorf("%s: %v, %d bytes", f, bad, len(bad.Raw))
					}
					got = append(got, -1)
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, len(rec.Fields[0]))
			}
			want := []int{1, len(long), 1}
			if limit > 0 {
				want[1] = -1
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, limit %d: %v", f, limit, got)
			}
		}
	}
}

// The window that one long record needed is given back.
func TestWindowShrinks(t *testing.T) {
	in := strings.Repeat("x", 2*keepSize) + "\n" + strings.Repeat("short\n", 2*keepSize/6)
	r, err := NewReader(strings.NewReader(in), "a.txt", -1, Spec{Format: Lines})
	if err != nil {
		t.Fatal(err)
	}
	if rec, err := r.Next(); err != nil || len(rec.Fields[0]) != 2*keepSize {
		t.Fatal(err)
	}
	if n := count(t, r); n != 2*keepSize/6 {
		t.Error(n)
	}
	if len(r.win.buf) > keepSize {
		t.Errorf("a window of %d bytes is left", len(r.win.buf))
	}
}

// Damage to gzip data ends the reading behind the rows that could be unpacked.
func TestGzipDamage(t *testing.T) {
	packed := pack(t, append(bytes.Clone(head), lines(200_000, "%06d,class%d,%03d,asks again\n")...))
	for name, data := range map[string][]byte{
		"cut short":    packed[:len(packed)*2/3],
		"bad checksum": append(bytes.Clone(packed[:len(packed)-8]), 1, 2, 3, 4, packed[len(packed)-4], packed[len(packed)-3], packed[len(packed)-2], packed[len(packed)-1]),
		"overwritten":  append(append(bytes.Clone(packed[:len(packed)*2/3]), make([]byte, 1000)...), packed[len(packed)*2/3+1000:]...),
	} {
		r, err := NewReader(bytes.NewReader(data), "a.csv.gz", int64(len(data)), Spec{})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for err == nil {
			if _, err = r.Next(); err == nil {
				n++
			} else if bad := (*RowError)(nil); errors.As(err, &bad) {
				err = nil // overwritten data may unpack to nonsense first
			}
		}
		if n < 100_000 || !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrEncoding) {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
	}
	_, err := NewReader(bytes.NewReader(packed[:8]), "a.gz", 8, Spec{})
	if !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	_, err = NewReader(bytes.NewReader(packed[:40]), "a.gz", 40, Spec{})
	if !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

// Several gzip files put together are one, as gzip has it.
func TestGzipMembers(t *testing.T) {
	data := append(pack(t, []byte("text,label\na,b\n")), pack(t, []byte("c,d\n"))...)
	_, rows := readAll(t, data, "a.csv.gz", Spec{})
	if len(rows) != 2 || rows[1][1] != "d" {
		t.Error(rows)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "none.csv"), Spec{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := Open(dir, Spec{}); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	path := filepath.Join(dir, "a.csv.gz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	z.Write(head)
	z.Write(lines(50_000, "%06d,class%d,%03d,asks again\n"))
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := Open(path, Spec{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil || r.Size() != st.Size() {
		t.Error(r.Size(), err)
	}
	begin := r.BytesRead()
	if n := count(t, r); n != 50_000 {
		t.Error(n)
	}
	if begin >= r.Size() || r.BytesRead() != r.Size() {
		t.Errorf("read %d at first and %d at last of %d", begin, r.BytesRead(), r.Size())
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// With nothing left to detect, a record comes as soon as it is there.
func TestInteractive(t *testing.T) {
	for _, c := range []struct {
		spec Spec
		say  []string
	}{
		{Spec{Format: Lines, Encoding: "utf-8"}, []string{"hello\n", "and again\n"}},
		{Spec{Format: JSONL, Encoding: "utf-8"}, []string{"{\"text\":\"hello\"}\n", "{\"text\":\"and again\"}\n"}},
		{Spec{Format: CSV, Encoding: "utf-8", Delimiter: ',', Header: No, Quotes: Yes}, []string{"hello\n", "and again\n"}},
	} {
		out, in := io.Pipe()
		go io.WriteString(in, c.say[0])
		r, err := NewReader(out, "", -1, c.spec)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"hello", "and again"} {
			if i > 0 {
				go io.WriteString(in, c.say[i])
			}
			rec, err := r.Next()
			if err != nil || string(rec.Fields[0]) != want {
				t.Fatalf("%s: %q, %v", c.spec.Format, rec.Fields, err)
			}
		}
		in.Close()
		if _, err := r.Next(); err != io.EOF {
			t.Error(err)
		}
	}
}

var errDisk = errors.New("input/output error")

// An error of the disk is passed on with its place.
func TestReadError(t *testing.T) {
	r, err := NewReader(io.MultiReader(bytes.NewReader(head), bytes.NewReader(lines(20_000, "%06d,class%d,%03d,asks again\n")), brokenDisk{}), "a.csv", -1, Spec{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for err == nil {
		if _, err = r.Next(); err == nil {
			n++
		}
	}
	if n != 20_000 || !errors.Is(err, errDisk) || err.Error() != "a.csv, line 20002: input/output error" {
		t.Error(n, err)
	}
	if _, err := NewReader(brokenDisk{}, "a.csv", -1, Spec{}); !errors.Is(err, errDisk) {
		t.Error(err)
	}
}

type brokenDisk struct{}

func (brokenDisk) Read([]byte) (int, error) { return 0, errDisk }

// Strings and Values stay when the record is gone.
func TestRecordCopies(t *testing.T) {
	r, err := NewReader(strings.NewReader("{\"a\":\"x\\ty\",\"b\":null}\n{\"a\":1,\"b\":\"zzzz\"}\n"), "", -1, Spec{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	s, v := rec.Strings(), rec.Values()
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s, []string{"x\ty", ""}) || !slices.Equal(v, []Value{Text("x\ty"), {}}) {
		t.Errorf("%q %q", s, v)
	}
}
