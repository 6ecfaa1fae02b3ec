package store

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Keep says which snapshots stay: the last so many, and the newest one of each
// of the last so many hours, days, weeks and months that have one. What any of
// these keeps stays. The zero value keeps all.
type Keep struct {
	Last, Hours, Days, Weeks, Months int
}

// ParseKeep reads what String wrote: numbers with a unit, separated by commas,
// each at most once, as in 24h,7d,4w,12m. A number without a unit is that of
// the last ones; all, and nothing, keep all.
func ParseKeep(s string) (Keep, error) {
	var k Keep
	if s = strings.TrimSpace(s); s == "" || s == "all" {
		return k, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		to, digits := &k.Last, part
		for unit, n := range map[string]*int{"h": &k.Hours, "d": &k.Days, "w": &k.Weeks, "m": &k.Months} {
			if cut, ok := strings.CutSuffix(part, unit); ok {
				to, digits = n, cut
			}
		}
		n, err := strconv.ParseUint(digits, 10, 31)
		if err != nil || n == 0 || *to != 0 {
			return Keep{}, fmt.Errorf("%w, not %q", errKeep, s)
		}
		*to = int(n)
	}
	return k, nil
}

var errKeep = errors.New("which snapshots are kept is said as in 24h,7d,4w,12m: the newest of each of so many hours, days, weeks and months; a number alone is that of the last ones, and all keeps all")

// String writes k as ParseKeep reads it.
func (k Keep) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		unit string
	}{{k.Last, ""}, {k.Hours, "h"}, {k.Days, "d"}, {k.Weeks, "w"}, {k.Months, "m"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprint(p.n, p.unit))
		}
	}
	if parts == nil {
		return "all"
	}
	return strings.Join(parts, ",")
}

// keeps reports of each moment, newest first, whether its snapshot stays. The
// first always does.
func (k Keep) keeps(moments []time.Time) []bool {
	stay := make([]bool, len(moments))
	for i := range stay {
		stay[i] = i == 0 || i < k.Last || k == Keep{}
	}
	for _, p := range []struct {
		n  int
		of func(time.Time) string
	}{
		{k.Hours, func(t time.Time) string { return t.Format("2006-01-02 15") }},
		{k.Days, func(t time.Time) string { return t.Format(time.DateOnly) }},
		{k.Weeks, func(t time.Time) string { year, week := t.ISOWeek(); return fmt.Sprint(year, "-", week) }},
		{k.Months, func(t time.Time) string { return t.Format("2006-01") }},
	} {
		last := ""
		for i, t := range moments {
			if period := p.of(t.UTC()); p.n > 0 && period != last {
				stay[i], last = true, period
				p.n--
			}
		}
	}
	return stay
}
