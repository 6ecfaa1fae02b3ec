package forest

import (
	"context"
	"math"
	"math/rand/v2"
)

// leafwise grows trees of boosting: of all leaves, the one whose split gains
// most is split next. One goroutine has it.
//
// Derivatives are rounded to whole numbers, up or down at random so that sums
// are right in the mean (as Shi, Ke, Chen and others, "Quantized training of gradient boosting
// decision trees", 2022, found to be enough with far fewer digits). Both share
// one word, and the sums of a node less those of one side are exactly those of
// the other. What leaves say comes from the derivatives as they are.
type leafwise struct {
	b      *booster
	inner  int      // goroutines for one node
	row    []uint64 // derivatives of each row, packed
	here   []uint64
	rows   []uint32
	room   []uint32
	spare  [][]uint64 // sums of nodes that are no more needed
	leaves []*ripe
	cols   []bool // that this tree may use
	unitG  float64
	unitH  float64
	best   []split
}

// ripe is a leaf that may be split.
type ripe struct {
	node     uint32
	from, to int
	depth    int
	g, h     int64 // sums of the rounded derivatives
	sums     []uint64
	split    split // gain is above that of the leaf as it is; 0 where there is none
}

func newLeafwise(b *booster) *leafwise {
	n := len(b.d.Rows)
	return &leafwise{b: b, inner: max(1, b.o.Workers/max(1, len(b.active))), row: make([]uint64, n), here: make([]uint64, n),
		rows: make([]uint32, n), room: make([]uint32, n), cols: make([]bool, len(b.m.cols.list)), best: make([]split, len(b.m.cols.list))}
}

// round packs the derivatives of some rows.
func (t *leafwise) round(rows []uint32, s []slope, seed uint64) (g, h int64) {
	var topG, topH float64
	for _, i := range rows {
		topG, topH = max(topG, math.Abs(float64(s[i].g))), max(topH, float64(s[i].h))
	}
	most := float64(min(1<<20, (1<<31-1)/(len(rows)+1)-1))
	t.unitG, t.unitH = topG/most, topH/most
	if topG == 0 {
		t.unitG = 1
	}
	byG, byH := 1/t.unitG, 1/t.unitH
	x := seed*0x9e3779b97f4a7c15 + t.b.o.Seed
	for _, i := range rows {
		// SplitMix64 (Steele, Lea, Flood 2014): one number for both.
		z := x + uint64(i)*0x9e3779b97f4a7c15
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z ^= z >> 31
		const one = 1.0 / (1 << 32)
		qg := int32(math.Floor(float64(s[i].g)*byG + float64(uint32(z))*one))
		qh := uint32(float64(s[i].h)*byH + float64(z>>32)*one)
		qh = max(qh, 1)
		t.row[i] = pack(qg, qh)
		g, h = g+int64(qg), h+int64(qh)
	}
	return g, h
}

// grow grows one tree on some rows and adds what it says to the scores of all.
// It returns nil where the context ended.
func (t *leafwise) grow(ctx context.Context, rows []uint32, s []slope, score []float64, seed uint64) *grown {
	out := &grown{nodes: make([]node, 1), cover: make([]float32, 1), gain: make([]float64, len(t.cols))}
	rng := rand.New(rand.NewPCG(t.b.o.Seed, seed|1<<63))
	t.drawColumns(rng)
	t.rows = t.rows[:copy(t.rows[:cap(t.rows)], rows)]
	g, h := t.round(rows, s, seed)
	root := &ripe{to: len(rows), g: g, h: h}
	rule := t.rule(h)
	t.leaves = append(t.leaves[:0], root)
	if !t.look(ctx, root, nil, rule) {
		return nil
	}
	for len(t.leaves) < t.b.o.Leaves {
		top := t.leaves[0]
		for _, l := range t.leaves {
			if l.split.gain > top.split.gain {
				top = l
			}
		}
		if !(top.split.gain > 0) {
			break
		}
		left, right := t.part(out, top)
		last := len(t.leaves)+1 == t.b.o.Leaves
		for i, l := range t.leaves {
			if l == top {
				t.leaves[i] = left
			}
		}
		t.leaves = append(t.leaves, right)
		if last || left.depth >= t.b.o.Depth {
			t.free(top.sums)
			continue
		}
		if left.to-left.from > right.to-right.from {
			left, right = right, left
		}
		if !t.look(ctx, left, nil, rule) || !t.look(ctx, right, subtract(top.sums, left.sums), rule) {
			return nil
		}
	}
	for _, l := range t.leaves {
		t.free(l.sums)
		t.settle(out, l, s, score)
	}
	t.others(out, rows, score)
	return out
}

func (t *leafwise) free(sums []uint64) {
	if sums != nil {
		t.spare = append(t.spare, sums)
	}
}

// subtract takes the sums of one side from those of both.
func subtract(all, side []uint64) []uint64 {
	side = side[:len(all)]
	for i := range all {
		all[i] -= side[i]
	}
	return all
}

