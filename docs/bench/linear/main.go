//go:build unix

// Command linear is our side of docs/bench/linear.sh: it fits the regressions on a
// CSV file of numbers.
//
//	linear generate FILE ROWS
//	linear run FILE TARGET TEST METHOD BENDS WORKERS
//
//	linear logistic FILE TARGET TEST C WORKERS [DUMP]
//
// TEST is a JSON list of the numbers of the test rows; METHOD is least, ridge or
// elastic; BENDS is auto or no; with logistic, columns are numbers, categories or, if they
// are named text, texts, and DUMP.train and DUMP.test take the sparse form of the rows in the format of
// svmlight. Rows come from a space of features as in a project. It
// prints one JSON line: seconds of the best of fifteen fits and predictions of all
// test rows, seconds of making the rows, what came out, and the most memory in MB.
package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"inkling/learn/feature"
	"inkling/learn/linear"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "generate":
		rows, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return generate(args[1], rows)
	case len(args) == 7 && args[0] == "run":
		return measure(args[1], args[2], args[3], args[4], args[5], args[6])
	case len(args) >= 6 && args[0] == "logistic":
		return logistic(args[1], args[2], args[3], args[4], args[5], args[6:])
	}
	return fmt.Errorf("usage: linear generate FILE ROWS | linear run FILE TARGET TEST METHOD BENDS WORKERS | linear logistic FILE TARGET TEST C WORKERS [DUMP]")
}

// generate writes 30 columns of numbers and a number that depends on them in straight
// lines, but for one column in a wave and one by its size, with noise.
func generate(file string, rows int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	rng := rand.New(rand.NewPCG(17, 31))
	for c := range 30 {
		fmt.Fprintf(w, "x%d,", c)
	}
	fmt.Fprintln(w, "y")
	for range rows {
		y := 0.0
		for c := range 30 {
			x := rng.NormFloat64()
			switch c {
			case 0:
				y += 2 * math.Sin(2*x)
			case 1:
				y += 2 * math.Abs(x)
			default:
				y += x * float64(c%7-3)
			}
			fmt.Fprintf(w, "%.6g,", x)
		}
		fmt.Fprintf(w, "%.6g\n", y+2*rng.NormFloat64())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// read reads the columns of a table of numbers as text, and the target.
func read(file, target string) (values [][]string, y []float64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	at := slices.Index(records[0], target)
	for _, r := range records[1:] {
		x, err := strconv.ParseFloat(r[at], 64)
		if err != nil {
			return nil, nil, err
		}
		y = append(y, x)
		values = append(values, slices.Delete(r, at, at+1))
	}
	return values, y, nil
}

// now is the time in seconds.
func now() float64 { return float64(time.Now().UnixNano()) / 1e9 }

// peak is the most memory that was resident, in MB.
func peak() float64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return float64(u.Maxrss) / 1024
}

func measure(file, target, testFile, method, bends, workers string) error {
	values, y, err := read(file, target)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(testFile)
	if err != nil {
		return err
	}
	var tests []int
	if err := json.Unmarshal(b, &tests); err != nil {
		return err
	}
	in := make([]bool, len(y))
	for _, i := range tests {
		in[i] = true
	}
	o := linear.RegressionOptions{Method: map[string]linear.Method{"least": linear.Least, "ridge": linear.Ridge, "elastic": linear.Elastic}[method]}
	if bends == "no" {
		o.Bends = linear.BendNo
	}
	if o.Workers, err = strconv.Atoi(workers); err != nil {
		return err
	}
	at := now()
	kinds := make([]feature.Kind, len(values[0]))
	for i := range kinds {
		kinds[i] = feature.Number
	}
	counter, err := feature.NewCounter(kinds, feature.Default())
	if err != nil {
		return err
	}
	for i, v := range values {
		if !in[i] {
			counter.Add(v)
		}
	}
	space := counter.Space()
	train := feature.Data{Features: space.Features(), Texts: space.Texts(), Fields: space.Fields()}
	var test feature.Data
	rower := space.Rower()
	for i, v := range values {
		r := rower.Row(v)
		r = feature.Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value), Table: slices.Clone(r.Table)}
		to := &train
		if in[i] {
			to = &test
		}
		to.Rows, to.Target = append(to.Rows, r), append(to.Target, y[i])
	}
	out := map[string]any{"side": "inkling", "rows": now() - at}
	values = nil
	var m *linear.Regression
	fit, predict := math.Inf(1), math.Inf(1)
	told := make([]float64, len(test.Rows))
	single := make([]time.Duration, len(test.Rows))
	for range 15 {
		at = now()
		if m, err = linear.FitRegression(context.Background(), train, o); err != nil {
			return err
		}
		fit = min(fit, now()-at)
		at = now()
		for i, r := range test.Rows {
			m.Predict(r, told[i:i+1])
		}
		predict = min(predict, now()-at)
	}
	for i, r := range test.Rows {
		at := time.Now()
		m.Predict(r, told[i:i+1])
		single[i] = time.Since(at)
	}
	slices.Sort(single)
	mean, mae, rest, whole := 0.0, 0.0, 0.0, 0.0
	for _, x := range test.Target {
		mean += x / float64(len(told))
	}
	for i, x := range test.Target {
		mae += math.Abs(x-told[i]) / float64(len(told))
		rest += (x - told[i]) * (x - told[i])
		whole += (x - mean) * (x - mean)
	}
	out["fit"], out["predict"], out["mae"], out["r2"] = fit, predict, mae, 1-rest/whole
	out["p99_us"] = float64(single[len(single)*99/100].Nanoseconds()) / 1000
	out["penalty"], out["bends"], out["columns"] = m.Penalty(), m.Bends(), m.Columns()
	out["peak_mb"] = peak()
	return json.NewEncoder(os.Stdout).Encode(out)
}
