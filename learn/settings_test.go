package learn_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"inkling/label"
	"inkling/learn"
)

// What a person set goes for the trainer in the background as well: the model,
// the weights, the goal. They come back with the project.
func TestSettingsGoForTheBackground(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 400, 2)
		set := learn.Settings{Model: learn.NaiveBayes, ClassWeight: "a=3", Optimise: "recall:b>=0.95"}
		if err := set.Check(p.Task()); err != nil {
			t.Fatal(err)
		}
		if err := set.Save(p); err != nil {
			t.Fatal(err)
		}
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(100)
		settle()
		runs := tr.Runs()
		r := runs[len(runs)-1]
		if r.Model != learn.NaiveBayes || r.ClassWeight != "a=3" || r.Choice != nil || r.Calibration == nil || r.Decision == nil {
			t.Fatalf("run %+v", r)
		}
		if d := r.Decision; d.Asked != set.Optimise || len(d.Factor) != 2 || d.After < 0.8 {
			t.Errorf("decision %+v", d)
		}
		// The rule is the snapshot's: told is the class with the largest product, and
		// the probability is that of the class, not of the rule.
		s, f := tr.Current(), r.Decision.Factor
		moved := 0
		for _, it := range p.items {
			g := s.Suggest(it)
			told := 0
			if f[1]*g.Classes[1] > f[0]*g.Classes[0] {
				told = 1
			}
			if g.Answer.Class != told || g.Probability != g.Classes[told] {
				t.Fatalf("%+v, want %d", g, told)
			}
			if g.Classes[told] < 0.5 {
				moved++
			}
		}
		b, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if b[len("inkling model\n")] != 2 {
			t.Error("a rule in a file of a layout that has none")
		}
		back, err := learn.UnmarshalSnapshot(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range p.items[:100] {
			x, y := s.Suggest(it), back.Suggest(it)
			if x.Answer.Class != y.Answer.Class || !slices.Equal(x.Classes, y.Classes) {
				t.Fatalf("%+v became %+v", x, y)
			}
		}
		if again, _ := back.MarshalBinary(); !bytes.Equal(b, again) {
			t.Error("other bytes the second time")
		}
	})
}

// What the project or the model does not have is refused before anything is
// fitted.
func TestSettingsRefused(t *testing.T) {
	task := classesTask(2)
	numbers := label.Task{Kind: label.Number, Columns: task.Columns}
	for _, c := range []struct {
		s    learn.Settings
		task label.Task
		want error
	}{
		{learn.Settings{Model: "no such"}, task, learn.ErrNoModel},
		{learn.Settings{Model: learn.NaiveBayes}, numbers, learn.ErrKind},
		{learn.Settings{Model: learn.NaiveBayes, Set: learn.ModelOptions{{Name: "x", Value: "1"}}}, task, learn.ErrOption},
		{learn.Settings{Model: learn.Network, Set: learn.ModelOptions{{Name: "hidden", Value: "many"}}}, task, learn.ErrOption},
		{learn.Settings{Set: learn.ModelOptions{{Name: "x", Value: "1"}}}, task, learn.ErrOption},
		{learn.Settings{ClassWeight: "z=2"}, task, learn.ErrRule},
		{learn.Settings{Optimise: "f1:z"}, task, learn.ErrRule},
		{learn.Settings{Optimise: "accuracy"}, numbers, learn.ErrRule},
		{learn.Settings{Costs: [][]float64{{0}}}, task, learn.ErrRule},
		{learn.Settings{Costs: [][]float64{{0, 1}, {1}}}, task, learn.ErrRule},
		{learn.Settings{Costs: [][]float64{{0, math.NaN()}, {1, 0}}}, task, learn.ErrRule},
	} {
		if err := c.s.Check(c.task); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.s, err, c.want)
		}
	}
}

// A cost that is high enough moves every answer.
func TestCostsMoveAnswers(t *testing.T) {
	p, answer := labelled(t, 200, 2)
	answer(80)
	run, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Settings: learn.Settings{Model: learn.NaiveBayes, Costs: [][]float64{{0, 1e-9}, {1e9, 0}}}})
	if err != nil {
		t.Fatal(err)
	}
	if d := run.Decision; d == nil || d.Asked != "costs" || d.After > d.Before {
		t.Errorf("decision %+v", run.Decision)
	}
	for _, it := range p.items[:50] {
		if g := s.Suggest(it); g.Answer.Class != 1 {
			t.Fatalf("told %+v", g)
		}
	}
}

