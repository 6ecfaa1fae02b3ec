package learn

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"inkling/label"
	"inkling/learn/feature"
	"inkling/learn/simulate"
)

// Known is an item whose answer is known.
type Known struct {
	Item   label.Item // of which only Fields and Key are looked at
	Answer label.Answer
}

// SimulationOptions say what a simulation fits. Zero values mean the defaults.
type SimulationOptions struct {
	Model    string                           // name of a model, or "auto" (the default): that which the trainer begins with
	Set      ModelOptions                     // of that model
	Sparse   bool                             // texts have no representation
	Sample   int                              // items that the features are learned from at most; default 50,000
	Seed     uint64                           // of the representation
	Progress func(phase Phase, share float64) // of learning the features and the representation; nil for none
}

// simulationSample is how many items features are learned from unless said otherwise.
const simulationSample = 50_000

// NewSimulation makes a problem of items with known answers: the features are
// learned from the pool's items, without any answer, as a project's are. An answer
// that the task cannot have gives an error that wraps ErrKind.
func NewSimulation(ctx context.Context, t label.Task, pool, test []Known, o SimulationOptions) (*simulate.Problem, error) {
	o.Model = cmp.Or(o.Model, Auto)
	if err := (Settings{Model: o.Model, Set: o.Set}).Check(t); err != nil {
		return nil, err
	}
	if tellsOf(t.Kind) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrKind, t.Kind)
	}
	if o.Progress == nil {
		o.Progress = func(Phase, float64) {}
	}
	sample := cmp.Or(o.Sample, simulationSample)
	p := newMemory(t, pool)
	s, err := fitSpace(ctx, p, t, uint64(len(pool)), sample, func(share float64) { o.Progress(Reading, share) })
	if err != nil {
		return nil, err
	}
	if !o.Sparse && s.texts() && len(pool) >= representFrom {
		rep, _, _, err := learnRepresentation(ctx, p, s, o.Seed, sample, func(share float64) { o.Progress(Representing, share) })
		if err != nil {
			return nil, err
		}
		if rep.Dim() > 0 {
			s = s.with(rep)
		}
	}
	out := &simulate.Problem{Fit: func(ctx context.Context, d Data, seed uint64) (simulate.Predictor, error) {
		m, err := newModel(pick(o.Model, nil, &problem{kind: t.Kind, labels: t.Labels, all: d}))
		if err != nil {
			return nil, err
		}
		return m.Fit(ctx, d, FitOptions{Fresh: true, Seed: seed, Set: o.Set})
	}}
	if out.Pool, err = s.known(ctx, t, pool); err != nil {
		return nil, err
	}
	if out.Test, err = s.known(ctx, t, test); err != nil {
		return nil, err
	}
	for _, k := range pool {
		out.Keys = append(out.Keys, k.Item.Key)
	}
	out.Vectors = likeness(out.Pool)
	if n := out.Pool.Vector; n > 0 { // as the trainer has it: see makeGraph
		for _, r := range out.Pool.Rows {
			out.Own = append(out.Own, r.Vector[:n/2])
		}
	}
	out.Model = pick(o.Model, nil, &problem{kind: t.Kind, labels: t.Labels, all: out.Pool})
	return out, nil
}

