package agreement

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Bootstrap says how intervals are drawn. The zero value draws none.
//
// Items are drawn anew with a Poisson number of copies each, as good as
// multinomial resampling where items are many, and items of one pattern at once
// (Chamandy, Muralidharan, Najmi, Naidu, "Estimating uncertainty for massive data
// streams", 2012).
type Bootstrap struct {
	Samples int // resamples; 1,000 give the ends of a 95% interval to a few thousandths
	Seed    uint64
}

// estimate computes a statistic of weighted patterns and its percentile
// interval. The statistic says why it is undefined, or "".
func (b Bootstrap) estimate(w []float64, statistic func([]float64) (float64, string)) Estimate {
	n := 0.0
	for _, x := range w {
		n += x
	}
	v, why := statistic(w)
	e := Estimate{Value: v, Low: v, High: v, Items: int(n), Why: why}
	if why != "" || b.Samples <= 0 {
		return e
	}
	rng := rand.New(rand.NewPCG(b.Seed, 0x9e3779b97f4a7c15))
	drawn := make([]float64, len(w))
	values := make([]float64, 0, b.Samples)
	for range b.Samples {
		for i, x := range w {
			drawn[i] = poisson(x, rng)
		}
		if v, why := statistic(drawn); why == "" {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return e
	}
	slices.Sort(values)
	e.Low, e.High = quantile(values, 0.025), quantile(values, 0.975)
	return e
}

// poisson draws a Poisson number with this mean.
func poisson(mean float64, rng *rand.Rand) float64 {
	switch {
	case mean == 0:
		return 0
	case mean > 8:
		return distuv.Poisson{Lambda: mean, Src: rng}.Rand()
	}
	// By inversion, which needs one number for the common mean of 1.
	u, p, k := rng.Float64(), math.Exp(-mean), 0.0
	for sum := p; u > sum && k < 100; sum += p {
		k++
		p *= mean / k
	}
	return k
}

// quantile interpolates between order statistics (type 7 of Hyndman and Fan,
// 1996).
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
