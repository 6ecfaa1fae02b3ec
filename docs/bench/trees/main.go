//go:build unix

// Command trees is our side of docs/bench/trees.sh: it writes the generated
// table, and fits forests and boosting on a CSV file.
//
//	trees generate FILE ROWS
//	trees run FILE TARGET WORK SPLITS WORKERS [SEED]
//
// WORK is forest, boosting or regression. SPLITS is a file of one JSON list of row
// numbers a line: the test rows of one seed; the first is SEED, 0 by default. It prints one JSON line a seed.
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
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"inkling/learn/feature"
	"inkling/learn/forest"
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
	case len(args) >= 6 && len(args) <= 7 && args[0] == "run":
		workers, err := strconv.Atoi(args[5])
		if err != nil {
			return err
		}
		first := 0
		if len(args) == 7 {
			if first, err = strconv.Atoi(args[6]); err != nil {
				return err
			}
		}
		return measure(args[1], args[2], args[3], args[4], workers, first)
	}
	return fmt.Errorf("usage: trees generate FILE ROWS | trees run FILE TARGET WORK SPLITS WORKERS [SEED]")
}

// generate writes 30 columns of numbers, of which ten bear on the class: in part by themselves, in
// part two together, with noise.
func generate(file string, rows int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	rng := rand.New(rand.NewPCG(17, 30))
	for c := range 30 {
		fmt.Fprintf(w, "x%d,", c)
	}
	fmt.Fprintln(w, "y")
	var x [30]float64
	for range rows {
		for c := range x {
			if x[c] = rng.NormFloat64(); c%3 == 2 {
				x[c] = math.Exp(x[c])
			}
		}
		z := 1.2*x[0] - x[1] + 0.7*x[0]*x[3] + 1.5*math.Sin(2*x[4]) + math.Log(x[2]) - 0.8*math.Abs(x[6]) + 0.6*x[7]*x[9]
		if x[5] > 1 && x[10] > 0 {
			z += 1.5
		}
		y := 0
		if rng.Float64() < 1/(1+math.Exp(-z)) {
			y = 1
		}
		for c := range x {
			fmt.Fprintf(w, "%.6g,", x[c])
		}
		fmt.Fprintln(w, y)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// read reads a table: columns of numbers, and all others as categories.
func read(file, target string, number bool) (feature.Data, error) {
	f, err := os.Open(file)
	if err != nil {
		return feature.Data{}, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return feature.Data{}, err
	}
	head = slices.Clone(head)
	at := slices.Index(head, target)
	d := feature.Data{Classes: 2}
	codes := make([]map[string]int, len(head))
	for c := range head {
		if c != at {
			d.Fields = append(d.Fields, feature.Field{Kind: feature.Number})
		}
	}
	for {
		record, err := r.Read()
		if err != nil {
			break
		}
		row := feature.Row{Table: make([]float32, 0, len(head)-1)}
		for c, s := range record {
			x, err := strconv.ParseFloat(s, 32)
			switch {
			case c == at && number:
				d.Target = append(d.Target, x)
				continue
			case c == at:
				d.Class = append(d.Class, int(x))
				continue
			case err != nil:
				if codes[c] == nil {
					codes[c] = map[string]int{}
				}
				k := strings.Clone(s)
				if _, ok := codes[c][k]; !ok {
					codes[c][k] = len(codes[c])
				}
				x = float64(codes[c][k])
				d.Fields[len(row.Table)] = feature.Field{Kind: feature.Category, Codes: len(codes[c])}
			}
			row.Table = append(row.Table, float32(x))
		}
		d.Rows = append(d.Rows, row)
	}
	if number {
		d.Classes = 0
	}
	return d, nil
}

// pick is the rows with some numbers.
func pick(d feature.Data, rows []int) feature.Data {
	out := feature.Data{Classes: d.Classes, Fields: d.Fields}
	for _, i := range rows {
		out.Rows = append(out.Rows, d.Rows[i])
		if d.Target != nil {
			out.Target = append(out.Target, d.Target[i])
		} else {
			out.Class = append(out.Class, d.Class[i])
		}
	}
	return out
}

type result struct {
	Side    string  `json:"side"`
	Seed    int     `json:"seed"`
	Fit     float64 `json:"fit"`
	CPU     float64 `json:"fit_cpu"`
	Predict float64 `json:"predict"`
	AUC     float64 `json:"auc,omitempty"`
	Loss    float64 `json:"log_loss,omitempty"`
	MAE     float64 `json:"mae,omitempty"`
	R2      float64 `json:"r2,omitempty"`
	P99     float64 `json:"p99_us,omitempty"`
	Nodes   int     `json:"nodes,omitempty"`
	Bytes   int     `json:"bytes,omitempty"`
	Peak    float64 `json:"peak_mb"`
}

func measure(file, target, work, splits string, workers, first int) error {
	runtime.GOMAXPROCS(workers)
	d, err := read(file, target, work == "regression")
	if err != nil {
		return err
	}
	f, err := os.Open(splits)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := json.NewDecoder(f)
	for seed := 0; lines.More(); seed++ {
		var test, train []int
		if err := lines.Decode(&test); err != nil {
			return err
		}
		in := make([]bool, len(d.Rows))
		for _, i := range test {
			in[i] = true
		}
		for i := range in {
			if !in[i] {
				train = append(train, i)
			}
		}
		a, b := pick(d, train), pick(d, test)
		begun, busy := time.Now(), processor()
		var m *forest.Model
		if work == "boosting" {
			m, err = forest.Boost(context.Background(), a, forest.BoostOptions{Seed: uint64(first + seed), Workers: workers})
		} else {
			m, err = forest.Fit(context.Background(), a, forest.Options{Seed: uint64(first + seed), Workers: workers})
		}
		if err != nil {
			return err
		}
		r := result{Side: "inkling", Seed: seed, Fit: time.Since(begun).Seconds(), CPU: processor() - busy, Nodes: m.Nodes()}
		p := make([]float64, len(b.Rows)*m.Classes())
		took := make([]float64, len(b.Rows))
		for i, row := range b.Rows {
			at := time.Now()
			m.Predict(row, p[i*m.Classes():(i+1)*m.Classes()])
			took[i] = time.Since(at).Seconds()
			r.Predict += took[i]
		}
		slices.Sort(took)
		r.P99 = 1e6 * took[len(took)*99/100]
		if work == "regression" {
			r.MAE, r.R2 = errorsOf(b.Target, p)
		} else {
			r.AUC, r.Loss = ranking(b.Class, p)
		}
		if seed == 0 {
			stored, err := m.MarshalBinary()
			if err != nil {
				return err
			}
			r.Bytes = len(stored)
		}
		r.Peak = peak()
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// ranking is the area under the ROC curve and the log loss.
func ranking(class []int, p []float64) (auc, loss float64) {
	order := make([]int, len(class))
	for i := range order {
		order[i] = i
		loss -= math.Log(p[2*i+class[i]])
	}
	slices.SortFunc(order, func(a, b int) int {
		switch x, y := p[2*a+1], p[2*b+1]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	ones, sum := 0.0, 0.0
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && p[2*order[j]+1] == p[2*order[i]+1] {
			j++
		}
		for _, k := range order[i:j] {
			if class[k] == 1 {
				ones++
				sum += float64(i+j+1) / 2
			}
		}
		i = j
	}
	n := float64(len(class))
	return (sum - ones*(ones+1)/2) / (ones * (n - ones)), loss / n
}

func errorsOf(y, p []float64) (mae, r2 float64) {
	mean, sum, spread := 0.0, 0.0, 0.0
	for _, t := range y {
		mean += t / float64(len(y))
	}
	for i, t := range y {
		mae += math.Abs(p[i]-t) / float64(len(y))
		sum += (p[i] - t) * (p[i] - t)
		spread += (t - mean) * (t - mean)
	}
	return mae, 1 - sum/spread
}

// processor is the seconds of processor time that the process has taken.
func processor() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// peak is the most memory that the process had, in MiB.
func peak() float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return math.Round(kb/102.4) / 10
		}
	}
	return 0
}
