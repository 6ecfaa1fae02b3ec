package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/external"
	"inkling/store"
)

// loggedEvent is an event with names in place of numbers.
type loggedEvent struct {
	Seq       uint64           `json:"event"`
	Time      time.Time        `json:"time"`
	Kind      string           `json:"kind"`
	Annotator string           `json:"annotator,omitempty"`
	Decisions []loggedDecision `json:"decisions,omitempty"`
	Target    uint64           `json:"target,omitempty"`
	Bulk      *label.Bulk      `json:"bulk,omitempty"` // how the items were chosen that were decided about at once
	Task      *loggedTask      `json:"task,omitempty"`
	Changes   []string         `json:"changes,omitempty"` // of the task, in words
	Import    *label.Import    `json:"import,omitempty"`
	Comment   *loggedComment   `json:"comment,omitempty"`
	Rule      *loggedRule      `json:"rule,omitempty"`
	Hash      string           `json:"hash"` // of this event and all before it
}

type loggedRule struct {
	ruleJSON
	Removed bool `json:"removed,omitempty"`
}

type loggedComment struct {
	Item uint64 `json:"item"`
	ID   string `json:"id"`
	Text string `json:"text"`
}

type loggedDecision struct {
	Item        uint64   `json:"item"`
	ID          string   `json:"id"`
	Action      string   `json:"action"`
	Label       string   `json:"label,omitempty"`
	Settles     bool     `json:"settles,omitempty"` // whatever others answered
	Suggestion  string   `json:"suggestion,omitempty"`
	Probability *float32 `json:"probability,omitempty"`
	Model       uint64   `json:"model,omitempty"`
	By          string   `json:"suggested_by,omitempty"` // an external annotator, or "rules"; Model is its number
	Withheld    bool     `json:"withheld,omitempty"`     // the suggestion was not shown
	Audit       bool     `json:"audit"`
	Seconds     float64  `json:"took,omitempty"`
	Note        string   `json:"note,omitempty"`
	Previous    uint64   `json:"previous,omitempty"`
}

type loggedTask struct {
	Name      string         `json:"name"`
	Kind      string         `json:"kind"`
	Labels    []label.Label  `json:"labels"`
	Columns   []loggedColumn `json:"columns"`
	Clean     string         `json:"clean"`
	Audit     float64        `json:"audit"`
	Withhold  float64        `json:"withhold,omitempty"`
	Seed      uint64         `json:"seed"`
	Guideline string         `json:"guideline,omitempty"`

	Assignment *label.Assignment `json:"assignment,omitempty"`
}

type loggedColumn struct {
	Name     string          `json:"name"`
	Role     string          `json:"role"`
	Order    []string        `json:"order,omitempty"`
	Meanings []label.Meaning `json:"meanings,omitempty"`
}

func taskNames(t label.Task) *loggedTask {
	out := &loggedTask{Name: t.Name, Kind: t.Kind.String(), Labels: t.Labels, Clean: t.Clean, Audit: t.Audit, Withhold: t.Withhold, Seed: t.Seed, Guideline: t.Guideline, Assignment: t.Assignment}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, loggedColumn{c.Name, c.Role.String(), c.Order, c.Meanings})
	}
	return out
}

func logged(p *store.Project, form *answers, ev label.Event) (loggedEvent, error) {
	out := loggedEvent{Seq: ev.Seq, Time: ev.Time, Kind: ev.Kind.String(), Annotator: ev.Annotator, Target: ev.Target, Import: ev.Import, Bulk: ev.Bulk}
	if ev.Task != nil {
		out.Task = taskNames(*ev.Task)
	}
	if t := p.Task(); ev.Rule != nil && ev.Rule.Class < len(t.Labels) {
		out.Rule = &loggedRule{ruleOf(t, *ev.Rule), ev.Rule.Removed}
	}
	nums := make([]uint64, len(ev.Decisions))
	for i, d := range ev.Decisions {
		nums[i] = d.Item
	}
	if ev.Comment != nil {
		nums = append(nums, ev.Comment.Item)
	}
	ids := make(map[uint64]string, len(nums))
	if err := p.ItemsByNum(nums, func(it label.Item) error {
		ids[it.Num] = it.ID.String()
		return nil
	}); err != nil {
		return out, fmt.Errorf("event %d: %w", ev.Seq, err)
	}
	if c := ev.Comment; c != nil {
		out.Comment = &loggedComment{c.Item, ids[c.Item], c.Text}
	}
	for _, d := range ev.Decisions {
		x := loggedDecision{Item: d.Item, ID: ids[d.Item], Action: d.Action.String(), Settles: d.Settles, Audit: d.Audit, Seconds: d.Took.Seconds(), Note: d.Note, Previous: d.Prev}
		if d.Action.HasAnswer() {
			x.Label = form.text(d.Answer)
		}
		s := d.Shown
		if d.Withheld != nil {
			s, x.Withheld = d.Withheld, true
		}
		if s != nil {
			x.Suggestion, x.Probability, x.Model = form.text(s.Answer), &s.Probability, s.Model
			var err error
			if x.By, err = external.NameOf(p, s.Model); err != nil {
				return out, fmt.Errorf("event %d: %w", ev.Seq, err)
			}
			if s.Model == learn.ByRules {
				x.By = "rules"
			}
		}
		out.Decisions = append(out.Decisions, x)
	}
	return out, nil
}

// hide writes pseudonyms for the names of people, and leaves out what they wrote
// themselves.
func (e *loggedEvent) hide(names map[string]string) {
	if e.Annotator != "" {
		name, ok := names[e.Annotator]
		if !ok {
			name = "person" // of those who never decided there is no number
		}
		e.Annotator = name
	}
	for i := range e.Decisions {
		e.Decisions[i].Note = ""
	}
	e.Changes = slices.DeleteFunc(e.Changes, func(c string) bool { return strings.HasPrefix(c, skillsOf) })
	if e.Task != nil && e.Task.Assignment != nil {
		a := *e.Task.Assignment
		a.People = nil
		e.Task.Assignment = &a
	}
	if e.Comment != nil {
		e.Comment.Text = ""
	}
}
