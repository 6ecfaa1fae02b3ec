// Package semi learns from items without an answer what items with one say of
// them: label spreading over a graph of similar items, and the choice of what a
// model says of an item that is sure enough to learn from. It holds pure functions
// of vectors and probabilities; nothing here is an answer.
package semi

import (
	"context"
	"math"
	"slices"
)

// Graph joins similar items. It is symmetric, and no item is joined to itself.
type Graph struct {
	near   [][]int32   // by item, ascending
	weight [][]float64 // of each edge, above 0
}

// Edge joins two items.
type Edge struct {
	A, B   int
	Weight float64 // above 0
}

// NewGraph returns the graph of n items with these edges. Of two edges between the
// same items the heavier one counts.
func NewGraph(n int, edges []Edge) *Graph {
	g := &Graph{near: make([][]int32, n), weight: make([][]float64, n)}
	both := make([]map[int32]float64, n)
	add := func(a, b int, w float64) {
		if both[a] == nil {
			both[a] = map[int32]float64{}
		}
		both[a][int32(b)] = max(both[a][int32(b)], w)
	}
	for _, e := range edges {
		if e.A != e.B && e.Weight > 0 {
			add(e.A, e.B, e.Weight)
			add(e.B, e.A, e.Weight)
		}
	}
	for i, m := range both {
		for k := range m {
			g.near[i] = append(g.near[i], k)
		}
		slices.Sort(g.near[i])
		for _, k := range g.near[i] {
			g.weight[i] = append(g.weight[i], m[k])
		}
	}
	return g
}

// Len is the number of items.
func (g *Graph) Len() int { return len(g.near) }

// Spreading, where it ends.
const (
	settled = 1e-6
	rounds  = 100
)

// Spread spreads the classes of some items over the graph (Zhou, Bousquet, Lal,
// Weston, Schölkopf, "Learning with local and global consistency", NIPS 2003):
// F = alpha S F + (1 - alpha) Y until it settles, with S the weights over the
// square roots of the items' sums of weights. class holds the class of each item,
// below 0 where it has none, and alpha, 0 to 1, is how much an item listens to its
// neighbours. It returns the probabilities of the classes by item: the rows of F,
// each over its sum; nil for an item that nothing reaches.
func (g *Graph) Spread(ctx context.Context, class []int, classes int, alpha float64) ([][]float64, error) {
	n := g.Len()
	root := make([]float64, n)
	for i, ws := range g.weight {
		sum := 0.0
		for _, w := range ws {
			sum += w
		}
		root[i] = math.Sqrt(sum)
	}
	now, next := make([]float64, n*classes), make([]float64, n*classes)
	for i, c := range class {
		if c >= 0 {
			now[i*classes+c] = 1
		}
	}
	for range rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		moved := 0.0
		for i := range n {
			row := next[i*classes : (i+1)*classes]
			clear(row)
			for k, j := range g.near[i] {
				s := alpha * g.weight[i][k] / (root[i] * root[j])
				for c, x := range now[int(j)*classes : (int(j)+1)*classes] {
					row[c] += float64(s * x)
				}
			}
			if c := class[i]; c >= 0 {
				row[c] += 1 - alpha
			}
			for c, x := range row {
				moved += math.Abs(x - now[i*classes+c])
			}
		}
		now, next = next, now
		if moved < settled*float64(n) {
			break
		}
	}
	out := make([][]float64, n)
	for i := range out {
		row, sum := now[i*classes:(i+1)*classes], 0.0
		for _, x := range row {
			sum += x
		}
		if sum <= 0 {
			continue
		}
		out[i] = make([]float64, classes)
		for c, x := range row {
			out[i][c] = x / sum
		}
	}
	return out, nil
}
