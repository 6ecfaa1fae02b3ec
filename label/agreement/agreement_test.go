package agreement

import (
	"math"
	"testing"
)

// krippendorff is the example of Krippendorff (2011), section C: four observers,
// twelve units, values 1 to 5, 0 for missing.
var krippendorff = [4][12]int{
	{1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
	{1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
	{0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
	{1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0},
}

func TestAlphaOfTheLiterature(t *testing.T) {
	var rows [][]int
	var numbers [][]float64
	for u := range 12 {
		var r []int
		var x []float64
		for o := range 4 {
			if v := krippendorff[o][u]; v > 0 {
				r, x = append(r, v-1), append(x, float64(v))
			}
		}
		rows, numbers = append(rows, r), append(numbers, x)
	}
	for _, c := range []struct {
		name string
		got  Estimate
		want float64
	}{
		{"nominal", Alpha(rows, 5, Nominal, Bootstrap{}), 0.743},
		{"ordinal", Alpha(rows, 5, Ordinal, Bootstrap{}), 0.815},
		{"interval", AlphaNumbers(numbers, Bootstrap{}), 0.849},
	} {
		if !c.got.Defined() || math.Abs(c.got.Value-c.want) > 0.0006 {
			t.Errorf("%s: %.4f (%s), published %.3f", c.name, c.got.Value, c.got.Why, c.want)
		}
	}
}
