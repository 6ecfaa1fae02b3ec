package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
	"inkling/store"
)

// A head that was noted is found again in what the project became, in its
// backups and in what is restored from these; not in another project's log.
func TestHeadIsNoted(t *testing.T) {
	path := decidedProject(t)
	dir := t.TempDir()
	var checked, backed, snapped, restored struct {
		Head, File string
		OK         bool
		Events     int
		Removed    []string
	}
	var stats struct{ Head string }
	unmarshal(t, must(t, "", "check", path, "--json"), &checked)
	unmarshal(t, must(t, "", "stats", path, "--json"), &stats)
	unmarshal(t, must(t, "", "backup", path, filepath.Join(dir, "copy.inkling"), "--json"), &backed)
	unmarshal(t, must(t, "", "backup", path, "--into", filepath.Join(dir, "snaps"), "--keep", "2,7d", "--json"), &snapped)
	unmarshal(t, must(t, "", "restore", snapped.File, filepath.Join(dir, "again.inkling"), "--json"), &restored)
	for _, h := range []string{stats.Head, backed.Head, snapped.Head, restored.Head} {
		if h != checked.Head || !strings.HasPrefix(h, "6:") {
			t.Errorf("%s, want %s", h, checked.Head)
		}
	}
	var events []struct {
		Event int
		Hash  string
	}
	unmarshal(t, must(t, "", "log", path, "--json"), &events)
	if last := events[len(events)-1]; len(events) != 6 || "6:"+last.Hash != checked.Head {
		t.Errorf("%+v, want %s", last, checked.Head)
	}
	p, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Decide("ana", label.Decision{Item: 6, Action: label.Skipped}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if out := must(t, "", "check", path, "--head", checked.Head); !strings.Contains(out, "ok: 7 events, 6 items\nhead of the log 7:") {
		t.Error(out)
	}
	if out := must(t, "", "stats", path); !strings.Contains(out, "head of the log 7:") {
		t.Error(out)
	}
	if r := run("", "check", decidedProject(t), "--head", checked.Head); r.status != 1 || !strings.Contains(r.out, "this is not the log whose head was noted") {
		t.Errorf("%+v", r)
	}
	fails(t, 2, "not a head of a log", "check", path, "--head", "6:12")
	fails(t, 2, "--head goes with a check", "check", path, "--repair", "--head", checked.Head)
	fails(t, 2, "--discard goes with --repair", "check", path, "--discard")
	fails(t, 2, "which snapshots are kept", "backup", path, "--into", dir, "--keep", "7y")
	fails(t, 2, "--keep goes with --into", "backup", path, filepath.Join(dir, "x"), "--keep", "7d")
	fails(t, 2, "not both", "backup", path, "x", "--into", dir)
	fails(t, 1, "exists already; with --replace", "restore", backed.File, path)
	fails(t, 2, "there is no backup", "restore", "nothing", path)
	fails(t, 2, "restore needs PROJECT after BACKUP", "restore", path)

	var r struct{ Kept string }
	unmarshal(t, must(t, "", "restore", backed.File, path, "--replace", "--json"), &r)
	must(t, "", "check", path, "--head", checked.Head)
	if out := must(t, "", "check", r.Kept, "--head", checked.Head); !strings.Contains(out, "ok: 7 events") {
		t.Error(out)
	}
}

// What is damaged is told, repaired, and the file as it was kept.
func TestCheckRepair(t *testing.T) {
	path := decidedProject(t)
	if out := must(t, "", "check", path, "--repair"); !strings.Contains(out, "nothing is wrong") {
		t.Error(out)
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte("answers")) })
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	fails(t, 1, "check --repair", "stats", path)
	var r struct {
		OK, Repaired  bool
		Before, After []problem
		Kept          string
	}
	unmarshal(t, must(t, "", "check", path, "--repair", "--json"), &r)
	if !r.OK || !r.Repaired || len(r.Before) != 1 || len(r.After) != 0 {
		t.Errorf("%+v", r)
	}
	if _, err := os.Stat(r.Kept); err != nil {
		t.Error(err)
	}
	must(t, "", "check", path)
	must(t, "", "compact", path)
	must(t, "", "check", path)
	fails(t, 1, "is not a project", "compact", write(t, "a.csv", "text\n"))
	p, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	fails(t, 1, "open elsewhere", "compact", path)
	fails(t, 1, "open elsewhere", "check", path, "--repair")
}

