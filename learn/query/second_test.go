package query_test

import (
	"testing"

	"inkling/learn/query"

	"pgregory.net/rapid"
)

// mixture draws a ranking and second opinions, with their needs as scores.
func mixture(t *rapid.T) (r *query.Ranking, seconds []query.Entry) {
	r = &query.Ranking{Seq: rapid.Uint64Range(0, 50).Draw(t, "seq")}
	for i := range rapid.IntRange(0, 60).Draw(t, "entries") {
		why := rapid.SampledFrom([]query.Why{query.Uncertain, query.Uncertain, query.Unseen, query.Drawn}).Draw(t, "why")
		r.Entries = append(r.Entries, query.Entry{Num: uint64(i + 1), Why: why, Score: rapid.Float32Range(0, 1).Draw(t, "need")})
	}
	for i := range rapid.IntRange(0, 40).Draw(t, "seconds") {
		seconds = append(seconds, query.Entry{Num: uint64(1000 + i), Answers: 1, Score: rapid.Float32Range(0, 1).Draw(t, "need")})
	}
	return r, seconds
}

func needOf(e query.Entry) float64 { return float64(e.Score) }

func TestMixedKeepsAllInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, seconds := mixture(t)
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		before := len(r.Entries)
		m := r.Mixed(seconds, share, needOf)
		if len(r.Entries) != before {
			t.Fatal("the ranking itself changed")
		}
		one, two := 0, 0
		for i, e := range m.Entries {
			if e.Num < 1000 {
				if e.Num != r.Entries[one].Num || e.Why != r.Entries[one].Why {
					t.Fatalf("place %d has %+v, want %+v", i, e, r.Entries[one])
				}
				one++
				continue
			}
			if e.Num != seconds[two].Num || e.Why != query.Second {
				t.Fatalf("place %d has %+v, want second opinion %d", i, e, seconds[two].Num)
			}
			two++
			if one == len(r.Entries) {
				t.Fatalf("%+v comes after all items", e)
			}
			if needOf(e) < needOf(r.Entries[one]) || r.Entries[one].Why == query.Drawn {
				t.Fatalf("%+v stands before %+v", e, r.Entries[one])
			}
			// Counted from the first event, any stretch has its share and at most one more.
			if float64(two) > share*float64(i+1)+1 {
				t.Fatalf("%d second opinions among %d places at a share of %v", two, i+1, share)
			}
		}
		if one != len(r.Entries) {
			t.Fatalf("%d of %d items", one, len(r.Entries))
		}
	})
}

func TestMixedTakesWhatIsNeededMore(t *testing.T) {
	r := &query.Ranking{Entries: []query.Entry{{Num: 1, Score: 0.9}, {Num: 2, Score: 0.5}, {Num: 3, Score: 0.4}, {Num: 4, Score: 0.1}}}
	for _, c := range []struct {
		name  string
		need  float32
		share float64
		want  []uint64
	}{
		{"less than all", 0.05, 0.5, []uint64{1, 2, 3, 4}},
		{"at its places only", 0.5, 0.5, []uint64{1, 2, 9, 3, 4}},
		{"where it is needed as much", 0.4, 0.5, []uint64{1, 2, 9, 3, 4}},
		{"at every place", 0.6, 1, []uint64{1, 9, 2, 3, 4}},
		{"none", 1, 0, []uint64{1, 2, 3, 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.Mixed([]query.Entry{{Num: 9, Score: c.need}}, c.share, needOf)
			for i, e := range got.Entries {
				if i >= len(c.want) || e.Num != c.want[i] {
					t.Fatalf("%+v, want %v", got.Entries, c.want)
				}
			}
			if len(got.Entries) != len(c.want) {
				t.Fatalf("%+v, want %v", got.Entries, c.want)
			}
		})
	}
}
