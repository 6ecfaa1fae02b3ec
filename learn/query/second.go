package query

// Mixed returns the ranking with second opinions among its entries: items that
// have answers and stand in the order of their need of another one. Every
// 1/share-th place may go to one, counted from the first event of the project as
// those of drawn items are, and halfway between them where the shares are the same.
// It does where its need is at least as great as that
// of the entry whose place it would take; need tells both on one scale (for
// example ActiveLab's; Goh and Mueller, "ActiveLab: active learning with
// re-labeling by multiple annotators", 2023). Entries drawn at random are not
// compared and give no place away. share is from 0 to 1. Where no new items are
// left there are no places either: work comes to its end.
func (r *Ranking) Mixed(seconds []Entry, share float64, need func(Entry) float64) *Ranking {
	if len(seconds) == 0 || !(share > 0) {
		return r
	}
	out := *r
	out.Entries = make([]Entry, 0, len(r.Entries)+min(len(seconds), len(r.Entries)))
	rest := r.Entries
	for i := r.Seq; len(rest) > 0; i++ {
		due := uint64(float64(i+1)*share+0.5) > uint64(float64(i)*share+0.5)
		if due && len(seconds) > 0 && rest[0].Why != Drawn && need(seconds[0]) >= need(rest[0]) {
			e := seconds[0]
			e.Why = Second
			out.Entries, seconds = append(out.Entries, e), seconds[1:]
			continue
		}
		out.Entries, rest = append(out.Entries, rest[0]), rest[1:]
	}
	return &out
}
