package simulate

import "math"

// Result is what a simulation found.
type Result struct {
	Metric     Metric
	Pool, Test int     // items
	Full       float64 // score of the model that learned from the whole pool
	Curves     []Curve // in the order of Options.Strategies
}

// Curve is how the score grows with the answers where one strategy asks.
type Curve struct {
	Strategy string
	Labels   []int       // answers at each point
	Runs     [][]float64 // by run, which is by seed: the score at each point
	Seen     [][]int     // by run: how many classes or labels have an answer at each point; nil for numbers

	Mean, Std []float64 // of the runs at each point; the deviation is that of the runs themselves (divided by their number)
	Areas     []float64 // by run: the mean over the points
	Area      float64   // mean of Areas
	AreaStd   float64   // their deviation, as Std's
	To95      int       // answers at the first point whose mean reaches 95% of the score of all answers (an error: that is at most 1/0.95 of it); 0 where none does
}

// enough is the share of the full score that To95 asks for.
const enough = 0.95

func (r *Result) summarise() {
	for i := range r.Curves {
		c := &r.Curves[i]
		for k := range c.Labels {
			at := make([]float64, len(c.Runs))
			for j, run := range c.Runs {
				at[j] = run[k]
			}
			mean, std := moments(at)
			c.Mean, c.Std = append(c.Mean, mean), append(c.Std, std)
			if c.To95 == 0 && r.reaches(mean, enough) {
				c.To95 = c.Labels[k]
			}
		}
		for _, run := range c.Runs {
			mean, _ := moments(run)
			c.Areas = append(c.Areas, mean)
		}
		c.Area, c.AreaStd = moments(c.Areas)
	}
}

// reaches reports whether a score is so large a share of the full one.
func (r *Result) reaches(score, share float64) bool {
	if r.Metric.Less() {
		return score*share <= r.Full
	}
	return score >= share*r.Full
}

// Reach returns the answers at the first point whose mean is at least as good as
// a score, 0 where none is.
func (c *Curve) Reach(score float64, m Metric) int {
	for k, x := range c.Mean {
		if m.Less() && x <= score || !m.Less() && x >= score {
			return c.Labels[k]
		}
	}
	return 0
}

// Gain returns by how much the area of a curve is better than that of another
// one, seed by seed, and the standard error of that; 0 where there is one seed
// only.
func (c *Curve) Gain(over *Curve, m Metric) (gain, err float64) {
	d := make([]float64, min(len(c.Areas), len(over.Areas)))
	for k := range d {
		d[k] = c.Areas[k] - over.Areas[k]
		if m.Less() {
			d[k] = -d[k]
		}
	}
	gain, std := moments(d)
	if len(d) < 2 {
		return gain, 0
	}
	return gain, std / math.Sqrt(float64(len(d)-1))
}

// moments returns the mean and the standard deviation, divided by the number.
func moments(x []float64) (mean, std float64) {
	if len(x) == 0 {
		return 0, 0
	}
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		std += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(std / float64(len(x)))
}
