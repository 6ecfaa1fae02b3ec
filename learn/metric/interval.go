package metric

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Level95 is the usual level of confidence.
const Level95 = 0.95

// Interval is a confidence interval: its low and its high end.
type Interval [2]float64

// MarshalJSON writes both ends, or null where they are NaN.
func (v Interval) MarshalJSON() ([]byte, error) {
	if math.IsNaN(v[0]) || math.IsNaN(v[1]) {
		return []byte("null"), nil
	}
	return json.Marshal([2]float64(v))
}

// Low is the low end.
func (v Interval) Low() float64 { return v[0] }

// High is the high end.
func (v Interval) High() float64 { return v[1] }

// Half is half of the width, the ± of a screen.
func (v Interval) Half() float64 { return (v[1] - v[0]) / 2 }

// Contains reports whether x lies in the interval, its ends included.
func (v Interval) Contains(x float64) bool { return v[0] <= x && x <= v[1] }

// Wilson is the score interval of a share of which k of n items were seen, at
// a level such as Level95. It holds its level for small n and for shares near 0
// and 1, where k/n ± z·sd does not. Without items it is [0, 1]. Wilson,
// "Probable inference, the law of succession, and statistical inference", 1927.
func Wilson(k, n int, level float64) Interval {
	if k < 0 || k > n {
		panic(fmt.Sprintf("metric: %d of %d items", k, n))
	}
	mustBeLevel(level)
	if n == 0 {
		return Interval{0, 1}
	}
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	m, share := float64(n), float64(k)/float64(n)
	mid := share + z*z/(2*m)
	half := z * math.Sqrt(share*(1-share)/m+z*z/(4*m*m))
	v := Interval{(mid - half) / (1 + z*z/m), (mid + half) / (1 + z*z/m)}
	// Exact ends, which rounding would miss by a bit.
	if k == 0 {
		v[0] = 0
	}
	if k == n {
		v[1] = 1
	}
	return v
}

// Bootstrap is the percentile interval of any statistic of n items: the
// statistic is computed anew on resamples, each of n rows drawn with
// replacement, and the interval cuts off equal tails of the results. The slice
// of row numbers is only lent. Results that are NaN (an AUC of a resample with
// one class, say) are left out; the interval is NaN where nothing remains. Some
// 1,000 resamples are usual for an interval at 95%. Efron, "Bootstrap methods:
// another look at the jackknife", 1979.
func Bootstrap(rng *rand.Rand, n, resamples int, level float64, statistic func(rows []int) float64) Interval {
	mustBeLevel(level)
	return percentiles(resample(rng, n, resamples, statistic), level)
}

// resample returns the statistic of every resample, NaN left out, ascending.
func resample(rng *rand.Rand, n, resamples int, statistic func(rows []int) float64) []float64 {
	if n <= 0 {
		return nil
	}
	rows := make([]int, n)
	out := make([]float64, 0, resamples)
	for range resamples {
		for i := range rows {
			rows[i] = rng.IntN(n)
		}
		if v := statistic(rows); !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

func percentiles(sorted []float64, level float64) Interval {
	if len(sorted) == 0 {
		return Interval{math.NaN(), math.NaN()}
	}
	tail := (1 - level) / 2
	return Interval{
		stat.Quantile(tail, stat.LinInterp, sorted, nil),
		stat.Quantile(1-tail, stat.LinInterp, sorted, nil),
	}
}

func mustBeLevel(level float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("metric: confidence level %v", level))
	}
}
