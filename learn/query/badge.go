package query

import (
	"context"
	"math/rand/v2"

	"inkling/learn/dense"
)

// badge picks by the seeding of k-means++ among gradient embeddings: the gradient
// of the loss in the weights of the last layer, if the most probable class were
// the answer, which is (p - e) x, an outer product (Ash, Zhang, Krishnamurthy,
// Langford, Agarwal, "Deep batch active learning by diverse, uncertain gradient
// lower bounds", ICLR 2020). Its length is large where the model is uncertain, and
// picks are far apart. The first is the longest. Products are never formed: the
// inner product of two is (a.b)(x.y). It takes O(N n (c + d)).
func badge(ctx context.Context, v *view, n int) ([]choice, error) {
	rng := v.random()
	c := len(v.probs(0))
	loss := make([]float32, v.len()*c) // p - e
	size := make([]float32, v.len())   // square of the length
	for i := range v.at {
		p := loss[i*c : (i+1)*c]
		class, _, _ := top(v.probs(i))
		for k, q := range v.probs(i) {
			p[k] = float32(q)
			if k == class {
				p[k]--
			}
		}
		x := v.vector(i)
		size[i] = dense.Dot(p, p) * dense.Dot(x, x)
	}
	near := make([]float32, v.len())
	picked := make([]bool, v.len())
	var out []choice
	for len(out) < n {
		at := -1
		if len(out) == 0 {
			at = 0
			for i, s := range size {
				if s > size[at] {
					at = i
				}
			}
		} else if at = drawBy(rng, v.len(), func(i int) float64 { return float64(near[i]) }); at < 0 {
			break // all that is left is as one that was picked
		}
		score := size[at]
		if len(out) > 0 {
			score = near[at]
		}
		picked[at] = true
		out = append(out, choice{at: at, score: float64(score), why: v.uncertain(at)})
		x, p := v.vector(at), loss[at*c:(at+1)*c]
		for i := range near {
			if i%checkEvery == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			s := apart(size[i], size[at], dense.Dot(loss[i*c:(i+1)*c], p)*dense.Dot(v.vector(i), x))
			if len(out) == 1 || s < near[i] {
				near[i] = s
			}
			if picked[i] {
				near[i] = 0
			}
		}
	}
	return out, nil
}

// random is the source of a method's draws.
func (v *view) random() *rand.Rand { return rand.New(rand.NewPCG(v.seed, 0x9e3779b97f4a7c15)) }
