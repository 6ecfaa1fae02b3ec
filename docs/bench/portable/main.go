// Command portable says what a model file tells, to the last bit, so that two
// machines can be compared: see docs/bench/portable.sh.
//
//	portable models           names the models that tell classes
//	portable rows SEED N      writes made-up loan memos as CSV
//	portable tell MODEL CSV   prints a digest of the bits of every probability
//	                          and every reason that the model gives for the rows
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"hash"
	"io"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"

	"inkling/label"
	"inkling/label/demo"
	"inkling/learn"
)

func main() {
	var err error
	switch args := os.Args[1:]; {
	case len(args) == 1 && args[0] == "models":
		for _, name := range learn.ModelsFor(label.Classes) {
			fmt.Println(strings.ReplaceAll(name, " ", "-"))
		}
	case len(args) == 3 && args[0] == "rows":
		err = rows(args[1], args[2])
	case len(args) == 3 && args[0] == "tell":
		err = tell(args[1], args[2])
	default:
		err = fmt.Errorf("usage: portable models | portable rows SEED N | portable tell MODEL CSV")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func rows(seed, n string) error {
	s, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(n)
	if err != nil {
		return err
	}
	w := csv.NewWriter(os.Stdout)
	var names []string
	for _, c := range demo.Columns() {
		names = append(names, c.Name)
	}
	if err := w.Write(names); err != nil {
		return err
	}
	for r := range demo.Rows(s, count) {
		if err := w.Write(r.Fields); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func tell(model, file string) error {
	b, err := os.ReadFile(model)
	if err != nil {
		return err
	}
	m, err := learn.UnmarshalPortable(b)
	if err != nil {
		return fmt.Errorf("%s: %w", model, err)
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil {
		return err
	}
	at := make([]int, len(m.Columns))
	for i, c := range m.Columns {
		at[i] = -1
		for j, name := range head {
			if name == c.Name {
				at[i] = j
			}
		}
		if at[i] < 0 {
			return fmt.Errorf("%s has no column %q", file, c.Name)
		}
	}
	said, why, n := sha256.New(), sha256.New(), 0
	for {
		rec, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		it := label.Item{Fields: make([]string, len(at))}
		for i, j := range at {
			it.Fields[i] = rec[j]
		}
		s := m.Snapshot.Suggest(it)
		for _, p := range s.Classes {
			put(said, p)
		}
		if n++; n%10 == 0 { // reasons of the forests take long under emulation
			for _, x := range m.Snapshot.Explain(it, s.Answer.Class, 50) {
				io.WriteString(why, x.Term)
				put(why, x.Weight)
			}
		}
	}
	fmt.Printf("%-8s %-22s %d rows: probabilities %x, reasons %x\n", runtime.GOARCH, m.Run.Model, n, said.Sum(nil)[:8], why.Sum(nil)[:8])
	return nil
}

func put(h hash.Hash, x float64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], math.Float64bits(x))
	h.Write(b[:])
}
