package exact

// Farthest is how far below the best of its row a score counts in Softmax: e to
// the power of -700 is still above 0, so no probability is 0.
const Farthest = 700

// Sigmoid returns 1 / (1 + e^-x). It is 0 only below -745.
func Sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + Exp(-x))
	}
	e := Exp(x)
	return e / (1 + e)
}

// Softplus returns ln(1 + e^x), which is -ln Sigmoid(-x): the loss of a
// probability in terms of its log odds.
func Softplus(x float64) float64 {
	if x > 0 {
		return x + Log1p(Exp(-x))
	}
	return Log1p(Exp(x))
}

// Softmax writes e^z[c] as a part of their sum into each p[c], which may be the same
// slice as z, of the same length. Scores count as no more than Farthest below the
// greatest. It returns the logarithm of the sum, so that z[c] less that is ln p[c].
// NaN anywhere gives NaN everywhere.
func Softmax[F float32 | float64](z []F, p []float64) (logSum float64) {
	if len(z) == 0 {
		return Log(0)
	}
	p = p[:len(z)]
	top := z[0]
	for _, x := range z {
		top = max(top, x)
	}
	sum := 0.0
	for c, x := range z {
		p[c] = Exp(max(float64(x-top), -Farthest))
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return float64(top) + Log(sum)
}
