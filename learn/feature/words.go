package feature

// Words appends the words of an item's texts, in their order: of each the number
// of its feature, shifted left by one, and in the lowest bit whether it is of a script
// that is written without blanks. Each character of such a script is a word, followed
// by the pair that it makes with the one before it. Words that are no feature are
// left out. Between two texts stands Break.
//
// A space of hashed features knows no words.
func (r *Rower) Words(values []string, into []uint64) []uint64 {
	s := r.space
	if s.o.Hash > 0 || s.o.Words == 0 {
		return into
	}
	begun := false
	for i, k := range s.kinds {
		if k != Text {
			continue
		}
		if begun {
			into = append(into, Break)
		}
		begun = true
		t := newScanner(values[i], seed(i))
		var w window
		for t.next() {
			switch t.tok.sort {
			case word:
				if f := s.index.get(key(t.tok.hash)); f > 0 {
					into = append(into, uint64(f-1)<<1)
				}
			case unspaced:
				w.add(&t.tok, min(2, s.o.Unspaced))
				for _, h := range w.hash[:w.n] {
					if f := s.index.get(key(h)); f > 0 {
						into = append(into, uint64(f-1)<<1|1)
					}
				}
			}
		}
	}
	return into
}

// Break stands between the words of two texts.
const Break = ^uint64(0)
