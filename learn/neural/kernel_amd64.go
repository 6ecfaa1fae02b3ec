package neural

import "golang.org/x/sys/cpu"

// wide reports whether the processor has what the assembly needs.
func wide() bool { return cpu.X86.HasAVX2 }

//go:noescape
func times4x16(c *float32, ldc int, a *float32, rs, cs int, b *float32, ldb, k int)

//go:noescape
func times4x8(c *float32, ldc int, a *float32, rs, cs int, b *float32, ldb, k int)

//go:noescape
func times1x16(c *float32, a *float32, cs int, b *float32, ldb, k int)

//go:noescape
func times1x8(c *float32, a *float32, cs int, b *float32, ldb, k int)

//go:noescape
func gatherWide(z *float32, n int, w *float32, index *uint32, value *float32, k int)

//go:noescape
func scatterWide(to *float32, d *float32, n int, index *uint32, value *float32, k int)

//go:noescape
func adamWide(w, grad, m, v *float32, n int, r *rates)

// times: see timesPortable.
func times(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, n, k int) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	if !wide() {
		timesPortable(c, ldc, a, rs, cs, b, ldb, m, n, k)
		return
	}
	_, _, _ = c[(m-1)*ldc+n-1], a[(m-1)*rs+(k-1)*cs], b[(k-1)*ldb+n-1]
	for j := 0; j < n; {
		two := j+2*lanes <= n
		i := 0
		for ; i+4 <= m; i += 4 {
			if two {
				times4x16(&c[i*ldc+j], ldc, &a[i*rs], rs, cs, &b[j], ldb, k)
			} else {
				times4x8(&c[i*ldc+j], ldc, &a[i*rs], rs, cs, &b[j], ldb, k)
			}
		}
		for ; i < m; i++ {
			if two {
				times1x16(&c[i*ldc+j], &a[i*rs], cs, &b[j], ldb, k)
			} else {
				times1x8(&c[i*ldc+j], &a[i*rs], cs, &b[j], ldb, k)
			}
		}
		if j += lanes; two {
			j += lanes
		}
	}
}

// gather: see gatherPortable. Every index must be of a row of w.
func gather(z, w []float32, index []uint32, value []float32) {
	if len(index) == 0 {
		return
	}
	if !wide() {
		gatherPortable(z, w, index, value)
		return
	}
	_ = value[len(index)-1]
	gatherWide(&z[0], len(z), &w[0], &index[0], &value[0], len(index))
}

// scatter: see scatterPortable. Every index must be of a row of g.
func scatter(g, d []float32, index []uint32, value []float32) {
	if len(index) == 0 {
		return
	}
	if !wide() {
		scatterPortable(g, d, index, value)
		return
	}
	_ = value[len(index)-1]
	scatterWide(&g[0], &d[0], len(d), &index[0], &value[0], len(index))
}

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
