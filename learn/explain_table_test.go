package learn

import (
	"math"
	"slices"
	"testing"

	"inkling/learn/feature"
)

// What a column weighs in the sparse form and in the table is one reason: here
// each feature of the row weighs its place, and each value of the table 100
// times its place.
func TestReasonsOfTheTable(t *testing.T) {
	c, err := feature.NewCounter([]feature.Kind{feature.Number, feature.Date, feature.Category}, feature.Options{MinItems: 1})
	if err != nil {
		t.Fatal(err)
	}
	values := []string{"7", "2024-03-01", ""}
	c.Add(values)
	s := c.Space()
	r := s.Rower().Row(values)
	w := make([]float64, r.Len())
	for i := range r.Index {
		w[i] = float64(i + 1) // one feature of the number, three of the date, one of what is missing
	}
	for i := range r.Table {
		w[len(r.Index)+i] = 100 * float64(i+1) // one value of the number, three of the date, one of the code
	}
	e := explanation{values: values, columns: []int{2, 4, 5}, by: map[reasonKey]int{}}
	e.read(s, r, w)
	terms, weights, columns := []string{}, []float64{}, []int{}
	for _, x := range e.reasons {
		terms, weights, columns = append(terms, x.Term), append(weights, x.Weight), append(columns, x.Column)
	}
	if !slices.Equal(terms, []string{"7", "2024-03-01", Missing}) || !slices.Equal(weights, []float64{101, 909, 505}) || !slices.Equal(columns, []int{2, 4, 5}) {
		t.Errorf("%v weigh %v in %v", terms, weights, columns)
	}
}

// The pool's rows keep the table as it is, also what is missing.
func TestPackedTable(t *testing.T) {
	rows := []Row{
		{Index: []uint32{1, 900}, Value: []float32{0.5, 0.25}, Table: []float32{12400, float32(math.NaN()), -3.14159}},
		{}, {Table: []float32{math.MaxFloat32}}, {Index: []uint32{7}, Value: []float32{1}},
	}
	var room Row
	for i, r := range rows {
		room = unpack(pack(nil, r), len(r.Table), len(r.Vector), room)
		same := slices.EqualFunc(r.Table, room.Table, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
		if !slices.Equal(r.Index, room.Index) || !slices.Equal(r.Value, room.Value) || !same {
			t.Errorf("row %d: %v became %v", i, r, room)
		}
	}
}
