package represent

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// scattered returns a sparse matrix whose singular values fall off, and the same dense.
func scattered(rng *rand.Rand, rows, cols, rank int, noise float64) (*sparse, *mat.Dense) {
	d := mat.NewDense(rows, cols, nil)
	for k := range rank {
		for i := range rows {
			for j := range cols {
				if (i+k)%3 > 0 && (j+2*k)%4 == 0 {
					d.Set(i, j, d.At(i, j)+rng.NormFloat64()/float64(k+1))
				}
			}
		}
	}
	a := &sparse{rows: rows, cols: cols, start: []int{0}}
	for i := range rows {
		for j := range cols {
			v := float32(d.At(i, j) + noise*rng.NormFloat64()*float64((i*j)%2))
			d.Set(i, j, float64(v))
			if v != 0 {
				a.index, a.value = append(a.index, uint32(j)), append(a.value, v)
			}
		}
		a.start = append(a.start, len(a.index))
	}
	return a, d
}

// inside returns how much of the first columns of v lies in the space that n others
// span: 1 for all of it.
func inside(v matrix, n int, of *mat.Dense) float64 {
	least := 1.0
	for c := range n {
		sum := 0.0
		_, cols := of.Dims()
		for k := range cols {
			dot := 0.0
			for i := range v.rows {
				dot += float64(v.row(i)[c]) * of.At(i, k)
			}
			sum += dot * dot
		}
		least = min(least, sum)
	}
	return least
}

// The strongest directions and singular values are those of a full decomposition.
func TestDirections(t *testing.T) {
	rng, stood := rand.New(rand.NewPCG(8, 1)), 0
	for _, c := range []struct{ rows, cols, rank, most int }{
		{120, 80, 6, 10}, {80, 120, 6, 10}, {300, 90, 20, 12}, {40, 30, 5, 30}, {5, 40, 5, 10}, {40, 5, 3, 10}, {1, 9, 1, 3}, {9, 1, 1, 3},
	} {
		a, d := scattered(rng, c.rows, c.cols, c.rank, 0.01)
		v, sigma, err := directions(t.Context(), a, c.most, 3, func(float64) {})
		if err != nil {
			t.Fatal(err)
		}
		var svd mat.SVD
		if !svd.Factorize(d, mat.SVDThin) {
			t.Fatal("no reference")
		}
		want := svd.Values(nil)
		var vectors mat.Dense
		svd.VTo(&vectors)
		for i, s := range sigma {
			if math.Abs(s-want[i]) > 2e-3*want[0] {
				t.Errorf("%+v: singular value %d is %v, want %v", c, i, s, want[i])
			}
		}
		for i, s := range want[:min(len(want), c.most)] {
			if s > 0.02*want[0] && i >= len(sigma) {
				t.Errorf("%+v: no direction of singular value %v", c, s)
			}
		}
		// What the directions hold of the matrix is as much as any so many can hold.
		held, most := 0.0, 0.0
		for c := range sigma {
			most += want[c] * want[c]
			for i := range a.rows {
				dot := 0.0
				for j := range a.cols {
					dot += d.At(i, j) * float64(v.row(j)[c])
				}
				held += dot * dot
			}
		}
		if held < 0.9999*most {
			t.Errorf("%+v: they hold %v of the matrix, of %v", c, held, most)
		}
		// Where they stand out, before a gap, they are the same directions.
		n := 0
		for i := range sigma {
			if i+1 < len(want) && want[i+1] < 0.7*want[i] || i+1 == len(want) {
				n = i + 1
			}
		}
		if n > 0 {
			stood++
			if got := inside(v, n, vectors.Slice(0, c.cols, 0, n).(*mat.Dense)); got < 0.9999 {
				t.Errorf("%+v: %d directions lie only to %v in theirs", c, n, got)
			}
		}
		for i := range sigma {
			for j := range i + 1 {
				dot := 0.0
				for k := range v.rows {
					dot += float64(v.row(k)[i]) * float64(v.row(k)[j])
				}
				if want := float64(1 - min(1, i-j)); math.Abs(dot-want) > 1e-3 {
					t.Errorf("%+v: directions %d and %d have inner product %v", c, i, j, dot)
				}
			}
		}
	}
	if stood < 4 {
		t.Errorf("only %d matrices had directions that stand out", stood)
	}
	for _, a := range []*sparse{{start: []int{0}}, {rows: 2, cols: 3, start: []int{0, 0, 0}}, {rows: 1, cols: 1, start: []int{0, 1}, index: []uint32{0}, value: []float32{0}}} {
		if _, sigma, err := directions(t.Context(), a, 2, 1, func(float64) {}); err != nil || len(sigma) > 0 {
			t.Errorf("a matrix of zeros: %v (%v)", sigma, err)
		}
	}
}

