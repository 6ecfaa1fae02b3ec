package represent

import "golang.org/x/sys/cpu"

// wide reports whether the processor has what the assembly needs.
var wide = cpu.X86.HasAVX2

// dotWide is dotPortable of n numbers, a multiple of 8.
//
//go:noescape
func dotWide(q *int16, c *int8, n int) int32

// addWide is addPortable of n numbers, a multiple of 8.
//
//go:noescape
func addWide(x *float32, c *int8, n int, by float32)

func dot(q []int16, c []int8) int32 {
	n := len(c) &^ 7
	if !wide || n == 0 {
		return dotPortable(q, c)
	}
	_ = q[len(c)-1]
	sum := dotWide(&q[0], &c[0], n)
	if n < len(c) {
		sum += dotPortable(q[n:], c[n:])
	}
	return sum
}

func add(x []float32, c []int8, by float32) {
	n := len(c) &^ 7
	if !wide || n == 0 {
		addPortable(x, c, by)
		return
	}
	_ = x[len(c)-1]
	addWide(&x[0], &c[0], n, by)
	if n < len(c) {
		addPortable(x[n:], c[n:], by)
	}
}
