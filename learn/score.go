package learn

import (
	"context"
	"fmt"
	"sync"
	"time"

	"inkling/label"
	"inkling/learn/query"
)

// pass is one way through the whole pool. It is taken up again where it was
// left when a run came in between, so that it comes to its end however
// steadily answers come.
type pass struct {
	next    int             // chunk
	rankers []*query.Ranker // one a worker
	samples []sampled       // of the graph's items, one a worker
	items   uint64          // in the project when it began
	model   uint64          // the run that it began with
	mixed   bool            // another one took over on the way
}

func (t *Trainer) newPass() *pass { return &pass{} }

// queryOptions completes what the user chose.
func (t *Trainer) queryOptions(s *Snapshot) query.Options {
	o := t.o.Query
	if o.Scorer == nil {
		o.Scorer = t.scorer()
	}
	o.Seed = t.task.Seed
	o.Unseen = s.unseen
	return o
}

// scoreHead ranks the head of the queue anew, so that what comes next is
// chosen by the new model long before the whole pool is scored. Where there is
// no queue yet, items drawn at random stand in for its head.
func (t *Trainer) scoreHead(ctx context.Context) error {
	t.todo.head = false
	t.phase(Scoring)
	snap, old := t.current.Load(), t.ranking.Load()
	if old == nil {
		var entries []query.Entry
		_, err := t.project.Walk(label.ID{}, int(t.items), func(num uint64, _ label.ID) bool {
			if !t.answers.decided.has(num) {
				entries = append(entries, query.Entry{Num: num})
			}
			return len(entries) < t.o.Head && ctx.Err() == nil
		})
		if err != nil {
			return fmt.Errorf("draw items: %w", err)
		}
		out, err := t.rescore(ctx, snap, entries)
		if err != nil {
			return err
		}
		t.rank(out)
		return nil
	}
	var head, rest []query.Entry
	for _, e := range old.Entries {
		switch {
		case t.answers.decided.has(e.Num):
		case len(head) < t.o.Head:
			head = append(head, e)
		default:
			rest = append(rest, e)
		}
	}
	out, err := t.rescore(ctx, snap, head)
	if err != nil {
		return err
	}
	out.Entries = append(out.Entries, rest...)
	out.Scored = old.Scored
	t.rank(out)
	return nil
}

// rescore ranks entries by what a snapshot says of them now. Those that
// nothing brought in yet are a random sample.
func (t *Trainer) rescore(ctx context.Context, s *Snapshot, entries []query.Entry) (*query.Ranking, error) {
	byNum := make(map[uint64]query.Entry, len(entries))
	nums := make([]uint64, len(entries))
	for i, e := range entries {
		nums[i], byNum[e.Num] = e.Num, e
	}
	r := query.NewRanker(t.queryOptions(s))
	c, err := t.candidates(ctx, s, s.space, nums)
	if err != nil {
		return nil, fmt.Errorf("score the head of the queue: %w", err)
	}
	for i, num := range c.nums {
		if e := byNum[num]; e.Why == 0 {
			r.Add(num, c.keys[i], c.probs[i])
		} else {
			r.Again(e, c.probs[i])
		}
	}
	out := r.Ranking(s.version, t.answers.seq, false)
	return out, t.arrange(ctx, s, c, out)
}

// rank publishes a ranking, without what has been decided since.
func (t *Trainer) rank(r *query.Ranking) {
	open := r.Entries[:0]
	for _, e := range r.Entries {
		if !t.answers.decided.has(e.Num) {
			open = append(open, e)
		}
	}
	r.Entries = open
	t.ranking.Store(t.mixed(r))
	t.unsaved.ranking = true
	t.hub.update(nil)
}

