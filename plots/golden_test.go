package plots_test

import (
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"inkling/plots"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// golden compares a picture with testdata/NAME.golden. Escapes are written as
// \e there, and each row ends with a bar, so that blanks at its end show.
func golden(t *testing.T, name, picture string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	got := strings.ReplaceAll(picture, "\n", "|\n") + "|\n"
	got = strings.ReplaceAll(got, "\x1b", `\e`)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run go test ./plots/ -update)", err)
	}
	if got != string(want) {
		t.Errorf("not as in %s:\n%s\nwant:\n%s", file, got, want)
	}
}

// paints makes the styles of one terminal.
type paints struct {
	a, b, faded, axis, head lipgloss.Style
	ramp                    []lipgloss.Style
}

func paint(p termenv.Profile) paints {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	fg := func(c string) lipgloss.Style { return r.NewStyle().Foreground(lipgloss.Color(c)) }
	bg := func(c string) lipgloss.Style { return r.NewStyle().Background(lipgloss.Color(c)) }
	return paints{a: fg("#0000ff"), b: fg("#ff8800"), faded: fg("#888888"), axis: fg("#777777"), head: r.NewStyle().Bold(true),
		ramp: []lipgloss.Style{bg("#000010"), bg("#000040"), bg("#000080"), bg("#0000c0")}}
}

var nan = math.NaN()

// learning is a chart of two losses that fall, with a gap in one, over an
// earlier run that ended sooner.
func learning(p paints, width, height int) plots.LineChart {
	var x, train, valid []float64
	for i := 1; i <= 200; i++ {
		x = append(x, float64(i))
		train = append(train, 0.1+1.9*math.Exp(-float64(i)/40))
		valid = append(valid, 0.4+1.4*math.Exp(-float64(i)/50)+0.03*math.Sin(float64(i)))
	}
	for i := 90; i < 110; i++ {
		train[i] = nan
	}
	return plots.LineChart{Width: width, Height: height, Title: "log loss", XLabel: "step", Legend: true,
		XMin: nan, XMax: nan, YMin: nan, YMax: nan, Marks: []float64{50, 120}, Axis: p.axis, Head: p.head,
		Series: []plots.Series{
			{Name: "run 3", X: x[:80], Y: valid[40:120], Style: p.faded, Dash: plots.Dotted},
			{Name: "held out", X: x, Y: valid, Style: p.b, Dash: plots.Dashed},
			{Name: "training", X: x, Y: train, Style: p.a},
		}}
}

func TestLineChartGolden(t *testing.T) {
	for _, s := range [][2]int{{76, 14}, {120, 30}, {40, 9}, {30, 6}, {20, 4}, {8, 3}} {
		golden(t, fmt.Sprintf("line_%dx%d", s[0], s[1]), learning(paint(termenv.Ascii), s[0], s[1]).View())
	}
	golden(t, "line_76x14_colour", learning(paint(termenv.TrueColor), 76, 14).View())
	golden(t, "line_40x9_16", learning(paint(termenv.ANSI), 40, 9).View())

	c := learning(paint(termenv.Ascii), 76, 14)
	c.XMin = 150
	golden(t, "line_zoomed", c.View())
	c = learning(paint(termenv.Ascii), 76, 14)
	c.Smooth = 0.9
	golden(t, "line_smooth", c.View())
}

func TestLineChartGoldenSparse(t *testing.T) {
	chart := func(s ...plots.Series) plots.LineChart {
		return plots.LineChart{Width: 50, Height: 8, Title: "accuracy", XLabel: "labels", Legend: true, Series: s,
			XMin: nan, XMax: nan, YMin: nan, YMax: nan}
	}
	golden(t, "line_empty", chart().View())
	golden(t, "line_unmeasured", chart(plots.Series{Name: "audit", X: []float64{1, 2}, Y: []float64{nan, math.Inf(1)}}).View())
	golden(t, "line_one", chart(plots.Series{Name: "audit", X: []float64{7}, Y: []float64{0.5}}).View())
	golden(t, "line_flat", chart(plots.Series{Name: "audit", X: []float64{1, 2, 3}, Y: []float64{0.5, 0.5, 0.5}}).View())
	golden(t, "line_wide", chart(plots.Series{Name: "准确率", X: []float64{1, 9}, Y: []float64{0.2, 0.9}}).View())
	c := chart(plots.Series{Name: "audit", X: []float64{5, 20, 40, 80}, Y: []float64{0.5, 0.7, 0.8, 0.85}, Marker: '●',
		Low: []float64{0.2, 0.5, 0.65, 0.78}, High: []float64{0.8, 0.84, 0.9, 0.91}})
	c.Height, c.XMin, c.YMin, c.YMax = 12, 0, 0, 1
	golden(t, "line_whiskers", c.View())
	// The same as a band, and another one that crosses it, has a gap and ends beyond
	// the axes.
	c.Series[0].Band = true
	c.Series = append(c.Series, plots.Series{Name: "drawn", X: []float64{10, 30, 40, 60, 80, 90}, Y: []float64{0.4, 0.6, 0.65, 0.7, 0.72, 0.73}, Dash: plots.Dashed, Band: true,
		Low: []float64{0.3, 0.5, 0.55, nan, 0.6, -1}, High: []float64{0.5, 0.7, 0.75, 0.8, 0.8, 2}})
	golden(t, "line_band", c.View())
	c = chart(plots.Series{Name: "bytes", X: []float64{0, 3e6}, Y: []float64{-2e9, 5e9}})
	golden(t, "line_large", c.View())
	c = chart(plots.Series{Name: "rate", X: []float64{0, 1}, Y: []float64{1e-9, 4e-9}})
	golden(t, "line_small", c.View())
}

