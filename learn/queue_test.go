package learn_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"inkling/learn"
	"inkling/learn/query"
)

// campaigns makes texts of which most are one of a few messages with a word or
// two changed, as robots send them: near-identical, and none the same.
func campaigns(n int, seed uint64) (texts []string, truth []int) {
	rng := rand.New(rand.NewPCG(seed, 9))
	var messages []string
	for range 4 {
		var words []string
		for range 20 {
			words = append(words, word(rng.Uint64N(5000)))
		}
		messages = append(messages, strings.Join(words, " "))
	}
	own, classes := corpus(n, 2, seed)
	for i := range n {
		class := classes[i]
		text := own[i]
		if i%4 != 0 {
			m := rng.IntN(len(messages))
			class, text = m%2, fmt.Sprintf("%s %s", messages[m], word(1_000_000+uint64(i)))
		}
		texts, truth = append(texts, text), append(truth, class)
	}
	return texts, truth
}

// plain switches the representation off, where a test does not need it: it takes a
// while to learn.
func plain(t *testing.T, p *fake) {
	t.Helper()
	if err := learn.SetRepresentation(p, false); err != nil {
		t.Fatal(err)
	}
}

// sameCampaign reports whether two texts of campaigns differ by their last word only.
func sameCampaign(a, b string) bool {
	return a[:strings.LastIndex(a, " ")] == b[:strings.LastIndex(b, " ")] && strings.Count(a, " ") == 20
}

func TestQueueOfTheStrategy(t *testing.T) {
	for _, name := range []string{query.Default, "margin", "random", "core-set", "bald", "contrastive"} {
		s, err := query.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				texts, truth := campaigns(600, 3)
				p := newFake(classesTask(2), texts...)
				if name != query.Default {
					plain(t, p)
				}
				tr, stop := start(t, p, learn.Options{Settings: learn.Settings{Strategy: s.Name()}})
				defer stop()
				for i := range 24 {
					p.answer(truth[i], uint64(i+1))
				}
				settle()
				r := tr.Ranking()
				if st := tr.State(); st.Err != nil || r == nil || r.Strategy != s.Name() || tr.Strategy() != s.Name() {
					t.Fatalf("%v, ranking by %+v", st.Err, r)
				}
				nums := map[uint64]bool{}
				led, twins := 0, 0
				for i, e := range r.Entries {
					nums[e.Num] = true
					if e.Why != query.Drawn {
						led++
					}
					if i > 0 && i < 60 && sameCampaign(texts[e.Num-1], texts[r.Entries[i-1].Num-1]) {
						twins++
					}
				}
				if len(nums) != 576 || len(r.Entries) != 576 {
					t.Errorf("%d entries, %d different items, want all 576 without an answer", len(r.Entries), len(nums))
				}
				if led == 0 && s.Name() != "random" && s.Scorer != nil {
					t.Errorf("nothing was chosen")
				}
				if twins > 0 {
					t.Errorf("%d of the first 60 are near-identical to the one before", twins)
				}
			})
		})
	}
}

// The default's first picks stand for others; what they stand for comes late, so that
// of the near-identical items few are asked for, and those drawn at random keep their
// places.
func TestQueueTellsWhy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		texts, truth := campaigns(600, 3)
		p := newFake(classesTask(2), texts...)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		for i := range 24 {
			p.answer(truth[i], uint64(i+1))
		}
		settle()
		stands, drawn, robots := 0, 0, 0
		for i, e := range tr.Ranking().Entries[:60] {
			text := texts[e.Num-1]
			switch {
			case e.Why == query.Drawn:
				drawn++
				continue
			case e.Why == query.Representative && e.Stands > 1:
				stands++
			case e.Stands > 1 || e.Why == 0 || i == 0:
				t.Errorf("entry %d: %+v", i, e)
			}
			if sameCampaign(text, text) {
				robots++
			}
		}
		if drawn < 5 || drawn > 7 || stands < 10 || robots > 27 { // three in four of all items are robots'
			t.Errorf("of the first 60 %d stand for others, %d are drawn, %d of the rest are robots'", stands, drawn, robots)
		}
	})
}

