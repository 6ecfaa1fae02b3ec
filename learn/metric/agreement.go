package metric

import "math"

// Kappa is the agreement of truth and prediction beyond what their totals
// alone would give by chance: 1 is perfect, 0 is chance, below 0 is worse. It
// is 0 where chance alone would always agree (one class only). Unweighted.
// Cohen, "A coefficient of agreement for nominal scales", 1960.
func (m *Confusion) Kappa() float64 {
	n := float64(m.n)
	chance := m.chance() // items that chance would get right, times n
	if n*n == chance {
		return 0
	}
	return (n*float64(m.correct) - chance) / (n*n - chance)
}

// MCC is Matthews' correlation coefficient in its form for several classes:
// the correlation of truth and prediction, from -1 to 1, and 0 where either
// of them is always the same class. Gorodkin, "Comparing two K-category
// assignments by a K-category correlation coefficient", 2004.
func (m *Confusion) MCC() float64 {
	n := float64(m.n)
	truth, predicted := n*n, n*n // n squared times the variances
	for c := range m.k {
		truth -= float64(m.support[c]) * float64(m.support[c])
		predicted -= float64(m.predicted[c]) * float64(m.predicted[c])
	}
	return ratio(n*float64(m.correct)-m.chance(), math.Sqrt(truth*predicted))
}

// chance is n times the number of items that would be right if predictions
// kept their totals but were drawn at random.
func (m *Confusion) chance() float64 {
	s := 0.0
	for c, n := range m.support {
		s += float64(n) * float64(m.predicted[c])
	}
	return s
}
