// Package feature turns items into sparse rows that linear models learn from:
// words, pairs of words and pieces of words of their texts, weighted by how
// rare they are, and their numbers, categories and dates.
//
// Any mix of columns makes one row. A number is missing where the value is
// none; its weight may bend at quantiles of the sample. Categories that the
// sample had in fewer than Options.MinItems items count as one, together with
// those that it did not have. A category with an order also counts as the
// number of its place. A date counts by its day, month and day of the week, and
// by the time where the sample has times. See Row for the two forms that all
// these take.
//
// What the features are is learned from a sample of the items, without any
// answer, by a Counter; the Space that comes out never changes, so that rows
// made today and next week agree. No string is kept: a feature is known by a
// hash, and the term behind it is found again in the text it came from (see
// Space.Trace).
//
// Words are told apart by white space and punctuation. Scripts that are
// written without blanks between words (Chinese, Japanese, Thai and the like)
// give every run of one to three characters instead, which needs no dictionary
// and lets scripts mix in one text.
package feature

import (
	"errors"
	"fmt"
)

// Errors of reading a stored Space, of its making, and of its use.
var (
	ErrDamaged = errors.New("feature: damaged")
	ErrVersion = errors.New("feature: made by a newer version of this program")
	ErrOptions = errors.New("feature: options not valid")
)

// Kind is what a column holds.
type Kind uint8

// The kinds of column.
const (
	Text     Kind = iota + 1 // read for its words
	Number                   // a number, or nothing
	Category                 // one of a set of codes, or nothing
	Date                     // a day, or a day and a time: see ParseDate
	Ordinal                  // one of a set of codes that have an order: see Counter.Order
)

// Options say what features there are. Zero values mean none of a sort, except
// where a default is named.
type Options struct {
	Words       int     // longest run of words that counts as one feature: 0 to 2
	Letters     [2]int  // shortest and longest piece of a word in characters, 2 to 8; 0, 0 for none
	Unspaced    int     // longest run of characters in scripts without blanks: 1 to 4; default 3
	Symbols     bool    // signs that are not part of a word, such as ! or an emoji
	Shapes      bool    // what words look like, pairs of words and symbols, and how long the text is
	Hash        int     // bits of hashed features, 8 to 22, of which Hashed makes a space without a sample; 0 for features that are learned from one
	MinItems    int     // items of the sample that a feature must occur in; default 2
	MaxFeatures int     // of words, and of pieces of words, at most; the most frequent stay; default 1<<17
	Pieces      float32 // weight of pieces against words; default 1
	Table       float32 // weight of a number or category against all of a text; default 1
}

// Default returns the options for text whose language is not known. They were
// chosen by cross-validation on the training files of the public data sets that
// docs/BENCHMARKS.md names: pieces of 3 and 4 characters do no better than those of
// 4, at twice the number.
func Default() Options {
	return Options{Words: 2, Letters: [2]int{4, 4}, Unspaced: 3, Symbols: true, Shapes: true, MinItems: 2, MaxFeatures: 1 << 17, Pieces: 0.6, Table: 0.2}
}

// WordsOnly returns the options for words and pairs of words alone.
func WordsOnly() Options {
	return Options{Words: 2, Unspaced: 3, MinItems: 2, MaxFeatures: 1 << 18, Pieces: 1, Table: 0.2}
}

// pairsSymbols reports whether a symbol makes pairs with what stands before and
// after it. Without, the words on its two sides are a pair.
func (o *Options) pairsSymbols() bool { return o.Shapes && o.Symbols && o.Words > 1 }

func (o Options) withDefaults() Options {
	if o.Unspaced == 0 {
		o.Unspaced = 3
	}
	if o.MinItems == 0 {
		o.MinItems = 2
	}
	if o.MaxFeatures == 0 {
		o.MaxFeatures = 1 << 17
	}
	if o.Pieces == 0 {
		o.Pieces = 1
	}
	if o.Table == 0 {
		o.Table = 1
	}
	return o
}

// maxIndex bounds the columns of a row, by what a table's slot has room for.
const maxIndex = 1 << 23

func (o Options) validate() error {
	switch {
	case o.Words < 0 || o.Words > 2:
		return fmt.Errorf("%w: runs of %d words", ErrOptions, o.Words)
	case o.Letters != [2]int{} && (o.Letters[0] < 2 || o.Letters[1] > maxPiece || o.Letters[0] > o.Letters[1]):
		return fmt.Errorf("%w: pieces of %d to %d characters", ErrOptions, o.Letters[0], o.Letters[1])
	case o.Unspaced < 1 || o.Unspaced > maxUnspaced:
		return fmt.Errorf("%w: runs of %d characters", ErrOptions, o.Unspaced)
	case o.Hash != 0 && (o.Hash < leastHash || o.Hash > mostHash):
		return fmt.Errorf("%w: hashed features of %d bits", ErrOptions, o.Hash)
	case o.MinItems < 1 || o.MaxFeatures < 1 || o.MaxFeatures > maxIndex/2:
		return fmt.Errorf("%w: %d features that occur %d times", ErrOptions, o.MaxFeatures, o.MinItems)
	case !(o.Pieces > 0 && o.Pieces <= 100) || !(o.Table > 0 && o.Table <= 100):
		return fmt.Errorf("%w: weights %v and %v", ErrOptions, o.Pieces, o.Table)
	}
	return nil
}
