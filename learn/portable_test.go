package learn_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"inkling/label"
	"inkling/learn"
)

// mixedTask reads a text, a number and a category; a column between them is
// read by nobody.
func mixedTask() label.Task {
	t := classesTask(3)
	t.Columns = []label.Column{{Name: "source", Role: label.Ignore}, {Name: "text", Role: label.Text},
		{Name: "amount", Role: label.Numeric}, {Name: "kind", Role: label.Category}}
	return t
}

// mixed makes a project of such items with answers, in the order of columns
// given by their names, and trains on it.
func mixed(t testing.TB, task label.Task) *fake {
	t.Helper()
	texts, truth := corpus(200, 3, 9)
	p := newFake(task)
	var rows [][]string
	for i, text := range texts {
		value := map[string]string{"source": "x", "text": text, "amount": fmt.Sprint(10*truth[i] + i%7), "kind": "abc"[truth[i] : truth[i]+1]}
		var row []string
		for _, c := range task.Columns {
			row = append(row, value[c.Name])
		}
		rows = append(rows, row)
	}
	p.addFields(rows...)
	for i := range 120 {
		p.answer(truth[i], uint64(i+1))
	}
	return p
}

func portable(t testing.TB, p *fake, model string) *learn.Portable {
	t.Helper()
	run, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: model, Seed: 7, Fresh: true})
	if err != nil {
		t.Fatal(err)
	}
	f, err := learn.NewPortable(p.task, run, s, "test")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// projected are the fields of an item that a portable model reads.
func projected(t label.Task, it label.Item, columns []label.Column) label.Item {
	out := label.Item{Num: it.Num}
	for _, c := range columns {
		out.Fields = append(out.Fields, it.Field(t.ColumnNamed(c.Name)))
	}
	return out
}

// Every model says the same of the same item to the last bit: in its project, by
// itself, and in a project whose columns stand elsewhere.
func TestPortableRoundTrip(t *testing.T) {
	home := mixedTask()
	away := home
	away.Labels = append(slices.Clone(home.Labels), label.Label{Name: "later"})
	away.Columns = []label.Column{{Name: "kind", Role: label.Category}, {Name: "note", Role: label.Text}, {Name: "amount", Role: label.Numeric},
		{Name: "text", Role: label.Text}}
	p := mixed(t, home)
	for _, model := range learn.ModelsFor(label.Classes) {
		f := portable(t, p, model)
		b, err := f.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back, err := learn.UnmarshalPortable(b)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := back.MarshalBinary(); err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s: other bytes the second time: %v", model, err)
		}
		if back.Name != "test" || back.Kind != label.Classes || len(back.Columns) != 3 || back.Run.Model != model || back.Snapshot.Version() != f.Run.ID {
			t.Errorf("%s came back as %+v", model, back)
		}
		other, err := back.Fitting(away)
		if err != nil {
			t.Fatal(err)
		}
		inProject, err := learn.Load(p, f.Run.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range p.items {
			want := inProject.Suggest(it)
			alone := back.Snapshot.Suggest(projected(home, it, back.Columns))
			moved := projected(home, it, away.Columns)
			if got := other.Suggest(moved); !slices.Equal(got.Classes, want.Classes) || !slices.Equal(alone.Classes, want.Classes) {
				t.Fatalf("%s: %v in its project, %v by itself, %v in another", model, want.Classes, alone.Classes, got.Classes)
			}
			for _, r := range other.Explain(moved, want.Answer.Class, 9) {
				if c := away.Columns[r.Column].Name; c == "note" {
					t.Fatalf("%s: a reason in column %s, which it does not read", model, c)
				}
			}
		}
	}
}

// A model that does not fit a project says why.
func TestPortableFits(t *testing.T) {
	f := portable(t, mixed(t, mixedTask()), learn.NaiveBayes)
	for _, c := range []struct {
		words  string
		change func(*label.Task)
	}{
		{`reads the column "amount", which`, func(t *label.Task) { t.Columns = t.Columns[:2] }},
		{`reads the column "amount" as number, in the project that is category`, func(t *label.Task) { t.Columns[2].Role = label.Category }},
		{`knows the label "c", which`, func(t *label.Task) { t.Labels = t.Labels[:2] }},
		{`its label 2 is "b", the project's is "z"`, func(t *label.Task) { t.Labels[1].Name = "z" }},
		{"is for classes, the project asks for number", func(t *label.Task) { t.Kind = label.Number }},
	} {
		task := mixedTask()
		c.change(&task)
		if _, err := f.Fitting(task); !errors.Is(err, learn.ErrUnfit) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%v, want %q", err, c.words)
		}
	}
}

