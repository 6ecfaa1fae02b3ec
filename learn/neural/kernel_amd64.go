package neural

import "golang.org/x/sys/cpu"

// wide reports whether the processor has what the assembly needs.
func wide() bool { return cpu.X86.HasAVX2 }

//go:noescape
func adamWide(w, grad, m, v *float32, n int, r *rates)

// adam: see adamPortable.
func adam(w, g, m, v []float32, r *rates) {
	n := len(w)
	if n == 0 {
		return
	}
	if !wide() {
		adamPortable(w, g, m, v, r)
		return
	}
	_, _, _ = g[n-1], m[n-1], v[n-1]
	adamWide(&w[0], &g[0], &m[0], &v[0], n, r)
}
