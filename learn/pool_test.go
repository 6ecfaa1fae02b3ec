package learn

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"inkling/label"
)

// What is packed comes back: indices and tables as they are, values to one part in 256,
// the numbers of a vector to a 250th of the largest; and packing it again changes nothing.
func TestPackedVector(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var room Row
	for i := range 200 {
		r := Row{Index: []uint32{uint32(i), uint32(i + 900)}, Value: []float32{rng.Float32(), -rng.Float32()}, Table: []float32{float32(i)}[:i%2]}
		top := float32(0)
		for range 16 * (i % 3) {
			x := float32(rng.NormFloat64())
			if i%5 == 0 {
				x = 0
			}
			r.Vector = append(r.Vector, x)
			top = max(top, x, -x)
		}
		room = unpack(pack(nil, r), len(r.Table), len(r.Vector), room)
		if !slices.Equal(room.Index, r.Index) || !slices.Equal(room.Table, r.Table) || len(room.Vector) != len(r.Vector) {
			t.Fatalf("%v became %v", r, room)
		}
		for j, x := range r.Vector {
			if math.Abs(float64(x-room.Vector[j])) > float64(top)/250 {
				t.Errorf("row %d: %v became %v", i, x, room.Vector[j])
			}
		}
		for j, x := range r.Value {
			if math.Abs(float64(x-room.Value[j])) > math.Abs(float64(x))/256 {
				t.Errorf("row %d: %v became %v", i, x, room.Value[j])
			}
		}
		once := pack(nil, room)
		if again := pack(nil, unpack(once, len(r.Table), len(r.Vector), Row{})); !slices.Equal(once, again) {
			t.Errorf("row %d is another the second time", i)
		}
	}
}

// A pool that has not room for all rows is a part of them that owes nothing to their
// order, as large as fits.
func TestPoolOfAPart(t *testing.T) {
	s := &space{}
	for _, c := range []struct {
		items  uint64
		vector bool
		share  float64
	}{{100, true, 1}, {1000, true, 1}, {4000, true, 0.25}, {4000, false, 1}, {1_000_000, true, 0.001}} {
		p := newPool(s, c.vector, c.items, 1000*sparseCost)
		in := 0
		for key := range uint64(100_000) {
			if p.has(mix(key + 1)) {
				in++
			}
		}
		if got := float64(in) / 100_000; math.Abs(got-c.share) > 0.01*c.share+0.001 {
			t.Errorf("%d items, vectors %v: %v of them belong to the pool, want %v", c.items, c.vector, got, c.share)
		}
	}
}

// Rows by number are those of the pool, whether their chunk was read or not, in the
// order that was asked for, without the audit stream.
func TestPoolRows(t *testing.T) {
	p := &listed{task: label.Task{Kind: label.Classes, Audit: 0.3, Seed: 5, Columns: []label.Column{{Name: "text", Role: label.Text}}}}
	for i := range 1200 {
		it := label.Item{Num: uint64(i + 1), Fields: []string{fmt.Sprintf("the item with number %d of %d in a row", i%97, i%13)}}
		it.ID, it.Key = p.task.Identify(it.Fields)
		it.Audit = p.task.InAudit(it.Key)
		p.items = append(p.items, it)
	}
	s, err := fitSpace(context.Background(), p, p.task, 1200, 1000, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	tr := NewTrainer(p, Options{})
	tr.items = 1200
	tr.poolFor(s, nil)
	nums := []uint64{700, 3, 1200, 44, 45, 512, 513, 1025}
	gather := func() (got []uint64, rows [][]byte) {
		t.Helper()
		if err := tr.poolRows(context.Background(), s, nums, func(num, key uint64, r Row) {
			if key != p.items[num-1].Key {
				t.Errorf("item %d has the key %x", num, key)
			}
			got, rows = append(got, num), append(rows, pack(nil, r))
		}); err != nil {
			t.Fatal(err)
		}
		return got, rows
	}
	var want []uint64
	for _, num := range nums {
		if !p.items[num-1].Audit {
			want = append(want, num)
		}
	}
	first, rows := gather()
	if !slices.Equal(first, want) {
		t.Errorf("items %v, want %v", first, want)
	}
	clear(tr.pool.loose)
	for i := range 3 {
		c, err := tr.pool.chunk(context.Background(), p, i, 1200)
		if err != nil {
			t.Fatal(err)
		}
		tr.pool.keep(i, c)
	}
	again, kept := gather()
	if !slices.Equal(again, want) || !slices.EqualFunc(rows, kept, slices.Equal) {
		t.Errorf("from chunks: items %v, want %v", again, want)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := tr.poolRows(ctx, s, nums, func(uint64, uint64, Row) {}); err == nil {
		t.Error("the context had ended")
	}
}

// listed is a project of items alone.
type listed struct {
	Project
	task  label.Task
	items []label.Item
}

func (l *listed) Task() label.Task { return l.task }

func (l *listed) Items(_ context.Context, from, to uint64, visit func(label.Item) error) error {
	for _, it := range l.items[from-1 : to] {
		if err := visit(it); err != nil {
			return err
		}
	}
	return nil
}

func (l *listed) ItemsByNum(nums []uint64, visit func(label.Item) error) error {
	for _, num := range nums {
		if err := visit(l.items[num-1]); err != nil {
			return err
		}
	}
	return nil
}

func (l *listed) Walk(_ label.ID, limit int, visit func(uint64, label.ID) bool) (label.ID, error) {
	for _, it := range l.items[:min(limit, len(l.items))] {
		if !visit(it.Num, it.ID) {
			break
		}
	}
	return label.ID{}, nil
}
