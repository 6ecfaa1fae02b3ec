// Package exact is the exponential and the logarithm to the same bits on every
// processor, and what models make of them: probabilities from scores.
//
// The standard library's are written in assembly for some processors, and in
// the others' the compiler may fuse a product with the sum that it goes into, so
// that last bits differ from machine to machine. Here every product is converted
// to float64 before it is added, which the language makes a rounding, and nothing
// else than sums, products and quotients is used. A model file that is read by
// this package gives the same probabilities to the last bit everywhere.
//
// Errors are below 0.52 units in the last place for Exp (1 where the result is
// subnormal), below 0.7 for Log and below 1 for Log1p; tests compare with
// math/big. Special cases are those of package math.
package exact

import "math"

// magic is 1.5 * 2^52: added to a number of less than 2^51 it leaves that rounded
// to a whole number in the last bits, and taken off again as a float64.
const magic = 0x1.8p52

// Numbers by which Exp takes x apart.
const (
	perStep  = 0x1.71547652b82fep+7    // 128 / ln 2
	stepHigh = 0x1.62e42fefc0000p-8    // ln 2 / 128, to 35 bits: a multiple below 2^18 is exact
	stepLow  = -0x1.c610ca86c3899p-44  // what that lacks
	overflow = 0x1.62e42fefa39efp+9    // greatest x with a finite exponential
	vanish   = -0x1.74910d52d3052p+9   // below it the exponential rounds to 0
	plain    = 1022 * 0.69314718055994 // |x| below it: the result is neither subnormal nor infinite
)

// Exp returns e to the power of x: Tang, "Table-driven implementation of the
// exponential function in IEEE floating-point arithmetic" (1989), with 128
// steps to a power of two.
func Exp(x float64) float64 {
	if !(x < plain && x > -plain) {
		return expFar(x)
	}
	n, head, rest := split(x)
	return math.Float64frombits(math.Float64bits(head+float64(head*rest)) + uint64(n)<<52)
}

// split takes e^x apart as 2^n head (1 + rest), with head from 1 to 2.
func split(x float64) (n int64, head, rest float64) {
	shifted := float64(x*perStep) + magic
	whole := shifted - magic
	k := int64(math.Float64bits(shifted)<<13) >> 13 // without the bits of 1.5
	r := (x - float64(whole*stepHigh)) - float64(whole*stepLow)
	// |r| < ln 2 / 256: the first term that is left out is below 2^-60.
	rr := float64(r * r)
	tail := 0.5 + float64(r*(1./6)) + float64(rr*((1./24)+float64(r*(1./120))))
	p := &powers[k&127]
	return k >> 7, p[0], r + (p[1] + float64(rr*tail))
}

// expFar is Exp where the result is not a normal number, or close to that.
func expFar(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > overflow:
		return math.Inf(1)
	case x < vanish:
		return 0
	}
	n, head, rest := split(x)
	y := head + float64(head*rest)
	if n > 0 {
		return float64(math.Float64frombits(math.Float64bits(y)+uint64(n-1)<<52) * 2)
	}
	return float64(math.Float64frombits(math.Float64bits(y)+uint64(n+64)<<52) * 0x1p-64)
}

// Numbers by which Log takes x apart.
const (
	firstLog = 90                     // of logs; 90/128 is just below the root of 1/2
	lowest   = 0x3fe6800000000000     // the bits of 90/128
	ln2High  = 0x1.62e42fefa4000p-1   // ln 2, to 41 bits
	ln2Low   = -0x1.8432a1b0e2634p-43 // what that lacks
	smallest = 0x1p-1022              // normal number
)

// Log returns the natural logarithm of x: Tang, "Table-driven implementation of
// the logarithm function in IEEE floating-point arithmetic" (1990), with 128 steps
// to 1.
func Log(x float64) float64 {
	switch {
	case !(x > 0):
		if x == 0 {
			return math.Inf(-1)
		}
		return math.NaN()
	case x > math.MaxFloat64:
		return x
	case x < smallest:
		return logOf(x*0x1p54, -54, 0)
	}
	return logOf(x, 0, 0)
}

// Log1p returns the natural logarithm of 1+x, also of an x that is far smaller
// than 1.
func Log1p(x float64) float64 {
	switch {
	case !(x > -1):
		if x == -1 {
			return math.Inf(-1)
		}
		return math.NaN()
	case x > math.MaxFloat64:
		return x
	case x == 0:
		return x // also -0
	}
	u := 1 + x
	lost := x - (u - 1) // exactly what the sum was rounded by
	if x > 1 {
		lost = 1 - (u - x)
	}
	return logOf(u, 0, lost/u)
}

// logOf returns ln(x) + more + e ln 2, of a normal number x and a more that is
// tiny against x.
func logOf(x float64, e int64, more float64) float64 {
	bits := math.Float64bits(x)
	above := int64(bits-lowest) >> 52
	z := math.Float64frombits(bits - uint64(above)<<52) // from 90/128 to 180/128
	shifted := z + 0x1.8p45                             // rounds to multiples of 1/128
	c := shifted - 0x1.8p45
	l := &logs[math.Float64bits(shifted)&255-firstLog]
	f := (z - c) / c // the difference is exact; |f| < 1/180
	ff := float64(f * f)
	tail := (1. / 3) - float64(f*(1./4)) + float64(ff*((1./5)-float64(f*(1./6))+float64(ff*(1./7))))
	tail = more + float64(ff*(-0.5+float64(f*tail)))
	k := float64(above + e)
	high := float64(k*ln2High) + l[0] // exact
	sum := high + f
	return sum + ((high - sum + f) + (tail + (l[1] + float64(k*ln2Low))))
}
