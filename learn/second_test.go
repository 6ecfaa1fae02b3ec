package learn_test

import (
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/query"
)

// TestWhatIsMeantStaysInTheQueue asks for the answers that a project wants beside
// the first, before the pool is done.
func TestWhatIsMeantStaysInTheQueue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		texts, truth := corpus(300, 2, 5)
		task := classesTask(2)
		task.Assignment = &label.Assignment{Share: 0.4, Answers: 3}
		p := newFake(task, texts...)
		wanted := map[uint64]bool{}
		for i := range 40 { // of which fewer want more than other second opinions begin with
			num := uint64(i + 1)
			p.says("ana", num, truth[i])
			wanted[num] = task.Wanted(p.items[i].Key) > 1
		}
		tr, _ := start(t, p, learn.Options{})
		settle()
		among := func() (nums []uint64) {
			for i, e := range tr.Ranking().Entries {
				if e.Why != query.Second {
					continue
				}
				if !wanted[e.Num] {
					t.Errorf("item %d wants no other answer: %+v", e.Num, e)
				}
				if i > 6*(len(nums)+1) {
					t.Errorf("second opinion %d comes at place %d", len(nums)+1, i)
				}
				nums = append(nums, e.Num)
			}
			return nums
		}
		first := among()
		n := 0
		for _, w := range wanted {
			if w {
				n++
			}
		}
		if len(first) != n || n < 10 || n >= 20 {
			t.Fatalf("%d of %d items ask for more answers", len(first), n)
		}
		for _, num := range first {
			p.says("ben", num, truth[num-1])
		}
		p.says("cid", first[0], truth[first[0]-1])
		p.settles(first[1], truth[first[1]-1])
		settle()
		left := among()
		if len(left) != n-2 || slices.Contains(left, first[0]) || slices.Contains(left, first[1]) {
			t.Errorf("%d of %d items ask for the third answer: %v", len(left), n, left)
		}
		for _, e := range tr.Ranking().Entries {
			if e.Why == query.Second && (e.Answers != 2 || !(e.Confidence > 0.5)) {
				t.Errorf("entry %+v of two answers that agree", e)
			}
		}
	})
}

// TestOnePersonIsNeverAskedAgain keeps the queue as it is where nobody else
// answers.
func TestOnePersonIsNeverAskedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 300, 2)
		tr, _ := start(t, p, learn.Options{})
		answer(100)
		settle()
		for _, e := range tr.Ranking().Entries {
			if e.Why == query.Second {
				t.Fatalf("%+v", e)
			}
		}
	})
}

// TestSuspects finds the labels that are wrong, from single answers.
func TestSuspects(t *testing.T) {
	bubble(t, func(t *testing.T) {
		texts, truth := corpus(500, 2, 15)
		p := newFake(classesTask(2), texts...)
		wrong := map[uint64]bool{}
		for i := range truth {
			says := truth[i]
			if i%25 == 3 {
				says, wrong[uint64(i+1)] = 1-says, true
			}
			p.says("ana", uint64(i+1), says)
			if i%10 == 0 {
				p.says("ben", uint64(i+1), says)
			}
		}
		tr, _ := start(t, p, learn.Options{})
		settle()
		hit, all := 0, tr.Suspects().Top(20)
		for _, s := range all {
			if wrong[s.Num] {
				hit++
			}
			if s.Probability <= s.Of || s.Model == s.Class {
				t.Errorf("%+v contradicts nothing", s)
			}
		}
		// 20 labels of 500 were made wrong, and some texts are at odds with their
		// class from the beginning; of 20 drawn at random, one were wrong.
		if len(all) != 20 || hit < 8 {
			t.Errorf("%d of the first %d suspects are wrong", hit, len(all))
		}
	})
}

// budgeted is what comes of a number of answers by people who err.
type budgeted struct {
	consensus float64 // share of the answered items whose truth was found
	model     float64 // accuracy on items that nobody answered
	seconds   float64 // answers to items that had some
}

func (b *budgeted) add(o budgeted, of float64) {
	b.consensus, b.model, b.seconds = b.consensus+o.consensus/of, b.model+o.model/of, b.seconds+o.seconds/of
}

// queue is a way to spend a budget of answers: what of a ranking is asked next.
type queue struct {
	name    string
	seconds float64 // the trainer's share of second opinions
	next    func(r *query.Ranking, rng *rand.Rand, answered []uint64) uint64
}

func firstOf(r *query.Ranking, _ *rand.Rand, _ []uint64) uint64 { return r.Entries[0].Num }

// atRandom puts an answered item, whichever it be, in the place of each one that
// asks for a second opinion.
func atRandom(r *query.Ranking, rng *rand.Rand, answered []uint64) uint64 {
	if r.Entries[0].Why == query.Second {
		r.Entries = r.Entries[1:]
		return answered[rng.IntN(len(answered))]
	}
	return r.Entries[0].Num
}

