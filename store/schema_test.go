package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// A task with what schema 1 does not know is of schema 2, in its event and in the
// view, so that a program that knows 1 alone says so and does not lose it. One
// without is as it was, and so is one that was written before schema 2.
func TestTaskSchema(t *testing.T) {
	for name, c := range map[string]struct {
		column label.Column
		want   byte
	}{
		"plain":    {label.Column{Name: "grade", Role: label.Category}, 1},
		"order":    {label.Column{Name: "grade", Role: label.Category, Order: []string{"a", "b"}}, 2},
		"meanings": {label.Column{Name: "grade", Role: label.Category, Meanings: []label.Meaning{{Code: "a", Text: "good"}}}, 2},
		"context":  {label.Column{Name: "grade", Role: label.Context}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			task := testTask()
			task.Columns = append(task.Columns, c.column)
			event := encodeEvent(label.Event{Seq: 1, Kind: label.Created, Task: &task})
			view := encode(schemaOf(&task), task)
			for what, b := range map[string][]byte{"event": event, "task": view} {
				if b[0] != c.want {
					t.Errorf("%s has schema %d, want %d", what, b[0], c.want)
				}
				if _, err := unwrap(what, 1, b); (err == nil) != (c.want == 1) || err != nil && !errors.Is(err, ErrNewer) {
					t.Errorf("%s to a reader of schema 1: %v", what, err)
				}
				b[0] = 1 // as it was written before there was schema 2
			}
			if ev, err := decodeEvent(event); err != nil || len(ev.Task.Columns) != 3 {
				t.Errorf("event of schema 1: %v", err)
			}
			var back label.Task
			if err := decode("task", taskSchema, view, &back); err != nil || len(back.Columns) != 3 {
				t.Errorf("task of schema 1: %v", err)
			}
		})
	}
	task := testTask()
	task.Columns[0].Meanings = []label.Meaning{{Code: "a", Text: "good"}}
	p, err := Create(filepath.Join(t.TempDir(), "p.inkling"), task, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, c := range []struct {
		b     []byte
		clean bool
	}{{encode(2, task), true}, {encode(1, task), true}, {encode(1, testTask()), false}} {
		if err := p.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketNow).Put(keyTask, c.b) }); err != nil {
			t.Fatal(err)
		}
		if r, err := p.Check(context.Background(), nil); err != nil || r.OK() != c.clean {
			t.Errorf("schema %d: %v, %v", c.b[0], r.Problems, err)
		}
	}

	path := projectFile(t, 3)
	edit(t, path, func(tx *bolt.Tx) error {
		if b := tx.Bucket(bucketNow).Get(keyTask); b[0] != 1 {
			t.Errorf("a plain project has a task of schema %d", b[0])
		}
		return nil
	})
}
