package forest

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"inkling/learn/feature"
)

// real reads a table of the public data sets: INKLING_DATA, or ../shared/data beside the
// repository. Columns with anything but numbers are categories.
func real(t *testing.T, name string, number bool) feature.Data {
	t.Helper()
	dir := os.Getenv("INKLING_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data") // from learn/forest
	}
	f, err := os.Open(filepath.Join(dir, name, name+".csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no data: %s.csv is not there; INKLING_DATA names the folder", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	last := len(records[0]) - 1
	d := feature.Data{Classes: 2, Rows: make([]feature.Row, len(records)-1)}
	for c := range last {
		field, codes := feature.Field{Kind: feature.Number}, []string(nil)
		for i, r := range records[1:] {
			x, err := strconv.ParseFloat(r[c], 32)
			if err != nil {
				at := slices.Index(codes, r[c])
				if at < 0 {
					at, codes = len(codes), append(codes, r[c])
				}
				x, field = float64(at), feature.Field{Kind: feature.Category, Codes: len(codes)}
			}
			d.Rows[i].Table = append(d.Rows[i].Table, float32(x))
		}
		d.Fields = append(d.Fields, field)
	}
	for _, r := range records[1:] {
		y, err := strconv.ParseFloat(r[last], 64)
		if err != nil {
			t.Fatal(err)
		}
		if number {
			d.Target = append(d.Target, y)
		} else {
			d.Class = append(d.Class, int(y))
		}
	}
	if number {
		d.Classes = 0
	}
	return d
}

// splits fits on four fifths of the rows, drawn at random, so many times, and
// returns the mean of a score on the rest and its standard error.
func splits(d feature.Data, n int, score func(seed uint64, train, test feature.Data) float64) (mean, se float64) {
	var all []float64
	for seed := range uint64(n) {
		order := rand.New(rand.NewPCG(seed, 5)).Perm(len(d.Rows))
		pick := func(of []int) feature.Data {
			out := feature.Data{Classes: d.Classes, Fields: d.Fields}
			for _, i := range of {
				out.Rows = append(out.Rows, d.Rows[i])
				if d.Target != nil {
					out.Target = append(out.Target, d.Target[i])
				} else {
					out.Class = append(out.Class, d.Class[i])
				}
			}
			return out
		}
		all = append(all, score(seed, pick(order[len(order)/5:]), pick(order[:len(order)/5])))
		mean += all[len(all)-1] / float64(n)
	}
	for _, x := range all {
		se += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(se / float64(n-1) / float64(n))
}

// auc is the part of pairs of rows of both classes that are in the right order.
func auc(m *Model, d feature.Data) float64 {
	var by [2][]float64
	p := make([]float64, 2)
	for i, r := range d.Rows {
		m.Predict(r, p)
		by[d.Class[i]] = append(by[d.Class[i]], p[1])
	}
	sum := 0.0
	for _, a := range by[0] {
		for _, b := range by[1] {
			switch {
			case a < b:
				sum++
			case a == b:
				sum += 0.5
			}
		}
	}
	return sum / float64(len(by[0])*len(by[1]))
}

// TestGermanCredit compares with what docs/bench/trees.sh printed of the peers on five random
// splits: scikit-learn 1.2.1's RandomForestClassifier(100) an AUC of 0.773, standard error 0.004 (its
// five were 0.763, 0.772, 0.777, 0.767, 0.786), and xgboost 1.7.4's hist default 0.749, standard error 0.012.
// The splits here are others, so that a model as good as the peer's is below the bound, three standard
// errors of both, about once in 700 data sets; one without a column that matters is.
func TestGermanCredit(t *testing.T) {
	d := real(t, "german_credit", false)
	mean, se := splits(d, 10, func(seed uint64, train, test feature.Data) float64 {
		return auc(mustFit(t, train, Options{Seed: seed}), test)
	})
	if mean < 0.773-3*math.Hypot(se, 0.004) {
		t.Errorf("forest: AUC %.4f, standard error %.4f", mean, se)
	}
	mean, se = splits(d, 10, func(seed uint64, train, test feature.Data) float64 {
		return auc(mustBoost(t, train, BoostOptions{Seed: seed}), test)
	})
	if mean < 0.749-3*math.Hypot(se, 0.012) {
		t.Errorf("boosting: AUC %.4f, standard error %.4f", mean, se)
	}
}

// TestWhiteWine compares with RandomForestRegressor(100) likewise: R² 0.501, standard error
// 0.014, over five splits.
func TestWhiteWine(t *testing.T) {
	if testing.Short() {
		t.Skip("ten seconds of processor time with the race detector")
	}
	d := real(t, "wine_quality_white", true)
	mean, se := splits(d, 4, func(seed uint64, train, test feature.Data) float64 {
		m := mustFit(t, train, Options{Seed: seed})
		return tally(test, func(i int, p []float64) bool { m.Predict(test.Rows[i], p); return true }, 1).Accuracy
	})
	if mean < 0.501-3*math.Hypot(se, 0.014) {
		t.Errorf("R² %.4f, standard error %.4f", mean, se)
	}
	mean, se = splits(d, 4, func(seed uint64, train, test feature.Data) float64 {
		m := mustBoost(t, train, BoostOptions{Seed: seed})
		return tally(test, func(i int, p []float64) bool { m.Predict(test.Rows[i], p); return true }, 1).Accuracy
	})
	if mean < 0.35 { // a linear regression has 0.27
		t.Errorf("boosting: R² %.4f, standard error %.4f", mean, se)
	}
	t.Logf("boosting: R² %.4f, standard error %.4f", mean, se)
}
