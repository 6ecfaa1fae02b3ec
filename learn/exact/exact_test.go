package exact

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bits is the precision of the references.
const bits = 160

func float(x float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(x) }

func of() *big.Float { return new(big.Float).SetPrec(bits) }

// bigExp returns e^x by its series, of x/2^k, squared k times.
func bigExp(x *big.Float) *big.Float {
	k := max(0, x.MantExp(nil)+8)
	r := of().SetMantExp(x, -k)
	sum, term := float(1), float(1)
	for n := 1; n < 20; n++ {
		term.Mul(term, r)
		term.Quo(term, float(float64(n)))
		sum.Add(sum, term)
	}
	for range k {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigLog returns ln x by one step of Halley's method from the standard library's.
func bigLog(x *big.Float) *big.Float {
	m := of()
	e := x.MantExp(m)
	f, _ := m.Float64()
	y := float(math.Log(f))
	ey := bigExp(y)
	step := of().Quo(of().Sub(m, ey), of().Add(m, ey))
	y.Add(y, step.Mul(step, float(2)))
	if e == 0 {
		return y
	}
	return y.Add(y, of().Mul(float(float64(e)), bigLog(float(0.5)).Neg(bigLog(float(0.5)))))
}

// away returns by how many units in the last place got misses want.
func away(got float64, want *big.Float) float64 {
	near, _ := want.Float64()
	unit := math.Nextafter(math.Abs(near), math.Inf(1)) - math.Abs(near)
	miss, _ := of().Sub(float(got), want).Float64()
	return math.Abs(miss) / unit
}

// The references agree with numbers from elsewhere: OEIS A001113 and A002162.
func TestReferences(t *testing.T) {
	for _, c := range []struct {
		got  *big.Float
		want string
	}{
		{bigExp(float(1)), "2.71828182845904523536028747135266249775724709"},
		{bigLog(float(2)), "0.69314718055994530941723212145817656807550013"},
		{bigLog(float(0x1p-3)), "-2.07944154167983592825169636437452970422650040"},
	} {
		want, _, err := big.ParseFloat(c.want, 10, bits, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		if d, _ := of().Sub(c.got, want).Float64(); math.Abs(d) > 1e-43 {
			t.Errorf("%s is %s", c.want, c.got.Text('g', 45))
		}
	}
}

func TestTables(t *testing.T) {
	half := bigLog(float(2))
	for j, p := range powers {
		want := bigExp(of().Quo(of().Mul(half, float(float64(j))), float(128)))
		head, _ := want.Float64()
		rest, _ := of().Quo(of().Sub(want, float(head)), float(head)).Float64()
		if p != [2]float64{head, rest} {
			t.Errorf("2^(%d/128) is %x, %x; %x in the table", j, head, rest, p)
		}
	}
	for i, l := range logs {
		want := bigLog(float(float64(firstLog+i) / 128))
		rest, _ := of().Sub(want, float(l[0])).Float64()
		if l[1] != rest || math.Abs(rest) > 0x1p-42 || l[0]*0x1p41 != math.Trunc(l[0]*0x1p41) {
			t.Errorf("ln(%d/128) is %x and %x in the table; the rest should be %x", firstLog+i, l[0], l[1], rest)
		}
	}
}

func TestErrors(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	sign := func(x float64) float64 {
		if rng.IntN(2) == 0 {
			return -x
		}
		return x
	}
	spread := func(low, high float64) float64 { return math.Exp2(low + (high-low)*rng.Float64()) }
	for _, c := range []struct {
		name string
		f    func(float64) float64
		ref  func(*big.Float) *big.Float
		draw func() float64
		most float64
	}{
		{"exp of -40 to 40", Exp, bigExp, func() float64 { return 80*rng.Float64() - 40 }, 0.52},
		{"exp of small", Exp, bigExp, func() float64 { return sign(spread(-60, 1)) }, 0.52},
		{"exp of far", Exp, bigExp, func() float64 { return 1417*rng.Float64() - 708 }, 0.52},
		{"exp to subnormal", Exp, bigExp, func() float64 { return -708 - 37*rng.Float64() }, 1},
		{"log of any", Log, bigLog, func() float64 { return spread(-1074, 1024) }, 0.6},
		{"log around 1", Log, bigLog, func() float64 { return 0.5 + 1.5*rng.Float64() }, 0.6},
		{"log of almost 1", Log, bigLog, func() float64 { return 1 + sign(spread(-53, -2)) }, 0.7},
		{"log1p of small", Log1p, func(x *big.Float) *big.Float { return bigLog(of().Add(float(1), x)) },
			func() float64 { return sign(spread(-50, -0.01)) }, 1},
		{"log1p of large", Log1p, func(x *big.Float) *big.Float { return bigLog(of().Add(float(1), x)) },
			func() float64 { return spread(-2, 90) }, 1},
	} {
		worst, at := 0.0, 0.0
		for range 10_000 {
			x := c.draw()
			if miss := away(c.f(x), c.ref(float(x))); miss > worst || math.IsNaN(miss) {
				worst, at = miss, x
			}
		}
		if !(worst <= c.most) {
			t.Errorf("%s: %.3f units in the last place at %x (%v)", c.name, worst, at, at)
		}
	}
}

// Special cases are those of package math.
func TestSpecial(t *testing.T) {
	inf := math.Inf(1)
	same := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b }
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1, inf, -inf, math.NaN(), 800, -800, 1e300, -1e300, math.MaxFloat64, -math.MaxFloat64,
		5e-324, -5e-324, overflow, math.Nextafter(overflow, inf), vanish, math.Nextafter(vanish, -inf), -2, 1e-300, -1e-300} {
		if got, want := Exp(x), math.Exp(x); !same(got, want) && math.Abs(got-want) > 2.3e-16*want {
			t.Errorf("exp(%v) is %v, want %v", x, got, want)
		}
		if got, want := Log(x), math.Log(x); !(math.Abs(x) < smallest && x != 0) && !same(got, want) && !(math.Abs(got-want) <= 2.3e-16*math.Abs(want)) {
			t.Errorf("log(%v) is %v, want %v", x, got, want)
		}
		if got, want := Log1p(x), math.Log1p(x); !same(got, want) && !(math.Abs(got-want) <= 2.3e-16*math.Abs(want)) {
			t.Errorf("log1p(%v) is %v, want %v", x, got, want)
		}
	}
}

// What math.Log says of subnormal numbers differs between processors, so it is no
// reference there: -1074 ln 2 is.
func TestSubnormal(t *testing.T) {
	if got, want := Log(0x1p-1074), -744.4400719213812; got != want {
		t.Errorf("log(2^-1074) is %v, want %v", got, want)
	}
}

// Each is never less for a greater number, also where tables meet.
func TestMonotone(t *testing.T) {
	for j := -300; j <= 300; j++ {
		x := (float64(j) + 0.5) * math.Ln2 / 128
		for range 200 {
			next := math.Nextafter(x, inf)
			if Exp(next) < Exp(x) {
				t.Fatalf("exp(%x) is %x, exp(%x) is %x", x, Exp(x), next, Exp(next))
			}
			x = next
		}
		x = (float64(j) + 400.5) / 128
		for range 200 {
			next := math.Nextafter(x, inf)
			if Log(next) < Log(x) {
				t.Fatalf("log(%x) is %x, log(%x) is %x", x, Log(x), next, Log(next))
			}
			x = next
		}
	}
}

var inf = math.Inf(1)

// TestSameEverywhere holds every processor to the bits that these numbers have.
// It is run for others under an emulator: GOARCH=arm64 go test -c.
func TestSameEverywhere(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	h := fnv.New64a()
	var b [8]byte
	put := func(x float64) {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(x))
		h.Write(b[:])
	}
	z, p := make([]float64, 5), make([]float64, 5)
	for i := range 40_000 {
		x := math.Float64frombits(rng.Uint64()) // of any size
		if x != x {
			continue
		}
		y := float64(60*rng.Float64()) - 30
		for _, f := range []func(float64) float64{Exp, Sigmoid, Softplus} {
			put(f(x))
			put(f(y))
		}
		put(Log(math.Abs(x)))
		put(Log1p(math.Abs(x)))
		put(Log(math.Abs(y)))
		put(Log1p(y / 31))
		z[i%5] = y
		put(Softmax(z, p))
		put(p[i%5])
	}
	if got := h.Sum64(); got != golden {
		t.Errorf("hash of the bits is %#x, want %#x", got, uint64(golden))
	}
}