// An imported model is a run of its own, measured here, and goes on from nothing
// of this project.
func TestImport(t *testing.T) {
	f := portable(t, mixed(t, mixedTask()), learn.Softmax)
	task := mixedTask()
	task.Audit = 0.3
	task.Labels = append(task.Labels, label.Label{Name: "later"})
	p := mixed(t, task)
	run, err := learn.Import(context.Background(), p, f, "loans.model")
	if err != nil {
		t.Fatal(err)
	}
	if run.Origin != "loans.model" || run.Parent != 0 || run.Seq != 0 || run.Labels != f.Run.Labels || run.Audit == nil || run.Audit.N < 20 {
		t.Errorf("%+v", run)
	}
	if id, _ := p.CurrentModel(); id != 0 {
		t.Errorf("run %d is the current one without being asked for", id)
	}
	s, err := learn.Load(p, run.ID)
	if err != nil {
		t.Fatal(err)
	}
	e, err := learn.EvaluateAudit(context.Background(), p, s)
	if err != nil || e.Report().Accuracy != run.Audit.Accuracy {
		t.Errorf("measured %v, recorded %v: %v", e.Report().Accuracy, run.Audit.Accuracy, err)
	}
	if curve := learn.LabelCurve([]learn.Run{run}); len(curve) > 0 {
		t.Errorf("a run that did not learn from this project's labels is on its curve: %v", curve)
	}
	// A run of the project follows, and both models are kept.
	if _, _, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: learn.NaiveBayes, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := learn.Load(p, run.ID); err != nil {
		t.Error(err)
	}
	p.full = true
	if _, err := learn.Import(context.Background(), p, f, "again"); !errors.Is(err, errFull) {
		t.Errorf("on a full disk: %v", err)
	}
}

