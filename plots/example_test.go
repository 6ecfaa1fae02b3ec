package plots_test

import (
	"fmt"
	"math"

	"inkling/plots"
)

func ExampleLineChart() {
	none := math.NaN()
	fmt.Println(plots.LineChart{
		Width: 40, Height: 7, Title: "accuracy", XLabel: "labels", Legend: true,
		Series: []plots.Series{{Name: "audit", X: []float64{0, 20, 40, 60, 80}, Y: []float64{0.5, 0.7, 0.8, 0.85, 0.87}}},
		XMin:   none, XMax: none, YMin: 0, YMax: 1,
	}.View())
}

func ExampleBars() {
	fmt.Println(plots.Bars{Width: 30, Height: 2, Max: 1, Bars: []plots.Bar{
		{Label: "RISKY", Value: 0.83, Text: "0.83", Strong: true},
		{Label: "GOOD", Value: 0.17, Text: "0.17"},
	}}.View())
	// Output:
	// ▸ RISKY ██████████████▏   0.83
	//   GOOD  ██▉               0.17
}
