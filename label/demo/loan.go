package demo

// loan holds the facts of a file that the memo and the columns share: what a memo says of them agrees with the columns.
type loan struct {
	amount, term, age, income, tenure, rate, open int

	housing, purpose, region, channel string

	woman        bool
	selfEmployed bool
	chinese      bool // language of the memo
	mixed        bool // some clauses in the other language
	public       bool // employed by a public body
}

var (
	purposes = []string{"car", "household", "renovation", "education", "business", "medical", "consolidation", "farm", "moving", "wedding"}
	housings = []string{"rent", "own", "family", "company"}
	regions  = []string{"north", "coast", "hills", "delta", "capital", "border"}
	channels = []string{"branch", "phone", "online", "broker"}
)

// ranges of the numbers that follow a facet's level, both ends included; neighbouring levels overlap widely.
var (
	rateRange   = [levels][2]int{{7, 32}, {12, 43}, {27, 58}, {32, 84}}
	openRange   = [levels][2]int{{0, 1}, {1, 2}, {2, 5}, {2, 8}}
	tenureRange = [levels][2]int{{14, 270}, {6, 170}, {2, 130}, {3, 180}}
)

func (l *loan) draw(d *dice, b *borrower) {
	*l = loan{
		woman:        d.chance(480),
		selfEmployed: d.chance(170),
		chinese:      d.chance(350),
		mixed:        d.chance(35),
	}
	within := func(r [2]int) int { // the smaller of two throws: small values are commoner
		return min(d.between(r[0], r[1]), d.between(r[0], r[1]))
	}
	l.age = 21 + within([2]int{0, 48})
	l.tenure = min(within(tenureRange[b.truth[income]]), (l.age-18)*12)
	burden := b.truth[debts]
	if b.told[debts] == unremarkable { // nothing in the memo to agree with
		burden = min(max(burden+d.between(-1, 1), 0), levels-1)
	}
	l.rate = within(rateRange[burden])
	l.open = within(openRange[burden])
	if b.told[candour] == 3 {
		l.open = max(l.open, 2)
	}
	l.income = 1700 + 10*within([2]int{0, 900}) - 120*b.truth[income] + 10*(min(l.tenure, 120)/3)
	l.term = 6 * d.between(2, 12)
	if d.chance(200) {
		l.term = 12 * d.between(6, 10)
	}
	// The new instalment is between a twelfth and a quarter of the income.
	l.amount = l.income * l.term / d.between(4, 12)
	l.amount = max(1000, l.amount/100*100)

	l.purpose = d.pick(purposes)
	if b.truth[debts] >= 2 && d.chance(220) {
		l.purpose = "consolidation"
	}
	if l.purpose == "business" || l.purpose == "farm" {
		l.selfEmployed = l.selfEmployed || d.chance(500)
	}
	l.housing = housings[min(d.below(5), d.below(5), 3)]
	if b.truth[cushion] == 0 && d.chance(350) {
		l.housing = "own"
	}
	l.region = d.pick(regions)
	l.channel = channels[min(d.below(5), d.below(5), 3)]
	if b.truth[candour] == 3 && d.chance(250) {
		l.channel = "broker"
	}
}

// fields returns the columns of the file but for the gold class.
func (l *loan) fields(d *dice, memo string) []string {
	f := make([]string, 0, 13)
	f = append(f, memo,
		number(l.amount), number(l.term), number(l.age), number(l.income), number(l.tenure), number(l.rate), number(l.open),
		l.housing, l.purpose, l.region, l.channel)
	for c := 1; c <= 7; c++ {
		if d.chance(10) {
			f[c] = ""
		}
	}
	return f
}

// left is what remains of a month's income after all instalments and rent.
func (l *loan) left() int {
	home := 25
	if l.housing != "rent" {
		home = 10
	}
	return max(40, l.income*(100-l.rate-home)/100) / 10 * 10
}

// instalment is the monthly payment of the loan asked for, with a little interest.
func (l *loan) instalment() int { return l.amount * 108 / 100 / l.term }

// fits reports whether a phrase holds for this file, and returns it without its conditions. These stand before it, each
// a letter and a colon:
//
//	e employed            s self-employed           p public employer    q not a public one
//	o owns the home       r rents it                w woman              m man
//	l other loans open    k little left a month     h enough left
//	f loan for farming    t for something sold by a dealer
//	y young enough for small children               g two years or more in this work, at 27 or older
func (l *loan) fits(phrase string) (string, bool) {
	for len(phrase) > 1 && phrase[1] == ':' {
		ok := true
		switch phrase[0] {
		case 'e':
			ok = !l.selfEmployed
		case 's':
			ok = l.selfEmployed
		case 'o':
			ok = l.housing == "own"
		case 'r':
			ok = l.housing == "rent"
		case 'w':
			ok = l.woman
		case 'm':
			ok = !l.woman
		case 'l':
			ok = l.open >= 2
		case 'g':
			ok = l.age >= 27 && l.tenure >= 24
		case 'f':
			ok = l.purpose == "farm"
		case 't':
			ok = l.purpose == "car" || l.purpose == "household" || l.purpose == "business" || l.purpose == "farm"
		case 'y':
			ok = l.age <= 42
		case 'k':
			ok = l.left() < 1400
		case 'h':
			ok = l.left() >= 700
		case 'p':
			ok = l.public
		case 'q':
			ok = !l.public
		}
		if !ok {
			return "", false
		}
		phrase = phrase[2:]
	}
	return phrase, true
}
