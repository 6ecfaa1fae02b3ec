//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"

	"inkling/learn/feature"
	"inkling/learn/linear"
)

// kindOf is what a column holds: see the command's comment.
func kindOf(name string, records [][]string, at int) feature.Kind {
	if name == "text" {
		return feature.Text
	}
	for _, r := range records {
		if _, err := strconv.ParseFloat(r[at], 64); err != nil {
			return feature.Category
		}
	}
	return feature.Number
}

// logistic fits one-vs-rest logistic regression.
func logistic(file, target, testFile, c, workers string, dump []string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
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
	var o linear.LogisticOptions
	if o.C, err = strconv.ParseFloat(c, 64); err != nil {
		return err
	}
	if o.Workers, err = strconv.Atoi(workers); err != nil {
		return err
	}
	header, records := records[0], records[1:]
	to := slices.Index(header, target)
	var kinds []feature.Kind
	for i, name := range header {
		if i != to {
			kinds = append(kinds, kindOf(name, records, i))
		}
	}
	var classes []string
	for _, r := range records {
		classes = append(classes, r[to])
	}
	slices.Sort(classes)
	classes = slices.Compact(classes)
	in := make([]bool, len(records))
	for _, i := range tests {
		in[i] = true
	}
	counter, err := feature.NewCounter(kinds, feature.Default())
	if err != nil {
		return err
	}
	values, class := make([][]string, len(records)), make([]int, len(records))
	for i, r := range records {
		class[i], _ = slices.BinarySearch(classes, r[to])
		if values[i] = slices.Delete(r, to, to+1); !in[i] {
			counter.Add(values[i])
		}
	}
	space := counter.Space()
	train := feature.Data{Features: space.Features(), Texts: space.Texts(), Fields: space.Fields(), Classes: len(classes)}
	var test feature.Data
	rower := space.Rower()
	for i, v := range values {
		r := rower.Row(v)
		r = feature.Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value), Table: slices.Clone(r.Table)}
		to := &train
		if in[i] {
			to = &test
		}
		to.Rows, to.Class = append(to.Rows, r), append(to.Class, class[i])
	}
	for _, name := range dump {
		if err := write(name+".train", train); err != nil {
			return err
		}
		if err := write(name+".test", test); err != nil {
			return err
		}
	}
	var m *linear.OneVsRest
	fit, predict, right, loss := math.Inf(1), math.Inf(1), 0, 0.0
	p := make([]float64, len(classes))
	for range 15 {
		at := now()
		if m, err = linear.FitOneVsRest(context.Background(), train, o); err != nil {
			return err
		}
		fit = min(fit, now()-at)
		at = now()
		right, loss = 0, 0
		for i, r := range test.Rows {
			m.Predict(r, p)
			if slices.Index(p, slices.Max(p)) == test.Class[i] {
				right++
			}
			loss -= math.Log(p[test.Class[i]]) / float64(len(test.Rows))
		}
		predict = min(predict, now()-at)
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"side": "inkling", "fit": fit, "predict": predict,
		"accuracy": float64(right) / float64(len(test.Rows)), "loss": loss, "c": m.C(), "features": train.Features, "peak_mb": peak()})
}

// write writes the sparse form of rows in the format of svmlight.
func write(file string, d feature.Data) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for i, r := range d.Rows {
		fmt.Fprint(w, d.Class[i])
		for j, x := range r.Index {
			fmt.Fprintf(w, " %d:%.8g", x+1, r.Value[j])
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
