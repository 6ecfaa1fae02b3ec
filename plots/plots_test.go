package plots_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"inkling/plots"
)

// exact fails unless a picture has exactly so many rows of so many cells.
func exact(t interface {
	Helper()
	Errorf(string, ...any)
}, what, picture string, width, height int) {
	t.Helper()
	width, height = max(width, 0), max(height, 0)
	if height == 0 {
		if picture != "" {
			t.Errorf("%s of no height: %q", what, picture)
		}
		return
	}
	rows := strings.Split(picture, "\n")
	if len(rows) != height {
		t.Errorf("%s of %dx%d has %d rows:\n%s", what, width, height, len(rows), picture)
	}
	for i, r := range rows {
		if w := ansi.StringWidth(r); w != width {
			t.Errorf("%s of %dx%d: row %d is %d cells wide: %q", what, width, height, i, w, r)
		}
		if strings.ContainsFunc(ansi.Strip(r), func(c rune) bool { return c < ' ' || c == 0x7f }) {
			t.Errorf("%s: row %d has a control character: %q", what, i, r)
		}
	}
}

// anyNumber draws all kinds of numbers, the extreme ones often.
func anyNumber() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Float64(), rapid.Float64Range(-10, 10), rapid.SampledFrom([]float64{
		0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 1e300, 1e-300, 1e16, 1e16 + 2}))
}

// anyText draws labels of one and two cells a character, with combining marks
// and controls.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringN(0, 12, -1), rapid.SampledFrom([]string{"", "loss", "准确率", "e\u0301te\u0301", "👩‍👩‍👧 family", "\x1b[31mred", "a\tb\nc", "\xff\xfe", "\u0301", "🇩🇪🇫🇷"})).
		Filter(apart)
}

// apart reports whether no character of a text, with its controls replaced,
// joins what stands beside it into one: that is for package safe to see to.
func apart(s string) bool {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return utf8.RuneError
		}
		return r
	}, s)
	for s != "" {
		c, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		if s = s[len(c):]; ansi.StringWidth(" "+c+" ") != w+2 || ansi.StringWidth("…"+c+"…") != w+2 {
			return false
		}
	}
	return true
}

func anySeries() *rapid.Generator[plots.Series] {
	return rapid.Custom(func(t *rapid.T) plots.Series {
		numbers := rapid.SliceOfN(anyNumber(), 0, 30)
		return plots.Series{Name: anyText().Draw(t, "name"), X: numbers.Draw(t, "x"), Y: numbers.Draw(t, "y"),
			Dash: plots.Dash(rapid.IntRange(0, 4).Draw(t, "dash")), Marker: rapid.SampledFrom([]rune{0, '●'}).Draw(t, "marker"),
			Low: numbers.Draw(t, "low"), High: numbers.Draw(t, "high"), Band: rapid.Bool().Draw(t, "band"), Style: paint(termenv.TrueColor).a}
	})
}

func size(t *rapid.T) (width, height int) {
	return rapid.IntRange(-2, 90).Draw(t, "width"), rapid.IntRange(-2, 30).Draw(t, "height")
}

