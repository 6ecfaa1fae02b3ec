package learn

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"inkling/label"
	"inkling/learn/feature"
	"inkling/learn/represent"
)

// advisedTexts are a set of texts with their rows.
type advisedTexts struct {
	words       [][]uint64
	train, test []Row
	keys        []uint64 // of train
	class, want []int
	names       []string
	data        Data
}

// readAdvised reads a set and learns its features and its representation from the
// texts that are not for tests.
func readAdvised(b *testing.B, train, test, column string) (s advisedTexts) {
	dir := os.Getenv("INKLING_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	read := func(file string) (x, y []string) {
		f, err := os.Open(filepath.Join(dir, file))
		if err != nil {
			b.Skipf("no data: %s is not there; INKLING_DATA names the folder", file)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			b.Fatal(err)
		}
		i, j := slices.Index(rows[0], "text"), slices.Index(rows[0], column)
		for _, r := range rows[1:] {
			x, y = append(x, r[i]), append(y, r[j])
		}
		return x, y
	}
	x, y := read(train)
	var xt, yt []string
	if test == "" {
		n := len(x) * 4 / 5
		x, y, xt, yt = x[:n], y[:n], x[n:], y[n:]
	} else {
		xt, yt = read(test)
	}
	s.names = slices.Compact(slices.Sorted(slices.Values(y)))
	count, err := feature.NewCounter([]feature.Kind{feature.Text}, feature.Default())
	if err != nil {
		b.Fatal(err)
	}
	for _, text := range x {
		count.Add([]string{text})
	}
	space := count.Space()
	rower := space.Rower()
	rows := func(texts []string) (out []Row) {
		for _, text := range texts {
			r := rower.Row([]string{text})
			out = append(out, Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value)})
			s.words = append(s.words, rower.Words([]string{text}, nil))
		}
		return out
	}
	s.train = rows(x)
	rep, err := represent.Learn(b.Context(), &advisedSource{s.train, s.words}, represent.Options{Seed: 1}, func(float64) {})
	if err != nil {
		b.Fatal(err)
	}
	s.test = rows(xt)
	encoder := rep.Encoder()
	for i := range s.words {
		r := &s.train[min(i, len(s.train)-1)]
		if i >= len(s.train) {
			r = &s.test[i-len(s.train)]
		}
		r.Vector = make([]float32, rep.Dim())
		encoder.Vector(*r, s.words[i], r.Vector)
	}
	classes := func(names []string) (out []int) {
		for _, n := range names {
			c, _ := slices.BinarySearch(s.names, n)
			out = append(out, c)
		}
		return out
	}
	s.class, s.want = classes(y), classes(yt)
	task := label.Task{Columns: []label.Column{{Name: "text", Role: label.Text}}}
	for _, text := range x {
		_, key := task.Identify([]string{text})
		s.keys = append(s.keys, key)
	}
	s.data = Data{Features: space.Features(), Texts: space.Texts(), Vector: rep.Dim(), Classes: len(s.names)}
	return s
}

type advisedSource struct {
	rows  []Row
	words [][]uint64
}

func (a *advisedSource) Len() int { return len(a.rows) }

