package seat

import "math/rand/v2"

// quota spreads audits over the cards that are handed out: one in each run of
// 1/share cards, at a random place in it. A draw for each card on its own would
// leave many a short session with hardly any audit, and so without a figure.
type quota struct {
	cards  map[uint64]bool // handed out and not given back; true for audits
	audits int             // how many of them are audits
	offset float64         // where in its run the next audit falls, 0 to 1
}

func newQuota(rng *rand.Rand) quota { return quota{cards: map[uint64]bool{}, offset: rng.Float64()} }

// due reports whether the next card should be an audit.
func (q *quota) due(share float64) bool {
	return share > 0 && share*float64(len(q.cards)+1) >= float64(q.audits)+q.offset
}

// hand counts a card.
func (q *quota) hand(num uint64, audit bool, rng *rand.Rand) {
	q.back(num) // at most once
	q.cards[num] = audit
	if audit {
		q.audits++
		q.offset = rng.Float64()
	}
}

// back takes a card out of the count again, where it was counted.
func (q *quota) back(num uint64) {
	if q.cards[num] {
		q.audits--
	}
	delete(q.cards, num)
}