// A run that is cancelled, or cannot be, leaves the model that is in force, its
// bytes and the list of runs as they were: for every model.
func TestCancelledRunLeavesTheModel(t *testing.T) {
	p, answer := labelled(t, 200, 2)
	answer(60)
	ctx := context.Background()
	first, _, err := learn.Train(ctx, p, learn.TrainOptions{Model: learn.NaiveBayes})
	if err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(p.models[first.ID])
	same := func(what string) {
		t.Helper()
		if p.current != first.ID || len(p.runs) != 1 || len(p.models) != 1 || !bytes.Equal(p.models[first.ID], before) {
			t.Errorf("%s: model %d is current, %d runs, %d models", what, p.current, len(p.runs), len(p.models))
		}
	}
	for _, name := range learn.ModelsFor(label.Classes) {
		for _, phase := range []learn.Phase{learn.Choosing, learn.Fitting, learn.Validating} {
			ctx, cancel := context.WithCancel(ctx)
			_, _, err := learn.Train(ctx, p, learn.TrainOptions{Model: name, Fresh: true, Progress: func(s learn.State) {
				if s.Phase == phase {
					cancel()
				}
			}})
			cancel()
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s, cancelled while %s: %v", name, phase, err)
			}
			same(name + " while " + phase.String())
		}
	}
	for _, o := range []learn.TrainOptions{{From: 99}, {From: first.ID, Fresh: true}, {From: first.ID, Model: learn.Softmax}, {Tune: learn.Tuning{Freeze: 1}}} {
		if _, _, err := learn.Train(ctx, p, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
		same("refused")
	}
}

// A run goes on from an earlier one, and says from which and how.
func TestGoesOnFrom(t *testing.T) {
	p, answer := labelled(t, 300, 2)
	answer(60)
	ctx := context.Background()
	train := func(o learn.TrainOptions) learn.Run {
		t.Helper()
		r, _, err := learn.Train(ctx, p, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	set := learn.Settings{Model: learn.Network, Set: learn.ModelOptions{{Name: "hidden", Value: "8"}, {Name: "epochs", Value: "2"}}}
	base := train(learn.TrainOptions{Settings: set})
	other := train(learn.TrainOptions{Model: learn.NaiveBayes})
	if other.Parent != 0 || base.Parent != 0 {
		t.Errorf("parents %d, %d", base.Parent, other.Parent)
	}
	kept := slices.Clone(p.models[base.ID])
	tuned := train(learn.TrainOptions{From: base.ID, Tune: learn.Tuning{Rank: 2}, Settings: learn.Settings{Set: learn.ModelOptions{{Name: "epochs", Value: "1"}}}})
	if tuned.Parent != base.ID || tuned.Model != learn.Network || tuned.Tune.Rank != 2 || tuned.Fresh() {
		t.Errorf("run %+v", tuned)
	}
	if !bytes.Equal(p.models[base.ID], kept) {
		t.Error("the base changed")
	}
}

// Numbers and several labels are trained on and measured like classes are.
func TestOtherKindsOfTasks(t *testing.T) {
	columns := []label.Column{{Name: "x", Role: label.Numeric}, {Name: "y", Role: label.Numeric}}
	rows := make([][]string, 300)
	for i := range rows {
		rows[i] = []string{strconv.Itoa(i % 17), strconv.Itoa((i * 7) % 31)}
	}
	for _, kind := range []label.Kind{label.Number, label.MultiLabel} {
		task := label.Task{Name: "t", Kind: kind, Audit: 0.3, Seed: 3, Columns: columns}
		if kind == label.MultiLabel {
			task.Labels = []label.Label{{Name: "low"}, {Name: "high"}}
		}
		p := newFake(task)
		p.addFields(rows...)
		for i, it := range p.items {
			x, y := float64(i%17), float64((i*7)%31)
			a := label.Answer{Value: 3*x - y}
			if kind == label.MultiLabel {
				a = label.Answer{Set: []int{}}
				if x < 8 {
					a.Set = append(a.Set, 0)
				}
				if y > 15 {
					a.Set = append(a.Set, 1)
				}
			}
			p.decideAnswer(it.Num, a)
		}
		run, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: learn.Network, Seed: 1})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if run.Audit == nil || run.Audit.N == 0 || s.Kind() != kind {
			t.Fatalf("%s: run %+v", kind, run)
		}
		b, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back, err := learn.UnmarshalSnapshot(b)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		switch kind {
		case label.Number:
			if e := run.Audit.Errors; e == nil || e.R2 < 0.5 {
				t.Errorf("errors %+v", e)
			}
			for _, it := range p.items[:20] {
				if x, y := s.Suggest(it).Answer.Value, back.Suggest(it).Answer.Value; x != y || math.IsNaN(x) {
					t.Fatalf("%v became %v", x, y)
				}
			}
		case label.MultiLabel:
			if run.Audit.Accuracy < 0.5 || len(run.PerClass) != 2 || run.PerClass[0] == 0 {
				t.Errorf("audit %+v, per label %v", run.Audit, run.PerClass)
			}
			for _, it := range p.items[:20] {
				g := back.Suggest(it)
				for c, x := range g.Classes {
					if (x > 0.5) != slices.Contains(g.Answer.Set, c) {
						t.Fatalf("%+v", g)
					}
				}
			}
		}
	}
}

