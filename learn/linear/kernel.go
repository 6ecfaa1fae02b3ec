package linear

// The weights of a feature stand side by side, by class, with room for whole
// vectors of the processor: lanes(classes) of them. A row's scores are sums of its
// features' weights, and what a row learns is added to them: gather and scatter are
// where the time of a fit goes.
//
// Products are rounded before they are added and the sums of each class are made
// feature by feature, so that the vector code of kernel_amd64.s, the code here, and
// every processor give the same bits.

// lane is how many classes a vector holds, and few how many need none.
const (
	lane = 8
	few  = 4
)

// lanes is the room for so many classes.
func lanes(classes int) int {
	if classes <= few {
		return classes
	}
	return (classes + lane - 1) / lane * lane
}

// gather adds v[j] * w[at[j]+c] to s[c], for every j and c. Here and below, places
// are ranks in a set of features, and so within the weights, and ascend.
func gather(s, w []float32, at []uint32, v []float32) {
	v = v[:len(at)]
	switch len(s) {
	case 2:
		a, b := s[0], s[1]
		for j, i := range at {
			x := w[i:][:2]
			a += float32(v[j] * x[0])
			b += float32(v[j] * x[1])
		}
		s[0], s[1] = a, b
	case 3:
		a, b, c := s[0], s[1], s[2]
		for j, i := range at {
			x := w[i:][:3]
			a += float32(v[j] * x[0])
			b += float32(v[j] * x[1])
			c += float32(v[j] * x[2])
		}
		s[0], s[1], s[2] = a, b, c
	case 4:
		a, b, c, d := s[0], s[1], s[2], s[3]
		for j, i := range at {
			x := w[i:][:4]
			a += float32(v[j] * x[0])
			b += float32(v[j] * x[1])
			c += float32(v[j] * x[2])
			d += float32(v[j] * x[3])
		}
		s[0], s[1], s[2], s[3] = a, b, c, d
	default:
		if len(s) > few {
			gatherWide(s, w, at, v)
			return
		}
		gatherPlain(s, w, at, v)
	}
}

func gatherPlain(s, w []float32, at []uint32, v []float32) {
	for j, i := range at {
		x := w[i:][:len(s)]
		for c := range s {
			s[c] += float32(v[j] * x[c])
		}
	}
}

// scatter adds v[j] * d[c] to w[at[j]+c], for every j and c.
func scatter(d, w []float32, at []uint32, v []float32) {
	v = v[:len(at)]
	switch len(d) {
	case 2:
		a, b := d[0], d[1]
		for j, i := range at {
			x := w[i:][:2]
			x[0] += float32(v[j] * a)
			x[1] += float32(v[j] * b)
		}
	case 3:
		a, b, c := d[0], d[1], d[2]
		for j, i := range at {
			x := w[i:][:3]
			x[0] += float32(v[j] * a)
			x[1] += float32(v[j] * b)
			x[2] += float32(v[j] * c)
		}
	case 4:
		a, b, c, e := d[0], d[1], d[2], d[3]
		for j, i := range at {
			x := w[i:][:4]
			x[0] += float32(v[j] * a)
			x[1] += float32(v[j] * b)
			x[2] += float32(v[j] * c)
			x[3] += float32(v[j] * e)
		}
	default:
		if len(d) > few {
			scatterWide(d, w, at, v)
			return
		}
		scatterPlain(d, w, at, v)
	}
}

func scatterPlain(d, w []float32, at []uint32, v []float32) {
	for j, i := range at {
		x := w[i:][:len(d)]
		for c := range d {
			x[c] += float32(v[j] * d[c])
		}
	}
}

// gather64 is gather with sums of float64, in which the products of two float32
// are exact: what a fitted model says of a row.
func gather64(s []float64, w []float32, at []uint32, v []float32) {
	v = v[:len(at)]
	switch len(s) {
	case 2:
		a, b := s[0], s[1]
		for j, i := range at {
			x, y := w[i:][:2], float64(v[j])
			a += float64(y * float64(x[0]))
			b += float64(y * float64(x[1]))
		}
		s[0], s[1] = a, b
	default:
		if len(s) > few {
			gather64Wide(s, w, at, v)
			return
		}
		gather64Plain(s, w, at, v)
	}
}

func gather64Plain(s []float64, w []float32, at []uint32, v []float32) {
	for j, i := range at {
		x, y := w[i:][:len(s)], float64(v[j])
		for c := range s {
			s[c] += float64(y * float64(x[c]))
		}
	}
}
