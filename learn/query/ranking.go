package query

import "slices"

// Why says what brought an item into the queue.
type Why uint8

// The reasons. Screens show them as the "why this item" line.
const (
	Uncertain      Why = iota + 1 // the strategy chose it: see Entry.Margin
	Drawn                         // drawn at random
	Unseen                        // a class with no labels yet is the most probable one
	Second                        // it has answers, and another opinion is worth more than a new item: see Entry.Answers
	Representative                // uncertain, and so are the many like it: see Entry.Stands
	Typical                       // it stands for a group of items without an answer: see Entry.Stands
	Far                           // unlike all that has an answer
	Disagreed                     // several models say different things
	Contrasting                   // items like it that have an answer are told otherwise
	Influential                   // its answer would change the model most
)

// Entry is one place in a ranking.
type Entry struct {
	Num         uint64  `cbor:"1,keyasint" json:"num"`
	Key         uint64  `cbor:"2,keyasint" json:"key"`
	Class       int     `cbor:"3,keyasint" json:"class"`       // the most probable class, or -1 where there is no model
	Probability float32 `cbor:"4,keyasint" json:"probability"` // of that class
	Margin      float32 `cbor:"5,keyasint" json:"margin"`      // to the next class
	Score       float32 `cbor:"6,keyasint" json:"score"`       // what the strategy said
	Why         Why     `cbor:"7,keyasint" json:"why"`
	Answers     int     `cbor:"8,keyasint,omitempty" json:"answers,omitempty"`    // Second: how many people answered so far
	Stands      int     `cbor:"10,keyasint,omitempty" json:"stands,omitempty"`    // Representative, Typical: how many items it stands for, itself among them
	Confidence  float32 `cbor:"9,keyasint,omitempty" json:"confidence,omitempty"` // Second: the probability of what their answers come to
}

// Ranking is the pool's best items, the next one to ask about first. It is
// never changed after it was made, and safe to share.
//
// Items that read the same stand in it once, before all repeats; items of the
// audit stream are not in it, nor items with a decision in force at Seq but for
// those that ask for a second opinion.
type Ranking struct {
	Model    uint64  `cbor:"1,keyasint" json:"model"`    // the run whose model scored it; 0 where none did
	Seq      uint64  `cbor:"2,keyasint" json:"seq"`      // the last event that it knows of
	Strategy string  `cbor:"3,keyasint" json:"strategy"` // name of the strategy
	Scored   uint64  `cbor:"4,keyasint" json:"scored"`   // items of the pool that it chose from
	Whole    bool    `cbor:"5,keyasint" json:"whole"`    // it chose from the whole pool, not only from the head of the ranking before it
	Entries  []Entry `cbor:"6,keyasint" json:"entries"`
}

// EntryOf is an item with its class probabilities, for a ranking that it is to lead.
func EntryOf(num, key uint64, p []float64) Entry {
	e := Entry{Num: num, Key: key, Class: -1, Why: Uncertain}
	if len(p) > 0 {
		class, first, second := top(p)
		e.Class, e.Probability, e.Margin = class, float32(first), float32(first-second)
	}
	return e
}

// Lead puts what a Selector picked in front, before the ranking is shared. The
// places of entries drawn at random stay theirs, unless all were. What is no entry
// of the ranking is made one by entry, in the place of the last that are none of the
// picks; where that is nil it is passed over.
func (r *Ranking) Lead(picks []Pick, entry func(Pick) Entry) {
	all := !slices.ContainsFunc(r.Entries, func(e Entry) bool { return e.Why != Drawn })
	at := make(map[uint64]int, len(r.Entries))
	for i, e := range r.Entries {
		at[e.Num] = i
	}
	led := make([]Entry, 0, len(r.Entries))
	taken := make(map[uint64]bool, len(picks))
	for _, p := range picks {
		i, ok := at[p.Num]
		if taken[p.Num] || ok && r.Entries[i].Why == Drawn && !all || !ok && entry == nil {
			continue
		}
		var e Entry
		if ok {
			e = r.Entries[i]
		} else {
			e = entry(p)
		}
		e.Why, e.Score, e.Stands = p.Why, float32(p.Score), p.Stands
		led, taken[p.Num] = append(led, e), true
	}
	for _, e := range r.Entries {
		if !taken[e.Num] && (all || e.Why != Drawn) {
			led = append(led, e)
		}
	}
	for i, e := range r.Entries {
		if all || e.Why != Drawn {
			r.Entries[i], led = led[0], led[1:]
		}
	}
	if len(r.Entries) < DefaultKeep { // there is room for what was none
		r.Entries = append(r.Entries, led...)
	}
}

// Part moves entries up so that no two neighbours are alike, before the ranking is
// shared: in the place of one that is like the one before it stands the next that
// is not, among so many. Where there is none, it stays. Entries drawn at random
// change places only with their like.
func (r *Ranking) Part(ahead int, alike func(a, b Entry) bool) {
	for i := 1; i < len(r.Entries); i++ {
		if !alike(r.Entries[i-1], r.Entries[i]) {
			continue
		}
		drawn := r.Entries[i].Why == Drawn
		for j := i + 1; j < min(len(r.Entries), i+ahead); j++ {
			if (r.Entries[j].Why == Drawn) != drawn || alike(r.Entries[i-1], r.Entries[j]) {
				continue
			}
			e := r.Entries[j]
			for k := j; k > i; { // the others between keep their order
				before := k - 1
				for (r.Entries[before].Why == Drawn) != drawn {
					before--
				}
				r.Entries[k] = r.Entries[before]
				k = before
			}
			r.Entries[i] = e
			break
		}
	}
}
