package store

import (
	"bytes"
	"errors"
	"slices"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// ruled is the item number under which the Ruled events are listed among the
// comments: no item has it.
const ruled = 0

// Rule appends a Ruled event: from now on the rule of this name is this one.
func (p *Project) Rule(annotator string, r label.Rule) *Pending {
	return p.Append(label.Event{Kind: label.Ruled, Annotator: annotator, Rule: &r})
}

// Rules returns the rules that there are, those that are off among them, in the
// order in which their names first came.
func (p *Project) Rules() ([]label.Rule, error) {
	var rules []label.Rule
	err := p.view(func(tx *bolt.Tx) error {
		c, prefix := tx.Bucket(bucketComments).Cursor(), key8(ruled)
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			ev, err := readEvent(tx.Bucket(bucketEvents), number(k[8:]))
			if err != nil {
				return err
			}
			if ev.Rule == nil {
				return damaged("event %d is no rule", ev.Seq)
			}
			named := func(r label.Rule) bool { return r.Name == ev.Rule.Name }
			switch i := slices.IndexFunc(rules, named); {
			case i >= 0 && ev.Rule.Removed:
				rules = slices.Delete(rules, i, i+1)
			case i >= 0:
				rules[i] = *ev.Rule
			case !ev.Rule.Removed:
				rules = append(rules, *ev.Rule)
			}
		}
		return nil
	})
	return rules, err
}

func (v *views) rule(ev *label.Event) error {
	if ev.Rule == nil {
		return errors.New("no rule")
	}
	return v.at.comment(ruled, ev.Seq)
}

// Ruled returns the number of the last Ruled event, 0 where there is none: while
// it is the same, so are the rules.
func (p *Project) Ruled() (seq uint64, err error) {
	err = p.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketComments).Cursor()
		k, _ := c.Seek(key8(ruled + 1))
		if k == nil {
			k, _ = c.Last()
		} else {
			k, _ = c.Prev()
		}
		if len(k) == 16 && bytes.HasPrefix(k, key8(ruled)) {
			seq = number(k[8:])
		}
		return nil
	})
	return seq, err
}
