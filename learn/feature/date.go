package feature

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What a date gives beside its day.
const (
	months   = 12
	weekdays = 7
	dayParts = 8 // of three hours each
)

// date adds a date's features and values: its day since 1970, its month, its
// day of the week from Monday, and its hour where the sample had times.
func (t *tableColumn) date(w *writer, value string) {
	n := uint32(len(t.knots))
	d, ok := ParseDate(value, t.monthFirst)
	if !ok {
		last := n + months + weekdays
		if t.timed {
			last += dayParts
		}
		w.put(last, 1)
		for range t.fields(Date) {
			w.tell(math.NaN())
		}
		return
	}
	w.bend(0, t.knots, float64(d.Day))
	w.put(n+uint32(d.Month-1), 1)
	w.put(n+months+uint32(d.Weekday), 1)
	w.tell(float64(d.Day))
	w.tell(float64(d.Month - 1))
	w.tell(float64(d.Weekday))
	switch {
	case t.timed && d.Timed:
		w.put(n+months+weekdays+uint32(d.Hour/3), 1)
		w.tell(d.Hour)
	case t.timed:
		w.tell(math.NaN())
	}
}

// Moment is a date as features see it. It is as the clock on the wall had it
// where it was written: a zone does not move it.
type Moment struct {
	Day     int // since the first of January 1970
	Month   int // 1 to 12
	Weekday int // 0 is Monday
	Hour    float64
	Timed   bool // the time of day is known
}

// ParseDate reads a date, with a time of day or without:
//
//	2024-03-01  2024/3/1  2024.3.1  20240301       year first
//	2024年3月1日  2024年3月1日 14时30分
//	1.3.2024  1/3/2024  1-3-2024                    day first, or month first if so told
//	2024-03-01 14:30  2024-03-01T14:30:05.2+08:00   RFC 3339 and its kin
//	1709251200  1709251200123                       seconds or milliseconds since 1970, from 2001 on
//
// Where one of the first two numbers is above 12 it is the day, whatever was
// told. It reports whether s is such a date, and one of the calendar.
func ParseDate(s string, monthFirst bool) (Moment, bool) {
	s = strings.TrimSpace(s)
	if !startsWithDigit(s) {
		return Moment{}, false
	}
	if allDigits(s) {
		return compactDate(s)
	}
	a, n, rest := leadingInt(s)
	sep, rest := separator(rest)
	b, _, rest := leadingInt(rest)
	second, rest := separator(rest)
	if sep == 0 || b < 0 || second != sep && !(sep == '年' && second == '月') {
		return Moment{}, false
	}
	c, m, rest := leadingInt(rest)
	if sep == '年' {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, "日"); !ok {
			if rest, ok = strings.CutPrefix(rest, "号"); !ok {
				return Moment{}, false
			}
		}
	}
	y, mon, day := a, b, c
	switch {
	case n == 4 && c >= 0 && m <= 2:
	case sep != '年' && n <= 2 && m == 4:
		y, mon, day = c, b, a
		if monthFirst && a <= 12 || b > 12 {
			mon, day = a, b
		}
	default:
		return Moment{}, false
	}
	hour, ok := clock(rest)
	if !ok {
		return Moment{}, false
	}
	return moment(y, mon, day, hour)
}

// compactDate reads what has only digits.
func compactDate(s string) (Moment, bool) {
	switch len(s) {
	case 8:
		x, _, _ := leadingInt(s)
		return moment(x/10000, x/100%100, x%100, -1)
	case 10, 13:
		x, err := strconv.ParseInt(s[:10], 10, 64) // without the thousandths
		if err != nil || x < 1e9 {
			return Moment{}, false
		}
		u := time.Unix(x, 0).UTC()
		return moment(u.Year(), int(u.Month()), u.Day(), float64(u.Hour())+float64(u.Minute())/60)
	}
	return Moment{}, false
}

// moment makes one of a day of the calendar; hour is -1 where none is known.
func moment(y, m, d int, hour float64) (Moment, bool) {
	if y < 1 || m < 1 || m > 12 || d < 1 || d > 31 {
		return Moment{}, false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d { // the 31st of a shorter month
		return Moment{}, false
	}
	days := t.Unix() / 86400
	if t.Unix()%86400 < 0 {
		days--
	}
	return Moment{Day: int(days), Month: m, Weekday: (int(t.Weekday()) + 6) % 7, Hour: max(hour, 0), Timed: hour >= 0}, true
}

// clock reads a time of day behind a date: -1 where there is none.
func clock(s string) (hour float64, ok bool) {
	if s == "" {
		return -1, true
	}
	s = strings.TrimLeft(s, "Tt ")
	if !startsWithDigit(s) {
		return 0, false
	}
	h, n, s := leadingInt(s)
	sep, s := separator(s)
	if n > 2 || h > 23 || sep != ':' && sep != '时' {
		return 0, false
	}
	m, n, s := leadingInt(s)
	if sep == '时' {
		if m < 0 {
			return float64(h), s == ""
		}
		s = strings.TrimPrefix(s, "分")
	}
	if n < 1 || n > 2 || m > 59 {
		return 0, false
	}
	// Seconds, their fractions and the zone say nothing that a model reads.
	for _, r := range s {
		if !strings.ContainsRune("0123456789:.,+-Zz 秒", r) {
			return 0, false
		}
	}
	return float64(h) + float64(m)/60, true
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

func allDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// leadingInt reads up to 9 digits, which fit any int: the number, how many digits it has, and what
// follows; -1 where there are none.
func leadingInt(s string) (x, digits int, rest string) {
	for digits < len(s) && digits < 9 && s[digits] >= '0' && s[digits] <= '9' {
		x = 10*x + int(s[digits]-'0')
		digits++
	}
	if digits == 0 {
		return -1, 0, s
	}
	return x, digits, s[digits:]
}

// separator reads a sign that stands between the numbers of a date; 0 where
// there is none.
func separator(s string) (rune, string) {
	r, n := utf8.DecodeRuneInString(s)
	if n > 0 && strings.ContainsRune("-/.:年月时", r) {
		return r, s[n:]
	}
	return 0, s
}

// dates is what a Counter knows of a column of dates.
type dates struct {
	dayFirst, monthFirst []float64 // the days, read either way
	evidence             int       // above 0 where the day must come first, below where the month
	timed                bool
}

func (d *dates) add(s string) {
	a, ok := ParseDate(s, false)
	if !ok || len(d.dayFirst) >= maxValues {
		return
	}
	b, _ := ParseDate(s, true)
	d.dayFirst, d.monthFirst = append(d.dayFirst, float64(a.Day)), append(d.monthFirst, float64(b.Day))
	d.timed = d.timed || a.Timed
	if a.Day != b.Day {
		return // either way is a date
	}
	switch x, n, rest := leadingInt(strings.TrimSpace(s)); {
	case n > 2:
	case x > 12:
		d.evidence++
	default:
		if sep, rest := separator(rest); sep != 0 {
			if y, _, _ := leadingInt(rest); y > 12 {
				d.evidence--
			}
		}
	}
}

// column is what the dates make of a column.
func (d *dates) column() tableColumn {
	t := tableColumn{timed: d.timed, monthFirst: d.evidence < 0}
	if t.monthFirst {
		t.knots = knots(d.monthFirst)
	} else {
		t.knots = knots(d.dayFirst)
	}
	return t
}
