package semi

import (
	"cmp"
	"slices"
)

// Taken is an item that is learned from as if it had an answer.
type Taken struct {
	Row    int
	Class  int
	Weight float64
}

// Choose returns the items whose most probable class is at least so probable, of
// each class no more than its share among the answers allows, the most probable
// ones first: self-training that takes whatever is sure lets the easy classes crowd
// out the others (Yarowsky 1995; Zou et al., "Unsupervised domain adaptation for
// semantic segmentation via class-balanced self-training", ECCV 2018). p holds
// calibrated probabilities, nil where there are none, and answers the number of
// answers of each class. All together weigh share times as much as the answers, and
// each by its probability.
func Choose(p [][]float64, least float64, answers []int, share float64) []Taken {
	by := make([][]Taken, len(answers))
	for i, q := range p {
		if q == nil {
			continue
		}
		at := 0
		for c, x := range q {
			if x > q[at] {
				at = c
			}
		}
		if q[at] >= least {
			by[at] = append(by[at], Taken{i, at, q[at]})
		}
	}
	total := 0
	for _, n := range answers {
		total += n
	}
	sure := 0
	for _, all := range by {
		sure += len(all)
	}
	var out []Taken
	for c, all := range by {
		slices.SortStableFunc(all, func(a, b Taken) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Row, b.Row)) })
		most := int(float64(sure)*float64(answers[c])/float64(max(total, 1)) + 0.5)
		out = append(out, all[:min(len(all), most)]...)
	}
	sum := 0.0
	for _, x := range out {
		sum += x.Weight
	}
	for i := range out {
		out[i].Weight *= share * float64(total) / max(sum, share*float64(total))
	}
	return out
}
