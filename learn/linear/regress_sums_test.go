package linear

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/learn/feature"
)

// flats makes rows of numbers far from 0, knots of them, and, as asked for, texts,
// categories, weights and numbers that are lacking.
func flats(n int, texts, codes, weights, lacks bool) feature.Data {
	rng := rand.New(rand.NewPCG(uint64(n), 12))
	const numbers, knots, words = 3, 4, 7
	d := feature.Data{Features: numbers * (knots + 1)}
	if texts {
		d.Texts, d.Features = words, d.Features+words
	}
	for range numbers {
		d.Fields = append(d.Fields, feature.Field{Kind: feature.Number})
		if codes {
			d.Fields = append(d.Fields, feature.Field{Kind: feature.Category, Codes: 3})
		}
	}
	for range n {
		var r feature.Row
		for f := range d.Texts {
			if rng.IntN(3) == 0 {
				r.Index, r.Value = append(r.Index, uint32(f)), append(r.Value, rng.Float32())
			}
		}
		y := rng.NormFloat64()
		for c := range numbers {
			x, first := 1000*float64(c)+rng.NormFloat64(), uint32(d.Texts+c*(knots+1))
			if lacks && rng.IntN(5) == 0 {
				r.Table = append(r.Table, float32(math.NaN()))
				r.Index, r.Value = append(r.Index, first+knots), append(r.Value, 0.5)
			} else {
				place := min(max(x-1000*float64(c)+1.5, 0), knots-1)
				k := min(int(place), knots-2)
				part := float32(place) - float32(k)
				if part < 1 {
					r.Index, r.Value = append(r.Index, first+uint32(k)), append(r.Value, 0.5*(1-part))
				}
				if part > 0 {
					r.Index, r.Value = append(r.Index, first+uint32(k)+1), append(r.Value, 0.5*part)
				}
				r.Table = append(r.Table, float32(x))
				y += x
			}
			if codes {
				r.Table = append(r.Table, float32(rng.IntN(4))) // one of them is no code
			}
		}
		d.Rows, d.Target = append(d.Rows, r), append(d.Target, y)
		if weights {
			d.Weight = append(d.Weight, 0.1+rng.Float64())
		}
	}
	return d
}

// The sums of panels and hats are those of the columns one by one.
func TestGram(t *testing.T) {
	ctx := context.Background()
	for _, texts := range []bool{false, true} {
		for _, codes := range []bool{false, true} {
			for _, odd := range []bool{false, true} {
				for _, bends := range []bool{false, true} {
					d := flats(700, texts, codes, odd, odd)
					l, err := layOut(ctx, d, bends, nil, true)
					if err != nil {
						t.Fatal(err)
					}
					if bends && len(l.hats) < 3 {
						t.Errorf("%d hats", len(l.hats))
					}
					g, err := newGram(ctx, l, d, 2)
					if odd != errors.Is(err, errRough) && l.rough {
						t.Fatalf("some numbers are lacking %v: %v", odd, err)
					}
					if l.rough || odd {
						if l, err = newLayout(ctx, d, bends); err != nil {
							t.Fatal(err)
						}
						g, err = newGram(ctx, l, d, 2)
					}
					if err != nil {
						t.Fatal(err)
					}
					sameGram(t, g, plainGram(l, d))
				}
			}
		}
	}
}

// plainGram goes over the rows twice, and over all pairs of columns.
func plainGram(l *layout, d feature.Data) *gram {
	g := &gram{n: len(d.Rows), width: l.width, mean: make([]float64, l.width), product: make([]float64, l.width*l.width), to: make([]float64, l.width)}
	full := make([]float64, l.width)
	rows := func(visit func(i int, v float64)) {
		for i, r := range d.Rows {
			clear(full)
			l.each(r, func(_, column int, v float64) { full[column] += v })
			visit(i, d.WeightOf(i))
		}
	}
	rows(func(i int, v float64) {
		g.total += v
		g.middle += v * d.Target[i]
		for j, x := range full {
			g.mean[j] += v * x
		}
	})
	g.middle /= g.total
	for j := range g.mean {
		g.mean[j] /= g.total
	}
	rows(func(i int, v float64) {
		y := d.Target[i] - g.middle
		g.square += v * y * y
		for j, x := range full {
			x -= g.mean[j]
			g.to[j] += v * x * y
			for k, z := range full {
				g.product[j*l.width+k] += v * x * (z - g.mean[k])
			}
		}
	})
	return g
}

func sameGram(t *testing.T, got, want *gram) {
	t.Helper()
	near := func(what string, a, b, scale float64) {
		if !(math.Abs(a-b) <= 1e-9*scale) {
			t.Fatalf("%s: %v, want %v", what, a, b)
		}
	}
	if got.n != want.n || got.width != want.width {
		t.Fatalf("%d rows of %d columns, want %d of %d", got.n, got.width, want.n, want.width)
	}
	near("weights", got.total, want.total, want.total)
	near("mean of the targets", got.middle, want.middle, math.Abs(want.middle))
	near("square", got.square, want.square, want.square)
	for j := range want.width {
		near("mean", got.mean[j], want.mean[j], 1)
		near("products with the target", got.to[j], want.to[j], want.total)
		for k := range want.width {
			near("products", got.product[j*got.width+k], want.product[j*got.width+k], want.total)
		}
	}
}

// Where the first guess of a mean is far off, or a number is the same in all rows,
// products are as good as ever.
func TestGuessedMeans(t *testing.T) {
	ctx := context.Background()
	var d feature.Data
	d.Fields = []feature.Field{{Kind: feature.Number}, {Kind: feature.Number}}
	rng := rand.New(rand.NewPCG(5, 5))
	for i := range 5000 {
		x := 1e6 + 0.1*rng.NormFloat64()
		if i == 17 {
			x = -3e9 // in the sample or not, it moves the mean
		}
		d.Rows = append(d.Rows, feature.Row{Table: []float32{float32(x), 0.1}})
		d.Target = append(d.Target, rng.NormFloat64())
	}
	for _, data := range []feature.Data{d, {Rows: d.Rows[100:], Target: d.Target[100:], Fields: d.Fields}} {
		m := mustRegress(t, data, RegressionOptions{Method: Ridge, Penalty: 1, Bends: BendNo})
		if m.layout.rough || m.layout.fields[1].inverse != 0 {
			t.Errorf("layout %+v", m.layout)
		}
		exact, err := newLayout(ctx, data, false)
		if err != nil {
			t.Fatal(err)
		}
		for j, f := range exact.fields {
			if g := m.layout.fields[j]; math.Abs(f.mean-g.mean) > 1e-9*math.Abs(f.mean) || math.Abs(f.inverse-g.inverse) > 1e-6*f.inverse {
				t.Errorf("number %d: %v, at once %v", j, f, g)
			}
		}
	}
}

// The errors of held-out rows by their products are those of the rows one by one.
func TestLost(t *testing.T) {
	d := flats(300, true, true, true, true)
	m := mustRegress(t, d, RegressionOptions{Method: Ridge, Penalty: 3, Bends: BendYes})
	rest := flats(100, true, true, true, true)
	g, err := newGram(context.Background(), m.layout, rest, 1)
	if err != nil {
		t.Fatal(err)
	}
	want, y := 0.0, make([]float64, 1)
	for i, r := range rest.Rows {
		m.Predict(r, y)
		want += rest.Weight[i] * (rest.Target[i] - y[0]) * (rest.Target[i] - y[0])
	}
	if got := g.lost(m.w, m.base); math.Abs(got-want) > 1e-8*want {
		t.Errorf("squared error %v by products, %v by rows", got, want)
	}
}
