package learn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"inkling/label"

	"pgregory.net/rapid"
)

// stands is where an item stands by somebody.
func stands(event uint64, who string, action label.Action, a label.Answer, settles bool) label.Standing {
	return label.Standing{Item: 1, Event: event, Annotator: who, Decision: label.Decision{Item: 1, Action: action, Answer: a, Settles: settles}}
}

func TestVoices(t *testing.T) {
	task := label.Task{Kind: label.Classes, Labels: make([]label.Label, 3)}
	says := func(event uint64, who string, class int) label.Standing {
		return stands(event, who, label.Answered, label.ClassAnswer(class), false)
	}
	accepted := stands(4, "cid", label.Accepted, label.ClassAnswer(1), false)
	accepted.Decision.Shown = &label.Shown{Answer: label.ClassAnswer(1)}
	for _, c := range []struct {
		name     string
		all      []label.Standing // what is in force first
		voices   int              // of an item with several; -1 for one that has none
		settled  bool
		anchored bool
		train    bool
	}{
		{"nobody", nil, -1, false, false, false},
		{"one", []label.Standing{says(1, "ana", 0)}, -1, false, false, true},
		{"two", []label.Standing{says(2, "ben", 0), says(1, "ana", 0)}, 2, false, false, true},
		{"one who took a suggestion", []label.Standing{accepted, says(1, "ana", 0)}, 2, false, true, true},
		{"an import and a person", []label.Standing{says(2, "ana", 0), says(1, label.Importer, 1)}, -1, false, false, true},
		{"an import and two", []label.Standing{says(3, "ben", 0), says(1, label.Importer, 1), says(2, "ana", 0)}, 2, false, false, true},
		{"a skip beside an answer", []label.Standing{says(1, "ana", 0), stands(2, "ben", label.Skipped, label.Answer{}, false)}, -1, false, false, true},
		{"set aside after answers", []label.Standing{stands(3, "cid", label.Flagged, label.Answer{}, false), says(1, "ana", 0), says(2, "ben", 1)}, -1, false, false, false},
		{"a class that the task does not have", []label.Standing{says(3, "cid", 0), says(1, "ana", 7), says(2, "ben", 1)}, 2, false, false, true},
		{"settled", []label.Standing{stands(2, "rita", label.Answered, label.ClassAnswer(2), true), says(1, "ana", 0)}, 1, true, false, true},
		{"settled without answers", []label.Standing{stands(2, "rita", label.Answered, label.ClassAnswer(2), true)}, 0, true, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newAnswers()
			a.take(1, []label.Standing{says(1, "zoe", 1), says(2, "yan", 2)}, task)
			a.take(1, c.all, task)
			v, ok := a.several[1]
			if ok != (c.voices >= 0) || ok && len(v.said) != c.voices || v.settled != c.settled || v.anchored() != c.anchored {
				t.Errorf("%+v %v", v, ok)
			}
			if _, ok := a.train[1]; ok != c.train {
				t.Errorf("trained on %v", ok)
			}
			fresh, moved := a.fresh, a.moved
			a.take(1, c.all, task)
			if a.fresh != fresh || a.moved != moved {
				t.Errorf("what did not change is new: %d, %d after %d, %d", a.fresh, a.moved, fresh, moved)
			}
		})
	}
}

// several takes in answers of people to items that they answered in this order.
func several(t label.Task, each ...[]label.Answer) *answers {
	a := newAnswers()
	for i, said := range each {
		var all []label.Standing
		for j := len(said) - 1; j >= 0; j-- {
			all = append(all, stands(uint64(i*10+j+1), []string{"ana", "ben", "cid"}[j], label.Answered, said[j], false))
		}
		a.take(uint64(i+1), all, t)
	}
	return a
}