// rule is what splits keep to, in the rounded unit of the second derivatives.
func (t *leafwise) rule(h int64) rule {
	least := t.b.o.Least
	if least <= 0 {
		least = min(1, float64(h)*t.unitH/20)
	}
	return rule{penalty: t.b.o.Penalty / t.unitH, category: t.b.o.Category / t.unitH, least: least / t.unitH}
}

func (t *leafwise) drawColumns(rng *rand.Rand) {
	part := t.b.o.Columns
	any := false
	for c := range t.cols {
		t.cols[c] = part >= 1 || rng.Float64() < part
		any = any || t.cols[c]
	}
	if !any && len(t.cols) > 0 {
		t.cols[rng.IntN(len(t.cols))] = true
	}
}

// smallNode is how many sums are made by one goroutine alone.
const smallNode = 1 << 16

// look finds the best split of a leaf. Its sums are given or made.
func (t *leafwise) look(ctx context.Context, l *ripe, sums []uint64, r rule) bool {
	if ctx.Err() != nil {
		return false
	}
	st := t.b.store
	rows := t.rows[l.from:l.to]
	workers := t.inner
	if len(rows)*len(t.cols) < smallNode {
		workers = 1
	}
	l.sums = sums
	if sums == nil {
		if n := len(t.spare); n > 0 {
			l.sums, t.spare = t.spare[n-1], t.spare[:n-1]
			clear(l.sums)
		} else {
			l.sums = make([]uint64, st.size)
		}
		here, total := t.here[:len(rows)], uint64(0)
		for j, i := range rows {
			v := t.row[i]
			here[j] = v
			total += v
		}
		if share(ctx, workers, st.tasks(), func(task int) { st.add(task, l.sums, rows, here, total) }) != nil {
			return false
		}
	}
	g, h := float64(l.g), float64(l.h)
	if 2*r.least > h {
		return true
	}
	before := g * g / (h + r.penalty)
	groups := (len(t.cols) + lanes - 1) / lanes
	err := share(ctx, t.inner, groups, func(at int) {
		var b bars
		for c := at * lanes; c < min(len(t.cols), (at+1)*lanes); c++ {
			t.best[c] = split{gain: before}
			if t.cols[c] {
				st.read(&b, l.sums, c)
				b.best(&t.best[c], c, st.b.list[c].category, r)
			}
		}
	})
	if err != nil {
		return false
	}
	l.split = split{gain: before}
	for _, s := range t.best {
		if s.gain > l.split.gain {
			l.split = s
		}
	}
	if l.split.gain -= before; l.split.gain <= before*1e-12 {
		l.split.gain = 0
	}
	return true
}

// part splits a leaf.
func (t *leafwise) part(out *grown, l *ripe) (left, right *ripe) {
	rows, bins := t.rows[l.from:l.to], t.b.store.b.col[l.split.col]
	n, sets := l.split.node(), []set{l.split.set}
	a, b := 0, 0
	sum := uint64(0)
	for _, i := range rows {
		to := int(n.right(sets, bins[i]))
		rows[a], t.room[b] = i, i
		a += 1 - to
		b += to
		sum += t.row[i] & (uint64(to) - 1)
	}
	copy(rows[a:], t.room[:b])
	at := uint32(len(out.nodes))
	out.gain[l.split.col] += l.split.gain * t.unitG * t.unitG / t.unitH
	out.split(l.node, &l.split)
	g, h := int64(int32(sum>>32)), int64(uint32(sum))
	left = &ripe{node: at, from: l.from, to: l.from + a, depth: l.depth + 1, g: g, h: h}
	right = &ripe{node: at + 1, from: l.from + a, to: l.to, depth: l.depth + 1, g: l.g - g, h: l.h - h}
	return left, right
}

// steepest bounds what one leaf says, where hardly anything keeps it back.
const steepest = 1e4

// settle gives a leaf its value, and its rows their new score.
func (t *leafwise) settle(out *grown, l *ripe, s []slope, score []float64) {
	rows := t.rows[l.from:l.to]
	g, h, w := 0.0, 0.0, 0.0
	for _, i := range rows {
		g, h, w = g+float64(s[i].g), h+float64(s[i].h), w+t.b.d.WeightOf(int(i))
	}
	v := float32(max(-steepest, min(-t.b.o.Rate*g/(h+t.b.o.Penalty), steepest)))
	out.nodes[l.node] = node{kind: leaf, left: math.Float32bits(v)}
	out.cover[l.node] = float32(w)
	for _, i := range rows {
		score[i] += float64(v)
	}
}

// others adds what the tree says to the scores of rows that were not drawn.
func (t *leafwise) others(out *grown, drawn []uint32, score []float64) {
	if len(drawn) == len(t.b.fit) {
		return
	}
	var one trees
	one.add(out)
	k, bins := 0, make([]uint8, len(t.cols))
	for _, i := range t.b.fit {
		if k < len(drawn) && drawn[k] == i {
			k++
			continue
		}
		for c, col := range t.b.store.b.col {
			bins[c] = col[i]
		}
		score[i] += one.nodes[one.walk(0, bins)].value()
	}
}
