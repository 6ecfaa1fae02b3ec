package feature_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"inkling/learn/feature"
)

var tableKinds = []feature.Kind{feature.Number, feature.Category, feature.Date, feature.Ordinal}

// tableSpace has no text: amounts, a code with a rare one, days with times, and
// sizes in an order.
func tableSpace(tb testing.TB) *feature.Space {
	c, err := feature.NewCounter(tableKinds, feature.Options{Table: 1, MinItems: 2})
	if err != nil {
		tb.Fatal(err)
	}
	if err := c.Order(3, []string{"small", "middle", "large"}); err != nil {
		tb.Fatal(err)
	}
	for i := range 20 {
		rare := ""
		if i == 7 {
			rare = "once"
		}
		c.Add([]string{[]string{"1", "2", "4"}[i%3], []string{"own", "rent", rare}[i%3], []string{"2024-01-01 09:30", "2024-02-05"}[i%2], "small"})
	}
	return c.Space()
}

// table makes a row and checks what every row of a table must be.
func table(tb testing.TB, s *feature.Space, values ...string) feature.Row {
	r := s.Rower().Row(values)
	checkRow(tb, r, s.Features())
	if len(r.Table) != len(s.Fields()) || len(s.Owners()) != len(r.Table) || r.Len() != len(r.Index)+len(r.Table) {
		tb.Fatalf("%d values, %d fields, %d owners", len(r.Table), len(s.Fields()), len(s.Owners()))
	}
	for i, f := range s.Fields() {
		v := float64(r.Table[i])
		if f.Kind == feature.Category && !math.IsNaN(v) && (v != math.Trunc(v) || v < 0 || v >= float64(f.Codes)) {
			tb.Fatalf("value %v of a field with %d codes", v, f.Codes)
		}
	}
	return r
}

// The table holds what stands in the columns: own is the most frequent code,
// once is too rare and counts as unknown ones do; the 5th of February 2024, a
// Monday, is day 19758 since 1970 (date -d 2024-02-05 +%s, over 86400).
func TestTable(t *testing.T) {
	s := tableSpace(t)
	nan := math.NaN()
	want := []feature.Field{{Kind: feature.Number}, {Kind: feature.Category, Codes: 3}, {Kind: feature.Number}, {Kind: feature.Category, Codes: 12},
		{Kind: feature.Category, Codes: 7}, {Kind: feature.Number}, {Kind: feature.Number}}
	if !slices.Equal(s.Fields(), want) || !slices.Equal(s.Owners(), []int{0, 1, 2, 2, 2, 2, 3}) || s.Texts() != 0 {
		t.Fatalf("%v of %v, %d of texts", s.Fields(), s.Owners(), s.Texts())
	}
	for _, c := range []struct {
		values []string
		table  []float64
	}{
		{[]string{"1,200.5", "own", "2024-02-05T18:15:00+08:00", "small"}, []float64{1200.5, 0, 19758, 1, 0, 18.25, 0}},
		{[]string{" $3 ", " rent ", "5.2.2024", "large"}, []float64{3, 1, 19758, 1, 0, nan, 2}},
		{[]string{"", "", "", ""}, []float64{nan, nan, nan, nan, nan, nan, nan}},
		{[]string{"many", "once", "soon", "huge"}, []float64{nan, 2, nan, nan, nan, nan, nan}},
		{[]string{"1e300", "new", "1969-12-31", "middle"}, []float64{math.MaxFloat32, 2, -1, 11, 2, nan, 1}},
	} {
		got := table(t, s, c.values...).Table
		for i, x := range c.table {
			if !(float64(got[i]) == x || math.IsNaN(x) && math.IsNaN(float64(got[i]))) {
				t.Errorf("%q: %v, not %v", c.values, got, c.table)
				break
			}
		}
	}
	// A category that is missing, one that is unknown and one that is known differ.
	seen := map[uint32]bool{}
	for _, v := range []string{"own", "rent", "", "new"} {
		seen[table(t, s, "", v, "", "").Index[1]] = true
	}
	if a, b := table(t, s, "", "once", "", ""), table(t, s, "", "new", "", ""); len(seen) != 4 || !slices.Equal(a.Index, b.Index) {
		t.Errorf("features %v; a rare code %v, an unknown one %v", seen, a.Index, b.Index)
	}
}

// Columns beside text do not disturb it, and any values make a row.
func TestTableOfAnything(t *testing.T) {
	s := tableSpace(t)
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back, err := feature.UnmarshalSpace(b)
	if err != nil {
		t.Fatal(err)
	}
	value := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"3.5", "own", "2024-02-05 12:00", "middle", "1/2/2024", "1e999", "-0"}))
	rapid.Check(t, func(rt *rapid.T) {
		var values []string
		for range tableKinds {
			values = append(values, value.Draw(rt, "value"))
		}
		r, q := table(t, s, values...), table(t, back, values...)
		same := slices.EqualFunc(r.Table, q.Table, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
		if !slices.Equal(r.Index, q.Index) || !slices.Equal(r.Value, q.Value) || !same {
			rt.Fatalf("%v became %v", r, q)
		}
	})
}

