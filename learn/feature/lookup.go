package feature

// lookup finds the index of a feature by its key: a hash table with open
// addressing, key and index packed in 8 bytes.
type lookup struct {
	slots []uint64 // key<<24 | index+1; 0 where empty
	mask  uint64
}

const indexBits = 64 - keyBits

func newLookup(n int) *lookup {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return &lookup{make([]uint64, size), uint64(size - 1)}
}

// put adds a key; it reports whether it is new.
func (l *lookup) put(key uint64, index uint32) bool {
	for i := key & l.mask; ; i = (i + 1) & l.mask {
		s := l.slots[i]
		if s == 0 {
			l.slots[i] = key<<indexBits | uint64(index+1)
			return true
		}
		if s>>indexBits == key {
			return false
		}
	}
}

// get returns the index of a key, plus one; 0 where there is none.
func (l *lookup) get(key uint64) uint32 {
	for i := key & l.mask; ; i = (i + 1) & l.mask {
		s := l.slots[i&uint64(len(l.slots)-1)]
		if s == 0 || s>>indexBits == key {
			return uint32(s & (1<<indexBits - 1))
		}
	}
}

// tally counts the items that keys occur in.
type tally struct {
	slots []counted
	used  int
	most  int    // slots at most: beyond, rare keys are forgotten
	floor uint32 // what a forgotten key may have counted
	moves int    // how often all keys came to other places
}

type counted struct {
	key  uint64
	n    uint32 // items; 0 where the slot is empty
	last uint32 // the item that was counted last
}

func newTally(most int) *tally { return &tally{slots: make([]counted, 1<<12), most: most} }

// add counts a key for an item, once, and returns its place.
func (t *tally) add(key uint64, item uint32) uint32 {
	mask := uint64(len(t.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.n == 0 {
			*s = counted{key, 1, item}
			if t.used++; 3*t.used > 2*len(t.slots) {
				t.grow()
			}
			return uint32(i)
		}
		if s.key == key {
			t.again(uint32(i), item)
			return uint32(i)
		}
	}
}

// again counts the key at a place, as add returned it, if none has moved since.
func (t *tally) again(at, item uint32) {
	if s := &t.slots[at]; s.last != item {
		s.n++
		s.last = item
	}
}

// grow makes room. At full size the rarest keys go (Manku, Motwani,
// "Approximate frequency counts over data streams", 2002), which may come back
// and then count from 1.
func (t *tally) grow() {
	old := t.slots
	t.moves++
	if 2*len(old) > t.most {
		for {
			t.floor++
			left := 0
			for _, s := range old {
				if s.n > t.floor {
					left++
				}
			}
			if 3*left <= len(old) {
				break
			}
		}
		t.slots = make([]counted, len(old))
	} else {
		t.slots = make([]counted, 2*len(old))
	}
	mask := uint64(len(t.slots) - 1)
	t.used = 0
	for _, s := range old {
		if s.n <= t.floor {
			continue
		}
		i := s.key & mask
		for t.slots[i].n > 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
		t.used++
	}
}
