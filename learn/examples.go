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
	space  *space
	vector bool               // rows have their representation
	rows   map[uint64]example // by item
}

// vectorAnswers is how many answers there may be for their rows to have a
// representation, of some kilobytes each. With more, words alone tell as much.
const vectorAnswers = 10_000

type example struct {
	row   Row
	key   uint64
	audit bool
}

func newExamples(s *space) *examples {
	return &examples{space: s, vector: s.rep != nil, rows: map[uint64]example{}}
}

// read makes the rows that are missing for these answers, and forgets rows
// that most have lost their answer.
func (e *examples) read(ctx context.Context, p Reader, a *answers) error {
	if vector := e.space.rep != nil && len(a.train) <= vectorAnswers; vector != e.vector {
		e.vector = vector
		clear(e.rows)
	}
	var missing []uint64
	for _, m := range []map[uint64]told{a.train, a.audit} {
		for num := range m {
			if _, ok := e.rows[num]; !ok {
				missing = append(missing, num)
			}
		}
	}
	slices.Sort(missing)
	if err := e.fill(ctx, p, missing); err != nil {
		return fmt.Errorf("read answered items: %w", err)
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

// fill makes the rows of these items.
func (e *examples) fill(ctx context.Context, p Reader, nums []uint64) error {
	v := e.space.sparse()
	if e.vector {
		v = e.space.rower()
	}
	defer v.release()
	for part := range slices.Chunk(nums, chunkItems) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := p.ItemsByNum(part, func(it label.Item) error {
			r := v.row(it)
			e.rows[it.Num] = example{row: Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value), Table: slices.Clone(r.Table), Vector: slices.Clone(r.Vector)}, key: it.Key, audit: it.Audit}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// problem is everything that one run learns from and is measured on: a moment
// of the project that later answers do not change.
type problem struct {
	kind       label.Kind
	labels     []label.Label
	seq        uint64
	all        Data      // every item with a training answer, once, with what is held for its truth
	keys       []uint64  // of each row of all
	when       []uint64  // the event that answered each, 0 where nobody looked at it by itself
	audit      Data      // the audit stream's answers: never trained on
	truth      string    // how people's answers were put together
	unanswered []example // items without an answer that are learned from beside these; nil for none
	open       int       // items of the audit stream left out because people disagree about them

	// Where several people answered, what is held for true of some rows is not
	// certain: see taught.
	soft   [][]float64 // by row the probability of every class, nil where one is certain; nil where all are
	weight []float64   // by class; nil where all weigh 1
}

// problem puts the answers together, in an order drawn by hash. Where several
// people answered an item, the truth tells what is learned from it. An item of
// the audit stream about which they disagree and are not sure together is left
// out until somebody settles it: no model could be measured by it.
func (e *examples) problem(t label.Task, a *answers, truth *Truth) *problem {
	p := &problem{kind: t.Kind, labels: slices.Clone(t.Labels), seq: a.seq}
	type place struct {
		num, key uint64
		said     told
		soft     []float64
	}
	gather := func(audit bool, from ...map[uint64]told) (Data, []uint64, []uint64, [][]float64) {
		var places []place
		soft := false
		for _, m := range from {
			for num, said := range m {
				x, ok := e.rows[num]
				if !ok || x.audit != audit {
					continue
				}
				pl := place{num: num, key: x.key, said: said}
				if pl.said, pl.soft = truth.taught(num, said); audit {
					if pl.said, ok = truth.measures(num, said); !ok {
						p.open++
						continue
					}
				}
				soft = soft || pl.soft != nil
				places = append(places, pl)
			}
		}
		slices.SortFunc(places, func(a, b place) int {
			return cmp.Or(cmp.Compare(mix(a.key), mix(b.key)), cmp.Compare(a.num, b.num))
		})
		d := e.space.data()
		if !e.vector {
			d.Vector = 0
		}
		keys, when := make([]uint64, len(places)), make([]uint64, len(places))
		var spread [][]float64
		if soft {
			spread = make([][]float64, len(places))
		}
		for i, pl := range places {
			d.Rows = append(d.Rows, e.rows[pl.num].row)
			keys[i], when[i] = pl.key, a.when[pl.num]
			if soft {
				spread[i] = pl.soft
			}
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
		return d, keys, when, spread
	}
	if truth != nil {
		p.truth = truth.Method
	}
	p.all, p.keys, p.when, p.soft = gather(false, a.train)
	p.audit, _, _, _ = gather(true, a.audit, a.train)
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
