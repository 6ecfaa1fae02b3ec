package metric

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// MAE is the mean absolute error, in the unit of the numbers. Like all errors
// of numbers it is NaN without items.
func MAE(truth, predicted []float64) float64 {
	mustMatch("predictions", len(predicted), len(truth))
	return floats.Distance(truth, predicted, 1) / float64(len(truth))
}

// MSE is the mean squared error.
func MSE(truth, predicted []float64) float64 {
	mustMatch("predictions", len(predicted), len(truth))
	sum := 0.0
	for i, t := range truth {
		d := t - predicted[i]
		sum += d * d
	}
	return sum / float64(len(truth))
}

// RMSE is the root of the mean squared error, in the unit of the numbers.
func RMSE(truth, predicted []float64) float64 {
	return math.Sqrt(MSE(truth, predicted))
}

// R2 is the coefficient of determination: the share of the truth's variance
// that the predictions explain. 1 is perfect, 0 is no better than always
// predicting the mean, below 0 is worse. Where the truth is one constant there
// is nothing to explain: 1 if it is predicted exactly, else 0, as in
// scikit-learn.
func R2(truth, predicted []float64) float64 {
	mustMatch("predictions", len(predicted), len(truth))
	if len(truth) == 0 {
		return math.NaN()
	}
	if floats.Min(truth) == floats.Max(truth) {
		if floats.Equal(truth, predicted) {
			return 1
		}
		return 0
	}
	return stat.RSquaredFrom(predicted, truth, nil)
}

// MAPE is the mean absolute error relative to the truth, as a fraction: 0.05
// is five per cent. A truth of 0 is taken as 2^-52, as in scikit-learn, which
// makes the figure huge: it is of no use where zeros are among the truth.
func MAPE(truth, predicted []float64) float64 {
	mustMatch("predictions", len(predicted), len(truth))
	sum := 0.0
	for i, t := range truth {
		sum += math.Abs(t-predicted[i]) / max(math.Abs(t), epsilon)
	}
	return sum / float64(len(truth))
}

// Pinball is the mean loss of predictions of the quantile q, between 0 and 1:
// a truth above the prediction costs q a unit, one below costs 1-q. With q =
// 0.5 it is half of MAE. Koenker and Bassett, "Regression quantiles", 1978.
func Pinball(truth, predicted []float64, q float64) float64 {
	mustMatch("predictions", len(predicted), len(truth))
	sum := 0.0
	for i, t := range truth {
		d := t - predicted[i]
		sum += max(q*d, (q-1)*d)
	}
	return sum / float64(len(truth))
}

// NumberReport is the report of predicted numbers.
type NumberReport struct {
	N    int     `json:"n"`
	MAE  Measure `json:"mae"`
	MSE  Measure `json:"mse"`
	RMSE Measure `json:"rmse"`
	R2   Measure `json:"r2"`
	MAPE Measure `json:"mape"`

	// Pinball are the losses where a number that is too low costs a ninth of one
	// that is too high, as much, and nine times as much.
	Pinball Pinballs `json:"pinball"`
}

// Pinballs are the losses of quantiles.
type Pinballs struct {
	Low  Measure `json:"0.1"`
	Mid  Measure `json:"0.5"`
	High Measure `json:"0.9"`
}

// EvaluateNumbers returns the report of all items.
func EvaluateNumbers(truth, predicted []float64) NumberReport {
	loss := func(q float64) Measure { return Measure(Pinball(truth, predicted, q)) }
	return NumberReport{
		N:       len(truth),
		MAE:     Measure(MAE(truth, predicted)),
		MSE:     Measure(MSE(truth, predicted)),
		RMSE:    Measure(RMSE(truth, predicted)),
		R2:      Measure(R2(truth, predicted)),
		MAPE:    Measure(MAPE(truth, predicted)),
		Pinball: Pinballs{loss(0.1), loss(0.5), loss(0.9)},
	}
}
