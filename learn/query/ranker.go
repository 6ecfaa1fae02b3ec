package query

import "slices"

// Options say how a Ranker chooses. Zero values mean the defaults.
type Options struct {
	Scorer Scorer  // default Margin
	Keep   int     // entries of a ranking; default 4096
	Share  float64 // share of entries drawn at random, 0 to 1; default 0.1; negative for none
	Seed   uint64  // decides draws and ties
	Unseen []bool  // classes that no label names yet; may be short
}

// The defaults of Options.
const (
	DefaultKeep  = 4096
	DefaultShare = 0.1
)

// Ranker chooses the best of a pool that is shown to it item by item, in
// memory that depends on Options.Keep alone. It is not safe for concurrent
// use: give each worker its own and Merge them.
type Ranker struct {
	o       Options
	scored  uint64
	best    unique // by score
	drawn   unique // by hash
	repeats unique // items that read like one of best; by score
}

// NewRanker returns a Ranker without items.
func NewRanker(o Options) *Ranker {
	if o.Scorer == nil {
		o.Scorer = Margin{}
	}
	if o.Keep <= 0 {
		o.Keep = DefaultKeep
	}
	switch {
	case o.Share == 0:
		o.Share = DefaultShare
	case o.Share < 0 || o.Share != o.Share:
		o.Share = 0
	case o.Share > 1:
		o.Share = 1
	}
	drawn := 0
	if o.Share > 0 {
		drawn = int(float64(o.Keep)*o.Share) + 1
	}
	r := &Ranker{o: o}
	r.best = newUnique(o.Keep, false)
	r.drawn = newUnique(drawn, true)
	r.repeats = newUnique(o.Keep, false)
	return r
}

// Add shows the ranker one item with its class probabilities. An item must be
// added once only; p is not kept. Where there is no model, p is empty, and the
// item can only be drawn.
func (r *Ranker) Add(num, key uint64, p []float64) {
	c := r.candidate(num, key, p)
	r.scored++
	r.add(c)
	r.drawn.add(c)
}

// Again adds an entry of an earlier ranking with its probabilities of now: an
// item that was drawn stays drawn, and no other is, because the entries of a
// ranking are no random sample of the pool.
func (r *Ranker) Again(e Entry, p []float64) {
	c := r.candidate(e.Num, e.Key, p)
	r.scored++
	if e.Why == Drawn {
		r.drawn.add(c)
	} else {
		r.add(c)
	}
}

func (r *Ranker) candidate(num, key uint64, p []float64) candidate {
	c := candidate{
		Entry: Entry{Num: num, Key: key, Class: -1, Why: Uncertain},
		hash:  hashOf(key, r.o.Seed),
		group: key,
	}
	if len(p) > 0 {
		class, first, second := top(p)
		c.Class, c.Probability, c.Margin = class, float32(first), float32(first-second)
		c.Score = float32(r.o.Scorer.Score(p))
		if class < len(r.o.Unseen) && r.o.Unseen[class] {
			c.Why = Unseen
		}
	}
	if _, random := r.o.Scorer.(Random); random || len(p) == 0 {
		c.Why = Drawn
	}
	return c
}

func (r *Ranker) add(c candidate) {
	if twin, ok := r.best.add(c); ok {
		// The same text again: kept apart and under its own number, so that it
		// is asked only where nothing else is left.
		twin.group = twin.Num
		r.repeats.add(twin)
	}
}

// Merge adds what another ranker with the same options kept, as if its items
// had been added to r. The other one stays as it is.
func (r *Ranker) Merge(o *Ranker) {
	r.scored += o.scored
	for _, c := range o.best.heap {
		r.add(c)
	}
	for _, c := range o.drawn.heap {
		r.drawn.add(c)
	}
	for _, c := range o.repeats.heap {
		r.repeats.add(c)
	}
}

