package linear

import "math"

// short is the step of quick in float32 and whole vectors, for more classes than
// few: there the exponentials and quotients are what takes the time. The code of
// short_amd64.s does the same operations in the same order, so that both give the
// same bits. Lanes beyond the classes have a score of nothing and stay 0.
type short struct {
	p, shrink []float32
	z, r, d   []float32 // of a row that takes more than one step
}

func newShort(lanes int) short {
	v := func() []float32 { return make([]float32, lanes) }
	return short{v(), v(), v(), v(), v()}
}

// nothing is the score of a lane that is no class.
const nothing = -1e30

// What told holds.
const (
	toldTop    = iota // the greatest score
	toldSum           // of the exponentials of the scores less that
	toldChange        // by how much probabilities are to change, in sum
	toldFar           // longest change of r
)

// Numbers by which exponential takes x apart: the whole part of x / ln 2, and
// what is left, of which a polynomial is right to one part in ten million.
const (
	deepest  = -80
	perLn2   = 0x3fb8aa3b // bits of 1 / ln 2
	roundTo  = 0x1.8p23
	ln2Upper = 0x3f318000 // bits of ln 2, to 9 bits
	ln2Lower = 0xb95e8083 // bits of what that lacks
)

// exponential is e to the power of x, which is at most 0; 0 below deepest.
func exponential(x float32) float32 {
	if x < deepest {
		return 0
	}
	t := float32(x*math.Float32frombits(perLn2)) + roundTo
	n := t - roundTo
	f := x - float32(n*math.Float32frombits(ln2Upper))
	f -= float32(n * math.Float32frombits(ln2Lower))
	y := float32(f*(1./720)) + 1./120
	y = float32(y*f) + 1./24
	y = float32(y*f) + 1./6
	y = float32(y*f) + 0.5
	y = float32(y*f) + 1
	y = float32(y*f) + 1
	return math.Float32frombits(math.Float32bits(y) + math.Float32bits(t)<<23)
}

// sum8 adds the lanes of a vector as the vector code does.
func sum8(v *[lane]float32) float32 {
	a, b, c, d := v[0]+v[4], v[1]+v[5], v[2]+v[6], v[3]+v[7]
	a, b = a+c, b+d
	return a + b
}

// plain is step without vectors.
func (s *short) plain(z, r []float32, q float32, delta []float32, told *[4]float32) {
	top := z[0]
	for _, x := range z {
		top = max(top, x)
	}
	var sum, change, along, rest [lane]float32
	for c, x := range z {
		s.p[c] = exponential(x - top)
		sum[c%lane] += s.p[c]
	}
	all := sum8(&sum)
	per := 1 / all
	for c, x := range r {
		p := float32(s.p[c] * per)
		d := 0 - (p + x)
		change[c%lane] += float32(math.Abs(float64(d)))
		shrink := 1 / (1 + float32(p*q))
		g := float32(shrink * d)
		s.p[c], s.shrink[c], delta[c] = p, shrink, g
		along[c%lane] += float32(g * p)
		rest[c%lane] += float32(shrink * p)
	}
	more := float32(sum8(&along)*q) / sum8(&rest)
	far := float32(0)
	for c, p := range s.p {
		delta[c] += float32(float32(p*more) * s.shrink[c])
		far = max(far, float32(math.Abs(float64(delta[c]))))
	}
	*told = [4]float32{top, all, sum8(&change), far}
}
