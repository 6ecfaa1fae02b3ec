package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"inkling/label"
)

// tick is a clock that goes on by a second at each look.
func tick() func() time.Time {
	now := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	return func() time.Time { now = now.Add(time.Second); return now }
}

func testTask() label.Task {
	return label.Task{Name: "test", Kind: label.Classes, Seed: 7, Audit: 0.25,
		Labels:  []label.Label{{Name: "ham", Key: "h"}, {Name: "spam", Key: "p"}},
		Columns: []label.Column{{Name: "text", Role: label.Text}, {Name: "gold", Role: label.Gold}}}
}

// newProject makes a project with n items.
func newProject(t testing.TB, n int) *Project {
	t.Helper()
	return newProjectWith(t, n, Options{NoSync: true})
}

func newProjectWith(t testing.TB, n int, o Options) *Project {
	t.Helper()
	p, err := Create(filepath.Join(t.TempDir(), "p.inkling"), testTask(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	addItems(t, p, n)
	return p
}

func addItems(t testing.TB, p *Project, n int) {
	t.Helper()
	im := p.NewImport("items.csv", "import")
	for i := range n {
		if err := im.Add([]string{fmt.Sprintf("text number %d", i), "ham"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
}

func answer(item uint64, class int) label.Decision {
	return label.Decision{Item: item, Action: label.Answered, Answer: label.ClassAnswer(class)}
}

// must waits for an event that has to succeed.
func must(t testing.TB, e *Pending) label.Event {
	t.Helper()
	ev, _, err := e.Wait(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// clean fails the test where Check finds something.
func clean(t testing.TB, p *Project) {
	t.Helper()
	r, err := p.Check(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, pr := range r.Problems {
		t.Errorf("%s: %s", pr.Where, pr.What)
	}
}

// A session is there again after closing and opening, and its undo chain too.
func TestSession(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	p, err := Create(path, testTask(), Options{Now: tick()})
	if err != nil {
		t.Fatal(err)
	}
	addItems(t, p, 10)
	must(t, p.Decide("ana", answer(1, 0)))
	must(t, p.Decide("ana", answer(2, 1)))
	must(t, p.Decide("ana", label.Decision{Item: 3, Action: label.Skipped}))
	must(t, p.Undo("ana"))
	before := p.Counts()
	if before.Labelled != 2 || before.Skipped != 0 || before.PerClass[1] != 1 {
		t.Fatalf("%+v", before)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Undo("ana").Wait(context.Background()); !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}

	p, err = Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if c := p.Counts(); fmt.Sprint(c) != fmt.Sprint(before) {
		t.Fatalf("%+v, want %+v", c, before)
	}
	ev := must(t, p.Redo("ana"))
	if ev.Target != 5 || p.Counts().Skipped != 1 {
		t.Fatalf("%+v %+v", ev, p.Counts())
	}
	for range 3 {
		must(t, p.Undo("ana"))
	}
	_, _, err = p.Undo("ana").Wait(context.Background())
	if !errors.Is(err, ErrNothingToUndo) || !Refused(err) {
		t.Fatal(err)
	}
	clean(t, p)
}
