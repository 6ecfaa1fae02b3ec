package dense

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

// Times adds A B to C, of m rows and n columns, over k terms. C and B are stored by
// rows, ldc and ldb apart; the element i, j of A is at a[i*rs+j*cs], so that the same
// kernel takes A or its transpose. n is a multiple of Lanes. Each sum takes one product
// after the other.
func Times(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, n, k int) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	if !wide() {
		timesPortable(c, ldc, a, rs, cs, b, ldb, m, n, k)
		return
	}
	_, _, _ = c[(m-1)*ldc+n-1], a[(m-1)*rs+(k-1)*cs], b[(k-1)*ldb+n-1]
	for j := 0; j < n; {
		two := j+2*Lanes <= n
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
		if j += Lanes; two {
			j += Lanes
		}
	}
}

// Gather adds the sum of value[j] times row index[j] of w to z. Every index must be of
// a row of w; rows are as long as z, a multiple of Lanes.
func Gather(z, w []float32, index []uint32, value []float32) {
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

// Scatter adds value[j] times d to row index[j] of g. Every index must be of a row of
// g; rows are as long as d, a multiple of Lanes.
func Scatter(g, d []float32, index []uint32, value []float32) {
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
