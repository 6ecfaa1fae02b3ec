package feature

// Bounds of a memo.
const (
	memoWords = 1 << 12
	memoRoom  = 1 << 17 // numbers of all words together; then it starts over
)

// memo keeps what came of words by their hash, so that one that was met before is
// not taken apart again. It forgets a word when another one comes to its place.
type memo struct {
	words []noted
	kept  []uint32
}

type noted struct {
	hash       uint64
	start, end uint32 // of kept; 0 where there is no word
}

// get returns what was kept of a word, and whether it is known.
func (m *memo) get(hash uint64) ([]uint32, bool) {
	if m.words == nil {
		m.words = make([]noted, memoWords)
	}
	w := &m.words[hash>>40%memoWords]
	if w.hash != hash || w.end == 0 {
		return nil, false
	}
	return m.kept[w.start:w.end], true
}

// begin returns where in kept that of a new word, which is to be appended, starts.
func (m *memo) begin() uint32 {
	if len(m.kept) > memoRoom {
		m.forget()
	}
	if len(m.kept) == 0 {
		m.kept = append(m.kept, 0) // so that no end is 0
	}
	return uint32(len(m.kept))
}

// put notes that what was appended to kept since begin is of a word, and returns it.
func (m *memo) put(hash uint64, start uint32) []uint32 {
	m.words[hash>>40%memoWords] = noted{hash, start, uint32(len(m.kept))}
	return m.kept[start:]
}

// forget forgets all words.
func (m *memo) forget() {
	clear(m.words)
	m.kept = m.kept[:0]
}
