package demo

import "math/rand/v2"

// dice is the only source of chance here. It reduces the raw PCG stream with integer arithmetic of its own, because
// the stream is specified and the convenience methods of rand.Rand, and floating point with fused multiply-add, are not:
// the same seed must give the same memos on every platform and with every Go release.
type dice struct{ pcg rand.PCG }

// reseed starts the stream of one row. Rows have separate streams, so that row i is the same whatever came before it.
func (d *dice) reseed(seed, row uint64) {
	d.pcg.Seed(mix(seed), mix(row^0x9e3779b97f4a7c15))
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014): neighbouring seeds become unrelated ones.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below returns a number in [0, n), n > 0.
func (d *dice) below(n int) int {
	return int(d.pcg.Uint64() >> 32 * uint64(n) >> 32)
}

// between returns a number in [lo, hi], both included.
func (d *dice) between(lo, hi int) int { return lo + d.below(hi-lo+1) }

// chance is true in permille of 1000 throws.
func (d *dice) chance(permille int) bool { return d.below(1000) < permille }

// normal returns a draw of mean 0 and standard deviation about 1000: the sum of eight bytes, scaled.
func (d *dice) normal() int {
	x, sum := d.pcg.Uint64(), 0
	for ; x != 0; x >>= 8 {
		sum += int(x & 0xff)
	}
	return (sum - 1020) * 1000 / 209 // 8 * 127.5, and sqrt(8 * (256^2-1) / 12)
}

// pick returns one of the strings.
func (d *dice) pick(s []string) string { return s[d.below(len(s))] }
