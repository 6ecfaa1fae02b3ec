package query

import "context"

// density weighs the margin's uncertainty by how like the pool an item is: the
// mean cosine to all candidates, those that read the same counted each (Settles,
// Craven, "An analysis of active learning strategies for sequence labeling
// tasks", EMNLP 2008, with beta 1). The mean of the cosines is the cosine to the
// mean, so that it takes O(N d).
func density(ctx context.Context, v *view, n int) ([]choice, error) {
	units, d := v.units()
	mean := make([]float64, d)
	total := 0
	for i := range v.at {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		total += v.times[i]
		for j, x := range units[i*d : (i+1)*d] {
			mean[j] += float64(v.times[i]) * float64(x)
		}
	}
	middle := make([]float32, d)
	for j, x := range mean {
		middle[j] = float32(x / float64(total))
	}
	return best(ctx, v, n, func(i int) float64 {
		return Margin{}.Score(v.probs(i)) * max(0, float64(dot(units[i*d:(i+1)*d], middle)))
	}, v.uncertain)
}
