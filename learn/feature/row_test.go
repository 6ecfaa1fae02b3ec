package feature_test

import (
	"reflect"
	"testing"

	"inkling/learn/feature"
)

func TestTake(t *testing.T) {
	d := feature.Data{Rows: []feature.Row{{Index: []uint32{0}}, {Index: []uint32{1}}, {Index: []uint32{2}}}, Class: []int{0, 1, 2}, Weight: []float64{1, 2, 3}, Classes: 3, Features: 3, Texts: 1}
	want := feature.Data{Rows: []feature.Row{{Index: []uint32{2}}, {Index: []uint32{0}}}, Class: []int{2, 0}, Weight: []float64{3, 1}, Classes: 3, Features: 3, Texts: 1}
	if got := d.Take([]int{2, 0}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	number := feature.Data{Rows: d.Rows, Target: []float64{5, 6, 7}}
	if got := number.Take([]int{1}); got.Target[0] != 6 || got.Class != nil || got.Sets != nil || got.Weight != nil {
		t.Errorf("%+v", got)
	}
	labels := feature.Data{Rows: d.Rows, Sets: [][]int{nil, {1}, {0, 1}}}
	if got := labels.Take([]int{2}); !reflect.DeepEqual(got.Sets, [][]int{{0, 1}}) {
		t.Errorf("%+v", got)
	}
}
