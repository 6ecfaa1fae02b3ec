package cli

import (
	"slices"
	"strings"

	"inkling/label"
	"inkling/label/format"
)

// provenance are the columns that an export adds: the item's name before the
// data's own columns, the rest behind them.
var provenance = [...]string{"id", "label", "action", "annotator", "time", "suggestion", "probability", "model", "audit", "took", "note", "event"}

// ours is put before the name of an added column that the data has too.
const ours = "inkling_"

// exportColumns names the columns of an export: added is where each of
// provenance stands. Columns that make an item keep their names, so that an
// item that comes back is the same one; what is not read by anybody, such as
// answers that were imported, gives way to the answer in force.
func exportColumns(columns []label.Column) (names []string, added [len(provenance)]int) {
	var firm, yielding []string
	for _, c := range columns {
		if c.Role.Input() || c.Role == label.Ident {
			firm = append(firm, c.Name)
		} else {
			yielding = append(yielding, c.Name)
		}
	}
	taken := slices.Clone(firm)
	var own []string
	for _, p := range provenance {
		for slices.Contains(taken, p) {
			p = ours + p
		}
		own, taken = append(own, p), append(taken, p)
	}
	names = append(names, own[0])
	for _, c := range columns {
		n := c.Name
		if slices.Contains(yielding, n) && !slices.Contains(firm, n) {
			for slices.Contains(own, n) || slices.Contains(names, n) || n != c.Name && slices.Contains(yielding, n) {
				n += "_raw"
			}
		}
		names = append(names, n)
	}
	for i, n := range own[1:] {
		added[i+1] = len(names)
		_ = n
		names = append(names, n)
	}
	return names, added
}

// addedBy reports which columns of a file an export added, by their names and
// places; nil where the file is none.
func addedBy(names []string) []int {
	n := len(provenance) - 1
	if len(names) < n+2 {
		return nil
	}
	is := func(i, p int) bool { return strings.TrimPrefix(names[i], ours) == provenance[p] }
	if !is(0, 0) {
		return nil
	}
	out := []int{0}
	for p := 1; p <= n; p++ {
		i := len(names) - n - 1 + p
		if !is(i, p) {
			return nil
		}
		out = append(out, i)
	}
	return out
}

// value is a field as an export writes it: numbers are numbers in JSON, where
// they can be written so without loss.
func value(role label.Role, s string) format.Value {
	if role == label.Numeric && s != "" {
		return format.Value{Kind: format.Number, Text: s}
	}
	return format.Text(s)
}
