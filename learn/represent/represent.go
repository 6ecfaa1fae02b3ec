// Package represent learns a dense representation of items from the texts of a pool,
// without any answer: items that say the same in other words come close.
//
// It has three parts. Z is latent semantic analysis: the item's sparse row, projected
// onto the strongest directions of the pool's rows (Deerwester, Dumais, Furnas,
// Landauer, Harshman, "Indexing by latent semantic analysis", 1990). E is the mean of
// the item's word vectors, rare words counting most and the direction that all items
// share taken out (Arora, Liang, Ma, "A simple but tough-to-beat baseline for sentence
// embeddings", ICLR 2017); word vectors are a factorisation of how much more often than
// by chance words stand near each other (Levy and Goldberg, "Neural word embedding as
// implicit matrix factorization", NIPS 2014). G is both, averaged twice over the
// nearest items of the pool, as graph convolution does it (Wu, Souza, Zhang, Fifty, Yu,
// Weinberger, "Simplifying graph convolutional networks", ICML 2019). Each part has
// length 1, or 0 where the item has nothing that the pool has.
//
// Everything is computed from numbers of 8 bits, as they are kept: what was read
// back gives the same vectors as what was learned, bit for bit. A vector depends on the
// item alone, not on whether it was in the pool.
package represent

import (
	"context"
	"errors"
	"math"
	"slices"

	"inkling/learn/feature"
)

// Errors of Unmarshal.
var (
	ErrDamaged = errors.New("represent: damaged")
	ErrVersion = errors.New("represent: made by a newer version of this program")
)

// Source is the items that a representation is learned from, in an order that owes
// nothing to what they say. Each visits them with their rows and words (see
// feature.Rower.Words), which are only lent.
type Source interface {
	Len() int
	Each(ctx context.Context, visit func(i int, r feature.Row, words []uint64) error) error
}

// Options say how to learn. Zero values mean the defaults, which were chosen by
// learning curves on AG News, banking77 and SMS spam.
type Options struct {
	Seed       uint64
	Texts      int // features below it come from texts, and are read; default all
	Items      int // that Z and E are learned from at most; default 20,000
	Anchors    int // items that G averages over, at most; default 20,000
	Features   int // that Z reads at most, the most frequent ones; default 40,000
	Words      int // that have a vector at most; default 30,000
	Topics     int // numbers of Z at most; default 256
	Wide       int // numbers of a word vector at most; default 200
	Window     int // words on each side that a word stands near to; default 10
	Neighbours int // that G averages over; default 10
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		to *int
		by int
	}{{&o.Texts, math.MaxInt32}, {&o.Items, 20_000}, {&o.Anchors, 20_000}, {&o.Features, 40_000}, {&o.Words, 30_000},
		{&o.Topics, 256}, {&o.Wide, 200}, {&o.Window, 10}, {&o.Neighbours, 10}} {
		if *d.to <= 0 {
			*d.to = d.by
		}
	}
	return o
}

// leastItems is how many items a representation needs; fewer have none.
const leastItems = 32

// Representation makes vectors of items. It never changes and is safe for
// concurrent use.
type Representation struct {
	topics     table // of features: the directions of Z
	words      table // of words, by their feature: what each adds to E
	base       table // of anchors: Z and E, scaled to length 1 together
	once       table // of anchors: base, averaged once over their neighbours
	centres    table // of the cells that anchors stand in, one after the other
	start      []int // first anchor of each cell, and the end
	neighbours int
	index      *index // of base
}

// Dim is the length of vectors: 0 where there was nothing to learn from.
func (r *Representation) Dim() int { return 2 * r.half() }

// half is the length of Z and E together.
func (r *Representation) half() int { return r.topics.cols + r.words.cols }

// Anchors is the number of items that G averages over.
func (r *Representation) Anchors() int { return r.base.rows() }

// Features is how many features Z reads, Words how many words have a vector.
func (r *Representation) Features() int { return r.topics.rows() }

