package learn

import (
	"cmp"
	"slices"
	"time"

	"inkling/label"
	"inkling/learn/query"
)

// Second opinions in the queue.
const (
	secondShare = 0.3         // of places, where the project wants several answers to some items
	looseShare  = 0.1         // where several people answer and nobody said how often
	secondKeep  = 512         // items that wait for one
	planEvery   = time.Second // at most: what the project wants is looked for among all answers
	planned     = 2           // the need of an item that is meant to have more answers: above all others
	lately      = 1000        // events
)

// seconds is what asks for a second opinion.
type seconds struct {
	worth   []query.Entry // by need, the greatest first; Score is the need
	meant   []query.Entry // that the project wants more answers to
	planned time.Time     // when that was looked for
	scale   scale         // by which items with answers and without are compared
}

// together reports whether two people answered lately.
func (a *answers) together() bool {
	n := 0
	for by, seq := range a.last {
		if a.people[by] != label.Importer && seq+lately > a.seq {
			n++
		}
	}
	return n > 1
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
	t.plan()
	var open []query.Entry
	taken := map[uint64]bool{}
	for _, list := range [][]query.Entry{t.seconds.meant, t.seconds.worth} {
		for _, e := range list {
			if n := t.answers.count(e.Num); !taken[e.Num] && n > 0 && (n == e.Answers || e.Score == planned && n < t.task.Wanted(e.Key)) && !t.answers.several[e.Num].settled {
				taken[e.Num] = true
				e.Answers = n
				open = append(open, e)
			}
		}
	}
	return r.Mixed(open, share, func(e query.Entry) float64 {
		if e.Answers > 0 {
			return float64(e.Score)
		}
		return t.seconds.scale.first(e)
	})
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
	truth := t.truth.Load()
	for num := range t.answers.train {
		x, ok := t.examples.rows[num]
		if !ok || x.audit {
			continue
		}
		n := t.answers.count(num)
		if wanted := t.task.Wanted(x.key); n < wanted && !t.answers.several[num].settled {
			e := query.Entry{Num: num, Key: x.key, Class: -1, Score: planned, Answers: n, Confidence: 1}
			if c, ok := truth.Of(num); ok {
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
