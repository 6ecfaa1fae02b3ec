package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestErrorsByHand(t *testing.T) {
	truth, predicted := []float64{1, 2, 4, 5}, []float64{2, 2, 1, 5} // errors 1, 0, -3, 0; variance around 3: 4+1+1+4
	near(t, "mae", MAE(truth, predicted), 1)
	near(t, "mse", MSE(truth, predicted), 2.5)
	near(t, "rmse", RMSE(truth, predicted), math.Sqrt(2.5))
	near(t, "r2", R2(truth, predicted), 1-10.0/10)
	near(t, "mape", MAPE(truth, predicted), (1+3.0/4)/4)
	// One unit above the truth costs 0.1, three below cost 0.9 each.
	near(t, "pinball 0.9", Pinball(truth, predicted, 0.9), (0.1+2.7)/4)
	near(t, "mape with a zero", MAPE([]float64{0}, []float64{0x1p-52}), 1)
}

func TestErrorsAtTheEdges(t *testing.T) {
	near(t, "r2, constant and exact", R2([]float64{0.1, 0.1, 0.1}, []float64{0.1, 0.1, 0.1}), 1)
	near(t, "r2, constant and not exact", R2([]float64{0.1, 0.1, 0.1}, []float64{0.1, 0.1, 0.2}), 0)
	near(t, "r2, one item", R2([]float64{3}, []float64{4}), 0)
	for name, f := range map[string]func(truth, predicted []float64) float64{
		"mae": MAE, "mse": MSE, "rmse": RMSE, "r2": R2, "mape": MAPE,
		"pinball": func(truth, predicted []float64) float64 { return Pinball(truth, predicted, 0.5) },
	} {
		near(t, name+" of nothing", f(nil, nil), math.NaN())
		near(t, name+" of NaN", f([]float64{1, 2}, []float64{1, math.NaN()}), math.NaN())
	}
}

func TestErrorsAgreeWithEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		number := rapid.SliceOfN(rapid.Float64Range(-100, 100), n, n)
		truth, predicted := number.Draw(t, "truth"), number.Draw(t, "predicted")
		mean := 0.0
		for _, v := range truth {
			mean += v / float64(n)
		}
		constant := make([]float64, n)
		for i := range constant {
			constant[i] = mean
		}
		if mae, rmse := MAE(truth, predicted), RMSE(truth, predicted); mae > rmse+1e-9 {
			t.Fatalf("mae %v above rmse %v", mae, rmse)
		}
		if half, mae := Pinball(truth, predicted, 0.5), MAE(truth, predicted); math.Abs(2*half-mae) > 1e-9 {
			t.Fatalf("pinball at the median %v, mae %v", half, mae)
		}
		if MSE(truth, constant) > 1e-6 { // else there is nothing to explain but rounding
			if r := R2(truth, constant); math.Abs(r) > 1e-6 {
				t.Fatalf("r2 of the mean is %v", r)
			}
		}
	})
}

// The constant with the lowest pinball loss is the quantile: of 1 to 9 the 0.75
// quantile is 7.
func TestPinballFindsTheQuantile(t *testing.T) {
	truth := []float64{3, 1, 2, 9, 8, 7, 4, 5, 6}
	loss := func(v float64) float64 {
		p := make([]float64, len(truth))
		for i := range p {
			p[i] = v
		}
		return Pinball(truth, p, 0.75)
	}
	for v := 1.0; v <= 9; v += 0.25 {
		if v != 7 && loss(v) <= loss(7) {
			t.Errorf("loss at %v is %v, at 7 %v", v, loss(v), loss(7))
		}
	}
}
