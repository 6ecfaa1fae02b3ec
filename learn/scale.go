package learn

import (
	"math"

	"inkling/learn/query"
)

// scale weighs people's answers and the model's against each other, and with
// that an item's need of an answer, old items and new ones alike (Goh, Tkachenko,
// Mueller, "CROWDLAB: supervised learning to infer consensus labels and quality
// scores for data with multiple annotators", 2022; Goh and Mueller, "ActiveLab:
// active learning with re-labeling by multiple annotators", 2023).
//
// An answer that accepts what a model suggested is no evidence beside that
// model's: where somebody was shown a suggestion and took it, the model has no
// weight.
type scale struct {
	classes int
	right   float64   // the probability that an answer is the consensus
	model   float64   // weight of the model
	people  []float64 // by number; 0 for those of whom nothing is known, who weigh mean
	mean    float64
}

// leastSay is what anybody's word weighs at least.
const leastSay = 0.01

// newScale finds the weights from items with several answers, or from all where
// there are few of these. class is what is held for true of each.
func newScale(items []surveyItem, said [][]float64, classes, people int) scale {
	s := scale{classes: classes, right: 0.9, mean: 1, people: make([]float64, people)}
	several := 0
	for _, it := range items {
		if len(it.said) > 1 {
			several++
		}
	}
	agree, pairs := make([]float64, people), make([]float64, people)
	per := make([]float64, classes)
	n, hits, answers, model := 0.0, 0.0, 0.0, 0.0
	for i, it := range items {
		if several >= weighItems && len(it.said) < 2 || len(it.said) == 0 {
			continue
		}
		per[it.class]++
		n++
		if best(said[i]) == it.class {
			model++
		}
		for j, v := range it.said {
			answers++
			if int(v.class) == it.class {
				hits++
			}
			for k, o := range it.said {
				if k != j {
					pairs[v.by]++
					if o.class == v.class {
						agree[v.by]++
					}
				}
			}
		}
	}
	if n == 0 {
		return s
	}
	most := 0.0
	for _, x := range per {
		most = max(most, x/n)
	}
	// How much better than who always says the most frequent class.
	weight := func(accuracy float64) float64 {
		if most >= 1 {
			return 1
		}
		return max(leastSay, 1-(1-accuracy)/(1-most))
	}
	if several >= weighItems {
		s.right = min(max(hits/answers, 1/float64(classes)), 0.99)
		sum, known := 0.0, 0.0
		for by := range agree {
			if pairs[by] >= weighAnswers {
				s.people[by] = weight(agree[by] / pairs[by])
				sum, known = sum+s.people[by], known+1
			}
		}
		if known > 0 {
			s.mean = sum / known
		}
	}
	s.model = weight(model/n) * math.Sqrt(answers/n)
	return s
}

// of is the weight of a person.
func (s *scale) of(by int32) float64 {
	if int(by) < len(s.people) && s.people[by] > 0 {
		return s.people[by]
	}
	return s.mean
}

// says is the probability that a person's answer gives to a class.
func (s *scale) says(answer, class int) float64 {
	if answer == class {
		return s.right
	}
	return (1 - s.right) / float64(max(1, s.classes-1))
}

// again returns how much an item with answers needs another one, and how sure
// its consensus is.
func (s *scale) again(said []voice, class int, p []float64) (need, confidence float64) {
	model := s.model
	sum, weight := 0.0, 0.0
	for _, v := range said {
		w := s.of(v.by)
		sum, weight = sum+w*s.says(int(v.class), class), weight+w
		if v.shown {
			model = 0
		}
	}
	sum, weight = sum+model*p[class], weight+model
	return 1 - (sum+s.mean/float64(s.classes))/(weight+s.mean), sum / weight
}

// first returns how much an item without answers needs one.
func (s *scale) first(e query.Entry) float64 {
	if s.classes == 0 {
		return 1
	}
	return 1 - (s.model*float64(e.Probability)+s.mean/float64(s.classes))/(s.model+s.mean)
}
