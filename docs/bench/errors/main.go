// Command errors plants wrong labels in known answers and looks for them:
//
//	errors -data DIR [-sets sms,ag,..] [-answers 2000] [-seeds 3] [-model NAME] > CASES
//
// It prints one JSON line a case: the set, how labels were made wrong, what was
// given and what is true, the probabilities that models told of each item that
// never saw its answer, and the places of the suspects in their order. peer.py
// ranks by the same probabilities as cleanlab does, and compares.
package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
)

var (
	data    = flag.String("data", "", "the folder with the data sets")
	sets    = flag.String("sets", "sms,ag,bank,tweets,thuc", "which of them")
	answers = flag.Int("answers", 2000, "answers of each, drawn at random")
	seeds   = flag.Int("seeds", 3, "draws of each")
	model   = flag.String("model", "", "the model (default: the best of the light ones)")
)

// files are the sets by name: file, and the column of the label.
var files = map[string][2]string{
	"sms": {"sms_spam/sms_spam.csv", "label"}, "ag": {"ag_news/train.csv", "label"}, "bank": {"banking77/train.csv", "category"},
	"tweets": {"twitter_financial_news/train.csv", "label"}, "thuc": {"thucnews_headlines/train.csv", "label"},
}

func main() {
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	if err := run(json.NewEncoder(out)); err != nil {
		fmt.Fprintln(os.Stderr, "errors:", err)
		os.Exit(1)
	}
	out.Flush()
}

func run(out *json.Encoder) error {
	for _, set := range strings.Split(*sets, ",") {
		texts, classes, names, err := read(set)
		if err != nil {
			return err
		}
		for _, kind := range []string{"uniform", "by class"} {
			for _, rate := range []float64{0.05, 0.1, 0.2} {
				for seed := range *seeds {
					c := problem{Set: set, Kind: kind, Rate: rate, Seed: seed}
					if err := c.solve(texts, classes, names); err != nil {
						return fmt.Errorf("%s: %w", set, err)
					}
					if err := out.Encode(c); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// read returns a set's texts and classes, each text once.
func read(set string) (texts []string, classes []int, names []string, err error) {
	at, ok := files[set]
	if !ok {
		return nil, nil, nil, fmt.Errorf("there is no set %q", set)
	}
	f, err := os.Open(filepath.Join(*data, at[0]))
	if err != nil {
		return nil, nil, nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, nil, nil, err
	}
	text, class := slices.Index(rows[0], "text"), slices.Index(rows[0], at[1])
	seen := map[string]bool{}
	for _, r := range rows[1:] {
		names = append(names, r[class])
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, r := range rows[1:] {
		if !seen[r[text]] {
			seen[r[text]] = true
			c, _ := slices.BinarySearch(names, r[class])
			texts, classes = append(texts, r[text]), append(classes, c)
		}
	}
	return texts, classes, names, nil
}

// problem is one case.
type problem struct {
	Set      string      `json:"set"`
	Kind     string      `json:"kind"`
	Rate     float64     `json:"rate"`
	Seed     int         `json:"seed"`
	Model    string      `json:"model"`
	Found    float64     `json:"estimated_rate"`
	Given    []int       `json:"given"`
	True     []int       `json:"true"`
	P        [][]float32 `json:"p"`
	Suspects []int       `json:"suspects"`
	Counted  int         `json:"counted"`
}

// wrong is another label than the true one: any, with uniform noise; else the next
// one, of every second class, twice as often.
func (c *problem) wrong(rng *rand.Rand, class, classes int) int {
	if c.Kind == "uniform" {
		if rng.Float64() < c.Rate {
			return (class + 1 + rng.IntN(classes-1)) % classes
		}
		return class
	}
	if class%2 == 0 && rng.Float64() < 2*c.Rate {
		return (class + 1) % classes
	}
	return class
}

func (c *problem) solve(texts []string, classes []int, names []string) error {
	rng := rand.New(rand.NewPCG(uint64(c.Seed), 17))
	dir, err := os.MkdirTemp("", "errors-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t := label.Task{Name: c.Set, Kind: label.Classes, Seed: 1, Clean: "none", Columns: []label.Column{{Name: "text", Role: label.Text}}}
	for i, n := range names {
		t.Labels = append(t.Labels, label.Label{Name: n, Key: strconv.Itoa(1000 + i)})
	}
	p, err := store.Create(filepath.Join(dir, "p.inkling"), t, store.Options{NoSync: true, Now: time.Now})
	if err != nil {
		return err
	}
	defer p.Close()
	order := rng.Perm(len(texts))[:min(*answers, len(texts))]
	im := p.NewImport("texts", "import")
	for _, i := range order {
		if err := im.Add([]string{texts[i]}, nil); err != nil {
			return err
		}
	}
	if _, err := im.Close(); err != nil {
		return err
	}
	truth := map[uint64]int{}
	ctx := context.Background()
	var decisions []label.Decision
	if err := p.Items(ctx, 1, uint64(len(order)), func(it label.Item) error {
		class := classes[order[it.Num-1]]
		truth[it.Num] = class
		decisions = append(decisions, label.Decision{Item: it.Num, Action: label.Answered, Answer: label.ClassAnswer(c.wrong(rng, class, len(names)))})
		return nil
	}); err != nil {
		return err
	}
	if _, _, err := p.Decide("oracle", decisions...).Wait(ctx); err != nil {
		return err
	}
	found, err := learn.FindErrors(ctx, p, learn.ErrorsOptions{Model: *model, Seed: uint64(c.Seed)})
	if err != nil {
		return err
	}
	c.Model, c.Found, c.Counted = found.Model, found.Rate, found.Len()
	at := map[uint64]int{}
	for _, g := range found.Given() {
		at[g.Num] = len(c.Given)
		q := make([]float32, len(g.Probabilities))
		for k, x := range g.Probabilities {
			q[k] = float32(x)
		}
		c.Given, c.True, c.P = append(c.Given, g.Class), append(c.True, truth[g.Num]), append(c.P, q)
	}
	for _, s := range found.Top(len(c.Given)) {
		c.Suspects = append(c.Suspects, at[s.Num])
	}
	return nil
}