const golden = 0x2428a2a9704807ac

func TestProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		z, p := make([]float64, 1+rng.IntN(6)), make([]float64, 6)
		for c := range z {
			z[c] = 200 * rng.NormFloat64()
		}
		p = p[:len(z)]
		logSum := Softmax(z, p)
		sum := 0.0
		for c, x := range p {
			if want := z[c] - logSum; x <= 0 || want > -600 && math.Abs(math.Log(x)-want) > 1e-11*max(1, math.Abs(want)) {
				t.Fatalf("%v: ln p[%d] is %v, want %v", z, c, math.Log(x), want)
			}
			sum += x
		}
		if math.Abs(sum-1) > 1e-14 {
			t.Fatalf("%v sum to %v", p, sum)
		}
		x := z[0]
		if got := Sigmoid(x) + Sigmoid(-x); math.Abs(got-1) > 1e-15 {
			t.Fatalf("sigmoid of %v and of less that: %v", x, got)
		}
		if got, want := Softplus(x), -math.Log(Sigmoid(-x)); x < 30 && math.Abs(got-want) > 1e-12*max(1, want) {
			t.Fatalf("softplus(%v) is %v, want %v", x, got, want)
		}
	}
	if got := Softplus(1e4); got != 1e4 {
		t.Errorf("softplus(10000) is %v", got)
	}
	z := []float32{1, 2, 3}
	p := make([]float64, 3)
	if got := Softmax(z, p); math.Abs(got-3.4076059644443806) > 1e-15 || math.Abs(p[0]-0.09003057317038046) > 1e-16 { // by hand
		t.Errorf("softmax of %v: %v, %v", z, p, got)
	}
}

func BenchmarkFunctions(b *testing.B) {
	x := make([]float64, 1024)
	rng := rand.New(rand.NewPCG(3, 3))
	for i := range x {
		x[i] = 20 * rng.Float64()
	}
	for _, c := range []struct {
		name string
		f    func(float64) float64
	}{{"exp", Exp}, {"exp/math", math.Exp}, {"log", Log}, {"log/math", math.Log}, {"log1p", Log1p}, {"log1p/math", math.Log1p}, {"sigmoid", Sigmoid}} {
		b.Run(c.name, func(b *testing.B) {
			sum, i := 0.0, 0
			for b.Loop() {
				sum += c.f(x[i&1023])
				i++
			}
			if sum == 1 {
				b.Log(sum)
			}
		})
	}
}
