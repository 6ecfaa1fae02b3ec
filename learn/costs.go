package learn

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"inkling/label"
)

// ParseCosts reads a table of costs from CSV: the first row names the labels
// that are told, each further row begins with the true label. Every label of the
// task must be there once in both.
func ParseCosts(from io.Reader, labels []label.Label) ([][]float64, error) {
	rows, err := csv.NewReader(from).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%w: costs: %w", ErrRule, err)
	}
	if len(rows) != len(labels)+1 {
		return nil, fmt.Errorf("%w: costs: %d rows for %d labels below the row of names", ErrRule, max(len(rows)-1, 0), len(labels))
	}
	if len(rows[0]) != len(labels)+1 {
		return nil, fmt.Errorf("%w: costs: %d columns for %d labels beside the column of names", ErrRule, len(rows[0])-1, len(labels))
	}
	index := func(name string) int {
		return slices.IndexFunc(labels, func(l label.Label) bool { return l.Name == strings.TrimSpace(name) })
	}
	column := make([]int, len(labels))
	seen := map[int]bool{}
	for j, name := range rows[0][1:] {
		c := index(name)
		if c < 0 || seen[c] {
			return nil, fmt.Errorf("%w: costs, line 1: %q is no label of the project, or there twice", ErrRule, name)
		}
		column[j], seen[c] = c, true
	}
	costs := make([][]float64, len(labels))
	for i, row := range rows[1:] {
		c := index(row[0])
		if c < 0 || costs[c] != nil {
			return nil, fmt.Errorf("%w: costs, line %d: %q is no label of the project, or there twice", ErrRule, i+2, row[0])
		}
		costs[c] = make([]float64, len(labels))
		for j, text := range row[1:] {
			x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil || !label.Finite(x) {
				return nil, fmt.Errorf("%w: costs, line %d, column %d: %q is no number", ErrRule, i+2, j+2, text)
			}
			costs[c][column[j]] = x
		}
	}
	return costs, nil
}
