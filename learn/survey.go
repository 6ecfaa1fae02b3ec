package learn

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"inkling/label/truth"
	"inkling/learn/query"
)

// Going through the answered items.
const (
	surveyEvery = 2 * time.Second // at most
	surveyRest  = 9               // times as long as it took
	surveyItems = 100_000         // at most; a part drawn by hash where there are more
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
	return t.cross.done() && t.asksOne() && t.cross.space == t.examples.space && t.surveyed.seq != t.answers.seq
}

func (t *Trainer) surveyDue() bool {
	return t.surveyStale() && time.Since(t.surveyed.ended) >= t.surveyed.rest()
}

// surveying is what going through the items needs to know, and what it finds. It
// is apart from the trainer, whose answers may change meanwhile.
type surveying struct {
	items    []surveyItem
	votes    truth.Votes
	suspects *Suspects
	several  bool // whether second opinions are to be weighed
	seconds  []query.Entry
	crowd    *truth.Crowd
	said     map[uint64][]float64 // of items with several answers, out of sample
}

type surveyItem struct {
	num   uint64
	row   example
	class int // that is held for true
	voices
}

// survey goes through the answered items with the models that never saw them:
// which labels may be wrong, and where another opinion is worth most. It gives
// way.
func (t *Trainer) survey(ctx context.Context, watch <-chan struct{}) error {
	t.phase(Scoring)
	began, seq := time.Now(), t.answers.seq
	s := t.surveying()
	done, err := t.aside(ctx, watch, &t.gave.survey, func(ctx context.Context) error { return s.through(ctx, t.outside) })
	if !done || err != nil {
		return err
	}
	t.surveyed = surveyed{seq: seq, took: time.Since(began), ended: time.Now()}
	s.suspects.UpTo, s.suspects.Model = seq, t.cross.name
	t.suspects.Store(s.suspects)
	t.hub.update(nil)
	t.seconds.worth, t.seconds.crowd, t.seconds.said = s.seconds, s.crowd, s.said
	if !s.several {
		return nil
	}
	if now := t.truth.Load(); now != nil {
		next, err := t.weighIn(ctx, now)
		if err != nil {
			return err
		}
		t.truth.Store(next)
	}
	if r := t.ranking.Load(); r != nil {
		without := *r
		without.Entries = slices.DeleteFunc(slices.Clone(r.Entries), func(e query.Entry) bool { return e.Why == query.Second })
		t.rank(&without)
	}
	return nil
}

// surveying returns the items to go through, in an order drawn by hash, with the
// votes on them.
func (t *Trainer) surveying() *surveying {
	s, a, known := &surveying{said: map[uint64][]float64{}, several: t.several()}, t.answers, t.truth.Load()
	for num, said := range a.train {
		x, ok := t.examples.rows[num]
		if !ok || x.audit {
			continue
		}
		v, ok := a.several[num]
		if !ok {
			v.said = []voice{{told: said}}
		}
		held, _ := known.taught(num, said)
		s.items = append(s.items, surveyItem{num, x, int(held.class), v})
	}
	slices.SortFunc(s.items, func(a, b surveyItem) int {
		return cmp.Or(cmp.Compare(mix(a.row.key), mix(b.row.key)), cmp.Compare(a.num, b.num))
	})
	s.items = s.items[:min(len(s.items), surveyItems)]
	s.votes = truth.Votes{Items: len(s.items), People: len(a.people), Classes: t.cross.classes, Settled: map[int32]int32{}}
	for i, it := range s.items {
		for _, v := range it.said {
			s.votes.All = append(s.votes.All, truth.Vote{Item: int32(i), Person: v.by, Class: v.class})
		}
		if it.settled {
			s.votes.Settled[int32(i)] = int32(it.class)
		}
	}
	return s
}

// anchored reports whether somebody was shown a model's suggestion and took it:
// then a model's word is no evidence beside theirs.
func (v voices) anchored() bool {
	return slices.ContainsFunc(v.said, func(v voice) bool { return v.shown })
}

// through goes through the items.
func (s *surveying) through(ctx context.Context, outside func(example) []float64) (err error) {
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
	if s.suspects, err = suspects(ctx, s.items, said, s.votes.Classes); err != nil || !s.several {
		return err
	}
	for i, it := range s.items {
		switch {
		case it.anchored():
			said[i] = nil
		case len(it.said) > 1:
			s.said[it.num] = said[i]
		}
	}
	if s.crowd, err = truth.CrowdLab(ctx, s.votes, func(i int) []float64 { return said[i] }); err != nil {
		return fmt.Errorf("weigh the model's word: %w", err)
	}
	for i, it := range s.items {
		if !it.settled {
			class, sure := s.crowd.Class(i)
			s.seconds = append(s.seconds, query.Entry{Num: it.num, Key: it.row.key, Class: class, Probability: float32(sure),
				Score: float32(1 - s.crowd.Need(i)), Answers: len(it.said), Confidence: float32(sure)})
		}
	}
	s.seconds = alternated(s.seconds)
	return nil
}

// alternated returns the entries that ask for a second opinion: every other one
// by need, and between them, as long as there are any, those with one answer in
// the order in which they came, which was drawn by hash. How often people err is
// estimated from items with several answers: if all of these had been chosen for
// being doubtful, everybody would seem to err more often than they do.
func alternated(all []query.Entry) []query.Entry {
	needed := slices.Clone(all)
	slices.SortStableFunc(needed, func(a, b query.Entry) int { return cmp.Compare(b.Score, a.Score) })
	drawn := slices.DeleteFunc(all, func(e query.Entry) bool { return e.Answers > 1 })
	for i := range drawn {
		drawn[i].Score = planned
	}
	out, had := make([]query.Entry, 0, secondKeep), map[uint64]bool{}
	take := func(from *[]query.Entry) {
		for len(*from) > 0 && len(out) < secondKeep {
			e := (*from)[0]
			if *from = (*from)[1:]; !had[e.Num] {
				had[e.Num] = true
				out = append(out, e)
				return
			}
		}
	}
	for len(out) < secondKeep && len(needed) > 0 {
		take(&needed)
		take(&drawn)
	}
	return out
}
