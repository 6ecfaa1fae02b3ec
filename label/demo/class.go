package demo

// Class indices, in order of severity.
const (
	repay = iota
	watch
	deflt
	classes
)

// scale is certainty: probabilities are whole numbers of 1/65536.
const scale = 1 << 16

// A posterior holds the probability of each class; it sums to scale.
type posterior [classes]int

// base is the share of each class over many rows (TestClassShares compares).
var base = posterior{37900, 13590, scale - 37900 - 13590}

// weight is what a told level adds to the log-odds of watch and of default against repay, in sixteenths of a bit.
// Strain speaks for watch and default alike; what separates those two is the will to pay and what would cover a loss.
var weight = [facets][levels][2]int{
	income:  {{-46, -52}, {-16, -22}, {40, 30}, {40, 70}},
	debts:   {{-38, -52}, {-12, -20}, {42, 38}, {26, 72}},
	history: {{-48, -70}, {-8, -24}, {54, 32}, {14, 84}},
	candour: {{-6, -44}, {0, -8}, {14, 36}, {-6, 84}},
	shock:   {{-30, -28}, {-8, -20}, {66, 14}, {42, 68}},
	cushion: {{-14, -60}, {-6, -26}, {8, 20}, {8, 46}},
	purpose: {{-20, -30}, {-4, -8}, {14, 28}, {2, 60}},
	contact: {{8, -46}, {0, -10}, {18, 30}, {-2, 74}},
}

// bias is the log-odds of watch and of default where nothing was told.
var bias = [2]int{-14, -34}

// sharpness scales the log-odds, in hundredths: it sets how much chance is left in the class, and so how well the
// best possible reader can do.
const sharpness = 120

// combination is evidence that only two facets together give: where a is told at level la and b at level lb, the log-odds
// of watch and of default change by so much.
type combination struct {
	a, b         facet
	la, lb       int
	watch, deflt int
}

var combinations = []combination{
	// Covered: a loss has something to fall back on.
	{income, cushion, 3, 0, 40, -60},
	{income, cushion, 3, 1, 20, -24},
	{debts, cushion, 3, 0, 40, -60},
	{shock, cushion, 3, 0, 30, -60},
	{purpose, cushion, 3, 0, 10, -50},

	// In trouble, but there to talk about it.
	{history, contact, 3, 0, 50, -50},
	{debts, contact, 3, 0, 30, -34},
	{shock, contact, 3, 0, 30, -40},
	{shock, contact, 2, 0, 14, -24},
	{candour, contact, 2, 0, -12, -30},
	{history, candour, 3, 0, 30, -36},

	// In trouble, and gone silent.
	{history, contact, 2, 3, -20, 30},
	{shock, contact, 2, 3, -26, 30},

	// Fine papers are worth nothing where papers are false.
	{income, candour, 0, 3, 40, 50},
	{debts, candour, 0, 3, 34, 46},
	{cushion, candour, 0, 3, 0, 30},

	// What one facet lacks another makes good.
	{income, debts, 2, 0, -36, -30},
	{income, shock, 0, 2, -40, -10},
	{income, shock, 3, 1, 10, -20},
	{income, history, 2, 0, -22, -20},
	{debts, history, 2, 0, -26, -22},
	{candour, history, 2, 0, -10, -24},
	{contact, history, 3, 0, 20, -40},
	{cushion, history, 3, 0, -10, -36},
	{shock, history, 1, 0, -16, -16},
	{debts, purpose, 2, 0, 16, -20},

	// Each alone is a nuisance, together they are a pattern.
	{debts, history, 3, 2, -20, 30},
	{debts, purpose, 2, 3, -10, 30},
	{income, purpose, 2, 3, -6, 20},
}

// posterior returns the probability of each class given what is told of the borrower: a softmax in base two over a
// linear score with a few interactions.
func (b *borrower) posterior() posterior {
	score := [classes]int{0, bias[0], bias[1]}
	for f, l := range b.told {
		if l != unremarkable {
			score[watch] += weight[f][l][0]
			score[deflt] += weight[f][l][1]
		}
	}
	for _, c := range combinations {
		if b.told[c.a] == c.la && b.told[c.b] == c.lb {
			score[watch] += c.watch
			score[deflt] += c.deflt
		}
	}
	top := 0
	for c := range score {
		score[c] = score[c] * sharpness / 100
		top = max(top, score[c])
	}
	var p posterior
	sum := 0
	for c := range p {
		p[c] = halvings(top - score[c])
		sum += p[c]
	}
	rest := scale
	for c := watch; c < classes; c++ {
		p[c] = int(int64(p[c]) * scale / int64(sum))
		rest -= p[c]
	}
	p[repay] = rest
	return p
}

// sixteenth[j] is 2^(-j/16), as a whole number of 1/65536.
var sixteenth = [16]int{
	65536, 62757, 60097, 57549, 55109, 52773, 50535, 48393, 46341, 44376, 42495, 40693, 38968, 37316, 35734, 34219,
}

// halvings returns 2^(-x/16), as a whole number of 1/65536.
func halvings(x int) int {
	if x >= 16*16 {
		return 0
	}
	return sixteenth[x&15] >> (x >> 4)
}

// draw throws for a class.
func (p posterior) draw(d *dice) int {
	x := d.below(scale)
	for c := range classes - 1 {
		if x -= p[c]; x < 0 {
			return c
		}
	}
	return deflt
}

// likeliest returns the class that a perfect reader would choose.
func (p posterior) likeliest() int {
	best := repay
	for c, v := range p {
		if v > p[best] {
			best = c
		}
	}
	return best
}