// scorePool scores the pool chunk by chunk until it is done or overtaken.
func (t *Trainer) scorePool(ctx context.Context, watch <-chan struct{}) error {
	snap, ps := t.current.Load(), t.pass
	if snap == nil {
		t.pass = nil
		return nil
	}
	t.poolFor(snap.space, snap.model)
	if ps.next == 0 {
		ps.model, ps.items = snap.version, t.items
	}
	ps.mixed = ps.mixed || ps.model != snap.version
	t.phase(Scoring)
	chunks := int((t.items + chunkItems - 1) / chunkItems)
	started, from, published := time.Now(), ps.next, time.Now()
	for ps.next < chunks {
		if err := t.scoreChunks(ctx, snap, ps, min(t.workers(), chunks-ps.next)); err != nil {
			t.pass = t.newPass() // some items may have been seen already
			return err
		}
		if ps.next >= chunks {
			break
		}
		rate := float64(ps.next-from) * chunkItems / time.Since(started).Seconds()
		t.hub.update(func(s *State) {
			s.Step, s.Steps, s.Fraction = ps.next, chunks, float64(ps.next)/float64(chunks)
			s.Rate = rate
			s.ETA = time.Duration(float64(chunks-ps.next) * chunkItems / rate * float64(time.Second))
		})
		if r := t.ranking.Load(); r == nil || 2*r.Scored < t.items && time.Since(published) > time.Second {
			t.rank(ps.ranking(t, snap, false))
			published = time.Now()
		}
		if t.overtaken(ctx, watch) {
			return nil
		}
	}
	out := ps.ranking(t, snap, true)
	t.pass = nil
	if t.items > ps.items {
		t.pass = t.newPass()
	}
	if ps.mixed {
		// What was kept is in the order of more than one model: say what the
		// present one makes of it, then go through the pool again with it.
		again, err := t.rescore(ctx, snap, out.Entries)
		if err != nil {
			return err
		}
		again.Scored, again.Whole = out.Scored, true
		out, t.pass = again, t.newPass()
	} else {
		t.graphed.last = ps.sampled()
		if err := t.arrangeHead(ctx, snap, out); err != nil {
			return err
		}
	}
	t.rank(out)
	if t.comparison != nil {
		t.comparison.first = true
	}
	return nil
}

// overtaken looks for new answers, and reports whether something is more
// urgent than scoring.
func (t *Trainer) overtaken(ctx context.Context, watch <-chan struct{}) bool {
	select {
	case <-watch:
		t.attempt(ctx, &t.failed.read, t.look)
	default:
	}
	return ctx.Err() != nil || len(t.kick) > 0 || t.runDue() || t.spaceDue()
}

// workers is how many goroutines may score now: one while somebody is
// labelling, so that the screen never waits.
func (t *Trainer) workers() int {
	if time.Since(t.event) < idleAfter {
		return 1
	}
	return t.o.Workers
}

// scoreChunks scores the next n chunks at once.
func (t *Trainer) scoreChunks(ctx context.Context, s *Snapshot, ps *pass, n int) error {
	for len(ps.rankers) < n {
		ps.rankers = append(ps.rankers, query.NewRanker(t.queryOptions(s)))
		ps.samples = append(ps.samples, sampled{})
	}
	graph, among := t.strategy().Graph && t.pool.vector, min(t.items, t.pool.fits())
	chunks, errs := make([]*chunk, n), make([]error, n)
	score := func(k int) {
		c, err := t.pool.chunk(ctx, t.project, ps.next+k, t.items)
		if err != nil {
			errs[k] = err
			return
		}
		p := make([]float64, s.model.Classes())
		c.each(func(num, key uint64, r Row) {
			of := graph && inGraph(key, among)
			switch {
			case !t.answers.decided.has(num):
				s.predict(r, p)
				ps.rankers[k].Add(num, key, p)
				if of {
					ps.samples[k].add(num, key, p)
				}
			case of:
				ps.samples[k].decided = append(ps.samples[k].decided, num)
			}
		})
		chunks[k] = c
	}
	if n == 1 {
		score(0)
	} else {
		var wg sync.WaitGroup
		for k := range n {
			wg.Go(func() { score(k) })
		}
		wg.Wait()
	}
	for k := range n {
		if errs[k] != nil {
			return errs[k]
		}
		t.pool.keep(ps.next+k, chunks[k])
	}
	ps.next += n
	return nil
}

// sampled puts what the workers found of the graph's items together.
func (ps *pass) sampled() (all sampled) {
	for _, s := range ps.samples {
		all.nums, all.keys, all.probs = append(all.nums, s.nums...), append(all.keys, s.keys...), append(all.probs, s.probs...)
		all.decided = append(all.decided, s.decided...)
	}
	return all
}

// ranking returns what the pass has found so far.
func (ps *pass) ranking(t *Trainer, s *Snapshot, whole bool) *query.Ranking {
	r := query.NewRanker(t.queryOptions(s))
	for _, o := range ps.rankers {
		r.Merge(o)
	}
	return r.Ranking(s.version, t.answers.seq, whole)
}
