package calibrate

import "math"

// Bounds of the number that a temperature multiplies log probabilities with.
const (
	betaLow  = 1.0 / 256
	betaHigh = 256
)

// temperaturePrior is the weight, in nats, of the pull of b towards 1: few rows
// must agree before probabilities are changed much.
const temperaturePrior = 2

// fitTemperature minimises the log loss of softmax(b z) over b, and with it
// the pull (b + 1/b - 2)/2, which is the same for b and 1/b. The sum is convex in
// b, and is minimised by Newton's steps kept within a bracket that holds the root of
// the derivative. Where the root is beyond the bounds the bound is returned.
func fitTemperature(h *held) float64 {
	low, high := betaLow, float64(betaHigh)
	if slope, _ := h.slopeAt(low); slope >= 0 {
		return low
	}
	if slope, _ := h.slopeAt(high); slope <= 0 {
		return high
	}
	b := 1.0
	for range 100 {
		slope, bend := h.slopeAt(b)
		if slope > 0 {
			high = b
		} else {
			low = b
		}
		next := b - slope/bend
		if !(next > low && next < high) {
			next = math.Sqrt(low * high)
		}
		if math.Abs(next-b) <= 1e-9*b {
			return next
		}
		b = next
	}
	return b
}

// slopeAt returns the first and second derivative of that sum in b.
func (h *held) slopeAt(b float64) (slope, bend float64) {
	q := make([]float64, h.classes)
	for i, m := range h.logs {
		for k, x := range m {
			q[k] = b * x
		}
		softmax(q)
		mean, square, target := 0.0, 0.0, 0.0
		for k, x := range m {
			mean += q[k] * x
			square += q[k] * x * x
			target += h.target(i, k) * x
		}
		slope += h.weight[i] * (mean - target)
		bend += h.weight[i] * (square - mean*mean)
	}
	return slope + h.prior*(1-1/(b*b))/2, bend + h.prior/(b*b*b)
}
