package learn_test

import (
	"context"
	"maps"
	"math"
	"math/rand/v2"
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

// crowd gives answers of people to the items of a project, who are right as often
// as their accuracy says and otherwise name one class that is wrong; each item is
// answered by so many people in turn.
func crowd(p *fake, truth []int, classes int, accuracy map[string]float64, each func(i int) int, seed uint64) {
	names := slices.Sorted(maps.Keys(accuracy))
	rng := rand.New(rand.NewPCG(seed, 2))
	for i := range truth {
		for j := range each(i) {
			who := names[(i+j)%len(names)]
			says := truth[i]
			if rng.Float64() >= accuracy[who] {
				says = (says + 1 + rng.IntN(classes-1)) % classes
			}
			p.says(who, uint64(i+1), says)
		}
	}
}

// TestDawidSkeneWeighsPeople finds out who is good, and follows them against more
// people who are not.
func TestDawidSkeneWeighsPeople(t *testing.T) {
	bubble(t, func(t *testing.T) {
		texts, truth := corpus(400, 3, 4)
		p := newFake(classesTask(3), texts...)
		accuracy := map[string]float64{"ana": 0.95, "ben": 0.9, "cid": 0.5, "dan": 0.45, "eva": 0.4}
		crowd(p, truth, 3, accuracy, func(int) int { return 5 }, 1)
		p.settles(7, truth[6])
		tr, _ := start(t, p, learn.Options{})
		settle()
		got := tr.Truth()
		if got == nil || got.Method != "dawid-skene" && got.Method != "crowdlab" {
			t.Fatalf("truth %+v", got)
		}
		right, majority, informed := 0, 0, 0
		for i := range truth {
			c, ok := got.Of(uint64(i + 1))
			if !ok {
				t.Fatalf("item %d has none", i+1)
			}
			if c.Class == truth[i] {
				right++
			}
			votes, odds := make([]float64, 3), make([]float64, 3)
			for _, s := range p.by[uint64(i+1)] {
				if q, ok := accuracy[s.Annotator]; ok {
					votes[s.Decision.Answer.Class]++
					odds[s.Decision.Answer.Class] += math.Log(2 * q / (1 - q))
				}
			}
			if slices.Index(votes, slices.Max(votes)) == truth[i] {
				majority++
			}
			if slices.Index(odds, slices.Max(odds)) == truth[i] { // the best that can be done by who knows how good people are
				informed++
			}
		}
		if right <= majority+20 || right < informed-8 { // 2%
			t.Errorf("%d of 400 right, by majority %d, by who knows the people %d", right, majority, informed)
		}
		for who, want := range accuracy {
			if q, ok := got.Quality(who); !ok || math.Abs(q-want) > 0.1 {
				t.Errorf("%s is right %v of the time, estimated %v", who, want, q)
			}
		}
	})
}

// TestOneAnswerOfSomebodyKnown makes less of the single answers of people who are
// often wrong where others answered as well.
func TestOneAnswerOfSomebodyKnown(t *testing.T) {
	texts, truth := corpus(600, 2, 4)
	soft := func(accuracy float64) learn.Run {
		p := newFake(classesTask(2), texts...)
		crowd(p, truth, 2, map[string]float64{"ana": accuracy, "ben": accuracy, "cid": accuracy}, func(i int) int { return 1 + 2*((i+1)%2) }, 1)
		run, _, err := learn.Train(t.Context(), p, learn.TrainOptions{Model: learn.Softmax, Fresh: true})
		if err != nil {
			t.Fatal(err)
		}
		return run
	}
	good, bad := soft(1), soft(0.75)
	if good.Soft != 0 || good.Truth != "dawid-skene" {
		t.Errorf("people who never err: %d of %d uncertain by %s", good.Soft, good.Labels, good.Truth)
	}
	if bad.Soft < 300 { // at least those that one person answered
		t.Errorf("people who err: %d of %d uncertain", bad.Soft, bad.Labels)
	}
}

// TestDisputedAuditIsLeftOut measures models by what is known alone.
func TestDisputedAuditIsLeftOut(t *testing.T) {
	texts, truth := corpus(200, 2, 6)
	task := classesTask(2)
	task.Audit = 0.3
	p := newFake(task, texts...)
	var audited []uint64
	for i := range truth {
		p.says("ana", uint64(i+1), truth[i])
		if p.items[i].Audit {
			audited = append(audited, uint64(i+1))
		}
	}
	p.says("ben", audited[0], 1-truth[audited[0]-1])
	p.says("ben", audited[1], truth[audited[1]-1])
	p.says("ben", audited[2], 1-truth[audited[2]-1])
	p.settles(audited[2], truth[audited[2]-1])
	run, snap, err := learn.Train(t.Context(), p, learn.TrainOptions{Model: learn.Softmax, Fresh: true})
	if err != nil {
		t.Fatal(err)
	}
	if run.Audit.N != len(audited)-1 || run.Audit.Open != 1 {
		t.Errorf("measured on %d of %d, %d left out", run.Audit.N, len(audited), run.Audit.Open)
	}
	e, err := learn.EvaluateAudit(t.Context(), p, snap)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Items) != run.Audit.N || e.Open != 1 || e.Confusion.Accuracy() != run.Audit.Accuracy || slices.Contains(e.Items, audited[0]) {
		t.Errorf("evaluated on %d, %d left out, accuracy %v; the run has %+v", len(e.Items), e.Open, e.Confusion.Accuracy(), run.Audit)
	}
}
