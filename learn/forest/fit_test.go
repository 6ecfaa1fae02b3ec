package forest

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"go.uber.org/goleak"

	"inkling/learn/feature"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestWorkers finds the same bytes with any number of workers.
func TestWorkers(t *testing.T) {
	for name, d := range kinds(400) {
		var forests, boosted [][]byte
		for _, workers := range []int{1, 2, 4} {
			forests = append(forests, bytesOf(t, mustFit(t, d, Options{Trees: 25, Seed: 5, Workers: workers, Outside: true})))
			boosted = append(boosted, bytesOf(t, mustBoost(t, d, BoostOptions{Rounds: 10, Seed: 5, Workers: workers, Part: 0.8, Columns: 0.7})))
		}
		for i := range forests {
			if !bytes.Equal(forests[i], forests[0]) || !bytes.Equal(boosted[i], boosted[0]) {
				t.Errorf("%s: other bytes with other workers", name)
			}
		}
		if bytes.Equal(forests[0], bytesOf(t, mustFit(t, d, Options{Trees: 25, Seed: 6, Outside: true}))) {
			t.Errorf("%s: the seed changes nothing", name)
		}
	}
	d := tabular(5000, 2, 3) // many enough that one node is shared out
	a, b := mustBoost(t, d, BoostOptions{Rounds: 5, Workers: 1}), mustBoost(t, d, BoostOptions{Rounds: 5, Workers: 3})
	if !bytes.Equal(bytesOf(t, a), bytesOf(t, b)) {
		t.Error("other bytes with three workers")
	}
}

// repeat returns data with each row as often as a number says, and data with that number as weight.
func repeat(d feature.Data, times func(i int) int) (rows, weights feature.Data) {
	rows, weights = d, d
	rows.Rows, rows.Class, rows.Sets, rows.Target = nil, nil, nil, nil
	for i := range d.Rows {
		weights.Weight = append(weights.Weight, float64(times(i)))
		for range times(i) {
			rows.Rows = append(rows.Rows, d.Rows[i])
			switch {
			case d.Target != nil:
				rows.Target = append(rows.Target, d.Target[i])
			case d.Sets != nil:
				rows.Sets = append(rows.Sets, d.Sets[i])
			default:
				rows.Class = append(rows.Class, d.Class[i])
			}
		}
	}
	return rows, weights
}

// TestWeights finds that a row of weight 3 is three rows: exactly where no rows are drawn,
// and in the mean where they are.
func TestWeights(t *testing.T) {
	for name, d := range kinds(120) {
		many, heavy := repeat(d, func(i int) int { return 1 + i%3 })
		a, b := mustFit(t, many, Options{Trees: 5, Whole: true, Seed: 1}), mustFit(t, heavy, Options{Trees: 5, Whole: true, Seed: 1})
		p, q := make([]float64, a.Classes()), make([]float64, b.Classes())
		for i, r := range d.Rows {
			a.Predict(r, p)
			b.Predict(r, q)
			for c := range p {
				if math.Abs(p[c]-q[c]) > 1e-6*max(1, a.scale) {
					t.Fatalf("%s, row %d: %v with repeated rows, %v with weights", name, i, p, q)
				}
			}
		}
		// Of 300 trees each: the means of probabilities over all rows differ by no more than drawing does.
		a, b = mustFit(t, many, Options{Trees: 300, Seed: 1, Least: 5}), mustFit(t, heavy, Options{Trees: 300, Seed: 2, Least: 3})
		var meanA, meanB float64
		for _, r := range d.Rows {
			a.Predict(r, p)
			b.Predict(r, q)
			meanA, meanB = meanA+p[len(p)-1]/float64(len(d.Rows)), meanB+q[len(q)-1]/float64(len(d.Rows))
		}
		if math.Abs(meanA-meanB) > 0.03*max(1, a.scale) {
			t.Errorf("%s: mean answer %v with repeated rows, %v with weights", name, meanA, meanB)
		}
	}
}

