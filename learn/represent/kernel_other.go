//go:build !amd64

package represent

func dot(q []int16, c []int8) int32         { return dotPortable(q, c) }
func add(x []float32, c []int8, by float32) { addPortable(x, c, by) }
