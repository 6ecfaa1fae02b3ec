package forest

import (
	"math"
	"math/bits"
)

// numbers is least squares.
type numbers struct {
	y, w  []float64
	times []uint8
	here  []pair
	g, h  float64
	sums  [256]pair
	bars  bars
}

type pair struct{ g, h float64 }

func (t *numbers) sample(times []uint8) {
	t.times = times
	if t.here == nil {
		t.here = make([]pair, len(t.y))
	}
}

func (t *numbers) begin(rows []uint32) (bool, float64) {
	t.g, t.h = 0, 0
	first, mixed := t.y[rows[0]], false
	for j, i := range rows {
		w := float64(t.times[i])
		if t.w != nil {
			w *= t.w[i]
		}
		y := t.y[i]
		t.here[j] = pair{w * y, w}
		t.g, t.h = t.g+w*y, t.h+w
		mixed = mixed || y != first
	}
	if !mixed {
		t.g = first * t.h // without the rounding of the sum
	}
	return mixed, t.h
}

func (t *numbers) try(s *split, rows []uint32, bins []uint8, col int, category bool) bool {
	here, sums := t.here[:len(rows)], &t.sums
	var touched set
	for j, i := range rows {
		b := bins[i]
		p := &sums[b]
		p.g += here[j].g
		p.h += here[j].h
		touched[b>>6] |= 1 << (b & 63)
	}
	b := &t.bars
	b.n = 0
	for w, word := range touched {
		for ; word != 0; word &= word - 1 {
			i := uint8(64*w + bits.TrailingZeros64(word))
			k := uint8(b.n)
			b.bin[k], b.g[k], b.h[k] = i, sums[i].g, sums[i].h
			sums[i] = pair{}
			b.n++
		}
	}
	b.best(s, col, category, rule{})
	return b.n > 1
}

func (t *numbers) gain(s *split) float64 { return max(0, s.gain-t.g*t.g/t.h) }

func (t *numbers) leaf() uint32 { return math.Float32bits(float32(t.g / t.h)) }
