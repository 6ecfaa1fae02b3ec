package feature

// Bounds of Options, from the size of what holds a running text's end.
const (
	maxPiece    = 8
	maxUnspaced = 4
	maxWord     = 64 // characters of a word that give pieces
)

// keyBits is how much of a hash a feature is known by. Two of a million
// features have the same key with a chance of one in two; what is not a
// feature is taken for one of a million with a chance of one in a million.
const keyBits = 40

// key turns a hash into the key of a feature: the finaliser of SplitMix64
// (Steele, Lea, Flood 2014), cut off.
func key(h uint64) uint64 { return mix(h) >> (64 - keyBits) }

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// seed is where the hashes of a column's features begin.
func seed(column int) uint64 { return mix(uint64(column)*0x9e3779b97f4a7c15 + 0x632be59bd9b4e019) }

// pair is the hash of two words that follow each other.
func pair(a, b uint64) uint64 { return mix(a)*prime ^ b }

// pieceSeed is the hash that pieces of words begin with.
func pieceSeed(seed uint64) uint64 { return mix(seed ^ 0x70696563) }

// boundary stands before and after a word in its pieces.
const boundary = ' '

// pieces visits the keys of the pieces of a word, with the characters that
// they reach from and to, the boundary before the word being the first. A
// piece that is all of the word with both boundaries says no more than the
// word and is left out.
func pieces(room []rune, text string, seed uint64, letters [2]int, visit func(key uint64, from, to int)) []rune {
	w := runes(append(room[:0], boundary), text)
	w = append(w[:min(len(w), maxWord)], boundary)
	for i := range w {
		h := seed
		for n := 1; n <= letters[1] && i+n <= len(w); n++ {
			h = step(h, w[i+n-1])
			if n >= letters[0] && n < len(w) {
				visit(key(h), i, i+n)
			}
		}
	}
	return w
}

// window holds the hashes of the runs of characters that end at the last one.
type window struct {
	end  int // where the last character ended
	n    int
	hash [maxUnspaced]uint64 // of the runs of 1, 2, ... characters
}

// add takes in a character; what the window then holds are the runs that end
// with it.
func (w *window) add(t *token, longest int) {
	if t.start != w.end {
		w.n = 0
	}
	w.n = min(w.n+1, longest)
	for i := w.n - 1; i > 0; i-- {
		w.hash[i] = step(w.hash[i-1], t.char)
	}
	w.hash[0] = t.hash
	w.end = t.end
}
