package seat

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// However often what waits is renewed and replaced, no audit is among what
// comes in its place, no item waits twice, and audits keep their share of what
// was taken from the front.
func TestRenewKeepsTheAudits(t *testing.T) {
	p := newProject(t, 400, 0.1)
	rapid.Check(t, func(t *rapid.T) {
		s := New(p, idle{}, "ana", clock())
		s.quota.offset = rapid.Float64Range(0, 0.999).Draw(t, "offset")
		var waiting []Card
		taken, audits := 0, 0
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if len(waiting) < 3 {
				cards, err := s.Next(t.Context(), 6)
				if err != nil {
					t.Fatal(err)
				}
				waiting = append(waiting, cards...)
			}
			for range rapid.IntRange(0, 2).Draw(t, "taken") {
				taken++
				if waiting[0].Why == Audit {
					audits++
				}
				waiting = waiting[1:]
			}
			fresh, err := s.Renew(t.Context(), rapid.IntRange(0, 6).Draw(t, "renewed"))
			if err != nil {
				t.Fatal(err)
			}
			var left []uint64
			for i, c := range waiting {
				if len(fresh) > 0 && c.Why != Audit {
					left = append(left, c.Item.Num)
					waiting[i], fresh = fresh[0], fresh[1:]
				}
				if waiting[i].Item.Audit != (waiting[i].Why == Audit) {
					t.Fatalf("item %d: audited %v, why %d", waiting[i].Item.Num, waiting[i].Item.Audit, waiting[i].Why)
				}
			}
			s.Return(append(left, nums(fresh)...)...)
			if w := nums(waiting); len(slices.Compact(slices.Sorted(slices.Values(w)))) != len(w) {
				t.Fatalf("an item waits twice: %v", w)
			}
			if off := float64(audits) - 0.1*float64(taken); math.Abs(off) > 1 {
				t.Fatalf("%d audits in %d cards", audits, taken)
			}
		}
	})
}