// Models of numbers and of several labels are measured as what they are.
func TestImportOtherKinds(t *testing.T) {
	for _, kind := range []label.Kind{label.Number, label.MultiLabel} {
		task := mixedTask()
		task.Kind, task.Audit = kind, 0.3
		if kind == label.Number {
			task.Labels = nil
		}
		p := mixed(t, task)
		for i := range p.items {
			p.decideAnswer(uint64(i+1), label.Answer{Set: []int{i % 2}, Value: float64(i % 7)})
		}
		f := portable(t, p, learn.ModelsFor(kind)[0])
		run, err := learn.Import(context.Background(), p, f, "other.model")
		if err != nil {
			t.Fatal(err)
		}
		if run.Audit == nil || !reflect.DeepEqual(run.Audit, f.Run.Audit) {
			t.Errorf("%v: measured %+v, by its own run %+v", kind, run.Audit, f.Run.Audit)
		}
		s, err := learn.Load(p, run.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := learn.EvaluateAudit(context.Background(), p, s); !errors.Is(err, learn.ErrKind) {
			t.Errorf("%v: %v", kind, err)
		}
	}
}

func TestDamagedPortable(t *testing.T) {
	f := portable(t, mixed(t, mixedTask()), learn.NaiveBayes)
	b, err := f.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(b); at += 1 + len(b)/300 {
		if _, err := learn.UnmarshalPortable(b[:at]); !errors.Is(err, learn.ErrDamaged) && !errors.Is(err, learn.ErrFormat) {
			t.Fatalf("the first %d of %d bytes: %v", at, len(b), err)
		}
		c := slices.Clone(b)
		c[at] ^= 0x10
		if _, err := learn.UnmarshalPortable(c); !errors.Is(err, learn.ErrDamaged) && !errors.Is(err, learn.ErrFormat) {
			t.Fatalf("byte %d changed: %v", at, err)
		}
	}
	other := *f
	other.Kind = label.MultiLabel
	if c, err := other.MarshalBinary(); err != nil {
		t.Fatal(err)
	} else if _, err := learn.UnmarshalPortable(c); !errors.Is(err, learn.ErrDamaged) {
		t.Errorf("a model of another kind than the file says: %v", err)
	}
	snap, err := f.Snapshot.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for _, foreign := range [][]byte{nil, []byte("PK\x03\x04"), snap} {
		if _, err := learn.UnmarshalPortable(foreign); !errors.Is(err, learn.ErrFormat) {
			t.Errorf("%.20q: %v", foreign, err)
		}
	}
	newer := slices.Clone(b)
	newer[len("inkling portable model\n")] = 3
	if _, err := learn.UnmarshalPortable(resealed(newer)); !errors.Is(err, learn.ErrVersion) {
		t.Errorf("a newer layout: %v", err)
	}
}

// FuzzPortable: whatever is read is refused with an error of its own, or is a
// model that can be used and written again. The sum is made right first, or
// nothing behind it would ever be reached.
func FuzzPortable(f *testing.F) {
	for _, model := range learn.ModelsFor(label.Classes) {
		b, err := portable(f, few(), model).MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, false)
		f.Add(b, true)
	}
	f.Fuzz(func(t *testing.T, b []byte, seal bool) {
		if seal {
			b = resealed(b)
		}
		p, err := learn.UnmarshalPortable(b)
		if err != nil {
			if !errors.Is(err, learn.ErrFormat) && !errors.Is(err, learn.ErrVersion) && !errors.Is(err, learn.ErrDamaged) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		for _, v := range p.Snapshot.Suggest(label.Item{Fields: []string{"paid late 要求展期", "7", "a"}}).Classes {
			if math.IsInf(v, 0) || v < 0 {
				t.Fatalf("a probability of %v", v)
			}
		}
		if _, err := p.MarshalBinary(); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzSnapshot does the same to the file inside of a portable one.
func FuzzSnapshot(f *testing.F) {
	for _, model := range learn.ModelsFor(label.Classes) {
		b, err := portable(f, few(), model).Snapshot.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	const sum = 8
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= sum {
			whole := sha256.Sum256(b[:len(b)-sum])
			b = append(slices.Clone(b[:len(b)-sum]), whole[:sum]...)
		}
		s, err := learn.UnmarshalSnapshot(b)
		if err != nil {
			if !errors.Is(err, learn.ErrFormat) && !errors.Is(err, learn.ErrVersion) && !errors.Is(err, learn.ErrDamaged) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		s.Suggest(label.Item{Fields: []string{"paid late 要求展期", "7", "a"}})
		s.Explain(label.Item{Fields: []string{"paid late 要求展期", "7", "a"}}, 0, 5)
	})
}

// few is a project so small that mutation does not take all the time.
func few() *fake {
	p := newFake(mixedTask())
	for i := range 6 {
		p.addFields([]string{"", []string{"paid", "late"}[i%2], fmt.Sprint(i), "ab"[i%2 : i%2+1]})
		p.answer(i%2, uint64(i+1))
	}
	return p
}

// resealed makes the sum at the end of a portable file right.
func resealed(b []byte) []byte {
	if len(b) < sha256.Size {
		return b
	}
	c := slices.Clone(b)
	sum := sha256.Sum256(c[:len(c)-sha256.Size])
	copy(c[len(c)-sha256.Size:], sum[:])
	return c
}

// An imported model that was chosen suggests until there is something to learn
// here, also where the pool has outgrown its features; the next run follows.
func TestImportedModelStays(t *testing.T) {
	f := portable(t, mixed(t, mixedTask()), learn.Softmax)
	bubble(t, func(t *testing.T) {
		texts, truth := corpus(900, 3, 12) // more than twice of what the features were learned from
		p := newFake(mixedTask())
		for _, text := range texts {
			p.addFields([]string{"", text, "1", "a"})
		}
		run, err := learn.Import(t.Context(), p, f, "loans.model")
		if err != nil {
			t.Fatal(err)
		}
		if err := p.SetCurrentModel(run.ID); err != nil {
			t.Fatal(err)
		}
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		settle()
		if s := tr.Current(); s == nil || s.Version() != run.ID || len(tr.Runs()) != 1 {
			t.Fatalf("the model in use is %v after %d runs", s, len(tr.Runs()))
		}
		if r := tr.Ranking(); r == nil || r.Model != run.ID || !r.Whole {
			t.Errorf("the pool is not ranked by it: %+v", r)
		}
		for i := range 30 {
			p.answer(truth[i], uint64(i+1))
		}
		settle()
		if s := tr.Current(); s.Version() <= run.ID {
			t.Errorf("30 answers later the model in use is still run %d", s.Version())
		}
	})
}
