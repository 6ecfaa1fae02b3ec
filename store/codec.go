package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
)

// Every stored value but opaque ones is a CBOR sequence (RFC 8742) of two: the
// schema version of its kind, a small number in one byte, and the value in
// core deterministic encoding (RFC 8949, 4.2.1).
const (
	eventSchema     = 3 // with a rule, or suggestions that were withheld; 2 with a task of schema 2; else 1
	itemSchema      = 1
	standingSchema  = 1
	annotatorSchema = 1
	taskSchema      = 2 // with orders, meanings, columns for people alone or a share to withhold; else 1
	countsSchema    = 1
	modelSchema     = 1
	metaSchema      = 1
)

// metaRecord says what a file is. Its first two fields never change, so that
// any version can tell a project of any other.
type metaRecord struct {
	Magic   string `cbor:"1,keyasint"`
	Version uint   `cbor:"2,keyasint"`
	Created int64  `cbor:"3,keyasint"` // Unix time in nanoseconds
	Writer  string `cbor:"4,keyasint,omitempty"`
}

// eventRecord is label.Event with a time that is exact and cheap to read.
type eventRecord struct {
	Seq       uint64           `cbor:"1,keyasint"`
	Time      int64            `cbor:"2,keyasint"` // Unix time in nanoseconds
	Kind      label.EventKind  `cbor:"3,keyasint"`
	Annotator string           `cbor:"4,keyasint,omitempty"`
	Decisions []label.Decision `cbor:"5,keyasint,omitempty"`
	Before    uint64           `cbor:"6,keyasint,omitempty"`
	Target    uint64           `cbor:"7,keyasint,omitempty"`
	Task      *label.Task      `cbor:"8,keyasint,omitempty"`
	Import    *label.Import    `cbor:"9,keyasint,omitempty"`
	Comment   *label.Comment   `cbor:"10,keyasint,omitempty"`
	Bulk      *label.Bulk      `cbor:"11,keyasint,omitempty"`
	Rule      *label.Rule      `cbor:"12,keyasint,omitempty"`
}

// standing is where an item stands by one annotator's decisions.
type standing struct {
	Event    uint64         `cbor:"1,keyasint"`
	Decision label.Decision `cbor:"2,keyasint"`

	raw []byte // the decision as it is stored, where that is known
}

// annotator is a person, and the ends of the two chains of events that undo
// and redo walk: Event.Before links Decided events in force, and Undone events
// that can be redone.
type annotator struct {
	Name string `cbor:"1,keyasint"`
	Undo uint64 `cbor:"2,keyasint,omitempty"` // the last Decided event in force
	Redo uint64 `cbor:"3,keyasint,omitempty"` // the last Undone event not redone
}

// modelRecord marks a model as complete.
type modelRecord struct {
	Size   uint64 `cbor:"1,keyasint"`
	Chunks uint32 `cbor:"2,keyasint"`
	Sum    uint64 `cbor:"3,keyasint"` // FNV-64a of the whole
}

// codec is made once: its modes are immutable.
var codec = newCodec()

type codecModes struct {
	enc cbor.EncMode
	dec cbor.DecMode
}

func newCodec() codecModes {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err)
	}
	dec, err := cbor.DecOptions{
		MaxArrayElements: 1 << 24,                // decisions of an event: bounded by its length anyway
		UTF8:             cbor.UTF8DecodeInvalid, // a note or a file name may be anything
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return codecModes{enc, dec}
}

// encode puts the schema version before the value. It panics where the value
// cannot be encoded, which no value of ours can cause.
func encode(schema byte, v any) []byte {
	b, err := codec.enc.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("store: encode %T: %v", v, err))
	}
	return append([]byte{schema}, b...)
}

// schemaOf returns the lowest schema that holds a task. A program that knows
// schema 1 alone would lose what is beyond it at the next change of the task.
func schemaOf(t *label.Task) byte {
	if t.Withhold > 0 {
		return taskSchema
	}
	for _, c := range t.Columns {
		if len(c.Order) > 0 || len(c.Meanings) > 0 || c.Role == label.Context {
			return taskSchema
		}
	}
	return 1
}

// decode reads what encode wrote into v, in this schema or an earlier one.
func decode(what string, schema byte, b []byte, v any) error {
	body, err := unwrap(what, schema, b)
	if err != nil {
		return err
	}
	if err := codec.dec.Unmarshal(body, v); err != nil {
		return damaged("%s: %v", what, err)
	}
	return nil
}

// unwrap checks the schema version.
func unwrap(what string, schema byte, b []byte) ([]byte, error) {
	switch {
	case len(b) < 2:
		return nil, damaged("%s: empty", what)
	case b[0] > schema && b[0] < 24:
		return nil, fmt.Errorf("%w: %s has layout %d", ErrNewer, what, b[0])
	case b[0] == 0 || b[0] > schema:
		return nil, damaged("%s: no layout %d", what, b[0])
	}
	return b[1:], nil
}

func encodeEvent(ev label.Event) []byte {
	schema := byte(1)
	switch {
	case ev.Rule != nil || ev.Bulk != nil || slices.ContainsFunc(ev.Decisions, func(d label.Decision) bool { return d.Withheld != nil }):
		schema = eventSchema
	case ev.Task != nil && schemaOf(ev.Task) > 1:
		schema = 2
	}
	return encode(schema, eventRecord{ev.Seq, ev.Time.UnixNano(), ev.Kind, ev.Annotator, ev.Decisions,
		ev.Before, ev.Target, ev.Task, ev.Import, ev.Comment, ev.Bulk, ev.Rule})
}

func decodeEvent(b []byte) (label.Event, error) {
	var ev label.Event
	if _, ok := new(decoder).event(b, &ev, nil); ok {
		return ev, nil
	}
	return decodeAny(b)
}

// decodeAny reads an event in whatever way it is encoded.
func decodeAny(b []byte) (label.Event, error) {
	var r eventRecord
	if err := decode("event", eventSchema, b, &r); err != nil {
		return label.Event{}, err
	}
	return label.Event{Seq: r.Seq, Time: time.Unix(0, r.Time).UTC(), Kind: r.Kind, Annotator: r.Annotator,
		Decisions: r.Decisions, Before: r.Before, Target: r.Target, Task: r.Task, Import: r.Import, Comment: r.Comment, Bulk: r.Bulk, Rule: r.Rule}, nil
}

func decodeStanding(b []byte) (s standing, err error) {
	err = decode("standing", standingSchema, b, &s)
	return s, err
}

// decodeDecision reads of a decision what views are made of.
func decodeDecision(b []byte, d *label.Decision) error {
	r := reader{b: b}
	if (&decoder{lean: true}).decision(&r, d); !r.bad && len(r.b) == 0 {
		return nil
	}
	*d = label.Decision{}
	if err := codec.dec.Unmarshal(b, d); err != nil {
		return damaged("decision: %v", err)
	}
	return nil
}
