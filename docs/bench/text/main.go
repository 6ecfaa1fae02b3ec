//go:build unix

// Command text measures text classification from texts in memory to the
// probabilities of the test texts, stage by stage, and prints one JSON line.
//
//	text -train TRAIN.csv -test TEST.csv [-model softmax|bayes] [-features default|words|hashed] [-bits N]
//
// With -folds N there is no test file: the training texts are cross-validated,
// which is how defaults are chosen without a look at the test texts. With
// -repeat N the fastest of N runs is told. Run it with GOMAXPROCS=1 for figures
// of one thread.
package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime/pprof"
	"slices"
	"syscall"
	"time"

	"inkling/label/clean"
	"inkling/learn/bayes"
	"inkling/learn/feature"
	"inkling/learn/linear"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "text:", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	train, test, text, class  string
	model, features, clean    string
	folds, repeat, rows, bits int
}

func run() error {
	var s settings
	flag.StringVar(&s.train, "train", "", "training texts, a CSV file with a header")
	flag.StringVar(&s.test, "test", "", "test texts")
	flag.StringVar(&s.text, "text", "text", "column of the text")
	flag.StringVar(&s.class, "label", "label", "column of the class")
	flag.StringVar(&s.model, "model", "softmax", "softmax or bayes")
	flag.StringVar(&s.features, "features", "default", "default, words or hashed")
	flag.IntVar(&s.bits, "bits", 18, "bits of hashed features")
	flag.StringVar(&s.clean, "clean", "none", "cleaning of texts: none or all")
	flag.IntVar(&s.folds, "folds", 0, "cross-validate the training texts in so many folds")
	flag.IntVar(&s.rows, "rows", 0, "learn from so many of the training texts, drawn at random; 0 for all")
	flag.IntVar(&s.repeat, "repeat", 1, "runs, of which the fastest is told")
	profile := flag.String("profile", "", "write a profile of the processor to this file")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	train, err := read(s.train, s.text, s.class)
	if err != nil {
		return err
	}
	pairs := [][2]set{}
	if s.folds > 1 {
		pairs = folds(train, s.folds)
	} else {
		test, err := read(s.test, s.text, s.class)
		if err != nil {
			return err
		}
		pairs = append(pairs, [2]set{train, test})
	}
	var all result
	for _, p := range pairs {
		r, err := best(p[0], p[1], s)
		if err != nil {
			return err
		}
		all.add(r, float64(len(pairs)))
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err == nil {
		all.PeakMB = float64(u.Maxrss) / 1024
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}

// set is texts with their classes by name.
type set struct{ texts, class []string }

func read(file, text, class string) (set, error) {
	f, err := os.Open(file)
	if err != nil {
		return set{}, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return set{}, fmt.Errorf("%s: %w", file, err)
	}
	if len(rows) < 2 {
		return set{}, fmt.Errorf("%s: no rows", file)
	}
	a, b := slices.Index(rows[0], text), slices.Index(rows[0], class)
	if a < 0 || b < 0 {
		return set{}, fmt.Errorf("%s: no column %q or no column %q", file, text, class)
	}
	var s set
	for _, r := range rows[1:] {
		s.texts, s.class = append(s.texts, r[a]), append(s.class, r[b])
	}
	return s, nil
}

// folds parts the texts at random; each part is the test of the others once.
func folds(s set, n int) (pairs [][2]set) {
	part := make([]int, len(s.texts))
	for i, j := range rand.New(rand.NewPCG(11, 0)).Perm(len(part)) {
		part[j] = i % n
	}
	for k := range n {
		var p [2]set
		for i, f := range part {
			side := 0
			if f == k {
				side = 1
			}
			p[side].texts, p[side].class = append(p[side].texts, s.texts[i]), append(p[side].class, s.class[i])
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// result is what is measured; of several folds, the mean. Seconds are of
// processor time, but for Wall.
type result struct {
	Accuracy  float64 `json:"accuracy"`
	MacroF1   float64 `json:"macro_f1"`
	LogLoss   float64 `json:"log_loss"`
	Vectorise float64 `json:"vectorise_s"`
	Fit       float64 `json:"fit_s"`
	Predict   float64 `json:"predict_s"`
	Total     float64 `json:"total_s"`
	Wall      float64 `json:"wall_s"`
	Features  float64 `json:"features"`
	Wrong     float64 `json:"wrong"`
	OneP50    float64 `json:"one_p50_us"` // a text at a time, from the text to its probabilities
	OneP99    float64 `json:"one_p99_us"`
	PeakMB    float64 `json:"peak_rss_mb"`
}

func (a *result) add(r result, n float64) {
	a.Accuracy += r.Accuracy / n
	a.MacroF1 += r.MacroF1 / n
	a.LogLoss += r.LogLoss / n
	a.Vectorise += r.Vectorise / n
	a.Fit += r.Fit / n
	a.Predict += r.Predict / n
	a.Total += r.Total / n
	a.Wall += r.Wall / n
	a.Features += r.Features / n
	a.Wrong += r.Wrong
	a.OneP50 += r.OneP50 / n
	a.OneP99 += r.OneP99 / n
}

// best returns the fastest of some runs.
func best(train, test set, s settings) (result, error) {
	var out result
	for i := range max(1, s.repeat) {
		r, err := measure(train, test, s)
		if err != nil {
			return result{}, err
		}
		if i == 0 || r.Total < out.Total {
			out = r
		}
	}
	return out, nil
}

// processor is how much processor time the process has used, with the garbage
// collector's: the clock to go by on a machine that others use too.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// predictor is a fitted model.
type predictor interface{ Predict(feature.Row, []float64) }

func measure(train, test set, s settings) (r result, err error) {
	names := slices.Compact(slices.Sorted(slices.Values(train.class)))
	if s.rows > 0 && s.rows < len(train.texts) {
		var few set
		for _, i := range rand.New(rand.NewPCG(5, uint64(len(train.texts)))).Perm(len(train.texts))[:s.rows] {
			few.texts, few.class = append(few.texts, train.texts[i]), append(few.class, train.class[i])
		}
		train = few
	}
	class := func(of []string) []int {
		out := make([]int, len(of))
		for i, c := range of {
			j, ok := slices.BinarySearch(names, c)
			if !ok {
				j = -1
			}
			out[i] = j
		}
		return out
	}
	y, yt := class(train.class), class(test.class)
	o := feature.Default()
	switch s.features {
	case "default":
	case "words":
		o = feature.WordsOnly()
	case "hashed":
		o.Hash = s.bits
	default:
		return r, fmt.Errorf("no features %q", s.features)
	}
	tidy, err := clean.Parse(s.clean)
	if err != nil {
		return r, err
	}
	start, used := time.Now(), processor()
	lap := func(to *float64) {
		now, cpu := time.Now(), processor()
		*to += (cpu - used).Seconds()
		r.Wall += now.Sub(start).Seconds()
		start, used = now, cpu
	}
	value := make([]string, 1)
	space, err := learn(o, func(add func([]string)) {
		for _, t := range train.texts {
			value[0] = tidy.Apply(t)
			add(value)
		}
	})
	if err != nil {
		return r, err
	}
	rows := func(texts []string) []feature.Row {
		v, out := space.Rower(), make([]feature.Row, len(texts))
		for i, t := range texts {
			value[0] = tidy.Apply(t)
			row := v.Row(value)
			out[i] = feature.Row{Index: slices.Clone(row.Index), Value: slices.Clone(row.Value)}
		}
		return out
	}
	data := feature.Data{Rows: rows(train.texts), Class: y, Classes: len(names), Features: space.Features(), Texts: space.Texts()}
	lap(&r.Vectorise)
	m, err := fit(data, s.model)
	if err != nil {
		return r, err
	}
	lap(&r.Fit)
	tests := rows(test.texts)
	lap(&r.Vectorise)
	p, at := make([]float64, len(names)), make([]int, len(tests))
	loss := 0.0
	for i, row := range tests {
		m.Predict(row, p)
		for c := range p {
			if p[c] > p[at[i]] {
				at[i] = c
			}
		}
		if yt[i] >= 0 {
			loss -= math.Log(p[yt[i]])
		}
	}
	lap(&r.Predict)
	r.Total = r.Vectorise + r.Fit + r.Predict
	r.score(at, yt, len(names))
	r.OneP50, r.OneP99 = serve(test.texts, func(text string, v *feature.Rower) {
		value[0] = tidy.Apply(text)
		m.Predict(v.Row(value), p)
	}, space)
	r.LogLoss, r.Features = loss/float64(len(tests)), float64(space.Features())
	return r, nil
}

// learn returns the space of features that are learned from the texts, or of
// hashed ones, for which no text is read.
func learn(o feature.Options, texts func(add func([]string))) (*feature.Space, error) {
	kinds := []feature.Kind{feature.Text}
	if o.Hash > 0 {
		return feature.Hashed(kinds, o)
	}
	count, err := feature.NewCounter(kinds, o)
	if err != nil {
		return nil, err
	}
	texts(count.Add)
	return count.Space(), nil
}

// serve answers one text after the other, and returns the 50th and the 99th
// percentile of how long each took, in microseconds by the wall clock.
func serve(texts []string, answer func(string, *feature.Rower), space *feature.Space) (p50, p99 float64) {
	v := space.Rower()
	took := make([]float64, len(texts))
	for i, t := range texts {
		start := time.Now()
		answer(t, v)
		took[i] = float64(time.Since(start).Nanoseconds()) / 1000
	}
	slices.Sort(took)
	return took[len(took)/2], took[len(took)*99/100]
}

// score compares what was told with what is true.
func (r *result) score(told, truth []int, classes int) {
	hit, said, is := make([]float64, classes), make([]float64, classes), make([]float64, classes)
	for i, c := range told {
		said[c]++
		if truth[i] >= 0 {
			is[truth[i]]++
		}
		if c == truth[i] {
			hit[c]++
			r.Accuracy++
		}
	}
	r.Wrong = float64(len(told)) - r.Accuracy
	r.Accuracy /= float64(len(told))
	for c := range classes {
		if said[c]+is[c] > 0 {
			r.MacroF1 += 2 * hit[c] / (said[c] + is[c]) / float64(classes)
		}
	}
}

func fit(d feature.Data, model string) (predictor, error) {
	switch model {
	case "softmax":
		return linear.Fit(context.Background(), d, linear.Options{})
	case "bayes":
		return bayes.Fit(context.Background(), d, bayes.Options{})
	}
	return nil, fmt.Errorf("no model %q", model)
}
