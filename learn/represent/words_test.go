package represent

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"inkling/learn/feature"
)

// Words that are in the stream, as feature.Rower.Words writes them.
func spaced(f uint64) uint64   { return f << 1 }
func unspaced(f uint64) uint64 { return f<<1 | 1 }

func (m *sparse) dense() [][]float64 {
	out := make([][]float64, m.rows)
	for i := range out {
		out[i] = make([]float64, m.cols)
		for k := m.start[i]; k < m.start[i+1]; k++ {
			out[i][m.index[k]] = float64(m.value[k])
		}
	}
	return out
}

// Counted by hand: two texts, "a b c a" and "b c", and a window of one word.
func TestInformation(t *testing.T) {
	a, b, c := spaced(2), spaced(5), spaced(9)
	stream := []uint64{a, b, c, a, feature.Break, b, c, feature.Break}
	m, err := information(t.Context(), stream, []uint32{2, 5, 9}, widthOfWord, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	count := [][]float64{{0, 1, 1}, {1, 0, 2}, {1, 2, 0}}
	sum := []float64{2, 3, 3}
	all := 0.0
	for _, s := range sum {
		all += math.Pow(s, 0.75)
	}
	got := m.dense()
	for i := range count {
		for j, n := range count[i] {
			want := 0.0
			if n > 0 {
				want = max(0, math.Log(n/sum[i]/(math.Pow(sum[j], 0.75)/all)))
			}
			if math.Abs(got[i][j]-want) > 1e-6 {
				t.Errorf("words %d and %d: %v, want %v", i, j, got[i][j], want)
			}
		}
	}
}

// Whatever the stream, counts are those of every pair within the window, words that are
// not named take their place, and texts do not touch.
func TestInformationByBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for range 60 {
		var stream []uint64
		for range 120 {
			switch f := rng.Uint64N(12); {
			case f == 0:
				stream = append(stream, feature.Break)
			case f < 7:
				stream = append(stream, spaced(f))
			default:
				stream = append(stream, unspaced(f))
			}
		}
		stream = append(stream, feature.Break)
		names, window := []uint32{1, 2, 4, 5, 8, 9, 10, 11}, 1+rng.IntN(20)
		count := make([][]float64, len(names))
		for i := range count {
			count[i] = make([]float64, len(names))
		}
		for i, x := range stream {
			apart := 0
			for j := i + 1; j < len(stream) && stream[j] != feature.Break && x != feature.Break; j++ {
				if apart++; stream[j-1]&1 == 0 {
					apart += widthOfWord - 1
				}
				p, q := slices.Index(names, uint32(x>>1)), slices.Index(names, uint32(stream[j]>>1))
				if apart <= window && p >= 0 && q >= 0 {
					count[p][q]++
					count[q][p]++
				}
			}
		}
		sum, share, all := make([]float64, len(names)), make([]float64, len(names)), 0.0
		for i := range count {
			for _, n := range count[i] {
				sum[i] += n
			}
			share[i] = math.Pow(max(1, sum[i]), 0.75)
			all += share[i]
		}
		m, err := information(t.Context(), stream, names, window, func(float64) {})
		if err != nil {
			t.Fatal(err)
		}
		got := m.dense()
		for i := range count {
			for j, n := range count[i] {
				want := 0.0
				if n > 0 {
					want = max(0, math.Log(n*all/(sum[i]*share[j])))
				}
				if math.Abs(got[i][j]-want) > 1e-5 {
					t.Fatalf("window %d, words %d and %d: %v, want %v", window, i, j, got[i][j], want)
				}
			}
		}
	}
}

// What is left of word vectors has nothing in the direction that the means of the texts
// share, and nothing else is taken out.
func TestLeaveOut(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 1))
	const words, n = 20, 6
	m, names := newMatrix(words, n), make([]uint32, words)
	for i := range words {
		names[i] = uint32(3 * i)
		for j := range n {
			m.row(i)[j] = float32(rng.NormFloat64())
		}
		m.row(i)[2] += 2
	}
	was := matrix{m.rows, m.cols, m.stride, slices.Clone(m.v)}
	var stream []uint64
	means := mat.NewDense(50, n, nil)
	for i := range 50 {
		k := 1 + rng.IntN(5)
		for range k {
			w := rng.IntN(words)
			stream = append(stream, spaced(uint64(3*w)))
			for j := range n {
				means.Set(i, j, means.At(i, j)+float64(m.row(w)[j])/float64(k))
			}
		}
		stream = append(stream, spaced(1), feature.Break) // no name of any
	}
	stream = append(stream, feature.Break)
	if err := m.leaveOut(t.Context(), stream, names, n); err != nil {
		t.Fatal(err)
	}
	var svd mat.SVD
	svd.Factorize(means, mat.SVDThin)
	var v mat.Dense
	svd.VTo(&v)
	for i := range words {
		along := 0.0
		for j := range n {
			along += float64(was.row(i)[j]) * v.At(j, 0)
		}
		for j := range n {
			if want := float64(was.row(i)[j]) - along*v.At(j, 0); math.Abs(float64(m.row(i)[j])-want) > 1e-5 {
				t.Errorf("word %d, number %d: %v, want %v", i, j, m.row(i)[j], want)
			}
		}
	}
}

func TestFrequent(t *testing.T) {
	var n times
	for _, name := range []uint32{7, 3, 9, 1, 4, 2, 3, 9, 1, 4, 2, 3, 3, 3, 4, 4, 4, 4} {
		n.add(name)
	}
	for most, want := range map[int][]uint32{0: {}, 1: {4}, 3: {1, 3, 4}, 9: {1, 2, 3, 4, 9}} {
		if got := n.frequent(most); !slices.Equal(got, want) {
			t.Errorf("%d of them: %v, want %v", most, got, want)
		}
	}
}