// Costs that were set for fewer labels than there are now are left aside in the
// background, and refused where somebody waits, unless others are given.
func TestCostsOfFewerLabels(t *testing.T) {
	costs := [][]float64{{0, 1}, {5, 0}}
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 200, 2)
		if err := (learn.Settings{Costs: costs}).Save(p); err != nil {
			t.Fatal(err)
		}
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(40)
		settle()
		p.addLabel("c")
		p.answer(2, 190, 191, 192, 193)
		answer(20) // enough for another comparison
		settle()
		runs := tr.Runs()
		if r := runs[len(runs)-1]; r.Labels != 64 || r.Choice == nil || r.Choice.Labels != 64 || r.Choice.Metric != "log loss" {
			t.Errorf("run %+v, %v", r, tr.State().Err)
		}
	})
	for _, fresh := range []bool{false, true} {
		p, answer := labelled(t, 200, 2)
		answer(40)
		if err := (learn.Settings{Model: learn.NaiveBayes, Costs: costs}).Save(p); err != nil {
			t.Fatal(err)
		}
		p.addLabel("c")
		o := learn.TrainOptions{Fresh: fresh}
		if _, _, err := learn.Train(context.Background(), p, o); !errors.Is(err, learn.ErrRule) {
			t.Errorf("fresh %v: %v", fresh, err)
		}
		o.Settings.Optimise = "none"
		if run, _, err := learn.Train(context.Background(), p, o); err != nil || run.Model != learn.NaiveBayes {
			t.Errorf("fresh %v, other settings: %+v, %v", fresh, run, err)
		}
	}
}

// Options that differ from those of the current model make a run start over, and
// a run that is to go on all the same says what it cannot change.
func TestOtherOptionsStartOver(t *testing.T) {
	p, answer := labelled(t, 100, 2)
	answer(40)
	train := func(set string, from uint64) (learn.Run, error) {
		o, err := learn.ParseModelOptions(set)
		if err != nil {
			t.Fatal(err)
		}
		r, _, err := learn.Train(context.Background(), p, learn.TrainOptions{From: from, Settings: learn.Settings{Model: learn.Network, Set: o}})
		return r, err
	}
	for i, c := range []struct {
		set          string
		from, parent uint64
		layers       string
	}{
		{"hidden=20 epochs=2", 0, 0, "-20-1"},
		{"hidden=20 epochs=2", 0, 1, "-20-1"},
		{"hidden=30 epochs=2", 0, 0, "-30-1"},
		{"epochs=1", 2, 2, "-20-1"},
	} {
		r, err := train(c.set, c.from)
		if err != nil || r.ID != uint64(i+1) || r.Parent != c.parent || !strings.HasSuffix(r.Params[0].Value, c.layers) {
			t.Errorf("%s: run %d from %d, %v: %v", c.set, r.ID, r.Parent, r.Params, err)
		}
	}
	if _, err := train("hidden=30 epochs=2", 2); !errors.Is(err, learn.ErrOption) {
		t.Errorf("other layers than those of the model to go on from: %v", err)
	}
}

