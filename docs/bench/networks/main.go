//go:build unix

// Command networks is our side of docs/bench/networks.sh: it fits the network of one
// of the data sets with each seed, and prints a line of JSON for each.
package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"inkling/learn/feature"
	"inkling/learn/neural"
)

func main() {
	log.SetFlags(0)
	set := flag.String("set", "credit", "credit, rows or pictures")
	data := flag.String("data", "../shared/data", "folder with german_credit and fashion_mnist")
	file := flag.String("rows", "", "file of generated rows, for both sides")
	generate := flag.Bool("generate", false, "write the file of generated rows and end")
	seeds := flag.Int("seeds", 5, "fits")
	workers := flag.Int("workers", 1, "goroutines")
	flag.Parse()
	if *generate {
		if err := generateRows(*file); err != nil {
			log.Fatal(err)
		}
		return
	}
	train, test, o, err := load(*set, *data, *file)
	if err != nil {
		log.Fatal(err)
	}
	for seed := range *seeds {
		o.Seed, o.Workers = uint64(seed), *workers
		start := time.Now()
		m, err := neural.Fit(context.Background(), train, o)
		took := time.Since(start)
		if err != nil {
			log.Fatal(err)
		}
		report(m, test, took)
	}
}

// report prints what a model makes of the test rows, and how long one row takes.
func report(m *neural.Model, d feature.Data, fit time.Duration) {
	p, loss, right := make([]float64, m.Classes()), 0.0, 0
	took := make([]time.Duration, 0, len(d.Rows))
	for i, r := range d.Rows {
		start := time.Now()
		m.Predict(r, p)
		took = append(took, time.Since(start))
		loss -= math.Log(p[d.Class[i]])
		if slices.Index(p, slices.Max(p)) == d.Class[i] {
			right++
		}
	}
	slices.Sort(took)
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		log.Fatal(err)
	}
	n := float64(len(d.Rows))
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"fit_s": fit.Seconds(), "loss": loss / n, "accuracy": float64(right) / n,
		"p99_us": float64(took[len(took)*99/100].Nanoseconds()) / 1e3, "peak_mb": float64(use.Maxrss) / 1024}); err != nil {
		log.Fatal(err)
	}
}

func load(set, dir, file string) (train, test feature.Data, o neural.Options, err error) {
	switch set {
	case "credit":
		train, test, err = credit(filepath.Join(dir, "german_credit", "german_credit.csv"))
		return train, test, neural.Credit(), err
	case "rows":
		train, test, err = rows(file)
		return train, test, neural.Credit(), err
	case "pictures":
		o = neural.Options{Hidden: []int{128}, Epochs: 10, Batch: 128, Rate: 1e-3}
		if train, err = pictures(filepath.Join(dir, "fashion_mnist"), "train"); err == nil {
			test, err = pictures(filepath.Join(dir, "fashion_mnist"), "t10k")
		}
		return train, test, o, err
	}
	return train, test, o, fmt.Errorf("no data set %q", set)
}

// credit reads the German credit table; every fifth row is for the test.
func credit(path string) (train, test feature.Data, err error) {
	f, err := os.Open(path)
	if err != nil {
		return train, test, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return train, test, err
	}
	all = all[1:]
	n := len(all[0]) - 1
	fields, codes := make([]feature.Field, n), make([]map[string]int, n)
	for j := range n {
		if _, err := strconv.ParseFloat(all[0][j], 64); err == nil {
			fields[j].Kind = feature.Number
			continue
		}
		fields[j].Kind, codes[j] = feature.Category, map[string]int{}
		for _, r := range all {
			if _, ok := codes[j][r[j]]; !ok {
				codes[j][r[j]] = len(codes[j])
			}
		}
		fields[j].Codes = len(codes[j])
	}
	train, test = feature.Data{Classes: 2, Fields: fields}, feature.Data{Classes: 2, Fields: fields}
	for i, r := range all {
		row := feature.Row{Table: make([]float32, n)}
		for j := range n {
			if codes[j] != nil {
				row.Table[j] = float32(codes[j][r[j]])
			} else if x, err := strconv.ParseFloat(r[j], 32); err == nil {
				row.Table[j] = float32(x)
			}
		}
		to := &train
		if i%5 == 0 {
			to = &test
		}
		class, err := strconv.Atoi(r[n])
		if err != nil {
			return train, test, err
		}
		to.Rows, to.Class = append(to.Rows, row), append(to.Class, class)
	}
	return train, test, nil
}

// Generated rows: numbers, of which the last is the class.
const (
	columns   = 30
	trainRows = 100_000
	testRows  = 20_000
)

func generateRows(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w, rng := bufio.NewWriter(f), rand.New(rand.NewPCG(7, 7))
	var x [columns + 1]float32
	for range trainRows + testRows {
		for j := range columns {
			x[j] = float32(rng.NormFloat64())
		}
		score := float64(x[0]) + float64(x[1]*x[2]) + math.Abs(float64(x[3])) - 0.8 + math.Sin(2*float64(x[4])) + 0.5*float64(x[5]) + 0.5*rng.NormFloat64()
		if x[columns] = 0; score > 0 {
			x[columns] = 1
		}
		if err := binary.Write(w, binary.LittleEndian, x[:]); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func rows(path string) (train, test feature.Data, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return train, test, err
	}
	fields := make([]feature.Field, columns)
	for j := range fields {
		fields[j].Kind = feature.Number
	}
	train, test = feature.Data{Classes: 2, Fields: fields}, feature.Data{Classes: 2, Fields: fields}
	for i := 0; len(b) > 0; i++ {
		row := feature.Row{Table: make([]float32, columns)}
		for j := range columns {
			row.Table[j] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*j:]))
		}
		class := int(math.Float32frombits(binary.LittleEndian.Uint32(b[4*columns:])))
		b = b[4*(columns+1):]
		to := &train
		if i >= trainRows {
			to = &test
		}
		to.Rows, to.Class = append(to.Rows, row), append(to.Class, class)
	}
	return train, test, nil
}

// pictures reads a pair of IDX files; each pixel is a number from 0 to 1.
func pictures(dir, name string) (d feature.Data, err error) {
	images, err := unpack(filepath.Join(dir, name+"-images-idx3-ubyte.gz"))
	if err != nil {
		return d, err
	}
	labels, err := unpack(filepath.Join(dir, name+"-labels-idx1-ubyte.gz"))
	if err != nil {
		return d, err
	}
	pixels := int(binary.BigEndian.Uint32(images[8:]) * binary.BigEndian.Uint32(images[12:]))
	d = feature.Data{Classes: 10, Fields: make([]feature.Field, pixels)}
	for j := range d.Fields {
		d.Fields[j].Kind = feature.Number
	}
	images = images[16:]
	for _, class := range labels[8:] {
		row := feature.Row{Table: make([]float32, pixels)}
		for j := range pixels {
			row.Table[j] = float32(images[j]) / 255
		}
		images = images[pixels:]
		d.Rows, d.Class = append(d.Rows, row), append(d.Class, int(class))
	}
	return d, nil
}

func unpack(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