// TestExactSize: any data in any size gives exactly that size.
func TestExactSize(t *testing.T) {
	t.Run("line chart", rapid.MakeCheck(func(t *rapid.T) {
		w, h := size(t)
		end := rapid.OneOf(rapid.Just(math.NaN()), anyNumber())
		c := plots.LineChart{Width: w, Height: h, Title: anyText().Draw(t, "title"), XLabel: anyText().Draw(t, "label"),
			Series: rapid.SliceOfN(anySeries(), 0, 4).Draw(t, "series"), Legend: rapid.Bool().Draw(t, "legend"),
			Smooth: rapid.OneOf(rapid.SampledFrom([]float64{0, 0.6, 1, 2}), anyNumber()).Draw(t, "smooth"),
			XMin:   end.Draw(t, "xmin"), XMax: end.Draw(t, "xmax"), YMin: end.Draw(t, "ymin"), YMax: end.Draw(t, "ymax"),
			Marks: rapid.SliceOfN(anyNumber(), 0, 5).Draw(t, "marks"), Axis: paint(termenv.TrueColor).axis}
		exact(t, "line chart", c.View(), w, h)
	}))
	t.Run("bars", rapid.MakeCheck(func(t *rapid.T) {
		w, h := size(t)
		b := plots.Bars{Width: w, Height: h, Max: anyNumber().Draw(t, "max"), Signed: rapid.Bool().Draw(t, "signed")}
		for range rapid.IntRange(0, 12).Draw(t, "bars") {
			b.Bars = append(b.Bars, plots.Bar{Label: anyText().Draw(t, "label"), Value: anyNumber().Draw(t, "value"),
				Text: anyText().Draw(t, "text"), Strong: rapid.Bool().Draw(t, "strong"), Style: paint(termenv.ANSI).b})
		}
		exact(t, "bars", b.View(), w, h)
	}))
	t.Run("heat map", rapid.MakeCheck(func(t *rapid.T) {
		w, h := size(t)
		m := plots.HeatMap{Width: w, Height: h, Top: rapid.IntRange(-3, 40).Draw(t, "top"), Left: rapid.IntRange(-3, 40).Draw(t, "left"),
			Rows: rapid.SliceOfN(anyText(), 0, 30).Draw(t, "rows"), Columns: rapid.SliceOfN(anyText(), 0, 30).Draw(t, "columns"),
			RowsAre: anyText().Draw(t, "rows are"), ColumnsAre: anyText().Draw(t, "columns are"), Diagonal: rapid.Bool().Draw(t, "diagonal"),
			Counts: rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(-3, 5000), 0, 30), 0, 30).Draw(t, "counts"),
			Ramp:   paint(termenv.TrueColor).ramp[:rapid.IntRange(0, 4).Draw(t, "ramp")]}
		exact(t, "heat map", m.View(), w, h)
		rows, columns := m.Shown()
		if rows < 0 || rows > len(m.Counts) || columns < 0 {
			t.Errorf("%d rows and %d columns shown", rows, columns)
		}
	}))
	t.Run("reliability", rapid.MakeCheck(func(t *rapid.T) {
		w, h := size(t)
		r := plots.Reliability{Width: w, Height: h, Title: anyText().Draw(t, "title"), XLabel: anyText().Draw(t, "label"),
			Name: anyText().Draw(t, "name"), Ideal: anyText().Draw(t, "ideal")}
		for range rapid.IntRange(0, 12).Draw(t, "bins") {
			r.Bins = append(r.Bins, plots.ReliabilityBin{From: anyNumber().Draw(t, "from"), To: anyNumber().Draw(t, "to"), X: anyNumber().Draw(t, "x"),
				Y: anyNumber().Draw(t, "y"), Low: anyNumber().Draw(t, "low"), High: anyNumber().Draw(t, "high"), N: rapid.Int().Draw(t, "n")})
		}
		exact(t, "reliability", r.View(), w, h)
	}))
	t.Run("sparkline", rapid.MakeCheck(func(t *rapid.T) {
		w, h := size(t)
		s := plots.Sparkline{Width: w, Height: h, Values: rapid.SliceOfN(anyNumber(), 0, 30).Draw(t, "values"),
			Marks: rapid.SliceOfN(anyNumber(), 0, 8).Draw(t, "marks"), XMin: anyNumber().Draw(t, "xmin"), XMax: anyNumber().Draw(t, "xmax")}
		if rapid.Bool().Draw(t, "with x") {
			s.X = rapid.SliceOfN(anyNumber(), 0, 30).Draw(t, "x")
		}
		exact(t, "sparkline", s.View(), w, h)
	}))
	t.Run("gauge", rapid.MakeCheck(func(t *rapid.T) {
		w, _ := size(t)
		exact(t, "gauge", plots.Gauge{Width: w, Value: anyNumber().Draw(t, "value")}.View(), w, 1)
	}))
}

// FuzzText: labels of any bytes do not act on the terminal. Widths hold for
// texts that package safe lets through, see TestExactSize.
func FuzzText(f *testing.F) {
	for _, s := range []string{"loss", "准确率", "\x1b]52;c;aGk=\a", "e\u0301", "👩‍👩‍👧", "\xff\xc0\x80", "\u202eabc", "\r\n\t"} {
		f.Add(s, 20)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		width = min(max(width, -1), 200)
		pictures := []string{
			plots.Bars{Width: width, Height: 2, Bars: []plots.Bar{{Label: s, Value: 1, Text: s}}}.View(),
			plots.LineChart{Width: width, Height: 9, Title: s, XLabel: s, Legend: true, Series: []plots.Series{{Name: s, X: []float64{1, 2}, Y: []float64{1, 2}}}}.View(),
			plots.HeatMap{Width: width, Height: 4, Counts: [][]int{{1}}, Rows: []string{s}, Columns: []string{s}, RowsAre: s, ColumnsAre: s}.View(),
		}
		for _, p := range pictures {
			if strings.ContainsFunc(p, func(r rune) bool { return r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) }) {
				t.Errorf("%q let a control through: %q", s, p)
			}
		}
	})
}

