package metric

// Scores are precision, recall and their harmonic mean: of one class, or as an
// average over classes.
type Scores struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// ScoresOf returns the scores of something found: how many were found rightly
// (true positives), how many were found at all, and how many there were to
// find. A ratio without anything below the line is 0.
func ScoresOf(right, found, there int) Scores {
	p, r := ratio(float64(right), float64(found)), ratio(float64(right), float64(there))
	// From the two ratios rather than from counts, as scikit-learn 1.2 does:
	// the last bit decides how a tie is rounded when it is printed.
	return Scores{Precision: p, Recall: r, F1: ratio(2*p*r, p+r)}
}

// Class returns the scores of one class against all others.
func (m *Confusion) Class(c int) Scores { return ScoresOf(m.At(c, c), m.predicted[c], m.support[c]) }

// Micro returns the scores of the summed counts of the classes given, or of
// all classes where none are. Over all classes each of them is the accuracy.
func (m *Confusion) Micro(classes ...int) Scores {
	var right, found, there int
	for _, c := range m.listed(classes) {
		right += m.At(c, c)
		found += m.predicted[c]
		there += m.support[c]
	}
	return ScoresOf(right, found, there)
}

// Macro returns the mean of the scores of the classes given, or of all classes
// where none are. Each counts the same, also one without any item.
func (m *Confusion) Macro(classes ...int) Scores {
	return m.average(m.listed(classes), func(int) float64 { return 1 })
}

// Weighted returns the mean of the scores of the classes given, or of all
// classes where none are, each weighted by its support.
func (m *Confusion) Weighted(classes ...int) Scores {
	return m.average(m.listed(classes), func(c int) float64 { return float64(m.support[c]) })
}

func (m *Confusion) average(classes []int, weight func(c int) float64) Scores {
	w := make([]float64, len(classes))
	p, r, f := make([]float64, len(classes)), make([]float64, len(classes)), make([]float64, len(classes))
	for i, c := range classes {
		s := m.Class(c)
		w[i] = weight(c)
		p[i], r[i], f[i] = s.Precision*w[i], s.Recall*w[i], s.F1*w[i]
	}
	total := pairwise(w)
	return Scores{ratio(pairwise(p), total), ratio(pairwise(r), total), ratio(pairwise(f), total)}
}

func (m *Confusion) listed(classes []int) []int {
	if classes != nil {
		return classes
	}
	all := make([]int, m.k)
	for c := range all {
		all[c] = c
	}
	return all
}

// pairwise sums by halves, which keeps rounding errors small, in the order in
// which numpy adds (eight partial sums within blocks of at most 128). The order
// matters: with equal supports a macro average is a ratio of round numbers, so
// that half of them would lie exactly between two printed values, and the last
// bit decides which of the two is printed.
func pairwise(x []float64) float64 {
	switch n := len(x); {
	case n < 8:
		s := 0.0
		for _, v := range x {
			s += v
		}
		return s
	case n <= 128:
		r := [8]float64(x)
		i := 8
		for ; i+8 <= n; i += 8 {
			for j, v := range x[i : i+8] {
				r[j] += v
			}
		}
		s := ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
		for _, v := range x[i:] {
			s += v
		}
		return s
	default:
		half := n / 2
		half -= half % 8
		return pairwise(x[:half]) + pairwise(x[half:])
	}
}
