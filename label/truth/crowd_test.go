package truth_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"inkling/label/truth"
)

// crowd reads one of the crowd data sets: its votes, and the true classes.
func crowd(t testing.TB, name string) (truth.Votes, []int) {
	dir := os.Getenv("INKLING_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	read := func(file string) [][]string {
		f, err := os.Open(filepath.Join(dir, name, file))
		if err != nil {
			t.Skipf("no crowd data: %v", err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows[1:]
	}
	v := truth.Votes{Classes: 2}
	items, people := map[string]int{}, map[string]int{}
	number := func(m map[string]int, s string) int32 {
		if _, ok := m[s]; !ok {
			m[s] = len(m)
		}
		return int32(m[s])
	}
	for _, r := range read("labels.csv") {
		c, err := strconv.Atoi(r[2])
		if err != nil {
			t.Fatal(err)
		}
		v.All = append(v.All, truth.Vote{Item: number(items, r[0]), Person: number(people, r[1]), Class: int32(c)})
	}
	v.Items, v.People = len(items), len(people)
	gold := make([]int, v.Items)
	for _, r := range read("truth.csv") {
		gold[number(items, r[0])], _ = strconv.Atoi(r[1])
	}
	return v, gold
}

func accuracy(r *truth.Result, gold []int) float64 {
	right := 0
	for i, g := range gold {
		if c, _ := r.Class(i); c == g {
			right++
		}
	}
	return float64(right) / float64(len(gold))
}

func TestCrowdData(t *testing.T) {
	for _, name := range []string{"crowd_bluebird", "crowd_mozafari"} {
		v, gold := crowd(t, name)
		for m, infer := range truth.Methods() {
			r, err := infer(context.Background(), v, truth.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := accuracy(r, gold)
			t.Logf("%s %-12s %.4f in %d iterations", name, m, got, r.Iterations)
			// Published of Dawid and Skene's method on the blue birds: 97 of 108 right.
			if name == "crowd_bluebird" && m == "dawid-skene" && got < 97.0/108-1e-9 {
				t.Errorf("%s: accuracy %.4f, published %.4f", m, got, 97.0/108)
			}
			if name == "crowd_mozafari" && m == "dawid-skene" && got < 0.70 {
				t.Errorf("%s: accuracy %.4f", m, got)
			}
		}
	}
}
