// Package external asks programs of other people what they think of a
// project's items: a transformer in someone's Python, a rule in a shell script.
//
// # What is said
//
// The program reads items from its standard input and writes answers to its
// standard output, one JSON object a line, until its input ends:
//
//	{"id": 17, "text": "win a prize, call now", "amount": 12.5, "country": "NZ"}
//	{"id": 17, "label": "spam", "probability": 0.93}
//
// "text" is what the screens and our models read: the text columns, cleaned as
// the project says, one below the other. The other input columns have their own
// names; numbers are numbers, and null where there is none. Columns with known
// answers are never sent. A column whose name has a meaning here is called
// NAME_raw.
//
// An answer has the "id" of its item and a "label", and may have a
// "probability" of that label, or "probabilities" of several by name; of these
// alone the most probable one is the label. A null label, or an "error" with
// words, says that the program has no answer to this item. Other keys are
// passed over, so an item with a label put into it is an answer too. "labels",
// "spans" and "value" are reserved for other kinds of tasks. Answers may come in
// any order. The first line may be a greeting:
//
//	{"protocol": 1, "name": "distilbert", "version": "2.1"}
//
// The names of the labels are in the environment, as the JSON list
// INKLING_LABELS.
//
// # What is done about programs that misbehave
//
// No more than Options.Window items are with the program at once, and while an
// answer is being taken in, no further one is read: both sides hold the other
// back. A program that ends early or is silent for too long is killed, with all
// that it has started, and started again after a pause that doubles; the items
// that it had are then asked about one by one, and one with which it fails
// twice is passed over and named. After Options.Restarts failures in a row
// without an answer it is given up. An answer that makes no sense (not JSON, an
// item that was not asked about, an unknown label, a probability of 7) ends the
// work at once, with the number of the line: to ask again would not help.
package external

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Errors of a program.
var (
	ErrStart    = errors.New("external: the program cannot be started")
	ErrFailed   = errors.New("external: the program failed")
	ErrProtocol = errors.New("external: not an answer")
	ErrKind     = errors.New("external: programs answer tasks of the kind classes only, so far")
)

// Errors of what a project keeps.
var (
	ErrDamaged = errors.New("external: damaged")
	ErrName    = errors.New("external: not a name for an annotator")
	ErrExists  = errors.New("external: there is such an annotator already")
	ErrMissing = errors.New("external: no such annotator")
)

// Command is a program with its arguments.
type Command struct {
	Args []string // the program and what it is given, as it stands: no shell reads it
	Dir  string   // where it runs; a relative path of a program begins here too
	Env  []string // its whole environment, NAME=VALUE
}

// Options say how much a program is asked at once and how long it is waited
// for. The zero value has the defaults.
type Options struct {
	Window   int           // items that are with the program at once; 0: 32
	Start    time.Duration // from its start to its first line; 0: 2 minutes
	Item     time.Duration // an item may take, once it is its turn; 0: 30 s
	Stop     time.Duration // from the end of its input to its own; 0: 5 s
	Restarts int           // in a row without an answer; 0: 5, below 0: none
	Backoff  time.Duration // before the first restart, twice that before the next; 0: 100 ms

	// Restarting is called before the pause that comes before a restart; nil for
	// none.
	Restarting func(n int, pause time.Duration, why error)
}

// MostWindow bounds Options.Window.
const MostWindow = 100_000

// longestPause bounds the pauses before restarts.
const longestPause = 30 * time.Second

// or fills in the defaults.
func (o Options) or() Options {
	if o.Window <= 0 {
		o.Window = 32
	}
	o.Window = min(o.Window, MostWindow)
	for _, d := range []struct {
		at    *time.Duration
		usual time.Duration
	}{{&o.Start, 2 * time.Minute}, {&o.Item, 30 * time.Second}, {&o.Stop, 5 * time.Second}, {&o.Backoff, 100 * time.Millisecond}} {
		if *d.at <= 0 {
			*d.at = d.usual
		}
	}
	switch {
	case o.Restarts == 0:
		o.Restarts = 5
	case o.Restarts < 0:
		o.Restarts = 0
	}
	return o
}

// Answer is what became of one item.
type Answer struct {
	Item        uint64
	Class       int           // -1 where there is no answer
	Probability float64       // of the class; NaN where the program gave none
	Classes     []float64     // of every class, summing to 1; nil where the program gave none
	Why         string        // there is no answer: the program's own words, or what happened. Nobody vouches for the text
	Took        time.Duration // from the question, or from what the program said before where that was later, to the answer
}

// Report is what became of all items.
type Report struct {
	Answered int    // with a class
	Refused  int    // the program said that it has no answer
	Skipped  int    // the program failed with them twice
	Restarts int    // in all
	Hello    Hello  // of the last greeting
	Said     string // its last lines on standard error. Nobody vouches for the text
}

// Hello is a program's greeting.
type Hello struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

// FailedError says why a program failed, and what it said last. It is ErrFailed
// or ErrProtocol.
type FailedError struct {
	Kind error  // ErrFailed or ErrProtocol
	Why  string // in words
	Said string // its last lines on standard error. Nobody vouches for the text
}

// Error says why, and then what the program said, line by line.
func (e *FailedError) Error() string {
	s := fmt.Sprintf("%v: %s", e.Kind, e.Why)
	switch {
	case e.Said == "" && e.Kind == ErrProtocol:
		return s
	case e.Said == "":
		return s + "; it wrote nothing to standard error"
	}
	return s + "; its last words:\n  | " + strings.ReplaceAll(e.Said, "\n", "\n  | ")
}

// Unwrap is the kind of error.
func (e *FailedError) Unwrap() error { return e.Kind }