// A model that is damaged stands in nobody's way: training starts over and says
// so, and repair drops it.
func TestDamagedModel(t *testing.T) {
	path := twoRuns(t)
	spoil := func(id byte) {
		t.Helper()
		db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("models")).Put([]byte{0, 0, 0, 0, 0, 0, 0, id, 0, 0, 0, 0}, []byte("half"))
		})
		if err != nil || db.Close() != nil {
			t.Fatal(err)
		}
	}
	spoil(2)
	if r := run("", "train", path, "--model", "naive-bayes"); r.status != 0 || !strings.Contains(r.err, "note: ") || !strings.Contains(r.err, "starting over") || !strings.Contains(r.out, "fresh") {
		t.Errorf("%+v", r)
	}
	var r struct {
		OK, Repaired bool
		Dropped      []string
	}
	unmarshal(t, must(t, "", "check", path, "--repair", "--discard", "--json"), &r)
	if !r.OK || !r.Repaired || len(r.Dropped) != 1 || r.Dropped[0] != "model 2" {
		t.Errorf("%+v", r)
	}
	must(t, "", "check", path)
	spoil(3)
	for _, args := range [][]string{{"backup", path, path + ".copy"}, {"backup", path, "--into", t.TempDir()}, {"compact", path}} {
		fails(t, 1, "check --repair", args...)
	}
	if out := must(t, "", "check", path, "--repair", "--discard"); !strings.Contains(out, "dropped, since it was damaged: model 3") {
		t.Error(out)
	}
	must(t, "", "train", path, "--model", "naive-bayes")
	must(t, "", "backup", path, path+".copy")
}

// The log tells what is about an item, with settlements and comments, from which
// nothing reaches the terminal.
func TestLogItem(t *testing.T) {
	path := decidedProject(t)
	p, err := store.Open(path, store.Options{Now: func() time.Time { return time.Date(2026, 2, 3, 4, 5, 7, 0, time.Local) }})
	if err != nil {
		t.Fatal(err)
	}
	it, err := p.Item(5)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []*store.Pending{p.Comment("rev", label.Comment{Item: 5, Text: "why\x1b[2J?\n"}),
		p.Decide("rev", label.Decision{Item: 5, Action: label.Answered, Answer: label.ClassAnswer(0), Settles: true}, label.Decision{Item: 6, Action: label.Skipped})} {
		if _, _, err := e.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	want := `     4  2026-02-03 04:05:06  decided   bo: item 5 answered spam
     5  2026-02-03 04:05:06  undone    bo: event 4
     6  2026-02-03 04:05:06  redone    bo: event 4
     7  2026-02-03 04:05:07  commented  rev: item 5: "why\x1b[2J?\n"
     8  2026-02-03 04:05:07  decided   rev: item 5 settled as ham
`
	for _, item := range []string{"5", it.ID.String()} {
		if out := must(t, "", "log", path, "--text", "--item", item); out != want {
			t.Errorf("got\n%swant\n%s", out, want)
		}
	}
	// JSON, an event a line, by one person, since a time.
	out := must(t, "", "log", path, "--by", "rev", "--since", "2026-02-03", "--until", "2026-02-03")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 {
		t.Fatal(out)
	}
	var ev loggedEvent
	if err := json.Unmarshal([]byte(lines[0]), &ev); err != nil || ev.Comment == nil || ev.Comment.Item != 5 || ev.Comment.ID != it.ID.String() || ev.Annotator != "rev" {
		t.Errorf("%+v %v", ev, err)
	}
	if err := json.Unmarshal([]byte(lines[1]), &ev); err != nil || len(ev.Decisions) != 2 || !ev.Decisions[0].Settles || ev.Decisions[1].Settles {
		t.Errorf("%+v %v", ev, err)
	}
	if out := must(t, "", "log", path, "--kind", "commented", "--annotator", "bo"); out != "" {
		t.Error(out)
	}
	fails(t, 1, "there is no item 77", "log", path, "--item", "77")
	fails(t, 2, "--item takes the number", "log", path, "--item", "x")
}
