package external

import (
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// memory is a project's blobs.
type memory map[string][]byte

func (m memory) PutState(name string, b []byte) error {
	if b == nil {
		delete(m, name)
	} else {
		m[name] = slices.Clone(b)
	}
	return nil
}

func (m memory) State(name string) ([]byte, error) { return m[name], nil }

// What is put is there again, after any order of writing, flushing and opening.
func TestKept(t *testing.T) {
	m, rng, want := memory{}, rand.New(rand.NewPCG(1, 2)), map[uint64]Answer{}
	a := Open(m, 5)
	for range 4000 {
		x := Answer{Item: 1 + rng.Uint64N(60_000), Class: rng.IntN(4) - 1, Probability: float64(rng.IntN(5)) / 4}
		switch {
		case x.Class < 0:
			x.Probability, x.Why = math.NaN(), "because"
		case rng.IntN(3) == 0:
			x.Classes = []float64{0.25, 0.5, 0.25}
		}
		if err := a.Put(x); err != nil {
			t.Fatal(err)
		}
		want[x.Item] = x
	}
	if err := a.Flush(); err != nil {
		t.Fatal(err)
	}
	again := Open(m, 5)
	for num := range uint64(60_100) {
		got, ok, err := again.Of(num)
		w, has := want[num]
		if math.IsNaN(got.Probability) && math.IsNaN(w.Probability) {
			got.Probability, w.Probability = 0, 0
		}
		if err != nil || ok != has || !reflect.DeepEqual(got, w) {
			t.Fatalf("item %d: %+v, %v, %v; want %+v", num, got, ok, err, w)
		}
		if s, ok := again.Suggest(num); ok != (has && w.Class >= 0) || ok && (s.Item != num || s.Answer.Class != w.Class || s.Model != 5) {
			t.Fatalf("item %d: %+v, %v", num, s, ok)
		}
	}
	if len(again.held) > mostHeld {
		t.Errorf("%d blocks are held", len(again.held))
	}
	if _, ok, _ := Open(m, 6).Of(slices.Sorted(maps.Keys(want))[0]); ok {
		t.Error("another annotator has the same answers")
	}
	if err := Clear(m, 5, 60_000); err != nil || len(m) > 0 {
		t.Errorf("%d blobs left, %v", len(m), err)
	}
}

// full is a project that cannot write.
type full struct{ memory }

var errFull = errors.New("full")

func (full) PutState(string, []byte) error { return errFull }

func TestKeptBadly(t *testing.T) {
	a := Open(full{memory{}}, 1)
	if err := a.Put(Answer{Item: 3}); err != nil {
		t.Error(err)
	}
	if err := a.Flush(); !errors.Is(err, errFull) {
		t.Error(err)
	}
	m := memory{blobName(1, 0): []byte("nonsense"), registryState: []byte("\xff")}
	if _, _, err := Open(m, 1).Of(3); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	if _, ok := Open(m, 1).Suggest(3); ok {
		t.Error("a suggestion out of nonsense")
	}
	if _, err := List(m); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

// What a program could not have said, and names that could not have been given,
// are damage: a project may come from anybody.
func TestKeptByOthers(t *testing.T) {
	for _, k := range []kept{{Class: -2}, {Class: 1, Probability: 1.5}, {Class: 1, Classes: []float32{1}}, {Class: 0, Classes: []float32{float32(math.NaN())}}, {Class: 0, Classes: []float32{-1, 2}}} {
		b, err := cbor.Marshal(block{3: k})
		if err != nil {
			t.Fatal(err)
		}
		if x, ok, err := Open(memory{blobName(1, 0): b}, 1).Of(4); !errors.Is(err, ErrDamaged) || ok {
			t.Errorf("%+v became %+v, %v", k, x, err)
		}
	}
	good := Annotator{ID: firstID, Name: "x", Args: []string{"cat"}}
	for _, spoil := range []func(*Annotator){func(a *Annotator) { a.Name = "x\n  /bin/true" }, func(a *Annotator) { a.ID = 7 }, func(a *Annotator) { a.Args = nil }} {
		m, bad := memory{}, good
		spoil(&bad)
		if err := (registry{Annotators: []Annotator{bad}}).write(m); err != nil {
			t.Fatal(err)
		}
		if _, err := List(m); !errors.Is(err, ErrDamaged) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestRegistry(t *testing.T) {
	m := memory{}
	add := func(name string) Annotator {
		t.Helper()
		a, err := Add(m, Annotator{Name: name, Args: []string{"cat", "-"}, Added: time.Unix(9, 0).UTC(), Item: 1500})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	one, two := add("one"), add("the second")
	if one.ID < firstID || two.ID <= one.ID {
		t.Errorf("numbers %d and %d", one.ID, two.ID)
	}
	if _, err := Add(m, Annotator{Name: "one"}); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	for _, name := range []string{"", " x", "--trust", "a\x1bb", strings.Repeat("x", 41)} {
		if _, err := Add(m, Annotator{Name: name}); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if a, err := Find(m, "external the second"); err != nil || a.ID != two.ID || a.Model() != "external the second" || a.Options().Item != 1500*time.Millisecond {
		t.Error(a, err)
	}
	if _, err := Find(m, "third"); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "one, the second") {
		t.Error(err)
	}
	if err := Met(m, one.ID, Hello{Name: "cat"}); err != nil {
		t.Error(err)
	}
	if a, err := Find(m, "one"); err != nil || a.Program.Name != "cat" || !reflect.DeepEqual(a.Args, []string{"cat", "-"}) {
		t.Error(a, err)
	}
	if _, ok, err := Suggests(m); ok || err != nil {
		t.Error(ok, err)
	}
	if err := SetSuggests(m, two.ID); err != nil {
		t.Error(err)
	}
	if a, ok, err := Suggests(m); !ok || a.ID != two.ID || err != nil {
		t.Error(a, ok, err)
	}
	answers := Open(m, two.ID)
	answers.Put(Answer{Item: 9})
	answers.Flush()
	if err := Remove(m, two.ID, 10); err != nil || len(m) != 1 {
		t.Error(m, err)
	}
	if _, ok, _ := Suggests(m); ok {
		t.Error("one who is gone suggests")
	}
	// A number is not given again: decisions name it.
	if three := add("third"); three.ID <= two.ID {
		t.Errorf("number %d is given again", three.ID)
	}
}

// A digest stands for one command in one folder.
func TestDigest(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range [][]string{{"/d", "a", "b"}, {"/d", "ab"}, {"/d", "a b"}, {"/e", "a", "b"}, {"/d", "a", "b", ""}, {"/da", "b"}} {
		seen[Digest(c[1:], c[0])] = true
	}
	if len(seen) != 6 || !seen[Digest([]string{"a", "b"}, "/d")] {
		t.Errorf("%d digests of 6 commands", len(seen))
	}
}

// Whatever is in a project, what comes out is damage, or something that a
// program could have said.
func FuzzKept(f *testing.F) {
	good, err := cbor.Marshal(block{0: {Class: 1, Probability: 0.5, Classes: []float32{0.5, 0.5}}, 9: {Class: -1, Why: "x"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{0xbf})
	f.Fuzz(func(t *testing.T, b []byte) {
		a := Open(memory{blobName(1, 0): b}, 1)
		for num := range uint64(blockItems) {
			x, ok, err := a.Of(num + 1)
			if err != nil && !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
			if ok && (x.Class < -1 || x.Probability < 0 || x.Probability > 1 || x.Classes != nil && x.Class >= len(x.Classes)) {
				t.Fatalf("%+v", x)
			}
		}
	})
}
