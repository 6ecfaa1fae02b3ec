package learn

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inkling/label"
)

// examples holds the rows of the items that have answers, so that a retrain
// reads only what is new.
type examples struct {
	space *space
	rows  map[uint64]example // by item
}

type example struct {
	row   Row
	key   uint64
	audit bool
}

func newExamples(s *space) *examples { return &examples{space: s, rows: map[uint64]example{}} }

// read makes the rows that are missing for these answers, and forgets rows
// that most have lost their answer.
func (e *examples) read(ctx context.Context, p Reader, a *answers) error {
	var missing []uint64
	for _, m := range []map[uint64]told{a.train, a.audit} {
		for num := range m {
			if _, ok := e.rows[num]; !ok {
				missing = append(missing, num)
			}
		}
	}
	slices.Sort(missing)
	v := e.space.rower()
	defer v.release()
	for part := range slices.Chunk(missing, chunkItems) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := p.ItemsByNum(part, func(it label.Item) error {
			r := v.row(it)
			e.rows[it.Num] = example{row: Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value), Table: slices.Clone(r.Table)}, key: it.Key, audit: it.Audit}
			return nil
		})
		if err != nil {
			return fmt.Errorf("read answered items: %w", err)
		}
	}
	if len(e.rows) > 2*(len(a.train)+len(a.audit))+1000 {
		for num := range e.rows {
			if _, ok := a.train[num]; ok {
				continue
			}
			if _, ok := a.audit[num]; !ok {
				delete(e.rows, num)
			}
		}
	}
	return nil
}

// problem is everything that one run learns from and is measured on: a moment
// of the project that later answers do not change.
type problem struct {
	kind   label.Kind
	labels []label.Label
	seq    uint64
	all    Data     // every training answer
	keys   []uint64 // of each row of all
	audit  Data     // the audit stream's answers: never trained on
}

// problem puts the answers together, in an order drawn by hash.
func (e *examples) problem(t label.Task, a *answers) *problem {
	p := &problem{kind: t.Kind, labels: slices.Clone(t.Labels), seq: a.seq}
	type place struct {
		num, key uint64
		said     told
	}
	gather := func(audit bool, from ...map[uint64]told) (Data, []uint64) {
		var places []place
		for _, m := range from {
			for num, said := range m {
				if x, ok := e.rows[num]; ok && x.audit == audit {
					places = append(places, place{num, x.key, said})
				}
			}
		}
		slices.SortFunc(places, func(a, b place) int {
			return cmp.Or(cmp.Compare(mix(a.key), mix(b.key)), cmp.Compare(a.num, b.num))
		})
		d := e.space.data()
		keys := make([]uint64, len(places))
		for i, pl := range places {
			d.Rows = append(d.Rows, e.rows[pl.num].row)
			keys[i] = pl.key
			switch t.Kind {
			case label.MultiLabel:
				d.Sets = append(d.Sets, pl.said.labels())
			case label.Number:
				d.Target = append(d.Target, pl.said.value)
			default:
				d.Class = append(d.Class, int(pl.said.class))
			}
		}
		if t.Kind != label.Number {
			d.Classes = len(t.Labels)
		}
		return d, keys
	}
	p.all, p.keys = gather(false, a.train)
	p.audit, _ = gather(true, a.audit, a.train)
	return p
}

// perClass counts the training answers by class, or by label; nil for numbers.
func (p *problem) perClass() []int {
	if p.kind == label.Number {
		return nil
	}
	per, _ := p.all.Counts()
	for _, set := range p.all.Sets {
		for _, c := range set {
			per[c]++
		}
	}
	return per
}

// learnable reports whether there is anything to tell apart.
func (p *problem) learnable() bool { return learnable(p.kind, p.all) }

func learnable(k label.Kind, d Data) bool {
	if k == label.Classes {
		_, classes := d.Counts()
		return classes >= 2
	}
	return len(d.Rows) >= 2
}

// split divides the training answers by a hash of what they read, so that
// items that read the same fall on the same side and file order plays no part.
// It returns their places in all.
func (p *problem) split(in func(hash uint64) bool) (yes, no []int) {
	for i := range p.all.Rows {
		if in(mix(p.keys[i] ^ 0x5851f42d4c957f2d)) {
			yes = append(yes, i)
		} else {
			no = append(no, i)
		}
	}
	return yes, no
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
