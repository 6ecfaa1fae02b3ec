package metric

import "math"

// epsilon is the distance from 1 to the next float64. Probabilities are kept
// that far from 0 and 1 before a logarithm is taken.
const epsilon = 0x1p-52

// LogLoss is the mean over items of minus the natural logarithm of the
// probability of the true class, in nats. As in scikit-learn, probabilities
// are clipped to [2^-52, 1-2^-52], and each row is divided by its sum after
// that. It is NaN without items.
func LogLoss(truth []int, p [][]float64) float64 {
	return meanLoss(truth, p, logLoss)
}

// Brier is the mean over items of the squared differences, summed over all
// classes, between the probabilities and certainty in the true class: from 0
// to 2, and with two classes twice what is reported where only one of them is
// counted. It is NaN without items. Brier, "Verification of forecasts
// expressed in terms of probability", 1950.
func Brier(truth []int, p [][]float64) float64 {
	return meanLoss(truth, p, brier)
}

// TopK is the share of items whose true class is among the k most probable
// ones. Of equal probabilities the lower class comes first, so that TopK with
// k = 1 is the accuracy of ArgMax. It is NaN without items.
func TopK(truth []int, p [][]float64, k int) float64 {
	return meanLoss(truth, p, func(t int, row []float64) float64 {
		before := 0
		for c, v := range row {
			if v > row[t] || v == row[t] && c < t {
				before++
			}
		}
		if before < k && !math.IsNaN(row[t]) {
			return 1
		}
		return 0
	})
}

func meanLoss(truth []int, p [][]float64, loss func(truth int, row []float64) float64) float64 {
	mustMatch("rows of probabilities", len(p), len(truth))
	if len(truth) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for i, t := range truth {
		mustHold(t, len(p[i]))
		sum += loss(t, p[i])
	}
	return sum / float64(len(truth))
}

func logLoss(truth int, row []float64) float64 {
	sum := 0.0
	for _, v := range row {
		sum += min(max(v, epsilon), 1-epsilon)
	}
	return math.Log(sum) - math.Log(min(max(row[truth], epsilon), 1-epsilon))
}

func brier(truth int, row []float64) float64 {
	sum := 0.0
	for c, v := range row {
		if c == truth {
			v--
		}
		sum += v * v
	}
	return sum
}