var queues = []queue{
	{"only new items", -1, firstOf},
	{"random items again, 3 in 10", 0.3, atRandom},
	{"second opinions, 3 in 10", 0.3, firstOf},
	{"random items again, 1 in 10", 0.1, atRandom},
	{"second opinions, 1 in 10", 0.1, firstOf},
}

// noisy are people who are right so often.
func noisy(from, to float64, rng *rand.Rand) map[string]float64 {
	accuracy := map[string]float64{}
	for _, who := range []string{"ana", "ben", "cid", "dan", "eva"} {
		accuracy[who] = from + (to-from)*rng.Float64()
	}
	return accuracy
}

// spend gives out a budget of answers in batches of twenty, each by somebody who
// has not answered the item yet. The last third of the texts is for measuring.
func (q queue) spend(t *testing.T, texts []string, truth []int, classes, budget int, from, to float64, seed uint64) (out budgeted) {
	bubble(t, func(t *testing.T) {
		pool := len(texts) * 2 / 3
		p, rng := newFake(classesTask(classes), texts[:pool]...), rand.New(rand.NewPCG(seed, 77))
		plain(t, p)
		accuracy := noisy(from, to, rng)
		people := slices.Sorted(maps.Keys(accuracy))
		said := map[uint64]map[string]bool{}
		var answered []uint64
		give := func(num uint64) {
			// Whom an item falls to and what they say is the same in every queue.
			lot := rand.New(rand.NewPCG(seed, num))
			order := lot.Perm(len(people))
			if len(said[num]) == len(people) {
				return
			}
			who, class := people[order[len(said[num])]], truth[num-1]
			for range len(said[num]) {
				lot.Uint64()
			}
			if lot.Float64() >= accuracy[who] {
				class = (class + 1 + lot.IntN(classes-1)) % classes
			}
			if said[num] == nil {
				said[num] = map[string]bool{}
				answered = append(answered, num)
			} else {
				out.seconds++
			}
			said[num][who] = true
			p.says(who, num, class)
			budget--
		}
		for i := range 60 { // to begin with: thirty items twice, thirty once
			give(uint64(i + 1))
			if i < 30 {
				give(uint64(i + 1))
			}
		}
		tr, stop := start(t, p, learn.Options{Model: learn.Softmax, Seconds: q.seconds})
		settle()
		for budget > 0 {
			left := *tr.Ranking()
			for range 20 {
				if budget == 0 {
					break
				}
				num := q.next(&left, rng, answered)
				left.Entries = slices.DeleteFunc(slices.Clone(left.Entries), func(e query.Entry) bool { return e.Num == num })
				give(num)
			}
			settle()
		}
		known, snap := tr.Truth(), tr.Current()
		for _, num := range answered {
			class := p.standing[num].Decision.Answer.Class
			if c, ok := known.Of(num); ok {
				class = c.Class
			}
			if class == truth[num-1] {
				out.consensus += 1 / float64(len(answered))
			}
		}
		for i := pool; i < len(texts); i++ {
			if snap.Suggest(label.Item{Fields: []string{texts[i]}}).Answer.Class == truth[i] {
				out.model += 1 / float64(len(texts)-pool)
			}
		}
		stop()
	})
	return out
}

// opinions is how many draws of people the queues are compared by; with 10,
// and -v, they are the table of docs/BENCHMARKS.md.
var opinions = flag.Int("opinions", 2, "draws of people by which queues are compared")

func TestSecondOpinionsHelp(t *testing.T) {
	if testing.Short() {
		t.Skip("it compares what queues are worth, which takes long")
	}
	texts, truth := corpus(1500, 3, 21)
	for _, people := range []struct{ from, to float64 }{{0.5, 0.9}, {0.8, 0.98}} {
		var got [5]budgeted
		for i, q := range queues {
			if *opinions < 10 && (i > 2 || people.from < 0.8) {
				continue
			}
			for seed := range uint64(*opinions) {
				got[i].add(q.spend(t, texts, truth, 3, 500, people.from, people.to, seed), float64(*opinions))
			}
			t.Logf("people right %.2f to %.2f: %-28s truth %.3f, model %.3f, %3.0f second answers", people.from, people.to, q.name, got[i].consensus, got[i].model, got[i].seconds)
		}
		if *opinions < 10 && people.from < 0.8 {
			continue
		}
		if fresh, random, seconds := got[0], got[1], got[2]; seconds.consensus <= fresh.consensus || seconds.consensus <= random.consensus || seconds.model < fresh.model-0.01 {
			t.Errorf("people right %.2f to %.2f: only new items %+v, random ones again %+v, second opinions %+v", people.from, people.to, fresh, random, seconds)
		}
	}
}
