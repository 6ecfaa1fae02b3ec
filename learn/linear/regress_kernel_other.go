//go:build !amd64

package linear

import "inkling/learn/feature"

func ahead(*feature.Row) {}

func crossSums(sums, x []float64, columns, rows int) { crossSumsPlain(sums, x, columns, rows) }

func spread(sums, x []float64, at []uint32, v []float64) { spreadPlain(sums, x, at, v) }

func hatSums(cells [2][]float64, a, b, c inHat) { hatSumsPlain(cells, a, b, c) }
