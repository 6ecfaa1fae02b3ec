package external

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"
)

// State is where a project keeps small blobs by name; store.Project is one.
type State interface {
	PutState(name string, state []byte) error // nil removes it
	State(name string) ([]byte, error)        // nil where there is none
}

// registryState is the name of the blob that lists the annotators.
const registryState = "annotators"

// firstID is where the numbers of annotators begin: above those of all runs, so
// that a decision can say of either that its suggestion was on screen.
const firstID = 1 << 32

// Annotator is a program that is registered in a project. To be registered is
// no leave to be run: a project file may come from anybody. See Digest.
type Annotator struct {
	ID      uint64    `cbor:"1,keyasint" json:"-"`
	Name    string    `cbor:"2,keyasint" json:"name"`
	Args    []string  `cbor:"3,keyasint" json:"command"`
	Dir     string    `cbor:"4,keyasint,omitempty" json:"dir"` // where it runs; relative to the project's folder unless absolute
	Added   time.Time `cbor:"5,keyasint" json:"added"`
	Start   int       `cbor:"6,keyasint,omitempty" json:"-"` // milliseconds; see Options, as the next two
	Item    int       `cbor:"7,keyasint,omitempty" json:"-"` // milliseconds
	Window  int       `cbor:"8,keyasint,omitempty" json:"-"`
	Program Hello     `cbor:"9,keyasint,omitempty" json:"program"` // as it last introduced itself
}

// Model is what screens and lists call the annotator.
func (a Annotator) Model() string { return modelPrefix + a.Name }

const modelPrefix = "external "

// Options are the limits that the annotator was registered with.
func (a Annotator) Options() Options {
	return Options{Start: time.Duration(a.Start) * time.Millisecond, Item: time.Duration(a.Item) * time.Millisecond, Window: a.Window}
}

// Folder is where the annotator runs, given the folder of the project.
func (a Annotator) Folder(project string) string {
	if filepath.IsAbs(a.Dir) {
		return filepath.Clean(a.Dir)
	}
	return filepath.Join(project, a.Dir)
}

// Digest tells commands apart that do something else: it covers every argument
// and the folder. Who has seen what a digest stands for, and wants it to run,
// keeps it on the machine, outside of any project.
func Digest(args []string, folder string) string {
	h := sha256.New()
	for _, s := range append([]string{folder}, args...) {
		h.Write(binary.AppendUvarint(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// registry is what a project keeps of its annotators.
type registry struct {
	Last       uint64      `cbor:"1,keyasint"` // the highest number ever given
	Annotators []Annotator `cbor:"2,keyasint"`
	Suggest    uint64      `cbor:"3,keyasint,omitempty"` // whose answers the label screen shows; 0: the model's
}

func readRegistry(s State) (registry, error) {
	var r registry
	b, err := s.State(registryState)
	if err != nil || b == nil {
		return r, err
	}
	if err := cbor.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("%w: list of annotators: %v", ErrDamaged, err)
	}
	// A project may come from anybody, and what is in it is shown to whoever
	// decides whether a program may run.
	for _, a := range r.Annotators {
		if err := checkName(a.Name); err != nil || a.ID < firstID || len(a.Args) == 0 {
			return registry{}, fmt.Errorf("%w: list of annotators: number %d, %q", ErrDamaged, a.ID, a.Name)
		}
	}
	return r, nil
}

func (r registry) write(s State) error {
	b, err := cbor.Marshal(r)
	if err != nil {
		return err
	}
	return s.PutState(registryState, b)
}

// List returns the annotators of a project, in the order in which they were
// registered.
func List(s State) ([]Annotator, error) {
	r, err := readRegistry(s)
	return r.Annotators, err
}

// Find returns the annotator with this name, with or without "external" before
// it; ErrMissing says which there are.
func Find(s State, name string) (Annotator, error) {
	all, err := List(s)
	if err != nil {
		return Annotator{}, err
	}
	name = strings.TrimPrefix(name, modelPrefix)
	names := []string{}
	for _, a := range all {
		if a.Name == name {
			return a, nil
		}
		names = append(names, a.Name)
	}
	if len(names) == 0 {
		return Annotator{}, fmt.Errorf("%w: %q; the project has none", ErrMissing, name)
	}
	return Annotator{}, fmt.Errorf("%w: %q; the project has %s", ErrMissing, name, strings.Join(names, ", "))
}

// NameOf is what to call who made a suggestion, given its Model: "" where that
// is a run of the project's own.
func NameOf(s State, model uint64) (string, error) {
	if model < firstID {
		return "", nil
	}
	all, err := List(s)
	for _, a := range all {
		if a.ID == model {
			return a.Model(), err
		}
	}
	return modelPrefix + "annotator that was removed", err
}

// Add registers an annotator under its name and returns it with its number. An
// empty name and one of another annotator are refused.
func Add(s State, a Annotator) (Annotator, error) {
	if err := checkName(a.Name); err != nil {
		return a, err
	}
	r, err := readRegistry(s)
	if err != nil {
		return a, err
	}
	if slices.ContainsFunc(r.Annotators, func(o Annotator) bool { return o.Name == a.Name }) {
		return a, fmt.Errorf("%w: %q", ErrExists, a.Name)
	}
	r.Last = max(r.Last+1, firstID)
	a.ID = r.Last
	r.Annotators = append(r.Annotators, a)
	return a, r.write(s)
}

// mostName bounds names, in characters.
const mostName = 40

// checkName refuses what could not be typed, or read, as a name.
func checkName(name string) error {
	bad := func(r rune) bool { return !unicode.IsGraphic(r) || r == utf8.RuneError }
	switch {
	case name == "" || strings.TrimSpace(name) != name || strings.HasPrefix(name, "-"):
		return fmt.Errorf("%w: %q", ErrName, name)
	case utf8.RuneCountInString(name) > mostName:
		return fmt.Errorf("%w: it is longer than %d characters", ErrName, mostName)
	case strings.ContainsFunc(name, bad):
		return fmt.Errorf("%w: %q has characters that cannot be seen", ErrName, name)
	}
	return nil
}

// Met keeps how the program of an annotator introduced itself.
func Met(s State, id uint64, h Hello) error {
	r, err := readRegistry(s)
	if err != nil {
		return err
	}
	for i := range r.Annotators {
		if r.Annotators[i].ID == id && r.Annotators[i].Program != h {
			r.Annotators[i].Program = h
			return r.write(s)
		}
	}
	return nil
}

// Remove takes an annotator out of a project with all its answers, which are
// about items 1 to items.
func Remove(s State, id, items uint64) error {
	if err := Clear(s, id, items); err != nil {
		return err
	}
	r, err := readRegistry(s)
	if err != nil {
		return err
	}
	r.Annotators = slices.DeleteFunc(r.Annotators, func(a Annotator) bool { return a.ID == id })
	if r.Suggest == id {
		r.Suggest = 0
	}
	return r.write(s)
}

// Suggests returns the annotator whose answers the label screen shows where it
// has given one; the second result is false where the model's are shown.
func Suggests(s State) (Annotator, bool, error) {
	r, err := readRegistry(s)
	if err != nil {
		return Annotator{}, false, err
	}
	for _, a := range r.Annotators {
		if a.ID == r.Suggest {
			return a, true, nil
		}
	}
	return Annotator{}, false, nil
}

// SetSuggests chooses whose answers the label screen shows; 0: the model's.
func SetSuggests(s State, id uint64) error {
	r, err := readRegistry(s)
	if err != nil || r.Suggest == id {
		return err
	}
	r.Suggest = id
	return r.write(s)
}
