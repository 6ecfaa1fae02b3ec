package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"inkling/label"
)

// fewRows are a batch in tests that need many.
const fewRows = 2000

// rows imports rows of text, id and answer ("" for none) from a file.
func rows(t testing.TB, p *Project, all [][3]string) label.Import {
	t.Helper()
	im := p.NewImport("rows.csv", "import")
	for _, r := range all {
		var a *label.Answer
		if r[2] != "" {
			x := label.ClassAnswer(p.Task().Class(r[2]))
			a = &x
		}
		if err := im.Add(r[:2], a); err != nil {
			t.Fatal(err)
		}
	}
	got, err := im.Close()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// namedProject makes a project whose items are named by a column.
func namedProject(t testing.TB) *Project {
	t.Helper()
	task := testTask()
	task.Columns = []label.Column{{Name: "text", Role: label.Text}, {Name: "id", Role: label.Ident}, {Name: "note", Role: label.Ignore}}
	p, err := Create(filepath.Join(t.TempDir(), "p.inkling"), task, Options{NoSync: true, Now: tick()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestImport(t *testing.T) {
	p := newProject(t, 0)
	all := [][3]string{{"one", "spam", "ham"}, {"two", "", "spam"}, {"one", "other gold", "spam"}, {"three", "", ""}}
	got := rows(t, p, all)
	if want := (label.Import{File: "rows.csv", First: 1, Last: 3, Rows: 4, Duplicates: 1}); got != want {
		t.Fatalf("%+v, want %+v", got, want)
	}
	// The answer of the first row of a text counts; gold is no decision.
	if c := p.Counts(); c.Labelled != 2 || c.PerClass[0] != 1 || c.PerClass[1] != 1 || c.Items != 3 {
		t.Fatalf("%+v", c)
	}
	if st, ok, err := p.Standing(1); !ok || err != nil || st.Annotator != "import" || st.Decision.Action != label.Answered || st.Decision.Answer.Class != 0 {
		t.Fatalf("%+v %v", st, err)
	}
	// Again: nothing but a note that it was tried.
	events := p.Counts().Events
	got = rows(t, p, all)
	if want := (label.Import{File: "rows.csv", First: 4, Last: 3, Rows: 4, Duplicates: 4}); got != want || p.Counts().Items != 3 || p.Counts().Labelled != 2 {
		t.Fatalf("%+v, want %+v; %+v", got, want, p.Counts())
	}
	if ev, err := p.Event(events + 1); err != nil || ev.Kind != label.Imported || ev.Import.Rows != 4 || p.Counts().Events != events+1 {
		t.Fatalf("%+v %v", ev, err)
	}
	// Answers for what has none become decisions, and do not touch the others.
	must(t, p.Decide("ana", label.Decision{Item: 3, Action: label.Skipped}))
	rows(t, p, [][3]string{{"three", "", "spam"}, {"two", "", "ham"}})
	if st, _, _ := p.Standing(3); st.Decision.Answer.Class != 1 || st.Annotator != "import" {
		t.Fatalf("%+v", st)
	}
	if st, _, _ := p.Standing(2); st.Decision.Answer.Class != 1 {
		t.Fatalf("%+v", st)
	}
	clean(t, p)
}

func TestImportNamed(t *testing.T) {
	p := namedProject(t)
	got := rows(t, p, [][3]string{{"one", "a"}, {"two", "b"}, {"one", "c"}, {"other", "a"}, {"two", "b"}})
	if want := (label.Import{File: "rows.csv", First: 1, Last: 3, Rows: 5, Duplicates: 1, Conflicts: 1}); got != want {
		t.Fatalf("%+v, want %+v", got, want)
	}
	got = rows(t, p, [][3]string{{"changed", "b"}, {"one", "a"}, {"new", "d"}})
	if want := (label.Import{File: "rows.csv", First: 4, Last: 4, Rows: 3, Duplicates: 1, Conflicts: 1}); got != want {
		t.Fatalf("%+v, want %+v", got, want)
	}
	if it, err := p.Item(2); err != nil || it.Fields[0] != "two" {
		t.Fatal(it, err)
	}
	clean(t, p)
}

func TestImportRefusesAnswers(t *testing.T) {
	p := newProject(t, 0)
	im := p.NewImport("f", "import")
	bad := label.ClassAnswer(2)
	if err := im.Add([]string{"a", ""}, &bad); !errors.Is(err, ErrAnswer) || !Refused(err) {
		t.Fatal(err)
	}
	// The caller may set the row aside and go on.
	im.Reject()
	if err := im.Add([]string{"b", ""}, nil); err != nil {
		t.Fatal(err)
	}
	got, err := im.Close()
	if want := (label.Import{File: "f", First: 1, Last: 1, Rows: 2, Rejected: 1}); err != nil || got != want {
		t.Fatalf("%+v, want %+v, %v", got, want, err)
	}
	if err := im.Add([]string{"c", ""}, nil); err == nil {
		t.Fatal("added after the end")
	}
}

func TestImportAbort(t *testing.T) {
	p := newProject(t, 0)
	im := p.NewImport("f", "import")
	im.size = fewRows
	for i := range fewRows + 10 {
		if err := im.Add([]string{fmt.Sprint("row ", i)}, nil); err != nil {
			t.Fatal(err)
		}
	}
	im.Abort()
	if got := im.Totals(); got.Rows != fewRows || p.Counts().Items != fewRows {
		t.Fatalf("%+v", got)
	}
	clean(t, p)
}

// Rows of many batches, most of them twice, with names that have to leave the
// tail more than once; at the end everything is in its place.
func TestImportManyBatches(t *testing.T) {
	t.Parallel()
	const n = 10 * fewRows
	p := newProject(t, 0)
	im := p.NewImport("f", "import")
	im.size = fewRows
	for i := range 2 * n {
		// Each text comes twice, in this batch or a later one.
		a := label.ClassAnswer(i % 2)
		if err := im.Add([]string{fmt.Sprint("row ", i*7919%n)}, &a); err != nil {
			t.Fatal(err)
		}
		if i%(3*fewRows) == fewRows/2 && i > 0 {
			<-p.nameTail() // not only where the tail is large
		}
	}
	got, err := im.Close()
	if err != nil || got.Last != n || got.Duplicates != n || got.Rows != 2*n {
		t.Fatalf("%+v %v", got, err)
	}
	if s := p.state.Load(); s.tailSize() != 0 || s.named != n {
		t.Fatalf("%d names left, %d in place", s.tailSize(), s.named)
	}
	if c := p.Counts(); c.Labelled != n || c.Items != n {
		t.Fatalf("%+v", c)
	}
	clean(t, p)
}

// While names are in the tail, in the bucket, or in both, whoever looks for
// items finds all of them once.
func TestTailIsSeen(t *testing.T) {
	p := newProject(t, 300)
	// As in the middle of an import.
	im := p.NewImport("f", "import")
	for i := range 300 {
		if err := im.Add([]string{fmt.Sprint("late ", i)}, nil); err != nil {
			t.Fatal(err)
		}
	}
	im.flush()
	im.land()
	look := func(when string) {
		t.Helper()
		seen, last := map[uint64]bool{}, label.ID{}
		_, err := p.Walk(label.ID{}, 1000, func(num uint64, id label.ID) bool {
			it, err := p.ItemByID(id)
			if err != nil || it.Num != num || seen[num] || slices.Compare(last[:], id[:]) >= 0 {
				t.Fatalf("%s: item %d under %v: %+v %v", when, num, id, it, err)
			}
			seen[num], last = true, id
			return true
		})
		if err != nil || len(seen) != 600 {
			t.Fatalf("%s: %d items %v", when, len(seen), err)
		}
		clean(t, p)
		path := filepath.Join(t.TempDir(), "copy")
		if err := p.Replay(context.Background(), p.Counts().Events, path, nil); err != nil {
			t.Fatal(err)
		}
		q, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer q.Close()
		clean(t, q)
	}
	s := p.state.Load()
	if s.named != 300 || s.tailSize() != 300 {
		t.Fatal(s.named, s.tailSize())
	}
	look("tail")
	half := s.tail[0].names[:150]
	if err := p.queue.do(func(v *views) error { return putNames(v.tx, half) }, true); err != nil {
		t.Fatal(err)
	}
	look("half")
	path := p.Path()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	if p, err = Open(path, Options{}); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	look("opened again")
	<-p.nameTail()
	if s := p.state.Load(); s.named != 600 || s.tailSize() != 0 {
		t.Fatal(s.named, s.tailSize())
	}
	look("named")
}

const envImport = "INKLING_TEST_IMPORT"

const killedRows = 4 * fewRows

func addRows(im *Importer, n int, each func(i int)) error {
	for i := range n {
		a := label.ClassAnswer(i % 2)
		if err := im.Add([]string{fmt.Sprint("row ", i)}, &a); err != nil {
			return err
		}
		each(i)
	}
	return nil
}

// TestImportScript is the import that TestImportKilled kills.
func TestImportScript(t *testing.T) {
	path := os.Getenv(envImport)
	if path == "" {
		t.Skip("the child process of another test")
	}
	p, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	im := p.NewImport("rows.csv", "import")
	im.size = fewRows
	err = addRows(im, killedRows, func(i int) {
		if (i+1)%fewRows == 0 && im.Totals().Rows > 0 {
			fmt.Println(im.Totals().Rows)
			if im.Totals().Rows == 2*fewRows {
				select {} // until killed, with a batch on its way
			}
		}
	})
	t.Fatal("not killed", err)
}

// An import that is killed leaves whole batches, and the same import adds the
// rest; no row is there twice, and answers are those of the rows.
func TestImportKilled(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.inkling")
	p, err := Create(path, testTask(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestImportScript$")
	cmd.Env = append(os.Environ(), envImport+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	shown := 0
	lines := bufio.NewReader(out)
	for shown < 2*fewRows {
		if _, err := fmt.Fscanln(lines, &shown); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, lines)
	cmd.Wait()

	if p, err = Open(path, Options{NoSync: true}); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	clean(t, p)
	c := p.Counts()
	if c.Items < uint64(shown) || c.Items%fewRows != 0 || c.Items == killedRows || c.Labelled != c.Items {
		t.Fatalf("%+v after %d rows were shown", c, shown)
	}
	im := p.NewImport("rows.csv", "import")
	if err := addRows(im, killedRows, func(int) {}); err != nil {
		t.Fatal(err)
	}
	got, err := im.Close()
	if err != nil || got.Rows != killedRows || got.Duplicates != c.Items || got.Last != killedRows {
		t.Fatalf("%+v %v", got, err)
	}
	if c := p.Counts(); c.Items != killedRows || c.Labelled != killedRows || c.PerClass[0] != killedRows/2 {
		t.Fatalf("%+v", c)
	}
	clean(t, p)
}

// Answers of rows whose item has one are counted, and those that say something
// else: within a batch, in a later one, and in another import.
func TestImportLeft(t *testing.T) {
	p := namedProject(t)
	yes, no := label.ClassAnswer(0), label.ClassAnswer(1)
	left := func(answers ...*label.Answer) Left {
		t.Helper()
		im := p.NewImport("rows.csv", "import")
		im.size = 2 // so that they come in several batches
		for _, a := range answers {
			if err := im.Add([]string{"the same", "7"}, a); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := im.Close(); err != nil {
			t.Fatal(err)
		}
		return im.Left()
	}
	if got := left(nil, &yes, &yes, &no, nil, &no); got != (Left{Answers: 3, Others: 2}) {
		t.Errorf("%+v", got)
	}
	if got := left(&no, &yes); got != (Left{Answers: 2, Others: 1}) {
		t.Errorf("%+v", got)
	}
}
