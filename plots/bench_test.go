package plots_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/muesli/termenv"

	"inkling/plots"
)

// BenchmarkLineChart draws a full window: three noisy curves of 10,000 points
// in all, in colour. A frame has 16 ms for everything.
func BenchmarkLineChart(b *testing.B) {
	p := paint(termenv.TrueColor)
	for _, n := range []int{10_000, 1_000_000} {
		c := plots.LineChart{Width: 200, Height: 50, Title: "log loss", XLabel: "step", Legend: true, Smooth: 0.6,
			XMin: nan, XMax: nan, YMin: nan, YMax: nan, Axis: p.axis}
		for k, d := range []plots.Dash{plots.Dotted, plots.Dashed, plots.Solid} {
			s := plots.Series{Name: fmt.Sprintf("run %d", k), Dash: d, Style: p.a}
			for i := range n / 3 {
				s.X = append(s.X, float64(i))
				s.Y = append(s.Y, math.Exp(-float64(i)/float64(n/9))+0.1*math.Sin(float64(i*i)))
			}
			c.Series = append(c.Series, s)
		}
		b.Run(fmt.Sprintf("points=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = c.View()
			}
		})
	}
}

// BenchmarkHeatMap draws the confusion matrix of 77 classes.
func BenchmarkHeatMap(b *testing.B) {
	names := make([]string, 77)
	for i := range names {
		names[i] = fmt.Sprintf("intent number %d", i)
	}
	h := confusion(paint(termenv.TrueColor), names, 200, 50)
	b.ReportAllocs()
	for b.Loop() {
		_ = h.View()
	}
}

// BenchmarkSmall draws what stands on the label screen all the time.
func BenchmarkSmall(b *testing.B) {
	p := paint(termenv.TrueColor)
	values := []float64{0.2, 0.5, 0.45, 0.7, 0.8, 0.82}
	bars := plots.Bars{Width: 50, Height: 5, Max: 1}
	for i, v := range values[:5] {
		bars.Bars = append(bars.Bars, plots.Bar{Label: fmt.Sprintf("label %d", i), Value: v, Text: "0.50", Style: p.a, Strong: i == 1})
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = bars.View()
		_ = plots.Sparkline{Width: 20, Height: 1, Values: values, Style: p.a}.View()
		_ = plots.Gauge{Width: 10, Value: 0.6}.View()
	}
}
