package weak_test

import (
	"cmp"
	"context"
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"inkling/label"
	"inkling/label/rule"
	"inkling/learn/weak"
)

// set is a set with known classes, and rules for it that were written before
// anything was measured.
type set struct {
	name, file string
	rules      string
	draw       int // rules that are drawn at a time
	draws      int
}

var sets = []set{
	{"SMS spam", "sms_spam/sms_spam.csv", "sms.rules", 10, 100},
	{"AG News", "ag_news/train.csv", "agnews.rules", 20, 20},
	{"THUCNews headlines", "thucnews_headlines/train.csv", "thucnews.rules", 20, 20},
	{"SMS spam, ten rules", "sms_spam/sms_spam.csv", "sms10.rules", 10, 1},
}

// measured is a set with what its rules say of each item.
type measured struct {
	task  label.Task
	rules []label.Rule
	fired [][]int32
	class []int
}

func read(t *testing.T, s set) *measured {
	t.Helper()
	f, err := os.Open(filepath.Join(cmp.Or(os.Getenv("INKLING_DATA"), "../../../shared/data"), s.file))
	if err != nil {
		t.Skip("no real data here:", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	text, class := slices.Index(rows[0], "text"), slices.Index(rows[0], "label")
	m := &measured{task: label.Task{Kind: label.Classes, Clean: "all", Columns: []label.Column{{Name: "text", Role: label.Text}}}}
	for _, row := range rows[1:] {
		if m.task.Class(row[class]) < 0 {
			m.task.Labels = append(m.task.Labels, label.Label{Name: row[class]})
		}
	}
	written, err := os.ReadFile(filepath.Join("testdata", s.rules))
	if err != nil {
		t.Fatal(err)
	}
	if m.rules, err = rule.ParseFile(m.task, string(written)); err != nil {
		t.Fatal(err)
	}
	set, err := rule.NewSet(m.task, m.rules)
	if err != nil {
		t.Fatal(err)
	}
	v, err := rule.NewView(m.task)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		v.Set(label.Item{Fields: []string{row[text]}})
		m.fired, m.class = append(m.fired, set.Match(v, nil)), append(m.class, m.task.Class(row[class]))
	}
	return m
}

// score is how good the classes are that something tells.
type score struct{ covered, all, f1 float64 }

// tally counts told classes against true ones. Where several are told alike, each
// counts for its share.
type tally struct {
	told      [][]float64 // by true class, then told class
	right, of float64     // where a rule votes
}

func (c *tally) add(class int, told []float64, covered bool) {
	for k, x := range told {
		c.told[class][k] += x
	}
	if covered {
		c.of++
		c.right += told[class]
	}
}

func (c *tally) score() score {
	out, right, n := score{covered: c.right / c.of}, 0.0, 0.0
	for k := range c.told {
		row, column := 0.0, 0.0
		for l := range c.told {
			row += c.told[k][l]
			column += c.told[l][k]
		}
		right, n = right+c.told[k][k], n+row
		if row+column > 0 {
			out.f1 += 2 * c.told[k][k] / (row + column) / float64(len(c.told))
		}
	}
	out.all = right / n
	return out
}

// compare scores the label model and the majority vote with some of the rules, at
// no labels. Items on which no rule votes get the same class from both, that which
// the label model holds for the most probable one there.
func (m *measured) compare(t *testing.T, pick []int) (model, majority score, covered float64, loss float64) {
	t.Helper()
	place := map[int32]int32{}
	var class []int
	for k, j := range pick {
		place[int32(j)], class = int32(k), append(class, m.rules[j].Class)
	}
	classes := len(m.task.Labels)
	votes, err := weak.NewVotes(classes, class)
	if err != nil {
		t.Fatal(err)
	}
	fired := make([][]int32, len(m.fired))
	for i, f := range m.fired {
		for _, j := range f {
			if k, ok := place[j]; ok {
				fired[i] = append(fired[i], k)
			}
		}
		votes.Add(fired[i], -1, 1)
	}
	fit, err := weak.Fit(context.Background(), votes, weak.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := make([]float64, classes)
	tallies := [2]tally{}
	for i := range tallies {
		for range classes {
			tallies[i].told = append(tallies[i].told, make([]float64, classes))
		}
	}
	for i, f := range fired {
		fit.Posterior(f, p)
		told := most(p)
		tallies[0].add(m.class[i], told, len(f) > 0)
		if len(f) > 0 {
			covered++
			loss -= math.Log(p[m.class[i]])
			votes.Majority(f, p)
			told = most(p)
		}
		tallies[1].add(m.class[i], told, len(f) > 0)
	}
	return tallies[0].score(), tallies[1].score(), covered / float64(len(fired)), loss / covered
}

// most shares 1 among the classes that are the most probable.
func most(p []float64) []float64 {
	out, n := make([]float64, len(p)), 0.0
	top := slices.Max(p)
	for c, x := range p {
		if x > top-1e-12 {
			out[c] = 1
			n++
		}
	}
	for c := range out {
		out[c] /= n
	}
	return out
}

// At no labels, the label model beats the majority vote on the whole: on rules
// drawn from a list, on average, on every set. The figures are those of
// docs/BENCHMARKS.md; go test -v writes them.
func TestRealRules(t *testing.T) {
	for _, s := range sets {
		t.Run(s.name, func(t *testing.T) {
			m := read(t, s)
			rng := rand.New(rand.NewPCG(1, 2))
			var model, majority score
			var covered, loss, least float64
			wins, ties := 0, 0
			for range s.draws {
				pick := rng.Perm(len(m.rules))[:s.draw]
				slices.Sort(pick)
				a, b, c, l := m.compare(t, pick)
				d := float64(s.draws)
				model = score{model.covered + a.covered/d, model.all + a.all/d, model.f1 + a.f1/d}
				majority = score{majority.covered + b.covered/d, majority.all + b.all/d, majority.f1 + b.f1/d}
				covered, loss = covered+c/d, loss+l/d
				switch by := a.covered - b.covered; {
				case math.Abs(by) < 1e-12:
					ties++
				case by > 0:
					wins++
				default:
					least = min(least, by)
				}
			}
			t.Logf("%d draws of %d rules: cover %.3f of the items; right there: label model %.4f, majority %.4f; better in %d, as good in %d, at worst %+.4f; all items: %.4f, %.4f; macro F1 %.4f, %.4f; log loss %.3f",
				s.draws, s.draw, covered, model.covered, majority.covered, wins, ties, least, model.all, majority.all, model.f1, majority.f1, loss)
			if s.draws > 1 && (model.covered <= majority.covered || wins <= (s.draws-ties)/2) {
				t.Errorf("the label model is right on %.4f, the majority on %.4f; better in %d of %d draws", model.covered, majority.covered, wins, s.draws)
			}
		})
	}
}
