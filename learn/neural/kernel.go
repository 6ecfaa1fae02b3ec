package neural

import "math"

// adam is written twice, as the kernels of package dense are: portably below, and in
// assembly for processors with AVX2. Both give the same bytes.

// rates are what one step of Adam multiplies by.
type rates struct {
	keep1, new1 float32 // beta1, 1-beta1
	keep2, new2 float32 // beta2, 1-beta2
	step        float32 // learning rate / (1-beta1^t)
	root        float32 // 1 / sqrt(1-beta2^t)
	eps         float32
	decay       float32 // learning rate times weight decay
	least       float32 // moments below it count as 0: else they would stay in the numbers that processors are slow with
}

// adamPortable takes one step of Adam with decoupled weight decay. All slices are as
// long as w.
func adamPortable(w, g, m, v []float32, r *rates) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, d := range g {
		a := float32(r.keep1*m[i]) + float32(r.new1*d)
		if !(abs(a) >= r.least) {
			a = 0
		}
		b := float32(r.keep2*v[i]) + float32(float32(r.new2*d)*d)
		if !(b >= r.least) {
			b = 0
		}
		m[i], v[i] = a, b
		by := float32(r.step*a) / (float32(float32(math.Sqrt(float64(b)))*r.root) + r.eps)
		w[i] = w[i] - float32(r.decay*w[i]) - by
	}
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
