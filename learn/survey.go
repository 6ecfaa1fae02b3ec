package learn

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"time"

	"inkling/learn/query"
)

// Going through the answered items.
const (
	surveyEvery  = 2 * time.Second // at most
	surveyRest   = 9               // times as long as it took
	surveyItems  = 100_000         // at most; a part drawn by hash where there are more
	suspectsKeep = 1000
)

// surveyed is how far the answered items were gone through.
type surveyed struct {
	seq   uint64 // the last event that was known; 0 for not at all
	took  time.Duration
	ended time.Time
}

func (s *surveyed) rest() time.Duration { return max(surveyEvery, surveyRest*s.took) }

// surveyStale reports whether answers came since, where there is anything to go
// through them with.
func (t *Trainer) surveyStale() bool {
	return t.cross.done() && t.several() && t.cross.space == t.examples.space && t.surveyed.seq != t.answers.seq
}

func (t *Trainer) surveyDue() bool {
	return t.surveyStale() && time.Since(t.surveyed.ended) >= t.surveyed.rest()
}

// surveying is what going through the items needs to know, and what it finds. It
// is apart from the trainer, whose answers may change meanwhile.
type surveying struct {
	items    []surveyItem
	suspects []Suspect
	seconds  []query.Entry
	scale    scale
}

type surveyItem struct {
	num     uint64
	row     example
	class   int // that is held for true
	settled bool
	said    []voice
}

// survey goes through the answered items with the models that never saw them:
// which labels may be wrong, and where another opinion is worth most. It gives
// way.
func (t *Trainer) survey(ctx context.Context, watch <-chan struct{}) error {
	t.phase(Scoring)
	began, seq, truth := time.Now(), t.answers.seq, t.truth.Load()
	s := &surveying{items: t.answered(truth)}
	classes, people := t.cross.classes, len(t.answers.people)
	done, err := t.aside(ctx, watch, &t.gave.survey, func(ctx context.Context) error { return s.through(ctx, t.outside, classes, people) })
	if !done || err != nil {
		return err
	}
	t.surveyed = surveyed{seq: seq, took: time.Since(began), ended: time.Now()}
	t.seconds.worth, t.seconds.scale = s.seconds, s.scale
	next := &Truth{UpTo: seq}
	if now := t.truth.Load(); now != nil {
		copied := *now
		next = &copied
	}
	next.suspects = s.suspects
	t.truth.Store(next)
	if r := t.ranking.Load(); r != nil {
		without := *r
		without.Entries = slices.DeleteFunc(slices.Clone(r.Entries), func(e query.Entry) bool { return e.Why == query.Second })
		t.rank(&without)
	}
	return nil
}

// answered returns the items to go through, in an order drawn by hash.
func (t *Trainer) answered(truth *Truth) []surveyItem {
	items := make([]surveyItem, 0, len(t.answers.train))
	for num, said := range t.answers.train {
		x, ok := t.examples.rows[num]
		if !ok || x.audit {
			continue
		}
		v, ok := t.answers.several[num]
		if !ok {
			v.said = []voice{{told: said}}
		}
		held, _ := truth.taught(num, said)
		items = append(items, surveyItem{num, x, int(held.class), v.settled, v.said})
	}
	slices.SortFunc(items, func(a, b surveyItem) int {
		return cmp.Or(cmp.Compare(mix(a.row.key), mix(b.row.key)), cmp.Compare(a.num, b.num))
	})
	return items[:min(len(items), surveyItems)]
}

// through goes through the items.
func (s *surveying) through(ctx context.Context, outside func(example) []float64, classes, people int) error {
	said := make([][]float64, len(s.items))
	for i, it := range s.items {
		if i%64 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			runtime.Gosched() // whoever draws the screen goes first
		}
		said[i] = outside(it.row)
	}
	s.scale = newScale(s.items, said, classes, people)
	for i, it := range s.items {
		if it.settled {
			continue
		}
		p := said[i]
		if m := best(p); m != it.class {
			s.suspects = append(s.suspects, Suspect{Num: it.num, Class: it.class, Model: m, Probability: p[m], Of: p[it.class]})
		}
		need, confidence := s.scale.again(it.said, it.class, p)
		s.seconds = append(s.seconds, query.Entry{Num: it.num, Key: it.row.key, Class: it.class, Score: float32(need), Answers: len(it.said), Confidence: float32(confidence)})
	}
	slices.SortStableFunc(s.suspects, func(a, b Suspect) int { return cmp.Compare(b.Probability-b.Of, a.Probability-a.Of) })
	s.suspects = slices.Clip(s.suspects[:min(len(s.suspects), suspectsKeep)])
	slices.SortStableFunc(s.seconds, func(a, b query.Entry) int { return cmp.Compare(b.Score, a.Score) })
	s.seconds = slices.Clone(s.seconds[:min(len(s.seconds), secondKeep)])
	return nil
}