func TestBarsGolden(t *testing.T) {
	for name, p := range map[string]paints{"": paint(termenv.Ascii), "_colour": paint(termenv.TrueColor)} {
		probabilities := plots.Bars{Width: 32, Height: 3, Max: 1, Bars: []plots.Bar{
			{Label: "RISKY", Value: 0.83, Text: "0.83", Style: p.a, Strong: true},
			{Label: "GOOD", Value: 0.165, Text: "0.16", Style: p.b}, {Label: "展期", Value: 0.005, Text: "0.00", Style: p.faded}}}
		golden(t, "bars"+name, probabilities.View())
		pulls := plots.Bars{Width: 40, Height: 4, Signed: true, Bars: []plots.Bar{
			{Label: "roll over", Value: 1.9, Text: "+1.9", Style: p.a}, {Label: "second time", Value: 1.1, Text: "+1.1", Style: p.a},
			{Label: "employer confirmed by phone", Value: -1.5, Text: "-1.5", Style: p.b}, {Label: "gap", Value: nan, Text: "?"}}}
		golden(t, "bars_signed"+name, pulls.View())
	}
	var many []plots.Bar
	for i := range 20 {
		many = append(many, plots.Bar{Label: fmt.Sprintf("label %d", i), Value: float64(20 - i), Text: fmt.Sprint(20 - i)})
	}
	golden(t, "bars_many", plots.Bars{Width: 30, Height: 5, Bars: many}.View())
	golden(t, "bars_narrow", plots.Bars{Width: 9, Height: 2, Bars: many}.View())
}

func confusion(p paints, names []string, width, height int) plots.HeatMap {
	h := plots.HeatMap{Width: width, Height: height, Rows: names, Columns: names, RowsAre: "true", ColumnsAre: "predicted",
		Ramp: p.ramp, Axis: p.axis, Diagonal: true}
	for i := range names {
		row := make([]int, len(names))
		row[i] = 10 + i
		row[(i+1)%len(names)] += i % 4
		row[(i+3)%len(names)] += i % 2
		h.Counts = append(h.Counts, row)
	}
	return h
}

func TestHeatMapGolden(t *testing.T) {
	few := []string{"refund", "card arrival", "exchange rate", "汇率 查询", "lost card"}
	golden(t, "heat_76x8", confusion(paint(termenv.Ascii), few, 76, 8).View())
	golden(t, "heat_76x8_colour", confusion(paint(termenv.TrueColor), few, 76, 8).View())
	golden(t, "heat_40x8", confusion(paint(termenv.Ascii), few, 40, 8).View())
	golden(t, "heat_20x4", confusion(paint(termenv.Ascii), few, 20, 4).View())
	var many []string
	for i := range 77 {
		many = append(many, fmt.Sprintf("intent number %d", i))
	}
	h := confusion(paint(termenv.Ascii), many, 76, 14)
	golden(t, "heat_many", h.View())
	h.Top, h.Left = 60, 60
	golden(t, "heat_many_end", h.View())
	h.Top, h.Left = 1000, 1000
	golden(t, "heat_many_beyond", h.View())
}

func TestReliabilityGolden(t *testing.T) {
	for name, p := range map[string]paints{"": paint(termenv.Ascii), "_colour": paint(termenv.TrueColor)} {
		r := plots.Reliability{Width: 60, Height: 16, XLabel: "confidence", Name: "observed", Ideal: "ideal", Curve: p.a, Axis: p.axis}
		for i := range 10 {
			f := float64(i) / 10
			r.Bins = append(r.Bins, plots.ReliabilityBin{From: f, To: f + 0.1, X: f + 0.06, Y: f * f, Low: f * f / 2, High: (1 + f*f) / 2, N: i * i * 3})
		}
		golden(t, "reliability"+name, r.View())
		r.Width, r.Height = 30, 6
		golden(t, "reliability_small"+name, r.View())
	}
}

func TestSparklineAndGaugeGolden(t *testing.T) {
	values, at := []float64{0.2, 0.5, 0.45, 0.7, 0.8, 0.82}, []float64{5, 10, 16, 20, 40, 60}
	var b strings.Builder
	show := func(s string) { b.WriteString(s + "\n") }
	show(plots.Sparkline{Width: 20, Height: 1, Values: values}.View())
	show(plots.Sparkline{Width: 20, Height: 1, Values: values, X: at}.View())
	show(plots.Sparkline{Width: 20, Height: 3, Values: values, X: at, Marks: at}.View())
	show(plots.Sparkline{Width: 20, Height: 1, Marks: []float64{5, 10, 35, 60}}.View())
	show(plots.Sparkline{Width: 20, Height: 1, Marks: []float64{30}, XMin: 0, XMax: 60}.View())
	show(plots.Sparkline{Width: 20, Height: 1}.View())
	for _, v := range []float64{nan, -1, 0, 0.001, 0.33, 0.5, 0.99, 1, 7} {
		show(plots.Gauge{Width: 10, Value: v}.View())
	}
	golden(t, "small", strings.TrimSuffix(b.String(), "\n"))
}
