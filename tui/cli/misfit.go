package cli

import (
	"fmt"
	"slices"

	"inkling/label"
	"inkling/store"
)

// misfit says how many of a column's values the role that it is given can read,
// where these are not all; "" where they are. What it cannot read, models take
// for missing.
func (s *sample) misfit(c label.Column) string {
	fits, values, what := 0, s.filled-s.absent, ""
	switch {
	case len(c.Order) > 0:
		if s.beyond > 0 {
			return ""
		}
		values = s.filled
		for _, code := range c.Order {
			fits += s.values[code]
		}
		what = "one of " + list(c.Order)
	case c.Role == label.Numeric:
		fits, what = s.number, "a number"
	case c.Role == label.Time:
		fits, what = s.date, "a date"
	default:
		return ""
	}
	if fits >= values {
		return ""
	}
	return fmt.Sprintf("column %s: %d of %s can be read as %s; the rest counts as missing", c.Name, fits, count(values, "value", "values"), what)
}

// sayMisfits says of the columns that get another role which of their values do
// not fit it, by items from all over the project.
func (j *setJob) sayMisfits(p *store.Project) error {
	was := p.Task().Columns
	samples := map[int]*sample{}
	for i, c := range j.task.Columns {
		if c.Role != was[i].Role || !slices.Equal(c.Order, was[i].Order) {
			samples[i] = newSamples([]string{c.Name})[0]
		}
	}
	if len(samples) == 0 {
		return nil
	}
	items := p.Counts().Items
	var nums []uint64
	for i := range min(items, sampleRows) {
		nums = append(nums, 1+i*items/min(items, sampleRows))
	}
	err := p.ItemsByNum(nums, func(it label.Item) error {
		for i, s := range samples {
			s.add(it.Field(i))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, c := range j.task.Columns {
		if s := samples[i]; s != nil {
			if n := s.misfit(c); n != "" {
				j.say("note: %s", n)
			}
		}
	}
	return nil
}
