package forest

// distributions are the values of leaves that have several labels each. Most
// leaves have one label alone: these are kept once.
type distributions struct {
	starts []uint32 // where each begins; one more at the end
	pairs  []part
	pure   map[uint16]uint32
}

func newDistributions() *distributions {
	return &distributions{starts: []uint32{0}, pure: map[uint16]uint32{}}
}

func (d *distributions) add(pairs []part) uint32 {
	one := len(pairs) == 1 && pairs[0].of == 1
	if one {
		if at, ok := d.pure[pairs[0].label]; ok {
			return at
		}
	}
	at := uint32(len(d.starts)) - 1
	d.pairs = append(d.pairs, pairs...)
	d.starts = append(d.starts, uint32(len(d.pairs)))
	if one {
		d.pure[pairs[0].label] = at
	}
	return at
}

func (d *distributions) at(i uint32) []part { return d.pairs[d.starts[i]:d.starts[i+1]] }