// Columns that are the same, or nothing, count once.
func TestDependent(t *testing.T) {
	a := &sparse{rows: 40, cols: 6, start: []int{0}}
	for i := range 40 {
		for _, j := range []uint32{0, 1, 3} { // 0 and 1 are alike
			v := float32(1 + i%3)
			if j == 3 {
				v = float32(1 - i%2*2)
			}
			a.index, a.value = append(a.index, j), append(a.value, v)
		}
		a.start = append(a.start, len(a.index))
	}
	v, sigma, err := directions(t.Context(), a, 6, 1, func(float64) {})
	if err != nil || len(sigma) != 2 {
		t.Fatalf("singular values %v (%v), want 2", sigma, err)
	}
	for c := range 2 {
		if x, y := v.row(0)[c], v.row(1)[c]; math.Abs(float64(x-y)) > 1e-4 {
			t.Errorf("direction %d has %v and %v of columns that are alike", c, x, y)
		}
	}
}

func TestTurned(t *testing.T) {
	a, d := scattered(rand.New(rand.NewPCG(1, 1)), 7, 11, 3, 0)
	b, err := a.turned(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for j := range b.rows {
		for k := b.start[j]; k < b.start[j+1]; k++ {
			if i := int(b.index[k]); float64(b.value[k]) != d.At(i, j) || k > b.start[j] && b.index[k] <= b.index[k-1] {
				t.Errorf("row %d, column %d: %v, want %v", j, i, b.value[k], d.At(i, j))
			}
			n++
		}
	}
	if n != len(a.index) {
		t.Errorf("%d of %d numbers", n, len(a.index))
	}
}

// Figures of scikit-learn 1.2.1, TruncatedSVD by ARPACK, for a matrix written by rule:
// singular values, and the squared length of the first rows in the first four
// directions.
func TestTruncatedSVD(t *testing.T) {
	const rows, cols = 60, 45
	a := &sparse{rows: rows, cols: cols, start: []int{0}}
	for i := range rows {
		for j := range cols {
			if h := (i*7 + j*13 + i*j%11) % 17; h < 5 {
				v := float32(h+1) / 8
				if i%4 == j%4 {
					v *= 4
				}
				a.index, a.value = append(a.index, uint32(j)), append(a.value, v)
			}
		}
		a.start = append(a.start, len(a.index))
	}
	v, sigma, err := directions(t.Context(), a, 8, 1, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{11.338425, 7.705456, 7.4557257, 6.657059, 6.2408557, 5.4193377, 5.2091722, 4.940697} {
		if math.Abs(sigma[i]-want) > 1e-3 {
			t.Errorf("singular value %d is %v, want %v", i, sigma[i], want)
		}
	}
	for i, want := range []float64{8.595531, 8.213697, 1.2942142, 7.157589, 4.6338634, 2.0917163} {
		got := 0.0
		for c := range 4 {
			dot := 0.0
			for k := a.start[i]; k < a.start[i+1]; k++ {
				dot += float64(a.value[k]) * float64(v.row(int(a.index[k]))[c])
			}
			got += dot * dot
		}
		if math.Abs(got-want) > 1e-3 {
			t.Errorf("row %d has a squared length of %v, want %v", i, got, want)
		}
	}
}
