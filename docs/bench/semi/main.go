// Command semi measures what a model gains from items without an answer:
//
//	semi -data DIR [-sets sms,ag,..] [-labels 50,100,250,500] [-seeds 3]
//
// It draws labels at random, trains balanced softmax regression on them with the
// representation of the whole pool, without and with each way to learn from the
// others, and prints the accuracy on all test texts.
package main

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
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
	data   = flag.String("data", "", "the folder with the data sets")
	sets   = flag.String("sets", "sms,ag,bank,tweets,thuc", "which of them")
	labels = flag.String("labels", "50,100,250,500", "numbers of labels")
	seeds  = flag.Int("seeds", 3, "draws of each")
	model  = flag.String("model", learn.Balanced, "the model")
)

// files are the sets by name: texts, test texts (none: every fifth), and the column
// of the label.
var files = map[string][3]string{
	"sms": {"sms_spam/sms_spam.csv", "", "label"}, "ag": {"ag_news/train.csv", "ag_news/test.csv", "label"},
	"bank": {"banking77/train.csv", "banking77/test.csv", "category"}, "tweets": {"twitter_financial_news/train.csv", "twitter_financial_news/valid.csv", "label"},
	"thuc": {"thucnews_headlines/train.csv", "thucnews_headlines/test.csv", "label"},
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "semi:", err)
		os.Exit(1)
	}
}

func run() error {
	var sizes []int
	for _, s := range strings.Split(*labels, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		sizes = append(sizes, n)
	}
	ways := append([]string{"none"}, learn.SemiSupervised()...)
	fmt.Printf("| set | labels | %s |\n|%s\n", strings.Join(ways, " | "), strings.Repeat(" --- |", len(ways)+2))
	for _, set := range strings.Split(*sets, ",") {
		s, err := read(set)
		if err != nil {
			return err
		}
		sum := make([][]float64, len(sizes)) // by size, then way and seed
		used := make([][]float64, len(sizes))
		for i := range sum {
			sum[i], used[i] = make([]float64, len(ways)), make([]float64, len(ways))
		}
		diff := make([][][]float64, len(sizes))
		for seed := range *seeds {
			if err := s.measure(set, seed, sizes, ways, func(size, way int, accuracy float64, beside int) {
				sum[size][way] += accuracy / float64(*seeds)
				used[size][way] += float64(beside) / float64(*seeds)
				if way == 0 {
					diff[size] = append(diff[size], nil)
				}
				d := &diff[size][seed]
				*d = append(*d, accuracy)
			}); err != nil {
				return fmt.Errorf("%s: %w", set, err)
			}
		}
		for i, n := range sizes {
			fmt.Printf("| %s | %d |", set, n)
			for w := range ways {
				fmt.Printf(" %.4f", sum[i][w])
				if w > 0 {
					fmt.Printf(" (%+.4f ± %.4f, %.0f items)", sum[i][w]-sum[i][0], spread(diff[i], w), used[i][w])
				}
				fmt.Print(" |")
			}
			fmt.Println()
		}
	}
	return nil
}

// spread is the standard error of a way's gain over the seeds.
func spread(all [][]float64, way int) float64 {
	mean, n := 0.0, float64(len(all))
	for _, x := range all {
		mean += (x[way] - x[0]) / n
	}
	v := 0.0
	for _, x := range all {
		v += (x[way] - x[0] - mean) * (x[way] - x[0] - mean)
	}
	return math.Sqrt(v / max(n-1, 1) / n)
}

// texts are a set.
type texts struct {
	train, test   []string
	class, truths []int
	names         []string
}

func read(set string) (s texts, err error) {
	at, ok := files[set]
	if !ok {
		return s, fmt.Errorf("there is no set %q", set)
	}
	var x, y []string
	n := 0
	for i, name := range at[:2] {
		if name == "" {
			continue
		}
		f, err := os.Open(filepath.Join(*data, name))
		if err != nil {
			return s, err
		}
		rows, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			return s, err
		}
		text, class := slices.Index(rows[0], "text"), slices.Index(rows[0], at[2])
		for _, r := range rows[1:] {
			x, y = append(x, r[text]), append(y, r[class])
		}
		if i == 0 {
			n = len(x)
		}
	}
	s.names = slices.Compact(slices.Sorted(slices.Values(y)))
	task := label.Task{Columns: []label.Column{{Name: "text", Role: label.Text}}}
	for i, text := range x {
		c, _ := slices.BinarySearch(s.names, y[i])
		_, key := task.Identify([]string{text})
		if i >= n || at[1] == "" && key%5 == 0 {
			s.test, s.truths = append(s.test, text), append(s.truths, c)
		} else {
			s.train, s.class = append(s.train, text), append(s.class, c)
		}
	}
	return s, nil
}

func (s texts) measure(name string, seed int, sizes []int, ways []string, tell func(size, way int, accuracy float64, beside int)) error {
	dir, err := os.MkdirTemp("", "semi-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t := label.Task{Name: name, Kind: label.Classes, Seed: uint64(seed + 1), Clean: "none", Columns: []label.Column{{Name: "text", Role: label.Text}}}
	for i, n := range s.names {
		t.Labels = append(t.Labels, label.Label{Name: n, Key: strconv.Itoa(1000 + i)})
	}
	p, err := store.Create(filepath.Join(dir, "p.inkling"), t, store.Options{NoSync: true, Now: time.Now})
	if err != nil {
		return err
	}
	defer p.Close()
	im := p.NewImport("texts", "import")
	for _, text := range s.train {
		if err := im.Add([]string{text}, nil); err != nil {
			return err
		}
	}
	if _, err := im.Close(); err != nil {
		return err
	}
	classOf := map[string]int{}
	for i, text := range s.train {
		classOf[text] = s.class[i]
	}
	ctx := context.Background()
	class := make([]int, p.Counts().Items+1)
	if err := p.Items(ctx, 1, p.Counts().Items, func(it label.Item) error {
		class[it.Num] = classOf[it.Fields[0]]
		return nil
	}); err != nil {
		return err
	}
	order := rand.New(rand.NewPCG(uint64(seed), 23)).Perm(int(p.Counts().Items))
	done := 0
	for i, n := range sizes {
		var decisions []label.Decision
		for ; done < n; done++ {
			num := uint64(order[done] + 1)
			decisions = append(decisions, label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(class[num])})
		}
		if _, _, err := p.Decide("oracle", decisions...).Wait(ctx); err != nil {
			return err
		}
		for w, way := range ways {
			run, snap, err := learn.Train(ctx, p, learn.TrainOptions{Model: *model, Settings: learn.Settings{Model: *model, Semi: way}, Seed: uint64(seed), Fresh: true})
			if err != nil {
				return err
			}
			right := 0
			for k, text := range s.test {
				if snap.Suggest(label.Item{Fields: []string{text}}).Answer.Class == s.truths[k] {
					right++
				}
			}
			tell(i, w, float64(right)/float64(len(s.test)), run.Beside)
		}
	}
	return nil
}
