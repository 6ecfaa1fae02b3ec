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
	return name == otherIDName || name == commentsName || name == goldName || slices.Contains(provenance[1:], name)
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
	names = withoutTail(names)
	if len(names) <= n || names[0] != idName && names[0] != otherIDName || !slices.Equal(names[len(names)-n+1:], provenance[1:]) {
		return nil
	}
	out := []int{0}
	for i := len(names) - n + 1; i < len(names); i++ {
		out = append(out, i)
	}
	return out
}

// What an export adds at the end where there is any: what people said about the
// item, as a list in JSON, and the true answer, by which the column that has it is
// known again.
const (
	commentsName = "comments"
	goldName     = "gold_answer"
)

// truthNames are the columns that export --truth adds at the end.
var truthNames = []string{"truth", "confidence", "answers", "method"}

// withoutTail returns the names of columns without those that not every export
// has.
func withoutTail(names []string) []string {
	for _, tail := range [][]string{truthNames, {goldName}, {commentsName}} {
		if n := len(names) - len(tail); n > 0 && slices.Equal(names[n:], tail) {
			names = names[:n]
		}
	}
	return names
}

// inTail returns the place of a column that not every export has, -1 where the
// file has none.
func inTail(names []string, name string) int {
	n := len(withoutTail(names))
	if i := slices.Index(names[n:], name); i >= 0 && addedBy(names) != nil {
		return n + i
	}
	return -1
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
