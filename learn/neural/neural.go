// Package neural is the multi-layer perceptron: layers of weighted sums with a bend
// (ReLU, or tanh) after each but the last.
//
// Inputs. Numbers of the table are standardised by the mean and the deviation of the
// training rows, and cut at 10 deviations; a missing number counts as the mean, with
// an input of its own that says so where the training rows had one missing. Each code
// of a category that the training rows had is an input of its own, as is a missing
// value; a code that they did not have gives none. Features of texts are inputs as
// they are: the first layer multiplies them sparsely, so that no text is ever written
// out over the whole vocabulary. Where the data have no table, all features of the
// sparse form are read this way.
//
// Outputs. Two classes have one output, whose sigmoid is the probability of the
// second (binary cross entropy); more have a softmax (cross entropy); several labels
// have a sigmoid each; a number is told in deviations from the mean of the training
// rows (squared error).
//
// Weights are found by Adam (Kingma, Ba, "Adam: a method for stochastic
// optimization", 2015) on shuffled mini-batches, with weight decay apart from the
// gradient (Loshchilov, Hutter, "Decoupled weight decay regularization", 2019) and
// inverted dropout (Srivastava et al., 2014). Weights of sparse inputs move only in
// batches that have the input: each such input has an Adam of its own that counts its
// own steps.
//
// A fit may begin from an earlier model: whole, with the first layers frozen, or with
// low-rank adapters (Hu et al., "LoRA: low-rank adaptation of large language models",
// 2021), which leave the model they began with as it is. See lora.go.
//
// Odd data have a defined answer. No rows give ErrNoRows. NaN and infinite numbers of
// a table are missing; not finite values of sparse features count as 0. A column that
// is constant, or always missing, is read as 0. One class alone, or one row, is
// learned as any other; where the task has one class, its probability is 1. Rows
// without features are told by the biases. Probabilities are above 0 for any row,
// also where numbers overflow: logits are held between -700 and 700.
//
// The same data, options and start give the same bytes, with any number of workers
// and on any processor.
package neural

import (
	"errors"
	"fmt"
	"sync"

	"inkling/learn/feature"
)

// Errors of fitting and of reading what was stored.
var (
	ErrNoRows   = errors.New("neural: no rows to fit")
	ErrDamaged  = errors.New("neural: damaged")
	ErrOptions  = errors.New("neural: unusable options")
	ErrDiverged = errors.New("neural: weights grew without end, which a lower rate prevents")
	ErrBase     = errors.New("neural: the adapter belongs to another model")
)

// Model is a fitted network. It never changes and is safe for concurrent use.
type Model struct {
	in     *input
	layers []layer
	tanh   bool
	head   head
	how    how
	base   *digest // of the model that low-rank adapters stand on; nil without
	rooms  *sync.Pool
}

// how is what a model was fitted with, which is kept for people to see.
type how struct {
	Epochs     int     `cbor:"1,keyasint"`
	Batch      int     `cbor:"2,keyasint"`
	Rate       float64 `cbor:"3,keyasint"`
	Dropout    float64 `cbor:"4,keyasint,omitempty"`
	Decay      float64 `cbor:"5,keyasint,omitempty"`
	Mode       Mode    `cbor:"6,keyasint,omitempty"`
	Frozen     int     `cbor:"7,keyasint,omitempty"`
	Parent     digest  `cbor:"8,keyasint"`
	Generation int     `cbor:"9,keyasint,omitempty"`
	Best       int     `cbor:"10,keyasint,omitempty"` // epoch whose weights were kept, where the fit stopped early
}

// Mode is how a model came from an earlier one.
type Mode uint8

// How a model came from an earlier one.
const (
	Anew     Mode = iota // from random weights
	Whole                // all layers moved
	Frozen               // the first layers stood still
	Adapters             // low-rank adapters moved, and the layers below them stood still
)

func (m Mode) String() string {
	switch m {
	case Whole:
		return "whole"
	case Frozen:
		return "frozen layers"
	case Adapters:
		return "low-rank adapters"
	}
	return "anew"
}

// Lineage is where a model came from.
type Lineage struct {
	Mode       Mode
	Parent     string // the first digits of its parent's digest; empty without
	Frozen     int    // layers that stood still
	Generation int    // fits since the one from random weights
}

// Lineage tells where the model came from.
func (m *Model) Lineage() Lineage {
	l := Lineage{Mode: m.how.Mode, Frozen: m.how.Frozen, Generation: m.how.Generation}
	if l.Mode != Anew {
		l.Parent = m.how.Parent.String()[:8]
	}
	return l
}

// Classes is the number of classes or labels; 1 where the model tells a number.
func (m *Model) Classes() int { return m.head.classes() }

// Epochs is how many epochs the last fit took, and which of them had the weights that
// were kept: the last one, unless it stopped early.
func (m *Model) Epochs() (run, kept int) {
	if m.how.Best > 0 {
		return m.how.Epochs, m.how.Best
	}
	return m.how.Epochs, m.how.Epochs
}

// Rate is the learning rate that the last fit began with.
func (m *Model) Rate() float64 { return m.how.Rate }

// Widths lists the inputs, the units of each hidden layer, and the outputs.
func (m *Model) Widths() []int {
	w := []int{m.in.nums + m.in.cols}
	for _, l := range m.layers {
		w = append(w, l.w.cols)
	}
	return w
}

// Parameters is the number of weights and biases, without adapters.
func (m *Model) Parameters() int {
	n := 0
	for _, l := range m.layers {
		n += (l.w.rows + 1) * l.w.cols
	}
	return n
}

// room is what a prediction works in.
type room struct {
	x     []float32
	start [2]int
	index []uint32
	value []float32
	z     [2][]float32
	low   []float32
}

func newRooms() *sync.Pool { return &sync.Pool{New: func() any { return new(room) }} }

// logits returns the outputs for a row, in the room's memory.
func (m *Model) logits(r feature.Row, o *room) []float32 {
	o.x, o.index, o.value = m.in.read(r, sized(o.x, m.in.nums), o.index[:0], o.value[:0])
	o.start[1] = len(o.index)
	in := operand{n: 1, x: o.x, ld: m.in.nums, dense: m.in.nums, start: o.start[:], index: o.index, value: o.value}
	for i := range m.layers {
		l := &m.layers[i]
		z := sized(o.z[i%2], l.w.stride)
		o.z[i%2] = z
		copy(z, l.b)
		in.times(&l.w, z)
		if l.low != nil {
			o.low = sized(o.low, l.low.a.stride)
			l.low.times(&in, o.low, z)
		}
		if i < len(m.layers)-1 {
			activate(z, m.tanh)
		}
		in = operand{n: 1, x: z, ld: len(z), dense: l.w.cols}
	}
	return in.x[:in.dense]
}

// sized returns a slice of n zeros, in the memory of s where it is enough.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// Predict writes the probability of every class, or of every label by itself, or the
// number, into p, which must have Classes() elements.
func (m *Model) Predict(r feature.Row, p []float64) {
	if len(p) != m.Classes() {
		panic(fmt.Sprintf("neural: %d probabilities for %d classes", len(p), m.Classes()))
	}
	o, _ := m.rooms.Get().(*room)
	m.head.answer(m.logits(r, o), p)
	m.rooms.Put(o)
}
