package feature

import (
	"math"
	"strconv"
	"strings"
)

// tableColumn is what a space knows of a column that is not text. Its features
// stand one after the other:
//
//   - of a number, one a knot, then that it is missing;
//   - of a category, one a code, then any other code, then that it is missing;
//   - of an ordinal, how far up its order the code is, then as of a category;
//   - of a date, one a knot of its day, the twelve months, the seven days of the
//     week, eight parts of the day where the sample had times, then that it is
//     missing.
type tableColumn struct {
	knots      []float64 // ascending; of a date, in days
	codes      []string  // of an ordinal, from the lowest
	monthFirst bool      // of a date that does not tell by itself
	timed      bool      // of a date: the time of day counts
	index      map[string]uint32
	first      uint32 // feature
}

// features is how many the column has in the sparse form.
func (t *tableColumn) features(k Kind) uint32 {
	switch k {
	case Number:
		return uint32(len(t.knots)) + 1
	case Category:
		return uint32(len(t.codes)) + 2
	case Ordinal:
		return uint32(len(t.codes)) + 3
	case Date:
		n := uint32(len(t.knots)) + months + weekdays + 1
		if t.timed {
			n += dayParts
		}
		return n
	}
	return 0
}

// fields is what the column has in the table. A category's last code stands for
// those that were rare in the sample, or not there.
func (t *tableColumn) fields(k Kind) []Field {
	switch k {
	case Number, Ordinal:
		return []Field{{Kind: Number}}
	case Category:
		return []Field{{Kind: Category, Codes: len(t.codes) + 1}}
	case Date:
		f := []Field{{Kind: Number}, {Kind: Category, Codes: months}, {Kind: Category, Codes: weekdays}}
		if t.timed {
			f = append(f, Field{Kind: Number})
		}
		return f
	}
	return nil
}

// row appends the column's features to a row, and its values to the row's
// table. It returns the square of the length of the features.
func (t *tableColumn) row(r *Row, k Kind, value string, weight float32) float64 {
	w := writer{r, t.first, weight, 0}
	switch k {
	case Number:
		if x, ok := number(value); ok {
			w.bend(0, t.knots, x)
			w.tell(x)
		} else {
			w.put(uint32(len(t.knots)), 1)
			w.tell(math.NaN())
		}
	case Category:
		i, x := t.code(value)
		w.put(i, 1)
		w.tell(x)
	case Ordinal:
		i, x := t.code(value)
		known := int(i) < len(t.codes)
		if known && i > 0 {
			w.put(0, float32(i)/float32(len(t.codes)-1))
		}
		w.put(i+1, 1)
		if !known {
			x = math.NaN()
		}
		w.tell(x)
	case Date:
		t.date(&w, value)
	}
	return w.square
}

// code returns the feature of a code among a category's, and its value in the
// table.
func (t *tableColumn) code(value string) (feature uint32, x float64) {
	n := uint32(len(t.codes))
	v := code(value)
	if v == "" {
		return n + 1, math.NaN()
	}
	if i, ok := t.index[v]; ok {
		return i, float64(i)
	}
	return n, float64(n)
}

// writer adds what a column has to a row.
type writer struct {
	row    *Row
	first  uint32
	weight float32
	square float64
}

// put adds a feature of the sparse form.
func (w *writer) put(i uint32, v float32) {
	w.row.Index, w.row.Value = append(w.row.Index, w.first+i), append(w.row.Value, w.weight*v)
	w.square += float64(w.weight*v) * float64(w.weight*v)
}

// tell adds a value of the table.
func (w *writer) tell(x float64) {
	w.row.Table = append(w.row.Table, float32(min(max(x, -math.MaxFloat32), math.MaxFloat32))) // NaN stays
}

// bend adds a number by its knots, whose features begin at i. Between two knots
// the number belongs to both, in part: what a linear model makes of it is a
// line that bends at the knots.
func (w *writer) bend(i uint32, knots []float64, x float64) {
	n := uint32(len(knots))
	switch {
	case n == 0:
		return
	case x <= knots[0]:
		w.put(i, 1)
		return
	case x >= knots[n-1]:
		w.put(i+n-1, 1)
		return
	}
	k := uint32(1)
	for x > knots[k] {
		k++
	}
	part := float32((x/2 - knots[k-1]/2) / (knots[k]/2 - knots[k-1]/2)) // halves do not overflow
	if part < 1 {
		w.put(i+k-1, 1-part)
	}
	if part > 0 {
		w.put(i+k, part)
	}
}

// code is a category as it is compared: without blanks around it.
func code(s string) string { return strings.TrimSpace(s) }

// ParseNumber reads a number as people write it: with commas between thousands,
// a currency or percent sign. It reports whether there is one; models take what
// is none as missing.
func ParseNumber(s string) (float64, bool) { return number(s) }

func number(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(s, "$€£¥￥"), "%"))
	if strings.IndexByte(s, ',') > 0 {
		s = strings.ReplaceAll(s, ",", "")
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, false
	}
	return x, true
}
