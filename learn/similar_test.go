package learn_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"inkling/learn"
)

// What is found is what a look at all answered items with Likeness finds, one by
// one; audited items and those without an answer are not among them.
func TestSimilarAgainstLikeness(t *testing.T) {
	bubble(t, func(t *testing.T) {
		texts, truth := corpus(200, 2, 5)
		task := classesTask(2)
		task.Audit = 0.2
		p := newFake(task, texts...)
		if err := learn.SetRepresentation(p, false); err != nil { // or that would tell what is similar
			t.Fatal(err)
		}
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		if tr.Similar().Len() != 0 {
			t.Fatal("it holds something before anything is known")
		}
		for n := uint64(1); n <= 150; n++ {
			p.answer(truth[n-1], n)
		}
		settle()
		s := tr.Similar()
		for _, num := range []uint64{1, 40, 199} {
			it := p.items[num-1]
			l := tr.Likeness(it)
			var want []learn.Like
			for _, o := range p.items[:150] {
				if c := l.To(o); !o.Audit && o.Num != num && c > 0 {
					want = append(want, learn.Like{Num: o.Num, Cosine: c})
				}
			}
			l.Close()
			slices.SortFunc(want, func(a, b learn.Like) int {
				return cmp.Or(cmp.Compare(b.Cosine, a.Cosine), cmp.Compare(a.Num, b.Num))
			})
			for _, k := range []int{0, 1, 5, 1000} {
				got, err := s.Nearest(t.Context(), it, k)
				if err != nil || !slices.Equal(got, want[:min(k, len(want))]) {
					t.Fatalf("item %d: the %d nearest are %v, %v\nwant %v", num, k, got, err, want[:min(k, len(want))])
				}
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Nearest(ctx, p.items[0], 3); !errors.Is(err, context.Canceled) {
			t.Errorf("after the context ended: %v", err)
		}
		// What was taken back is found no longer, and what was answered since is.
		p.undo(40)
		p.answer(truth[159], 160)
		settle()
		all, err := tr.Similar().Nearest(t.Context(), p.items[0], 1000)
		if err != nil {
			t.Fatal(err)
		}
		nums := make([]uint64, len(all))
		for i, x := range all {
			nums[i] = x.Num
		}
		if slices.Contains(nums, 40) || !p.items[159].Audit && tr.Likeness(p.items[0]).To(p.items[159]) > 0 && !slices.Contains(nums, 160) {
			t.Errorf("found %v", nums)
		}
	})
}

// Items that read the same are wholly alike, those without a word in common not
// at all, and each is as like the other as the other is like it.
func TestLikeness(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var texts []string
		for i := range 40 {
			texts = append(texts, fmt.Sprintf("%s payment came %s", []string{"late", "early"}[i%2], []string{"today", "monday", "again"}[i%3]))
		}
		texts = append(texts, "late payment came today", "zzz", "")
		p := newFake(classesTask(2), texts...)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		p.answer(0, 1)
		p.answer(1, 2)
		settle()
		like := func(a, b int) float64 {
			l := tr.Likeness(p.items[a])
			defer l.Close()
			return l.To(p.items[b])
		}
		if got := like(0, 40); math.Abs(got-1) > 1e-6 {
			t.Errorf("the same text: %v", got)
		}
		for _, other := range []int{41, 42} {
			if got := like(0, other); got > 0.2 {
				t.Errorf("nothing in common with %q: %v", texts[other], got)
			}
		}
		if near, far := like(0, 6), like(0, 1); !(near > far && far > 0) {
			t.Errorf("like itself %v, like another %v", near, far)
		}
		for a := range 6 {
			for b := range 6 {
				if x, y := like(a, b), like(b, a); math.Abs(x-y) > 1e-12 || x < 0 || x > 1 {
					t.Errorf("%d and %d: %v and %v", a, b, x, y)
				}
			}
		}
	})
}