func (a *advisedSource) Each(ctx context.Context, visit func(int, feature.Row, []uint64) error) error {
	for i, r := range a.rows {
		if err := visit(i, r, a.words[i]); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// BenchmarkAdvice labels texts by margin, 25 at a time, and compares what the advice
// says with what the next 100 labels bring on all test texts:
//
//	go test ./learn -run '^$' -bench Advice -benchtime 1x -timeout 30m
//
// It prints how often the gain lies in the interval, and how much accuracy was left
// when each rule first said to stop, and how many labels were given after that
// much was reached.
func BenchmarkAdvice(b *testing.B) {
	const seeds, most = 3, 700
	for _, set := range []struct{ name, train, test, column string }{
		{"SMS spam", "sms_spam/sms_spam.csv", "", "label"}, {"AG News", "ag_news/train.csv", "ag_news/test.csv", "label"},
		{"banking77", "banking77/train.csv", "banking77/test.csv", "category"}, {"tweets", "twitter_financial_news/train.csv", "twitter_financial_news/valid.csv", "label"},
		{"THUCNews", "thucnews_headlines/train.csv", "thucnews_headlines/test.csv", "label"}} {
		b.Run(set.name, func(b *testing.B) {
			for b.Loop() {
				s := readAdvised(b, set.train, set.test, set.column)
				var n, in, half, off float64
				var ratios []float64
				lost, late, stopped := map[string]float64{}, map[string]float64{}, map[string]int{}
				for seed := range seeds {
					accuracy, advice := s.simulate(b, uint64(seed), most)
					for _, a := range advice {
						if a.Labels+AdviceMore > most {
							continue
						}
						gain := 100 * (accuracy[a.Labels+AdviceMore] - accuracy[a.Labels])
						if n++; gain >= a.Gain.Low && gain <= a.Gain.High {
							in++
						}
						half, off = half+a.Gain.Half(), off+math.Abs(gain-a.Gain.Points)
						if a.Changed > 0.02 {
							ratios = append(ratios, gain/(100*a.Changed))
						}
						if os.Getenv("VERBOSE") != "" {
							fmt.Printf("%s seed %d labels %d changed %.3f kappa %.3f unc %.3f gain %.2f said %.2f to %.2f\n", set.name, seed, a.Labels, a.Changed, a.Kappa, a.Uncertainty, gain, a.Gain.Low, a.Gain.High)
						}
					}
					final := accuracy[most]
					for name, says := range map[string]func(*Advice) bool{
						"gain":         func(a *Advice) bool { return a.Stop },
						"kappa 0.99":   func(a *Advice) bool { return a.Steady },
						"change":       func(a *Advice) bool { return a.Changed < 0.02 },
						"uncertainty":  func(a *Advice) bool { return a.Uncertainty < 0.1 },
						"gain + kappa": func(a *Advice) bool { return a.Stop && a.Steady },
					} {
						at := most
						for _, a := range advice {
							if says(a) {
								at = a.Labels
								stopped[name]++
								break
							}
						}
						lost[name] += 100 * (final - accuracy[at]) / seeds
						for k := 50; k <= most; k += 25 {
							if accuracy[k] >= final-0.01 {
								late[name] += float64(at-k) / seeds
								break
							}
						}
					}
				}
				slices.Sort(ratios)
				fmt.Printf("%-10s in the interval %.2f of %.0f, half width %.2f, off by %.2f points", set.name, in/n, n, half/n, off/n)
				if len(ratios) > 3 {
					fmt.Printf("; gain over change: 5%% %.3f, median %.3f, 95%% %.3f", ratios[len(ratios)/20], ratios[len(ratios)/2], ratios[len(ratios)*19/20])
				}
				fmt.Println()
				for _, name := range []string{"gain", "kappa 0.99", "change", "uncertainty", "gain + kappa"} {
					fmt.Printf("%-10s stop by %-13s said in %d of %d: %.2f points left, %.0f labels after the last point\n", set.name, name, stopped[name], seeds, lost[name], late[name])
				}
			}
		})
	}
}

// simulate labels by margin and returns the accuracy by number of labels, and the
// advice every 50.
func (s advisedTexts) simulate(b *testing.B, seed uint64, most int) (map[int]float64, []*Advice) {
	rng := rand.New(rand.NewPCG(seed, 5))
	pool := rng.Perm(len(s.train))
	var sample []example
	for _, i := range rng.Perm(len(s.train))[:adviceSample] {
		sample = append(sample, example{row: s.train[i], key: s.keys[i]})
	}
	labelled := map[int]bool{}
	order := slices.Clone(pool[:25])
	for _, i := range order {
		labelled[i] = true
	}
	accuracy := map[int]float64{}
	var advice []*Advice
	o := FitOptions{Fresh: true, Seed: 1}
	for n := 25; n <= most; n += 25 {
		p := &problem{kind: label.Classes, labels: make([]label.Label, len(s.names)), all: s.data}
		for k, i := range order {
			p.all.Rows, p.all.Class, p.keys, p.when = append(p.all.Rows, s.train[i]), append(p.all.Class, s.class[i]), append(p.keys, s.keys[i]), append(p.when, uint64(k))
		}
		m, err := newModel(Balanced)
		if err == nil {
			m, err = m.Fit(b.Context(), p.everything(), o)
		}
		if err != nil {
			b.Fatal(err)
		}
		test := s.data
		test.Rows, test.Class = s.test, s.want
		found, err := measure(b.Context(), m, test)
		if err != nil {
			b.Fatal(err)
		}
		accuracy[n] = float64(found.correct) / float64(len(s.want))
		if n >= 100 && n%50 == 0 {
			a := newAdvising(p, Balanced, sample, o)
			for !a.done() {
				if err := a.advance(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			advice = append(advice, a.advice())
		}
		type candidate struct {
			i      int
			margin float64
		}
		var all []candidate
		q := make([]float64, len(s.names))
		for _, i := range pool {
			if labelled[i] {
				continue
			}
			m.Predict(s.train[i], q)
			first, second := 0.0, 0.0
			for _, x := range q {
				if x > first {
					first, second = x, first
				} else {
					second = max(second, x)
				}
			}
			all = append(all, candidate{i, first - second})
		}
		slices.SortFunc(all, func(x, y candidate) int { return cmp.Or(cmp.Compare(x.margin, y.margin), cmp.Compare(x.i, y.i)) })
		for _, c := range all[:min(25, len(all))] {
			labelled[c.i] = true
			order = append(order, c.i)
		}
	}
	return accuracy, advice
}
