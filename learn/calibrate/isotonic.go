package calibrate

import (
	"cmp"
	"slices"
)

// isotonicRows is how many rows an isotonic map needs: with fewer it follows
// chance (Niculescu-Mizil and Caruana, "Predicting good probabilities with
// supervised learning", 2005).
const isotonicRows = 1000

// stairs is a rising function: level[j] at at[j], lines between, level beyond
// the ends.
type stairs struct {
	x, y []float64
}

// at returns the function's value.
func (s stairs) at(p float64) float64 {
	j, ok := slices.BinarySearch(s.x, p)
	switch {
	case ok:
		return s.y[j]
	case j == 0:
		return s.y[0]
	case j == len(s.x):
		return s.y[j-1]
	}
	part := (p - s.x[j-1]) / (s.x[j] - s.x[j-1])
	return s.y[j-1] + float64(part*(s.y[j]-s.y[j-1]))
}

// sample is a probability that was given, and how much of it came true.
type sample struct{ p, true, weight float64 }

// block is samples that have one level.
type block struct{ low, high, sum, weight float64 }

// pool returns the rising step function nearest to the samples in squares, by
// pooling adjacent violators: blocks in the order of their probabilities, each
// level above the one before (Ayer et al., 1955). Samples of one probability are
// in one block.
func pool(samples []sample) []block {
	slices.SortStableFunc(samples, func(a, b sample) int { return cmp.Compare(a.p, b.p) })
	var out []block
	for i := 0; i < len(samples); {
		b := block{low: samples[i].p, high: samples[i].p}
		for ; i < len(samples) && samples[i].p == b.low; i++ {
			b.sum += samples[i].weight * samples[i].true
			b.weight += samples[i].weight
		}
		for n := len(out) - 1; n >= 0; n-- {
			before := out[n]
			if before.sum*b.weight < b.sum*before.weight {
				break
			}
			b = block{before.low, b.high, before.sum + b.sum, before.weight + b.weight}
			out = out[:n]
		}
		out = append(out, b)
	}
	return out
}

// fitIsotonic fits one class against the rest. Levels keep from 0 and 1 what a
// block of so many rows cannot tell from them.
func fitIsotonic(samples []sample) stairs {
	var s stairs
	for _, b := range pool(samples) {
		level := (b.sum + 0.5*levelPrior) / (b.weight + levelPrior)
		s.x, s.y = append(s.x, b.low), append(s.y, level)
		if b.high > b.low {
			s.x, s.y = append(s.x, b.high), append(s.y, level)
		}
	}
	// Smoothing pulls small blocks more than large ones, and may turn two round.
	for j := 1; j < len(s.y); j++ {
		s.y[j] = max(s.y[j], s.y[j-1])
	}
	return s
}

// levelPrior is how many rows, half of them true, stand beside a block's own.
const levelPrior = 1.0
