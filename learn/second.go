package learn

import (
	"cmp"
	"slices"
	"time"

	"inkling/label/truth"
	"inkling/learn/query"
)

// Second opinions in the queue.
const (
	secondShare = 0.3         // of places, where the project wants several answers to some items
	looseShare  = 0.1         // where several people answer and nobody said how often
	secondKeep  = 512         // items that wait for one
	planEvery   = time.Second // at most: what the project wants is looked for among all answers
	planned     = 2           // the need of an item that is meant to have more answers: above all others
)

// seconds is what asks for a second opinion.
type seconds struct {
	worth   []query.Entry        // by need, the greatest first; Score is the need
	meant   []query.Entry        // that the project wants more answers to
	planned time.Time            // when that was looked for
	said    map[uint64][]float64 // of items with several answers, out of sample
	crowd   *truth.Crowd         // by which items with answers and without are compared; nil before the first
}

// mixed puts second opinions among the entries of a ranking: first those that
// the project is meant to have, then those that are worth more than a new item.
func (t *Trainer) mixed(r *query.Ranking) *query.Ranking {
	if !t.several() {
		return r
	}
	a, share := t.task.Assignment, looseShare
	if a != nil && a.Share > 0 {
		more := a.Share * float64(a.Answers-1) // answers to an item beyond the first
		share = max(secondShare, more/(1+more))
	}
	switch {
	case t.o.Seconds < 0:
		return r
	case t.o.Seconds > 0:
		share = min(t.o.Seconds, 1)
	}
	t.plan()
	var open []query.Entry
	taken := map[uint64]bool{}
	worth := t.seconds.worth
	if len(t.answers.several) < weighItems { // too few to tell what an answer is worth
		worth = nil
	}
	for _, list := range [][]query.Entry{t.seconds.meant, worth} {
		for _, e := range list {
			if n := t.answers.count(e.Num); !taken[e.Num] && n > 0 && (n == e.Answers || e.Score == planned && n < t.task.Wanted(e.Key)) && !t.answers.several[e.Num].settled {
				taken[e.Num] = true
				e.Answers = n
				open = append(open, e)
			}
		}
	}
	fresh := t.worthOfNew(r)
	return r.Mixed(open, share, func(e query.Entry) float64 {
		if e.Answers > 0 {
			return float64(e.Score)
		}
		return fresh
	})
}

// worthOfNew is the need of a new item as the queue has them, in the mean. Against
// the next one of the queue itself, which the model finds hardest of all, too few
// items would ever win a second opinion: measured, what is held for true is then
// less often so (docs/BENCHMARKS.md).
func (t *Trainer) worthOfNew(r *query.Ranking) float64 {
	p := make([]float64, len(t.task.Labels))
	n := 0
	for _, e := range r.Entries {
		if e.Class >= 0 {
			p[0] += float64(e.Probability) // the others do not matter
			n++
		}
	}
	if t.seconds.crowd == nil || n == 0 {
		return 1
	}
	p[0] /= float64(n)
	return 1 - t.seconds.crowd.NeedOf(p)
}

// plan looks for the items that are meant to have more answers than they have:
// those that lack least first, so that items are done with.
func (t *Trainer) plan() {
	s := &t.seconds
	if a := t.task.Assignment; a == nil || a.Share == 0 {
		s.meant = nil
		return
	}
	if !s.planned.IsZero() && time.Since(s.planned) < planEvery {
		return
	}
	s.planned, s.meant = time.Now(), nil
	known := t.truth.Load()
	for num := range t.answers.train {
		x, ok := t.examples.rows[num]
		if !ok || x.audit {
			continue
		}
		n := t.answers.count(num)
		if wanted := t.task.Wanted(x.key); n < wanted && !t.answers.several[num].settled {
			e := query.Entry{Num: num, Key: x.key, Class: -1, Score: planned, Answers: n, Confidence: 1}
			if c, ok := known.Of(num); ok {
				e.Confidence, e.Class = float32(c.Confidence), c.Class
			}
			s.meant = append(s.meant, e)
		}
	}
	slices.SortFunc(s.meant, func(a, b query.Entry) int {
		return cmp.Or(cmp.Compare(t.task.Wanted(a.Key)-a.Answers, t.task.Wanted(b.Key)-b.Answers), cmp.Compare(mix(a.Key), mix(b.Key)), cmp.Compare(a.Num, b.Num))
	})
	s.meant = s.meant[:min(len(s.meant), secondKeep)]
}
