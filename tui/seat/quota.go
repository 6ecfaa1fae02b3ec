package seat

import "math/rand/v2"

// quota spreads audits over the cards that are handed out: one in each run of
// 1/share cards, at a random place in it. A draw for each card on its own would
// leave many a short session with hardly any audit, and so without a figure.
type quota struct {
	cards  int             // handed out and not given back
	audits map[uint64]bool // those of them that are audits
	offset float64         // where in its run the next audit falls, 0 to 1
}

func newQuota(rng *rand.Rand) quota { return quota{audits: map[uint64]bool{}, offset: rng.Float64()} }

// due reports whether the next card should be an audit.
func (q *quota) due(share float64) bool {
	return share > 0 && share*float64(q.cards+1) >= float64(len(q.audits))+q.offset
}

// hand counts a card.
func (q *quota) hand(num uint64, audit bool, rng *rand.Rand) {
	q.cards++
	if audit {
		q.audits[num] = true
		q.offset = rng.Float64()
	}
}

// back takes a card out of the count again.
func (q *quota) back(num uint64) {
	q.cards--
	delete(q.audits, num)
}
