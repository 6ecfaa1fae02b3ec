package represent

// The two loops that most time goes into. Each is written twice: portably here, and
// for processors with AVX2 in assembly. Both give the same bytes: inner products are of
// whole numbers, which no order of summation changes, and each sum of add takes one
// rounded product.

// dotPortable is the inner product of whole numbers, which must stay below 2^31.
func dotPortable(q []int16, c []int8) int32 {
	q = q[:len(c)]
	sum := int32(0)
	for j, v := range c {
		sum += int32(q[j]) * int32(v)
	}
	return sum
}

// addPortable adds by times c to x.
func addPortable(x []float32, c []int8, by float32) {
	x = x[:len(c)]
	for j, v := range c {
		x[j] += float32(by * float32(v))
	}
}