func TestUseStrategy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 300, 2)
		plain(t, p)
		tr, stop := start(t, p, learn.Options{})
		answer(20)
		settle()
		if got := tr.Ranking().Strategy; got != query.Default {
			t.Errorf("ordered by %s before anybody chose", got)
		}
		for _, name := range []string{"oracle", "cvirs"} {
			if err := tr.UseStrategy(name); err == nil {
				t.Errorf("%s was taken for a task of classes", name)
			}
		}
		if err := tr.UseStrategy("entropy"); err != nil {
			t.Fatal(err)
		}
		settle()
		if r := tr.Ranking(); r.Strategy != "entropy" || !r.Whole || tr.Strategy() != "entropy" {
			t.Errorf("ordered by %s, whole %v; the trainer says %s", r.Strategy, r.Whole, tr.Strategy())
		}
		stop()
		again, stop := start(t, p, learn.Options{})
		defer stop()
		settle()
		answer(5)
		settle()
		if r := again.Ranking(); r.Strategy != "entropy" || again.Strategy() != "entropy" {
			t.Errorf("opened again it is %s", r.Strategy)
		}
	})
}

// A class that comes up late, in items that came in during the work, is asked for:
// its items are unlike all others.
func TestNewClassAmongNewItems(t *testing.T) {
	bubble(t, func(t *testing.T) {
		texts, truth := corpus(600, 2, 5)
		p := newFake(classesTask(3), texts...)
		plain(t, p)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		for i := range 100 {
			p.answer(truth[i], uint64(i+1))
		}
		settle()
		late := make([]string, 60)
		rng := rand.New(rand.NewPCG(1, 1))
		for i := range late {
			var words []string
			for range 10 {
				words = append(words, word(9_000_000+rng.Uint64N(60)))
			}
			late[i] = strings.Join(words, " ")
		}
		p.add(late...)
		found := 0
		for range 10 {
			settle()
			var nums []uint64
			for _, e := range tr.Ranking().Entries[:10] {
				nums = append(nums, e.Num)
			}
			for _, num := range nums {
				class := 2
				if num <= 600 {
					class = truth[num-1]
				} else {
					found++
				}
				p.answer(class, num)
			}
		}
		synctest.Wait()
		if found < 5 { // of 100 answers; 60 of 560 open items are of it
			t.Errorf("the late class was asked for %d times in 100", found)
		}
	})
}

// The queue is worked off to the last item.
func TestQueueRunsDryLast(t *testing.T) {
	bubble(t, func(t *testing.T) {
		texts, truth := campaigns(120, 8)
		p := newFake(classesTask(2), texts...)
		plain(t, p)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		p.answer(truth[0], 1)
		p.answer(1-truth[0], uint64(slices.Index(truth, 1-truth[0]))+1)
		for left := 118; left > 0; left-- {
			if left%10 == 0 {
				settle()
			}
			synctest.Wait()
			r := tr.Ranking()
			at := slices.IndexFunc(r.Entries, func(e query.Entry) bool { return p.standing[e.Num].Decision.Action == 0 })
			if at < 0 {
				t.Fatalf("the queue ran dry with %d items left", left)
			}
			num := r.Entries[at].Num
			p.answer(truth[num-1], num)
		}
	})
}

// Before there is a model the queue begins with typical items, one of each group of
// like texts; with one class alone as well, until another one has an answer.
func TestColdStart(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var texts []string
		rng := rand.New(rand.NewPCG(7, 7))
		for i := range 600 { // five topics, the last one rare
			topic := i % 4
			if i%40 == 0 {
				topic = 4
			}
			var words []string
			for range 12 {
				words = append(words, word(1_000_000*uint64(topic+1)+rng.Uint64N(40)))
			}
			texts = append(texts, fmt.Sprintf("%s t%d", strings.Join(words, " "), topic))
		}
		p := newFake(classesTask(2), texts...)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		settle()
		r := tr.Ranking()
		if r == nil || r.Model != 0 || tr.Current() != nil {
			t.Fatalf("no queue before there is a model: %+v", tr.State())
		}
		topics := map[string]bool{}
		for i, e := range r.Entries[:32] {
			if e.Why != query.Typical || e.Stands == 0 {
				t.Errorf("entry %d: %+v", i, e)
			}
			topics[texts[e.Num-1][len(texts[e.Num-1])-2:]] = true
		}
		if len(topics) != 5 || len(r.Entries) != 600 {
			t.Errorf("the first 32 are of %d topics of 5; %d entries", len(topics), len(r.Entries))
		}
		for _, e := range r.Entries[:40] {
			p.answer(0, e.Num)
		}
		settle()
		now := tr.Ranking()
		if now == nil || now.Model != 0 || tr.Current() != nil || len(now.Entries) != 560 || now.Entries[0].Why != query.Typical {
			t.Errorf("one class has 40 answers: %+v, queue %+v", tr.State(), now)
		}
	})
}