// likeness is what strategies take rows to be alike by: their representation; else
// their table, in which numbers count by standard deviations, and a category counts
// as much as one where two differ by it; else a sketch of their words, as the
// trainer has it.
func likeness(d Data) [][]float32 {
	out := make([][]float32, len(d.Rows))
	if d.Vector > 0 {
		for i, r := range d.Rows {
			out[i] = r.Vector
		}
		return out
	}
	if len(d.Fields) == 0 {
		for i, r := range d.Rows {
			out[i] = sketch(r)
		}
		return out
	}
	for f, field := range d.Fields {
		if field.Kind == feature.Category {
			for i, r := range d.Rows {
				one := make([]float32, field.Codes)
				if c := r.Table[f]; c == c && int(c) < field.Codes {
					one[int(c)] = math.Sqrt2 / 2
				}
				out[i] = append(out[i], one...)
			}
			continue
		}
		sum, square, n := 0.0, 0.0, 0.0
		for _, r := range d.Rows {
			if x := float64(r.Table[f]); x == x {
				sum, square, n = sum+x, square+float64(x*x), n+1
			}
		}
		mean := sum / max(n, 1)
		std := math.Sqrt(max(square/max(n, 1)-float64(mean*mean), 0))
		for i, r := range d.Rows {
			x := float64(r.Table[f]) - mean
			if x != x || std == 0 { // missing: as the mean
				x = 0
			} else {
				x /= std
			}
			out[i] = append(out[i], float32(x))
		}
	}
	return out
}

// known returns the rows of items with their answers.
func (s *space) known(ctx context.Context, t label.Task, items []Known) (Data, error) {
	d := s.data()
	if t.Kind != label.Number {
		d.Classes = len(t.Labels)
	}
	v := s.rower()
	defer v.release()
	for i, k := range items {
		if i%64 == 0 && ctx.Err() != nil {
			return d, ctx.Err()
		}
		said, ok := tell(k.Answer, t)
		if !ok {
			return d, fmt.Errorf("%w: answer %v of item %d", ErrKind, k.Answer, i+1)
		}
		r := v.row(k.Item)
		d.Rows = append(d.Rows, Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value), Table: slices.Clone(r.Table), Vector: slices.Clone(r.Vector)})
		switch t.Kind {
		case label.MultiLabel:
			d.Sets = append(d.Sets, said.labels())
		case label.Number:
			d.Target = append(d.Target, said.value)
		default:
			d.Class = append(d.Class, int(said.class))
		}
	}
	return d, nil
}

// memory is a project of items alone, in memory.
type memory struct {
	task  label.Task
	items []label.Item
	byID  []uint64 // numbers in the order of ids
}

func newMemory(t label.Task, pool []Known) *memory {
	m := &memory{task: t}
	for i, k := range pool {
		it := k.Item
		it.Num = uint64(i + 1)
		if it.ID == (label.ID{}) {
			it.ID, _ = t.Identify(it.Fields)
		}
		m.items, m.byID = append(m.items, it), append(m.byID, it.Num)
	}
	slices.SortFunc(m.byID, func(a, b uint64) int {
		x, y := m.items[a-1].ID, m.items[b-1].ID
		return cmp.Or(slices.Compare(x[:], y[:]), cmp.Compare(a, b))
	})
	return m
}

func (m *memory) Task() label.Task     { return m.task }
func (m *memory) Counts() label.Counts { return label.Counts{Items: uint64(len(m.items))} }

func (m *memory) Items(ctx context.Context, from, to uint64, visit func(label.Item) error) error {
	for num := max(from, 1); num <= min(to, uint64(len(m.items))); num++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := visit(m.items[num-1]); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) ItemsByNum(nums []uint64, visit func(label.Item) error) error {
	for _, num := range nums {
		if num == 0 || num > uint64(len(m.items)) {
			continue
		}
		if err := visit(m.items[num-1]); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Walk(from label.ID, limit int, visit func(num uint64, id label.ID) bool) (label.ID, error) {
	n := len(m.byID)
	at, _ := slices.BinarySearchFunc(m.byID, from, func(num uint64, id label.ID) int {
		x := m.items[num-1].ID
		return slices.Compare(x[:], id[:])
	})
	for i := range min(limit, n) {
		num := m.byID[(at+i)%n]
		if !visit(num, m.items[num-1].ID) {
			return m.items[m.byID[(at+i+1)%n]-1].ID, nil
		}
	}
	if n == 0 {
		return from, nil
	}
	return m.items[m.byID[(at+min(limit, n))%n]-1].ID, nil
}

func (m *memory) TouchedStandings(since uint64, _ func(uint64, []label.Standing) error) (uint64, error) {
	return since, nil
}