// TestStylesAreTheCallers: without colours in the caller's renderer there are
// no escapes, whatever the global one can do; with colours, each row ends as it
// began.
func TestStylesAreTheCallers(t *testing.T) {
	if got := learning(paint(termenv.Ascii), 60, 12).View(); strings.Contains(got, "\x1b") {
		t.Errorf("escapes without colours: %q", got)
	}
	for _, row := range strings.Split(learning(paint(termenv.TrueColor), 60, 12).View(), "\n") {
		if i := strings.LastIndex(row, "\x1b["); i >= 0 && !strings.HasPrefix(row[i:], "\x1b[0m") {
			t.Errorf("a row that does not end plainly: %q", row)
		}
	}
	zero := plots.Bars{Width: 10, Height: 1, Bars: []plots.Bar{{Label: "a", Value: 1, Style: lipgloss.Style{}}}}
	if got := zero.View(); strings.Contains(got, "\x1b") {
		t.Errorf("a zero style wrote escapes: %q", got)
	}
}

// column returns the rows in which a column of a picture has ink.
func column(picture string, x int) (rows []int) {
	for y, r := range strings.Split(picture, "\n") {
		if c := []rune(r); x < len(c) && c[x] != ' ' {
			rows = append(rows, y)
		}
	}
	return rows
}

// TestThinningKeepsExtremes: a single spike among many points of one column is
// drawn; it is what a person looks for.
func TestThinningKeepsExtremes(t *testing.T) {
	n := 100_000
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	y[n/2] = 1
	c := plots.LineChart{Width: 41, Height: 10, Series: []plots.Series{{X: x, Y: y}}, XMin: nan, XMax: nan, YMin: 0, YMax: 1}
	rows := column(plots.Sparkline{Width: 41, Height: 10, Values: y}.View(), 20)
	if len(rows) != 10 {
		t.Errorf("the spike has ink in rows %v, want all 10", rows)
	}
	if top := strings.Split(c.View(), "\n")[0]; !strings.ContainsFunc(top, func(r rune) bool { return r > 0x2800 && r < 0x2900 }) {
		t.Errorf("the spike is not in the top row: %q", top)
	}
}

// TestZoomFitsWhatIsInSight: an axis left open fits the points in sight, so
// that the flat end of a curve can be looked at.
func TestZoomFitsWhatIsInSight(t *testing.T) {
	c := plots.LineChart{Width: 40, Height: 10, Series: []plots.Series{{X: []float64{0, 1, 2, 3}, Y: []float64{100, 0.3, 0.2, 0.1}}},
		XMin: 1, XMax: nan, YMin: nan, YMax: nan}
	if got := c.View(); strings.Contains(got, "50") || strings.Contains(got, "100") || !strings.Contains(got, "0.2") {
		t.Errorf("the axis does not fit 0.1 to 0.3:\n%s", got)
	}
}

// TestSmoothing: the moving average of a step is 1-f^k after k points.
func TestSmoothing(t *testing.T) {
	y := []float64{0, 1, 1, 1, nan, 1}
	want := []float64{0, 0.5, 0.75, 0.875, nan, 0.9375} // by hand, f = 1/2
	x := []float64{0, 1, 2, 3, 4, 5}
	a := plots.LineChart{Width: 60, Height: 20, Smooth: 0.5, Series: []plots.Series{{X: x, Y: y}}, XMin: nan, XMax: nan, YMin: nan, YMax: nan}
	b := a
	b.Smooth, b.Series = 0, []plots.Series{{X: x, Y: want}}
	if a.View() != b.View() {
		t.Errorf("smoothed:\n%s\nwant:\n%s", a.View(), b.View())
	}
}

// TestDashesDiffer: without colours the legend and the curves still tell the
// series apart.
func TestDashesDiffer(t *testing.T) {
	seen := map[string]plots.Dash{}
	for _, d := range []plots.Dash{plots.Solid, plots.Dashed, plots.Dotted} {
		c := plots.LineChart{Width: 40, Height: 8, Legend: true, Series: []plots.Series{{Name: "a", X: []float64{0, 1}, Y: []float64{0, 1}, Dash: d}},
			XMin: nan, XMax: nan, YMin: nan, YMax: nan}
		legend, body, _ := strings.Cut(c.View(), "\n")
		for _, part := range []string{"legend " + legend, "curve " + body} {
			if other, ok := seen[part]; ok {
				t.Errorf("dashes %d and %d look the same: %s", other, d, part)
			}
			seen[part] = d
		}
	}
}

// TestSolidHasNoGaps: a solid curve has ink in every column, wherever between
// two dots its points fall.
func TestSolidHasNoGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(1, 9), 0, 40).Draw(t, "x")
		x = append(x, 0, 10)
		slices.Sort(x)
		y := make([]float64, len(x))
		picture := []rune(plots.Sparkline{Width: 20, Height: 1, Values: y, X: x}.View())
		for i, r := range picture {
			if r < 0x2800 || r&0x3f == 0 || r&0x07 == 0 || r&0x38 == 0 {
				t.Fatalf("a gap in cell %d: %s", i, string(picture))
			}
		}
	})
}