// TestOdd is what the package's comment says of odd data.
func TestOdd(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	number := []feature.Field{{Kind: feature.Number}}
	rows := func(x ...float32) (out []feature.Row) {
		for _, v := range x {
			out = append(out, feature.Row{Table: []float32{v}})
		}
		return out
	}
	for name, d := range map[string]feature.Data{
		"one row":         {Rows: rows(1), Class: []int{1}, Classes: 3, Fields: number},
		"one class":       {Rows: rows(1, 2, 3), Class: []int{0, 0, 0}, Classes: 1, Fields: number},
		"one of two":      {Rows: rows(1, 2, 3), Class: []int{1, 1, 1}, Classes: 2, Fields: number},
		"constant":        {Rows: rows(7, 7, 7, 7), Class: []int{0, 1, 1, 1}, Classes: 2, Fields: number},
		"missing":         {Rows: rows(nan, nan, nan), Class: []int{0, 1, 1}, Classes: 2, Fields: number},
		"infinite":        {Rows: rows(inf, -inf, 0, 1, 2), Class: []int{0, 1, 1, 0, 1}, Classes: 2, Fields: number},
		"no columns":      {Rows: make([]feature.Row, 4), Class: []int{0, 1, 1, 0}, Classes: 2},
		"short tables":    {Rows: append(rows(1, 2), feature.Row{}), Class: []int{0, 1, 1}, Classes: 2, Fields: number},
		"repeated":        {Rows: rows(1, 1, 1, 2, 2, 2), Class: []int{0, 1, 0, 1, 1, 1}, Classes: 2, Fields: number},
		"unknown codes":   {Rows: rows(0, 1, 9, -1, 0.5), Class: []int{0, 1, 1, 0, 1}, Classes: 2, Fields: []feature.Field{{Kind: feature.Category, Codes: 2}}},
		"empty sets":      {Rows: rows(1, 2, 3), Sets: [][]int{{}, {}, nil}, Classes: 2, Fields: number},
		"equal numbers":   {Rows: rows(1, 2, 3), Target: []float64{5, 5, 5}, Fields: number},
		"one number":      {Rows: rows(1), Target: []float64{-4}, Fields: number},
		"great numbers":   {Rows: rows(1, 2, 3), Target: []float64{1e300, -1e300, 5}, Fields: number},
		"largest numbers": {Rows: rows(1, 2, 3), Target: []float64{1.7e308, 1.7e308, -1.7e308}, Fields: number},
		"heavy and light": {Rows: rows(1, 2, 3), Class: []int{0, 1, 0}, Weight: []float64{1e-9, 1, 1e9}, Classes: 2, Fields: number},
	} {
		for kind, m := range fitted(t, d) {
			p := make([]float64, m.Classes())
			for _, r := range append(rows(0, 1, 5, nan, inf, -inf), feature.Row{}, feature.Row{Table: []float32{1, 2, 3}, Index: []uint32{4}, Value: []float32{1}}) {
				m.Predict(r, p)
				sum := 0.0
				for _, x := range p {
					sum += x
					if !(x > 0) && m.task != oneNumber || math.IsInf(x, 0) || math.IsNaN(x) {
						t.Errorf("%s, %s: %v", name, kind, p)
					}
				}
				if m.task == oneClass && math.Abs(sum-1) > 1e-12 {
					t.Errorf("%s, %s: sum %v", name, kind, sum)
				}
				total, w := 0.0, make([]float64, r.Len())
				total = m.Explain(r, 0, w)
				for _, x := range w {
					total += x
				}
				if math.IsNaN(total) || math.IsInf(total, 0) {
					t.Errorf("%s, %s: reasons %v", name, kind, w)
				}
			}
			if _, err := Unmarshal(bytesOf(t, m)); err != nil {
				t.Errorf("%s, %s: %v", name, kind, err)
			}
			switch name {
			case "equal numbers":
				if p[0] != 5 {
					t.Errorf("%s: 5 became %v", kind, p[0])
				}
			case "constant":
				if !(p[1] > 0.6 && p[1] < 0.85) {
					t.Errorf("%s: three of four are %v", kind, p[1])
				}
			}
		}
	}
	for _, d := range []feature.Data{{Classes: 2}, {Target: []float64{}}, {Sets: [][]int{}, Classes: 1}} {
		if _, err := Fit(context.Background(), d, Options{}); !errors.Is(err, ErrNoRows) {
			t.Errorf("no rows: %v", err)
		}
		if _, err := Boost(context.Background(), d, BoostOptions{}); !errors.Is(err, ErrNoRows) {
			t.Errorf("no rows: %v", err)
		}
	}
}

