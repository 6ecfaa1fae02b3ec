package agreement

import "math"

// Level is how values that differ are told apart.
type Level uint8

// The levels of measurement.
const (
	Nominal  Level = iota + 1 // equal or not
	Ordinal                   // by the number of answers that lie between
	Interval                  // by the square of the difference
)

// Alpha is Krippendorff's alpha for values with an id each, 0 to values-1, any
// answers missing ("Computing Krippendorff's alpha-reliability", 2011;
// "Content analysis", 2004, chapter 11). For Ordinal the order of ids is that of
// the values. For Interval see AlphaNumbers.
func Alpha(rows [][]int, values int, level Level, b Bootstrap) Estimate {
	ps := patterns(rows)
	totals, ranks := make([]float64, values), make([]float64, values)
	return b.estimate(weights(ps), func(w []float64) (float64, string) {
		n := tally(ps, w, totals)
		if n == 0 {
			return 0, NoOverlap
		}
		if level == Nominal {
			observed := 0.0
			for i, x := range w {
				observed += x * float64(len(ps[i].values)) * (1 - ps[i].agreement())
			}
			expected := n * n
			for _, t := range totals {
				expected -= t * t
			}
			return ratio(observed, expected, n)
		}
		// The place of a value is the number of answers below it and half of its own.
		below := 0.0
		for v, t := range totals {
			ranks[v] = below + t/2
			below += t
		}
		return squared(ps, w, totals, ranks, n)
	})
}

// AlphaNumbers is Krippendorff's alpha at the interval level.
func AlphaNumbers(rows [][]float64, b Bootstrap) Estimate {
	// About a centre, so that nothing cancels.
	centre, n := 0.0, 0
	for _, r := range rows {
		for _, x := range r {
			n++
			centre += (x - centre) / float64(n)
		}
	}
	type moments struct{ m, sum, squares float64 }
	var items []moments
	var w []float64
	for _, r := range rows {
		if len(r) < 2 {
			continue
		}
		it := moments{m: float64(len(r))}
		for _, x := range r {
			it.sum += x - centre
			it.squares += (x - centre) * (x - centre)
		}
		items, w = append(items, it), append(w, 1)
	}
	return b.estimate(w, func(w []float64) (float64, string) {
		n, sum, squares, observed := 0.0, 0.0, 0.0, 0.0
		for i, x := range w {
			it := items[i]
			n += x * it.m
			sum += x * it.sum
			squares += x * it.squares
			// All ordered pairs of an item: 2 (m sum of squares - square of the sum).
			observed += x * math.Max(it.m*it.squares-it.sum*it.sum, 0) * 2 / (it.m - 1)
		}
		if n == 0 {
			return 0, NoOverlap
		}
		return ratio(observed, 2*(n*squares-sum*sum), n)
	})
}

// AlphaDistance is Krippendorff's alpha for values between which there is a
// distance from 0 to 1, such as sets of labels: distance[a][b] of the value ids.
func AlphaDistance(rows [][]int, distance [][]float64, b Bootstrap) Estimate {
	ps := patterns(rows)
	apart := make([]float64, len(ps)) // of all ordered pairs of an item, over m-1
	for i, p := range ps {
		for x, a := range p.first {
			for y, c := range p.first {
				apart[i] += float64(p.counts[x]*p.counts[y]) * distance[a][c]
			}
		}
		apart[i] /= float64(len(p.values) - 1)
	}
	totals := make([]float64, len(distance))
	return b.estimate(weights(ps), func(w []float64) (float64, string) {
		n := tally(ps, w, totals)
		if n == 0 {
			return 0, NoOverlap
		}
		observed, expected := 0.0, 0.0
		for i, x := range w {
			observed += x * apart[i]
		}
		for a, ta := range totals {
			if ta == 0 {
				continue
			}
			for c, tc := range totals {
				expected += ta * tc * distance[a][c]
			}
		}
		return ratio(observed, expected, n)
	})
}

// tally sums the answers of each value, and all.
func tally(ps []pattern, w, totals []float64) (n float64) {
	clear(totals)
	for i, x := range w {
		for k, v := range ps[i].first {
			totals[v] += x * float64(ps[i].counts[k])
		}
		n += x * float64(len(ps[i].values))
	}
	return n
}

// squared is alpha where values have places and differ by the square of the
// distance between them.
func squared(ps []pattern, w, totals, places []float64, n float64) (float64, string) {
	observed, sum, squares := 0.0, 0.0, 0.0
	for i, x := range w {
		s, q, m := 0.0, 0.0, float64(len(ps[i].values))
		for k, v := range ps[i].first {
			c := float64(ps[i].counts[k])
			s += c * places[v]
			q += c * places[v] * places[v]
		}
		observed += x * math.Max(m*q-s*s, 0) * 2 / (m - 1)
	}
	for v, t := range totals {
		sum += t * places[v]
		squares += t * places[v] * places[v]
	}
	return ratio(observed, 2*(n*squares-sum*sum), n)
}

// ratio is 1 less observed over expected disagreement: the sums over ordered
// pairs within items, over m-1 each, and over all pairs of n answers.
func ratio(observed, expected, n float64) (float64, string) {
	if expected <= 1e-12*n*n {
		return 0, NoVariation
	}
	return 1 - observed*(n-1)/expected, ""
}

// MASI is the distance between two ascending sets of labels: 1 less their
// Jaccard similarity weighed by how one lies in the other (Passonneau,
// "Measuring agreement on set-valued items (MASI) for semantic and pragmatic
// annotation", LREC 2006). Two empty sets are equal.
func MASI(a, b []int) float64 {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			both++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	if len(a) == 0 && len(b) == 0 {
		return 0
	}
	jaccard := float64(both) / float64(len(a)+len(b)-both)
	monotone := 0.0
	switch {
	case both == len(a) && both == len(b):
		monotone = 1
	case both == len(a) || both == len(b):
		monotone = 2.0 / 3
	case both > 0:
		monotone = 1.0 / 3
	}
	return 1 - jaccard*monotone
}
