package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"inkling/label"
	"inkling/label/format"
	"inkling/store"
)

// remark is a comment as an export has it.
type remark struct {
	By   string    `json:"by"`
	Time time.Time `json:"time"`
	Text string    `json:"text"`
}

// remarks are the comments on an item as an export has them; empty where there are
// none.
func (j *exportJob) remarks(p *reading, num uint64) (format.Value, error) {
	said, err := p.Comments(num)
	if err != nil || len(said) == 0 {
		return format.Value{}, err
	}
	out := make([]remark, len(said))
	for i, ev := range said {
		out[i] = remark{j.person(ev.Annotator), ev.Time, ev.Comment.Text}
	}
	b, err := json.Marshal(out)
	return format.Value{Kind: format.JSON, Text: string(b)}, err
}

// readComments reads the comments of a row of an export. What is none is left out.
func readComments(m mapping, values []string) (out []remark) {
	if m.comments < 0 || m.comments >= len(values) || values[m.comments] == "" {
		return nil
	}
	if json.Unmarshal([]byte(values[m.comments]), &out) != nil {
		return nil
	}
	return slices.DeleteFunc(out, func(r remark) bool { return r.Text == "" })
}

// addRemarks adds the comments on an item that it has not already, each once.
func addRemarks(p *store.Project, all []label.Event, num uint64, said []remark) ([]label.Event, error) {
	if len(said) == 0 {
		return all, nil
	}
	there, err := p.Comments(num)
	if err != nil {
		return nil, err
	}
	for _, r := range said {
		ev := label.Event{Kind: label.Commented, Annotator: r.By, Time: r.Time, Comment: &label.Comment{Item: num, Text: r.Text}}
		if ev.Annotator == "" {
			ev.Annotator = label.Importer
		}
		is := func(x label.Event) bool {
			return *x.Comment == *ev.Comment && x.Annotator == ev.Annotator && x.Time.Equal(ev.Time)
		}
		if !slices.ContainsFunc(there, is) && !slices.ContainsFunc(all, is) {
			all = append(all, ev)
		}
	}
	return all, nil
}

// appendRemarks hands comments to the store, in the order in which they were made.
func appendRemarks(ctx context.Context, p *store.Project, all []label.Event) error {
	slices.SortStableFunc(all, func(a, b label.Event) int { return a.Time.Compare(b.Time) })
	for i, ev := range all {
		done := p.Append(ev)
		if i%4096 != 4095 && i < len(all)-1 {
			continue
		}
		if _, _, err := done.Wait(ctx); err != nil {
			return fmt.Errorf("bring a comment back: %w", err)
		}
	}
	return nil
}