func TestConsensusOfNumbers(t *testing.T) {
	task := label.Task{Kind: label.Number}
	n := func(x float64) label.Answer { return label.Answer{Value: x} }
	a := several(task, []label.Answer{n(1), n(2), n(6)}, []label.Answer{n(4)}, []label.Answer{n(5), n(5)})
	got, err := a.consensus(t.Context(), task, nil)
	if err != nil || got.Len() != 2 {
		t.Fatal(got, err)
	}
	one, _ := got.Of(1)
	three, _ := got.Of(3)
	if one.Value < 1 || one.Value > 6 || one.Answers != 3 || !(one.Spread > 2) || three.Value != 5 || three.Spread != 0 || three.Agree != 1 {
		t.Errorf("%+v, %+v", one, three)
	}
	if d := got.Disputed(5); !slices.Equal(d, []uint64{1}) {
		t.Errorf("disputed %v", d)
	}
	if said, soft := got.taught(1, a.train[1]); said.value != one.Value || soft != nil {
		t.Errorf("taught %+v, %v", said, soft)
	}
	if said, _ := got.taught(2, a.train[2]); said.value != 4 {
		t.Errorf("taught %+v of one answer", said)
	}
}

func TestConsensusOfSets(t *testing.T) {
	task := label.Task{Kind: label.MultiLabel, Labels: make([]label.Label, 3)}
	s := func(x ...int) label.Answer { return label.Answer{Set: x} }
	a := several(task, []label.Answer{s(0, 1), s(0), s(0, 2)}, []label.Answer{s(1)}, []label.Answer{s(), s()}, []label.Answer{s(0), s(0, 2)})
	got, err := a.consensus(t.Context(), task, nil)
	if err != nil || got.Len() != 3 {
		t.Fatal(got, err)
	}
	for _, c := range []struct {
		num  uint64
		set  []int
		sure float64
	}{
		{1, []int{0}, 1 * 2. / 3 * 2. / 3},
		{3, []int{}, 1},
		{4, []int{0, 2}, 0.5}, // the later one
	} {
		x, _ := got.Of(c.num)
		if !slices.Equal(x.Set, c.set) || math.Abs(x.Confidence-c.sure) > 1e-12 {
			t.Errorf("item %d: %+v, want %v, %v sure", c.num, x, c.set, c.sure)
		}
		if said, soft := got.taught(c.num, a.train[c.num]); !slices.Equal(said.labels(), c.set) || soft != nil {
			t.Errorf("item %d: taught %v, %v", c.num, said.labels(), soft)
		}
	}
}

// TestTaughtWeighsAsMuch spreads rows over classes without making more of them
// than they are.
func TestTaughtWeighsAsMuch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 20).Draw(t, "rows"), rapid.IntRange(2, 5).Draw(t, "classes")
		p := &problem{kind: label.Classes, all: Data{Classes: k}, soft: make([][]float64, n)}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for i := range n {
			q, sum := make([]float64, k), 0.0
			for c := range q {
				q[c] = rng.ExpFloat64() * rng.ExpFloat64()
				sum += q[c]
			}
			for c := range q {
				q[c] /= sum
			}
			if rng.IntN(3) > 0 {
				p.soft[i] = spread(q)
			}
			p.all.Rows = append(p.all.Rows, Row{Index: []uint32{uint32(i)}})
			p.all.Class = append(p.all.Class, best(q))
			for c, x := range p.soft[i] {
				if math.Abs(x-q[c]) > 0.02*float64(k)+1./finest {
					t.Fatalf("%v became %v", q, p.soft[i])
				}
			}
		}
		weights := rapid.SliceOfN(rapid.Float64Range(0.1, 10), k, k).Draw(t, "weights")
		if rapid.Bool().Draw(t, "weighed") {
			p.weight, p.all.Weight = weights, make([]float64, n)
			for i, c := range p.all.Class {
				p.all.Weight[i] = weights[c]
			}
		}
		rows := rapid.SliceOfDistinct(rapid.IntRange(0, n-1), func(i int) int { return i }).Draw(t, "taken")
		d := p.taught(rows)
		sum, at := map[uint32]float64{}, map[uint32]int{}
		for i, r := range d.Rows {
			w := d.WeightOf(i)
			if p.weight != nil {
				w /= weights[d.Class[i]]
			}
			if !(w > 0) {
				t.Fatalf("row %d weighs %v", i, w)
			}
			sum[r.Index[0]] += w
			at[r.Index[0]]++
		}
		if len(sum) != len(rows) {
			t.Fatalf("%d of %d rows", len(sum), len(rows))
		}
		for row, x := range sum {
			if math.Abs(x-1) > 1e-9 || p.soft[row] == nil && at[row] != 1 {
				t.Fatalf("row %d weighs %v in %d parts", row, x, at[row])
			}
		}
	})
}
