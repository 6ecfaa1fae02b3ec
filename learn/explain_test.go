package learn_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"inkling/label"
	"inkling/learn"
)

// told makes a project of messages in which a few words tell the class, has
// half of it answered, and returns it trained.
func told(t *testing.T, model string, messages [][2]string, fields func(text string, i int) []string, columns ...label.Column) (*fake, *learn.Snapshot) {
	t.Helper()
	task := classesTask(2)
	task.Clean = "all"
	task.Columns = append(task.Columns, columns...)
	p := newFake(task)
	for i, m := range messages {
		p.addFields(fields(m[0], i))
		if m[1] != "" {
			p.answer(int(m[1][0]-'a'), uint64(i+1))
		}
	}
	_, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: model})
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

func only(text string, _ int) []string { return []string{text} }

func messages() (out [][2]string) {
	rng := rand.New(rand.NewPCG(1, 1))
	filler := strings.Fields("the client called about his file today and we spoke of it at length with a colleague from the branch in town")
	for i := range 240 {
		words := []string{}
		for range 6 + rng.IntN(6) {
			words = append(words, filler[rng.IntN(len(filler))])
		}
		class := "a"
		extra := []string{"repaid", "settled", "on time"}
		if i%2 == 1 {
			class, extra = "b", []string{"overdue", "bankrupt", "roll over"}
		}
		words = slices.Insert(words, rng.IntN(len(words)), extra[rng.IntN(3)])
		out = append(out, [2]string{strings.Join(words, " "), class})
	}
	return out
}

func TestReasonsAreWords(t *testing.T) {
	for _, model := range []string{learn.NaiveBayes, learn.Softmax} {
		_, s := told(t, model, messages(), only)
		it := label.Item{Fields: []string{"The  branch: client is OVERDUE, overdue again, though he repaid http://x.y"}}
		reasons := s.Explain(it, 1, 3)
		if len(reasons) == 0 || !strings.EqualFold(reasons[0].Term, "overdue") || reasons[0].Weight <= 0 || reasons[0].Column != 0 {
			t.Fatalf("%s: %+v", model, reasons)
		}
		text := "The branch: client is OVERDUE, overdue again, though he repaid <url>" // cleaned
		if p := reasons[0].Places; len(p) != 2 || text[p[0][0]:p[0][1]] != "OVERDUE" || text[p[1][0]:p[1][1]] != "overdue" {
			t.Errorf("%s: places %v", model, reasons[0].Places)
		}
		i := slices.IndexFunc(reasons, func(r label.Reason) bool { return r.Term == "repaid" })
		if i < 0 || reasons[i].Weight >= 0 {
			t.Errorf("%s: what pulls the other way: %+v", model, reasons)
		}
		other := s.Explain(it, 0, 100)
		if len(other) < len(reasons) || !strings.EqualFold(other[0].Term, "overdue") || other[0].Weight >= 0 {
			t.Errorf("%s: towards the other class: %+v", model, other)
		}
		for i := range other[1:] {
			if a, b := other[i].Weight, other[i+1].Weight; a*a < b*b {
				t.Errorf("%s: not the strongest first: %+v", model, other)
			}
		}
		if r := s.Explain(it, 2, 3); r != nil {
			t.Errorf("%s: reasons for a class that is not there: %+v", model, r)
		}
		if r := s.Explain(label.Item{}, 0, 3); len(r) > 0 {
			t.Errorf("%s: reasons of nothing: %+v", model, r)
		}
		if got := s.Suggest(it); got.Answer.Class != 1 || len(got.Classes) != 2 {
			t.Errorf("%s: suggestion %+v", model, got)
		}
	}
}

func TestReasonsInChinese(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	var all [][2]string
	for i := range 200 {
		filler := []rune("客户今天来电谈到贷款情况我们与支行同事做了沟通并且记录在案")
		at := rng.IntN(len(filler) - 8)
		text, class := string(filler[at:at+8]), "a"
		tell := "按时还清"
		if i%2 == 1 {
			tell, class = "逾期未还", "b"
		}
		all = append(all, [2]string{text + tell + string(filler[at/2:at/2+4]) + " call", class})
	}
	_, s := told(t, learn.Softmax, all, only)
	text := "今天来电逾期未还 call"
	reasons := s.Explain(label.Item{Fields: []string{text}}, 1, 5)
	if len(reasons) == 0 || !strings.Contains(reasons[0].Term, "逾期") || reasons[0].Weight <= 0 {
		t.Fatalf("%+v", reasons)
	}
	p := reasons[0].Places
	if len(p) != 1 || text[p[0][0]:p[0][1]] != reasons[0].Term {
		t.Errorf("places %v of %q", p, reasons[0].Term)
	}
}

func TestReasonsFromColumns(t *testing.T) {
	columns := []label.Column{{Name: "income", Role: label.Numeric}, {Name: "housing", Role: label.Category}, {Name: "note", Role: label.Ignore}}
	rng := rand.New(rand.NewPCG(3, 3))
	var all [][2]string
	for i := range 300 {
		all = append(all, [2]string{"memo", string(rune('a' + i%2))})
	}
	_, s := told(t, learn.Softmax, all, func(text string, i int) []string {
		income, housing := "9,000", "own"
		if i%2 == 1 {
			income, housing = "800", "rent"
		}
		if rng.IntN(10) == 0 {
			income = ""
		}
		return []string{text, income, housing, "whatever"}
	}, columns...)
	reasons := s.Explain(label.Item{Fields: []string{"memo", " 800", "own", "whatever"}}, 1, 9)
	by := map[int]label.Reason{}
	for _, r := range reasons {
		by[r.Column] = r
	}
	if r := by[1]; r.Term != "800" || r.Weight <= 0 || r.Places != nil {
		t.Errorf("income: %+v", r)
	}
	if r := by[2]; r.Term != "own" || r.Weight >= 0 {
		t.Errorf("housing: %+v", r)
	}
	if _, ok := by[3]; ok {
		t.Errorf("a column that is ignored: %+v", reasons)
	}
}

// What is missing pulls too, and has a name that can be shown.
func TestReasonsFromMissingValues(t *testing.T) {
	columns := []label.Column{{Name: "income", Role: label.Numeric}, {Name: "employer", Role: label.Category}}
	var all [][2]string
	for i := range 120 {
		all = append(all, [2]string{"memo", string(rune('a' + i%2))})
	}
	_, s := told(t, learn.NaiveBayes, all, func(text string, i int) []string {
		if i%2 == 1 {
			return []string{text, "", " "}
		}
		return []string{text, fmt.Sprint(1000 + i), "mill"}
	}, columns...)
	reasons := s.Explain(label.Item{Fields: []string{"memo", " ", ""}}, 1, 9)
	for column := 1; column <= 2; column++ {
		i := slices.IndexFunc(reasons, func(r label.Reason) bool { return r.Column == column })
		if i < 0 || reasons[i].Term != learn.Missing || reasons[i].Weight <= 0 {
			t.Errorf("column %d: %+v", column, reasons)
		}
	}
}
