package store

import (
	"bytes"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"inkling/label"
)

// anEvent draws an event with decisions of all kinds.
func anEvent(t *rapid.T) label.Event {
	text := rapid.SampledFrom([]string{"", "ana", "a\xff", "\x1b[31m", "a longer text than 24 bytes are"})
	n := rapid.OneOf(rapid.Uint64Max(30), rapid.Uint64Max(math.MaxInt64))
	class := rapid.OneOf(rapid.IntRange(-3, 30), rapid.Int())
	float := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, 1, -0.5, 1.0 / 3, math.Inf(1), math.Inf(-1), 5.960464477539063e-8, 65504}))
	answer := rapid.Custom(func(t *rapid.T) (a label.Answer) {
		a.Class = class.Draw(t, "class")
		a.Value = float.Draw(t, "value")
		a.Set = rapid.SliceOfN(class, 0, 3).Draw(t, "set")
		for range rapid.IntRange(0, 2).Draw(t, "spans") {
			a.Spans = append(a.Spans, label.Span{Start: class.Draw(t, "start"), End: class.Draw(t, "end"), Class: class.Draw(t, "class")})
		}
		return a
	})
	ev := label.Event{Seq: n.Draw(t, "seq"), Time: time.Unix(0, rapid.Int64().Draw(t, "time")).UTC(), Kind: label.EventKind(rapid.Byte().Draw(t, "kind")),
		Annotator: text.Draw(t, "annotator"), Before: n.Draw(t, "before"), Target: n.Draw(t, "target")}
	for range rapid.IntRange(0, 3).Draw(t, "decisions") {
		d := label.Decision{Item: n.Draw(t, "item"), Action: label.Action(rapid.Byte().Draw(t, "action")), Answer: answer.Draw(t, "answer"), Audit: rapid.Bool().Draw(t, "audit"),
			Took: time.Duration(rapid.Int64().Draw(t, "took")), Note: text.Draw(t, "note"), Prev: n.Draw(t, "prev"), Settles: rapid.Bool().Draw(t, "settles")}
		if rapid.Bool().Draw(t, "shown") {
			d.Shown = &label.Shown{Answer: answer.Draw(t, "answer"), Probability: float32(float.Draw(t, "probability")), Model: n.Draw(t, "model")}
		}
		if rapid.Bool().Draw(t, "withheld") {
			d.Withheld = &label.Shown{Answer: answer.Draw(t, "answer"), Probability: float32(float.Draw(t, "probability")), Model: n.Draw(t, "model")}
		}
		ev.Decisions = append(ev.Decisions, d)
	}
	if rapid.IntRange(0, 4).Draw(t, "bulk") == 0 {
		ev.Bulk = &label.Bulk{By: text.Draw(t, "by"), Of: text.Draw(t, "of"), Above: float.Draw(t, "above")}
	}
	if rapid.IntRange(0, 9).Draw(t, "comment") == 0 {
		ev.Comment = &label.Comment{Item: 3, Text: "so"}
	}
	return ev
}

// readAlike fails the test where the decoder reads an event that the general one
// does not read as the same. It reports whether it read it.
func readAlike(t interface{ Fatalf(string, ...any) }, b []byte) bool {
	var got label.Event
	raw, ok := new(decoder).event(b, &got, nil)
	if !ok {
		return false
	}
	want, err := decodeAny(b)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%x is %+v\nwant %+v, %v", b, got, want, err)
	}
	for i, d := range raw {
		var one label.Decision
		if err := codec.dec.Unmarshal(d, &one); err != nil || !reflect.DeepEqual(one, got.Decisions[i]) {
			t.Fatalf("decision %d of %x is %x", i, b, d)
		}
	}
	var lean label.Event
	if _, ok := (&decoder{lean: true}).event(b, &lean, nil); !ok || lean.Seq != got.Seq || len(lean.Decisions) != len(got.Decisions) {
		t.Fatalf("lean: %+v", lean)
	}
	return true
}

// What we write of decisions the decoder reads, as the general one does, and the
// bytes of each decision are what we write of it alone.
func TestDecoder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ev := anEvent(t)
		b := encodeEvent(ev)
		if read := readAlike(t, b); !read && ev.Comment == nil {
			t.Fatalf("%x was not read", b)
		}
		var again label.Event
		raw, _ := new(decoder).event(b, &again, nil)
		for i := range raw {
			s := standing{Event: ev.Seq, Decision: ev.Decisions[i]}
			e := entry{decision: raw[i], event: ev.Seq}
			if want := encode(standingSchema, s); !bytes.Equal(e.stored(), want) {
				t.Fatalf("%x, want %x", e.stored(), want)
			}
		}
	})
}

// Numbers of half precision: values of IEEE 754, binary16.
func TestHalf(t *testing.T) {
	for bits, want := range map[uint16]float64{0x0000: 0, 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0001: math.Ldexp(1, -24), 0x03ff: 1023 * math.Ldexp(1, -24),
		0x0400: math.Ldexp(1, -14), 0x3555: 0.333251953125, 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1)} {
		if got := half(bits); got != want {
			t.Errorf("%04x is %v, want %v", bits, got, want)
		}
	}
	if f := half(0x7e00); f == f {
		t.Error("a NaN is", f)
	}
}

// Any bytes are read by the decoder as by the general one, or not at all.
func FuzzDecoder(f *testing.F) {
	for _, b := range seeds() {
		f.Add(b)
	}
	for n := range 50 {
		f.Add(encodeEvent(rapid.Custom(anEvent).Example(n)))
	}
	f.Fuzz(func(t *testing.T, b []byte) { readAlike(t, b) })
}
