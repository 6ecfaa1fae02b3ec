package cli

import (
	"slices"
	"strings"

	"inkling/label"
	"inkling/label/format"
)

// provenance are the columns that an export adds: the item's name before the
// data's own columns, the rest behind them.
var provenance = [...]string{idName, "label", "action", "annotator", "time", "suggestion", "probability", "model", "audit", "took", "note", "event"}

// The item's name gives way to a column of the data that is called id, which
// may be what names the items.
const (
	idName      = "id"
	otherIDName = "inkling_id"
)

// rawSuffix is put behind the name of a column of the data that is called like
// one that is added, or like one that got the suffix so; taking it away once
// gives the name back.
const rawSuffix = "_raw"

// givesWay reports whether a column of the data is renamed in an export.
func givesWay(name string) bool {
	for strings.HasSuffix(name, rawSuffix) {
		name = strings.TrimSuffix(name, rawSuffix)
	}
	return name == otherIDName || slices.Contains(provenance[1:], name)
}

// exportColumns names the columns of an export.
func exportColumns(columns []label.Column) []string {
	names := []string{idName}
	for _, c := range columns {
		n := c.Name
		if n == idName {
			names[0] = otherIDName
		}
		if givesWay(n) {
			n += rawSuffix
		}
		names = append(names, n)
	}
	return append(names, provenance[1:]...)
}

// addedBy returns the columns of a file that an export added, in the order of
// provenance, by their names and places; nil where the file is no export.
func addedBy(names []string) []int {
	n := len(provenance)
	names = withoutTruth(names)
	if len(names) <= n || names[0] != idName && names[0] != otherIDName || !slices.Equal(names[len(names)-n+1:], provenance[1:]) {
		return nil
	}
	out := []int{0}
	for i := len(names) - n + 1; i < len(names); i++ {
		out = append(out, i)
	}
	return out
}

// truthNames are the columns that export --truth adds at the end.
var truthNames = []string{"truth", "confidence", "answers", "method"}

// withoutTruth returns the names of columns without those of an export's truth.
func withoutTruth(names []string) []string {
	if n := len(names) - len(truthNames); n > 0 && slices.Equal(names[n:], truthNames) {
		return names[:n]
	}
	return names
}

// settledAction is what an export calls a settlement.
const settledAction = "settled"

// namesBefore returns the names that the columns of a file had before an export
// renamed them; of a file that is no export, the names themselves.
func namesBefore(names []string) []string {
	out := slices.Clone(names)
	if addedBy(names) == nil {
		return out
	}
	for i, n := range names {
		if before := strings.TrimSuffix(n, rawSuffix); before != n && givesWay(before) {
			out[i] = before
		}
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