// A run that goes on from one of the same model is told for what is asked for
// now, also where nothing else has changed.
func TestRuleOfARunThatGoesOn(t *testing.T) {
	p, answer := labelled(t, 300, 2)
	answer(120)
	costs := [][]float64{{0, 1}, {9, 0}}
	for i, c := range []struct {
		set  learn.Settings
		want string // asked for; "" for no rule
	}{
		{learn.Settings{Optimise: "recall:a>=0.9"}, "recall:a>=0.9"},
		{learn.Settings{Optimise: "recall:b>=0.9"}, "recall:b>=0.9"},
		{learn.Settings{Costs: costs}, "costs"},
		{learn.Settings{Costs: [][]float64{{0, 5}, {1, 0}}}, "costs"},
		{learn.Settings{Optimise: "none"}, ""},
	} {
		c.set.Model = learn.Softmax
		r, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Settings: c.set})
		if err != nil || i > 0 && r.Fresh() {
			t.Fatalf("run %+v: %v", r, err)
		}
		asked := ""
		if r.Decision != nil {
			asked = r.Decision.Asked
		}
		if asked != c.want || r.Calibration == nil {
			t.Errorf("%+v: told for %q", c.set, asked)
		}
		loaded, err := learn.Load(p, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for n := range uint64(300) {
			it, err := p.Item(n + 1)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := s.Suggest(it).Answer, loaded.Suggest(it).Answer; !a.Equal(b) {
				t.Fatalf("item %d: %v, saved as %v", n+1, a, b)
			}
		}
	}
}

// The curve and the calibration of a run that goes on from an earlier network are
// of networks that went on the same way, so they differ with it.
func TestCurveOfARunThatGoesOn(t *testing.T) {
	p, answer := labelled(t, 300, 2)
	answer(120)
	train := func(o learn.TrainOptions) learn.Run {
		t.Helper()
		r, _, err := learn.Train(context.Background(), p, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	set := learn.ModelOptions{{Name: "hidden", Value: "8"}, {Name: "epochs", Value: "3"}}
	base := train(learn.TrainOptions{Settings: learn.Settings{Model: learn.Network, Set: set}})
	seen := map[string]string{}
	for name, o := range map[string]learn.TrainOptions{
		"whole":   {From: base.ID, Settings: learn.Settings{Set: set}},
		"adapted": {From: base.ID, Settings: learn.Settings{Set: set}, Tune: learn.Tuning{Rank: 2}},
		"frozen":  {From: base.ID, Settings: learn.Settings{Set: set}, Tune: learn.Tuning{Freeze: 1}},
	} {
		r := train(o)
		if r.Calibration == nil || !r.Calibration.GoesOn || r.Calibration.Run != r.ID {
			t.Errorf("%s: calibrated as %+v", name, r.Calibration)
		}
		figures := fmt.Sprint(r.Curve, r.Calibration.After)
		if other, ok := seen[figures]; ok {
			t.Errorf("%s has the figures of %s", name, other)
		}
		seen[figures] = name
	}
	if seen[fmt.Sprint(base.Curve, base.Calibration.After)] != "" || base.Calibration.GoesOn {
		t.Error("a run that went on has the figures of a fresh one")
	}
	if fresh := train(learn.TrainOptions{Fresh: true, Settings: learn.Settings{Model: learn.Network, Set: set}}); fresh.Calibration.GoesOn || fmt.Sprint(fresh.Curve) != fmt.Sprint(base.Curve) {
		t.Errorf("a fresh run: %+v", fresh)
	}
	_, _, err := learn.Train(context.Background(), p, learn.TrainOptions{From: base.ID, Tune: learn.Tuning{Freeze: 9}})
	if !errors.Is(err, learn.ErrTune) || !strings.Contains(err.Error(), "at most 1 can be frozen") {
		t.Errorf("9 layers frozen: %v", err)
	}
}

// The options that are listed are those that a model takes: each is refused for
// its value, and not for its name.
func TestOptionsOf(t *testing.T) {
	some := 0
	for _, model := range learn.Models() {
		for _, name := range learn.OptionsOf(model) {
			some++
			err := learn.Settings{Model: model, Set: learn.ModelOptions{{Name: name, Value: "?"}}}.Check(taskFor(model))
			if !errors.Is(err, learn.ErrOption) || !strings.Contains(err.Error(), name+"=?") {
				t.Errorf("%s, %s: %v", model, name, err)
			}
		}
	}
	if some == 0 || !slices.Contains(learn.OptionsOf(learn.Network), "hidden") || learn.OptionsOf("no model") != nil {
		t.Errorf("%d options", some)
	}
}

// taskFor is a task that a model can do.
func taskFor(model string) label.Task {
	if slices.Contains(learn.ModelsFor(label.Classes), model) {
		return classesTask(2)
	}
	return label.Task{Kind: label.Number}
}