func TestOrderRefused(t *testing.T) {
	c, err := feature.NewCounter(tableKinds, feature.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range [][]string{nil, {"one"}, {"a", "a "}, {"a", ""}} {
		if err := c.Order(3, o); !errors.Is(err, feature.ErrOptions) {
			t.Errorf("the order %q: %v", o, err)
		}
	}
	if err := c.Order(0, []string{"a", "b"}); !errors.Is(err, feature.ErrOptions) {
		t.Errorf("an order of numbers: %v", err)
	}
}

// Dates of the calendar are read in each form, and say their day of the week as
// package time does.
func TestDates(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		day := rapid.IntRange(-200_000, 200_000).Draw(rt, "day")
		at := time.Unix(int64(day)*86400, 0).UTC().Add(time.Duration(rapid.IntRange(0, 1439).Draw(rt, "minute")) * time.Minute)
		layout := rapid.SampledFrom([]string{"2006-01-02", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日", "2.1.2006", "02/01/2006", "2-1-2006",
			"2006-01-02 15:04", "2006-01-02T15:04:05Z07:00", "2.1.2006 15:04", "2006年1月2日 15时04分"}).Draw(rt, "layout")
		s := at.Format(layout)
		d, ok := feature.ParseDate(s, false)
		timed := strings.Contains(layout, "15")
		if !ok || d.Day != day || d.Month != int(at.Month()) || d.Weekday != (int(at.Weekday())+6)%7 || d.Timed != timed ||
			timed && math.Abs(d.Hour-float64(at.Hour())-float64(at.Minute())/60) > 1e-9 {
			rt.Fatalf("%s: %+v, %v", s, d, ok)
		}
	})
	for s, day := range map[string]int{"1709251200": 19783, "1709251200123": 19783, "3/13/2024": 19795, "2024年3月": -1, "2024-02-30": -1, "2024-13-01": -1, "12": -1,
		"12:30": -1, "1.2.3": -1, "192.168.10.1": -1, "2024-03-01 soon": -1, "2024-03-01 25:00": -1, "13/13/2024": -1, "": -1, "9": -1, "0000000001": -1} {
		if d, ok := feature.ParseDate(s, false); ok != (day >= 0) || ok && d.Day != day {
			t.Errorf("%q: %+v, %v", s, d, ok)
		}
	}
	if d, ok := feature.ParseDate("1/2/2024", true); !ok || d.Month != 1 {
		t.Errorf("the month first: %+v", d)
	}
}

// Which of day and month comes first is learned from the values that tell.
func TestMonthFirst(t *testing.T) {
	for _, c := range []struct {
		values []string
		month  float32
	}{{[]string{"1/2/2024", "1/20/2024"}, 0}, {[]string{"1/2/2024", "20/1/2024"}, 1}, {[]string{"1/2/2024"}, 1}} {
		n, err := feature.NewCounter([]feature.Kind{feature.Date}, feature.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range c.values {
			n.Add([]string{v})
		}
		if got := n.Space().Rower().Row([]string{"1/2/2024"}).Table[1]; got != c.month {
			t.Errorf("after %v the month is %v", c.values, got)
		}
	}
}

// A space of layout 1, as the program wrote it before there were dates, is read
// and makes the same rows: 30 is the last knot, y the second code.
func TestLayoutBefore(t *testing.T) {
	old, err := hex.DecodeString(layoutOne)
	if err != nil {
		t.Fatal(err)
	}
	s, err := feature.UnmarshalSpace(old)
	if err != nil {
		t.Fatal(err)
	}
	r := s.Rower().Row([]string{"30", "y"})
	if !slices.Equal(r.Index, []uint32{2, 5}) || !slices.Equal(r.Table, []float32{30, 1}) || s.Features() != 8 {
		t.Errorf("%v of %d features", r, s.Features())
	}
	again, err := s.MarshalBinary()
	if err != nil || bytes.Equal(old, again) {
		t.Errorf("written again in the old layout: %v", err)
	}
}

// layoutOne is a space of the columns 1, 2, 30, .. and x, y, .., each code once
// at least, as MarshalBinary wrote it in layout 1.
const layoutOne = "01a70142020302a8655461626c65f93c0065576f7264730066506965636573f93c00674c6574746572738200006753796d626f6c73f4684d696e4974" +
	"656d730168556e737061636564036b4d617846656174757265731a00020000030604820000054006400782a10183f93c00f94000f94f80a102826178" +
	"6179"

// BenchmarkTableRow makes rows of twenty columns: eight numbers, eight codes and
// four dates.
func BenchmarkTableRow(b *testing.B) {
	var kinds []feature.Kind
	for i := range 20 {
		kinds = append(kinds, []feature.Kind{feature.Number, feature.Category, feature.Number, feature.Category, feature.Date}[i%5])
	}
	c, err := feature.NewCounter(kinds, feature.Default())
	if err != nil {
		b.Fatal(err)
	}
	rows := make([][]string, 1000)
	for i := range rows {
		for j, k := range kinds {
			v := strconv.Itoa(i * (j + 7) % 997)
			switch k {
			case feature.Category:
				v = "A" + strconv.Itoa(i*(j+3)%9)
			case feature.Date:
				v = time.Unix(int64(i*j)*50_000, 0).UTC().Format("2006-01-02 15:04")
			}
			rows[i] = append(rows[i], v)
		}
		c.Add(rows[i])
	}
	r := c.Space().Rower()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Row(rows[i%len(rows)])
	}
}