// TestSmallPart has rounds for which no row is drawn by chance: the model can be read again.
func TestSmallPart(t *testing.T) {
	d := feature.Data{Classes: 2, Fields: []feature.Field{{Kind: feature.Number}}}
	for i := range 20 {
		d.Rows, d.Class = append(d.Rows, feature.Row{Table: []float32{float32(i)}}), append(d.Class, i%2)
	}
	m, err := Boost(context.Background(), d, BoostOptions{Part: 0.01, Penalty: -1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unmarshal(bytesOf(t, m)); err != nil {
		t.Error(err)
	}
}

// TestManyWords asks for more columns than a node can name.
func TestManyWords(t *testing.T) {
	const features = maxColumns + 10
	d := feature.Data{Classes: 2, Features: features}
	for i := range 2 {
		var r feature.Row
		for f := range uint32(features) {
			r.Index, r.Value = append(r.Index, f), append(r.Value, float32(i))
		}
		d.Rows, d.Class = append(d.Rows, r), append(d.Class, i)
	}
	m, err := Fit(context.Background(), d, Options{Words: features, Trees: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unmarshal(bytesOf(t, m)); err != nil {
		t.Error(err)
	}
}

// TestEqualNumbersHeld has validation rows of which no part of a variance can be told.
func TestEqualNumbersHeld(t *testing.T) {
	var d feature.Data
	d.Fields = []feature.Field{{Kind: feature.Number}}
	for i := range 20 {
		d.Rows, d.Target = append(d.Rows, feature.Row{Table: []float32{float32(i)}}), append(d.Target, float64(i))
	}
	valid := d
	valid.Rows, valid.Target = d.Rows[:2], []float64{3, 3}
	see := func(p Progress) {
		if !(p.Valid > 0) || !math.IsNaN(p.Accuracy) {
			t.Errorf("loss %v, R² %v", p.Valid, p.Accuracy)
		}
	}
	mustFit(t, d, Options{Trees: 5, Valid: &valid, Progress: see})
	mustBoost(t, d, BoostOptions{Rounds: 5, Valid: &valid, Progress: see})
}

// TestManyCodes has more categories than there are bins.
func TestManyCodes(t *testing.T) {
	d := feature.Data{Classes: 2, Fields: []feature.Field{{Kind: feature.Category, Codes: 1000}}}
	for i := range 6000 {
		code := i % 1000
		if i%2 == 0 {
			code %= 100 // frequent ones
		}
		d.Rows, d.Class = append(d.Rows, feature.Row{Table: []float32{float32(code)}}), append(d.Class, code%2)
	}
	for kind, m := range fitted(t, d) {
		p, right := make([]float64, 2), 0
		for code := range 100 {
			if m.Predict(feature.Row{Table: []float32{float32(code)}}, p); (p[1] > 0.5) == (code%2 == 1) {
				right++
			}
		}
		if right < 95 {
			t.Errorf("%s: %d of 100 frequent codes right", kind, right)
		}
	}
}

// TestMissing puts the class into whether a number is there.
func TestMissing(t *testing.T) {
	d := feature.Data{Classes: 2, Fields: []feature.Field{{Kind: feature.Number}}}
	for i := range 200 {
		x, class := float32(i%10), 0
		if i%4 == 0 || x >= 7 { // what is missing is like what is high
			class = 1
		}
		if i%4 == 0 {
			x = float32(math.NaN())
		}
		d.Rows, d.Class = append(d.Rows, feature.Row{Table: []float32{x}}), append(d.Class, class)
	}
	for kind, m := range fitted(t, d) {
		p := make([]float64, 2)
		for i, r := range d.Rows {
			if m.Predict(r, p); (p[1] > 0.5) != (d.Class[i] == 1) {
				t.Errorf("%s: row %d %v", kind, i, p)
			}
		}
	}
}

// late is a context that ends after it was asked so many times.
type late struct {
	context.Context
	left chan struct{}
}

func (c late) Err() error {
	select {
	case <-c.left:
		return nil
	default:
		return context.Canceled
	}
}

// TestCancelled ends fits at many points: each time with the context's error
// and without a model.
func TestCancelled(t *testing.T) {
	d := tabular(600, 2, 1)
	for _, n := range []int{0, 1, 2, 3, 5, 8, 13, 21, 40} {
		ctx := late{context.Background(), make(chan struct{}, n)}
		for range n {
			ctx.left <- struct{}{}
		}
		if m, err := Fit(ctx, d, Options{Workers: 2}); !errors.Is(err, context.Canceled) || m != nil {
			t.Errorf("forest after %d looks: %v, %v", n, m, err)
		}
		for range n - len(ctx.left) {
			ctx.left <- struct{}{}
		}
		if m, err := Boost(ctx, d, BoostOptions{Workers: 2}); !errors.Is(err, context.Canceled) || m != nil {
			t.Errorf("boosting after %d looks: %v, %v", n, m, err)
		}
	}
}

// TestProgress follows both kinds of fit, and finds that watching changes nothing.
func TestProgress(t *testing.T) {
	for name, d := range kinds(300) {
		valid := part1(d, 200, 300)
		d = part1(d, 0, 200)
		var points []Progress
		see := func(p Progress) { points = append(points, p) }
		check := func(kind string, each int) {
			t.Helper()
			last := 0
			for _, p := range points {
				if p.Trees <= last || p.Trees > p.Of || !(p.Loss >= 0) || !(p.Valid >= 0) || !(p.Accuracy <= 1) {
					t.Errorf("%s, %s: %+v after %d", name, kind, p, last)
				}
				last = p.Trees
			}
			if len(points) != each || !(points[len(points)-1].Valid < 1.2*points[0].Valid) {
				t.Errorf("%s, %s: %d points, loss from %v to %v", name, kind, len(points), points[0].Valid, points[len(points)-1].Valid)
			}
			points = nil
		}
		m := mustFit(t, d, Options{Trees: 40, Workers: 2, Valid: &valid, Progress: see})
		check("forest", 4)
		if !bytes.Equal(bytesOf(t, m), bytesOf(t, mustFit(t, d, Options{Trees: 40}))) {
			t.Errorf("%s: watching changes the forest", name)
		}
		m = mustBoost(t, d, BoostOptions{Rounds: 30, Valid: &valid, Progress: see})
		check("boosting", 30)
		if !bytes.Equal(bytesOf(t, m), bytesOf(t, mustBoost(t, d, BoostOptions{Rounds: 30}))) {
			t.Errorf("%s: watching changes boosting", name)
		}
	}
}

// TestEndsInTime boosts noise: what is held out ends it early, and the model goes back to
// the best round.
func TestEndsInTime(t *testing.T) {
	d := tabular(400, 2, 1)
	for i := range d.Class {
		d.Class[i] = int(uint32(i) * 2654435761 >> 31)
	}
	hold := part1(d, 300, 400)
	d = part1(d, 0, 300)
	m := mustBoost(t, d, BoostOptions{Hold: &hold, Patience: 5, Rate: 0.5})
	kept, tried := m.Rounds()
	if tried >= 100 || tried-kept != 5 || m.Trees() != kept {
		t.Errorf("%d of %d rounds, %d trees", kept, tried, m.Trees())
	}
	all := mustBoost(t, d, BoostOptions{Hold: &hold, Patience: -1, Rate: 0.5})
	if kept, tried := all.Rounds(); kept != 100 || tried != 100 {
		t.Errorf("without patience %d of %d rounds", kept, tried)
	}
	loss := func(m *Model) float64 {
		return tally(hold, func(i int, p []float64) bool { m.Predict(hold.Rows[i], p); return true }, 2).Loss
	}
	if !(loss(m) < loss(all)) {
		t.Errorf("loss %v, without an end in time %v", loss(m), loss(all))
	}
	big := tabular(3000, 2, 1)
	if kept, tried := mustBoost(t, big, BoostOptions{Rate: 0.5}).Rounds(); tried >= 100 || kept >= tried {
		t.Errorf("of 3,000 rows: %d of %d rounds", kept, tried)
	}
}

// TestCancelsLate ends fits of many rows, which would take minutes, in their midst.
func TestCancelsLate(t *testing.T) {
	d := many(60_000)
	for kind, fit := range map[string]func(context.Context) error{
		"forest": func(ctx context.Context) error { _, err := Fit(ctx, d, Options{Trees: 2000}); return err },
		"boosting": func(ctx context.Context) error {
			_, err := Boost(ctx, d, BoostOptions{Rounds: 10000, Patience: -1})
			return err
		},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Millisecond)
		if err := fit(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", kind, err)
		}
		cancel()
	}
}
