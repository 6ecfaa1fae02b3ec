package demo

import (
	"hash/fnv"
	"time"
	"unicode/utf8"
)

// An Oracle stands in for the analyst: it answers as a practised person who skims, with a person's mistakes and a person's
// pace. It is a function of its seed and the row alone, so that the order of the questions, and asking twice, change
// nothing. It is safe for concurrent use.
type Oracle struct{ seed uint64 }

// NewOracle returns the person of that seed.
func NewOracle(seed uint64) *Oracle { return &Oracle{seed: seed} }

// Answer returns a class for the row, and the time that a person would take over it. The answer is the gold class but
// for one slip in a hundred, and up to one in four where the row is ambiguous; a wrong answer is a neighbour of the gold
// class in severity. The time grows with the length of the memo and with the doubt, from about one second to about ten.
func (o *Oracle) Answer(row Row) (label string, took time.Duration) {
	h := fnv.New64a()
	for _, f := range row.Fields {
		h.Write([]byte(f))
		h.Write([]byte{0})
	}
	var d dice
	d.reseed(o.seed, h.Sum64())

	doubt := int(row.Ambiguity * 1000) // exact: a multiple of 1/65536
	label = row.Gold
	if d.chance(10 + min(doubt*24/100, 240)) {
		label = neighbour(row.Gold, d.chance(500))
	}
	memo := ""
	if len(row.Fields) > 0 {
		memo = row.Fields[0]
	}
	// A Chinese character carries about as much as three letters, which is also what it takes in UTF-8: so bytes, not runes,
	// measure the reading, at some 120 letters a second for one who skims.
	ms := 500 + min(len(memo), 900)*8 + 2*doubt
	if utf8.RuneCountInString(memo) < 15 {
		ms += 600 // taken aback
	}
	ms = ms * (1000 + max(-450, d.normal()*28/100)) / 1000
	return label, time.Duration(ms) * time.Millisecond
}

// neighbour returns a class next to the given one in severity.
func neighbour(class string, worse bool) string {
	if class != Watch {
		return Watch
	}
	return pick(worse, Default, Repay)
}
