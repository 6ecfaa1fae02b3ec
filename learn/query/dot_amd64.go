package query

import "golang.org/x/sys/cpu"

// dotAVX2 adds the products of n numbers, a multiple of 16, to the 16 sums.
//
//go:noescape
func dotAVX2(s *float32, a, b *float32, n int)

var wide = cpu.X86.HasAVX2

// dot is dotPlain, to the bit.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	n := len(a) &^ (dotLanes - 1)
	if !wide || n == 0 {
		return dotPlain(a, b)
	}
	var s [dotLanes]float32
	dotAVX2(&s[0], &a[0], &b[0], n)
	for l := 0; n+l < len(a); l++ {
		s[l] += float32(a[n+l] * b[n+l])
	}
	return fold(&s)
}
