package learn_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"inkling/label"
	"inkling/learn"
)

func TestTruthOfSeveralPeople(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 300, 2)
		tr, _ := start(t, p, learn.Options{})
		answer(20)
		settle()
		if tr.Truth() != nil {
			t.Fatal("one person needs no truth")
		}
		if q, ok := tr.Truth().Quality("test"); ok {
			t.Fatalf("quality %v of who answers alone", q)
		}
		p.says("ana", 30, 0)
		p.says("ben", 30, 1)
		p.says("cid", 30, 1)
		p.says("ana", 31, 0)
		p.says("ben", 31, 0)
		p.says("ana", 32, 0)
		p.says("ben", 32, 1)
		p.says("ana", 33, 0)
		p.settles(33, 1)
		p.says(label.Importer, 34, 0) // nobody's answer, which ben's takes the place of
		p.says("ben", 34, 1)
		settle()
		truth := tr.Truth()
		for _, c := range []struct {
			num        uint64
			class      int
			confidence float64
			answers    int
			agree      float64
			settled    bool
		}{
			{30, 1, 2. / 3, 3, 2. / 3, false},
			{31, 0, 1, 2, 1, false},
			{32, 1, 0.5, 2, 0.5, false}, // ben came later
			{33, 1, 1, 1, 0, true},
		} {
			got, ok := truth.Of(c.num)
			if !ok || got.Class != c.class || math.Abs(got.Confidence-c.confidence) > 1e-12 || got.Answers != c.answers || math.Abs(got.Agree-c.agree) > 1e-12 || got.Settled != c.settled {
				t.Errorf("item %d: %+v, want %+v", c.num, got, c)
			}
		}
		for _, num := range []uint64{1, 34} {
			if got, ok := truth.Of(num); ok {
				t.Errorf("item %d: %+v of one answer", num, got)
			}
		}
		if got := truth.Disputed(9); !slices.Equal(got, []uint64{32, 30}) {
			t.Errorf("disputed %v", got)
		}
		if got := truth.Disputed(1); !slices.Equal(got, []uint64{32}) {
			t.Errorf("most disputed %v", got)
		}
		runs := tr.Runs()
		if last := runs[len(runs)-1]; last.Labels != 25 || last.Truth != "majority" || last.Soft != 2 {
			t.Errorf("run %+v", last)
		}
		p.undo(32)
		settle()
		if got := tr.Truth().Disputed(9); !slices.Equal(got, []uint64{30}) {
			t.Errorf("disputed %v after an undo", got)
		}
	})
}

// TestTruthComesTheSameWay makes the same model of the same answers, whatever the
// order they came in and whether they came all at once.
func TestTruthComesTheSameWay(t *testing.T) {
	texts, truth := corpus(200, 3, 8)
	model := func(back bool) learn.Run {
		p := newFake(classesTask(3), texts...)
		type say struct {
			who  string
			num  uint64
			what int
		}
		var all []say
		for i := range 120 {
			for j, who := range []string{"ana", "ben", "cid"}[:1+i%2*2] {
				what := truth[i]
				if (i*7+j*5)%6 == 0 {
					what = (what + 1) % 3 // the same one, so that none are equal
				}
				all = append(all, say{who, uint64(i + 1), what})
			}
		}
		if back {
			slices.Reverse(all)
		}
		for _, s := range all {
			p.says(s.who, s.num, s.what)
		}
		run, _, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: learn.Softmax, Fresh: true})
		if err != nil {
			t.Fatal(err)
		}
		return run
	}
	a, b := model(false), model(true)
	if a.Digest != b.Digest || a.Soft == 0 || a.Soft != b.Soft {
		t.Errorf("%s with %d uncertain, %s with %d", a.Digest, a.Soft, b.Digest, b.Soft)
	}
}