// Words is how many words have a vector.
func (r *Representation) Words() int { return r.words.rows() }

// Encoder makes vectors. It is not safe for concurrent use: take one a goroutine.
type Encoder struct {
	r     *Representation
	base  []float32
	query query
}

// Encoder returns what makes vectors.
func (r *Representation) Encoder() *Encoder {
	return &Encoder{r: r, base: make([]float32, r.half())}
}

// Vector writes the vector of an item, of its row and its words, into a slice of
// length Dim.
func (e *Encoder) Vector(row feature.Row, words []uint64, into []float32) {
	r := e.r
	half := r.half()
	if half == 0 {
		return
	}
	own, like := into[:half], into[half:]
	r.own(row, words, own)
	copy(e.base, own)
	if norm(e.base) == 0 {
		clear(like)
		return
	}
	// Once over the neighbours' own, then over what they are after once.
	near := e.near()
	copy(like, e.base)
	for _, n := range near {
		r.base.add(like, n.at, 1)
	}
	mean(like, len(near)+1)
	for _, n := range near {
		r.once.add(like, n.at, 1)
	}
	norm(like)
}

// near returns the item's neighbours. An item that is an anchor itself, or reads like
// one, is not its own neighbour: one of those is left out.
func (e *Encoder) near() []hit {
	k := e.r.neighbours
	hits := e.r.index.search(&e.query, e.base, k+1, -1)
	for i, h := range hits {
		if h.cosine > same {
			return slices.Delete(hits, i, i+1)
		}
	}
	return hits[:min(k, len(hits))]
}

// same is the cosine above which items read the same. Anchors are kept in 8 bits, which
// takes a few thousandths from their length.
const same = 0.9995

// own writes Z and E, each scaled to length 1.
func (r *Representation) own(row feature.Row, words []uint64, into []float32) {
	r.sums(row, words, into)
	norm(into[:r.topics.cols])
	norm(into[r.topics.cols:])
}

// sums writes Z and E before they are scaled.
func (r *Representation) sums(row feature.Row, words []uint64, into []float32) {
	clear(into)
	z, w := into[:r.topics.cols], into[r.topics.cols:]
	r.topics.each(row.Index, func(i, at int) { r.topics.add(z, at, row.Value[i]) })
	for _, x := range words {
		if at := r.words.find(x); at >= 0 {
			r.words.add(w, at, 1)
		}
	}
}

// Attribute splits the inner product of the item's vector and g, of length Dim, onto
// its features: it adds what comes of each to perFeature, which has an element for each
// of row.Index, and returns what comes of the items that are like it. Z and E are
// sums over features and words but for their scale, which makes their shares exact.
func (e *Encoder) Attribute(row feature.Row, words []uint64, g, perFeature []float64) (rest float64) {
	r := e.r
	half := r.half()
	if half == 0 {
		return 0
	}
	into := make([]float32, 2*half)
	r.sums(row, words, into[:half])
	z, w := into[:r.topics.cols], into[r.topics.cols:half]
	if n := length(z); n > 0 {
		r.topics.each(row.Index, func(i, at int) {
			perFeature[i] += r.topics.dot(g[:len(z)], at) * float64(row.Value[i]) / n
		})
	}
	if n := length(w); n > 0 {
		for _, x := range words {
			at := r.words.find(x)
			if at < 0 {
				continue
			}
			if i, ok := slices.BinarySearch(row.Index, uint32(x>>1)); ok {
				perFeature[i] += r.words.dot(g[len(z):half], at) / n
			}
		}
	}
	e.Vector(row, words, into)
	for i, x := range into[half:] {
		rest += float64(x) * g[half+i]
	}
	return rest
}

// length is the Euclidean length.
func length(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v) // exact in float64
	}
	return math.Sqrt(sum)
}

// norm scales x to length 1, and returns the length that it had; nothing stays nothing.
func norm(x []float32) float64 {
	n := length(x)
	if n > 0 {
		by := float32(1 / n)
		for i := range x {
			x[i] *= by
		}
	}
	return n
}