// Ranking returns the items in the order in which to ask. Every 1/Share-th
// place belongs to an item drawn at random, counted from the first event of
// the project rather than from the top: whoever answers five items of each of
// two rankings then meets as many drawn items as in ten of one. The ranker
// stays usable.
func (r *Ranker) Ranking(model, seq uint64, whole bool) *Ranking {
	out := &Ranking{Model: model, Seq: seq, Strategy: r.o.Scorer.Name(), Scored: r.scored, Whole: whole}
	best, drawn := r.best.sorted(), r.drawn.sorted()
	n := min(r.o.Keep, len(best)+len(drawn)+len(r.repeats.heap))
	out.Entries = make([]Entry, 0, n)
	nums, keys := make(map[uint64]bool, n), make(map[uint64]bool, n)
	// take places the next candidate of a list that is not placed yet.
	take := func(list *[]candidate, why Why) bool {
		for len(*list) > 0 {
			c := (*list)[0]
			*list = (*list)[1:]
			if keys[c.Key] {
				continue
			}
			if why != 0 {
				c.Why = why
			}
			nums[c.Num], keys[c.Key] = true, true
			out.Entries = append(out.Entries, c.Entry)
			return true
		}
		return false
	}
	for i := seq; len(out.Entries) < n; i++ {
		if uint64(float64(i+1)*r.o.Share) > uint64(float64(i)*r.o.Share) && take(&drawn, Drawn) {
			continue
		}
		if !take(&best, 0) && !take(&drawn, Drawn) {
			break
		}
	}
	for _, c := range rounds(r.repeats.sorted()) {
		if len(out.Entries) == n {
			break
		}
		if !nums[c.Num] {
			out.Entries = append(out.Entries, c.Entry)
		}
	}
	return out
}

// rounds reorders repeats so that each text comes once before any comes again.
func rounds(list []candidate) []candidate {
	seen := map[uint64]int{}
	round := make(map[uint64]int, len(list)) // by item
	for _, c := range list {
		round[c.Num] = seen[c.Key]
		seen[c.Key]++
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return round[a.Num] - round[b.Num] })
	return list
}

// candidate is an entry with what decides its place.
type candidate struct {
	Entry
	hash  uint64 // a random order that owes nothing to the order of any file
	group uint64 // candidates of one group are kept once
}

// unique keeps the n best candidates, at most one of each group: a heap with
// the worst one at its root.
type unique struct {
	n      int
	byHash bool
	heap   []candidate
	place  map[uint64]int // group -> index in heap
}

func newUnique(n int, byHash bool) unique {
	return unique{n: n, byHash: byHash, place: map[uint64]int{}}
}

// before reports whether a is to be asked before b: a total order.
func (u *unique) before(a, b *candidate) bool {
	if !u.byHash && a.Score != b.Score {
		return a.Score > b.Score
	}
	if a.hash != b.hash {
		return a.hash < b.hash
	}
	return a.Num < b.Num
}

// add offers a candidate. Where one of its group is kept already, the better
// one stays and the other is returned.
func (u *unique) add(c candidate) (twin candidate, ok bool) {
	if i, ok := u.place[c.group]; ok {
		if u.before(&c, &u.heap[i]) {
			c, u.heap[i] = u.heap[i], c
			u.down(i) // what is better moves away from the root
		}
		return c, true
	}
	if len(u.heap) < u.n {
		u.heap = append(u.heap, c)
		u.place[c.group] = len(u.heap) - 1
		u.up(len(u.heap) - 1)
		return candidate{}, false
	}
	if u.n > 0 && u.before(&c, &u.heap[0]) {
		delete(u.place, u.heap[0].group)
		u.heap[0] = c
		u.place[c.group] = 0
		u.down(0)
	}
	return candidate{}, false
}

func (u *unique) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !u.before(&u.heap[parent], &u.heap[i]) {
			return
		}
		u.swap(i, parent)
		i = parent
	}
}

func (u *unique) down(i int) {
	for {
		worst := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(u.heap) && u.before(&u.heap[worst], &u.heap[child]) {
				worst = child
			}
		}
		if worst == i {
			return
		}
		u.swap(i, worst)
		i = worst
	}
}

func (u *unique) swap(i, j int) {
	u.heap[i], u.heap[j] = u.heap[j], u.heap[i]
	u.place[u.heap[i].group], u.place[u.heap[j].group] = i, j
}

// sorted returns the candidates, the best first.
func (u *unique) sorted() []candidate {
	s := slices.Clone(u.heap)
	slices.SortFunc(s, func(a, b candidate) int {
		if u.before(&a, &b) {
			return -1
		}
		return 1
	})
	return s
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
