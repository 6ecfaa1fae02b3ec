package demo

// Registers of an officer.
const (
	full   = iota // whole sentences
	terse         // notes
	chatty        // as one talks
)

// Layouts of a memo.
const (
	prose  = iota
	run    // one run of clauses between dashes, slashes or semicolons
	lines  // a line each
	tagged // "income: ..."
)

// manner is how one officer writes.
type manner struct {
	register, layout int
	sums             int  // way of writing sums and dates
	shorten          int  // chance of an abbreviation where one is known, permille
	slip             int  // chance of a slip of the finger in a word, permille
	hedge, join      int  // chances of a hedge and of a linking word, permille
	asides           int  // remarks beside the point
	between          int  // which separator or bullet
	anonym           bool // names masked with two characters rather than one
}

// writer makes rows; it holds the file at hand and the memo so far.
type writer struct {
	d dice
	borrower
	loan
	manner

	employer, bank, town, kin, month int
	job, thing                       word
	first, last, surname             string

	chinese bool // language of the clause at hand
	out     []byte
	spare   []byte
	remarks [3]string // beside the point, made so far
	polar   int       // how the clause before spoke: 1 for the borrower, -1 against, 0 neither
}

// memo writes the memo of the file at hand. Silent memos say nothing of the borrower.
func (w *writer) memo() (text string, silent bool) {
	w.meet()
	w.chinese, w.out, w.polar, w.remarks = w.loan.chinese, w.out[:0], 0, [3]string{}
	if w.d.chance(6) {
		return w.d.pick(blanks[pickInt(w.chinese, 1, 0)]), true
	}
	w.draw()
	w.compose()
	w.hurry()
	w.clutter()
	return string(w.out), false
}

// blanks are memos without content.
var blanks = [2][]string{
	{"-", "n/a", "see file", "See attachment.", "tbd", "ok", "...", "?", "same as last time", " ", "<p>&nbsp;</p>", "test", "as discussed"},
	{"无", "见附件", "略", "同上", "待补", "。", "/", "同上次", " ", "测试", "<br>"},
}

// meet settles who is who in the file.
func (w *writer) meet() {
	d := &w.d
	w.employer, w.bank, w.town = d.below(len(workplaces)), d.below(len(banks)), d.below(len(towns))
	w.kin, w.month = d.below(len(kin)), d.below(12)
	w.public = workplaces[w.employer].public
	w.job = workplaces[w.employer].jobs[d.below(3)]
	if w.selfEmployed {
		w.job, w.public = trades[d.below(len(trades))], false
	}
	t := things[w.loan.purpose]
	w.thing = t[d.below(len(t))]
	w.first, w.last = d.pick(menNames), d.pick(surnames)
	if w.woman {
		w.first = d.pick(womenNames)
	}
	w.surname = d.pick(chineseSurnames)
}

// draw chooses an officer.
func (w *writer) draw() {
	d := &w.d
	m := manner{
		register: d.below(3), sums: d.below(3), between: d.below(6), anonym: d.chance(300),
		hedge: 60, join: 250,
	}
	switch x := d.below(100); {
	case x < 58:
		m.layout = prose
	case x < 76:
		m.layout = run
	case x < 88:
		m.layout = lines
	default:
		m.layout = tagged
	}
	switch m.register {
	case terse:
		m.shorten, m.hedge, m.join = d.between(0, 700), 15, 40
	case chatty:
		m.hedge, m.join = 170, 400
	}
	if d.chance(280) {
		m.slip = d.between(8, 60)
	}
	m.asides = max(0, d.below(6)-2-pickInt(m.register == terse, 1, 0))
	w.manner = m
}

// compose writes opening, evidence, remarks and closing.
func (w *writer) compose() {
	d := &w.d
	opened := d.chance(780)
	if opened {
		w.expand(d.pick(w.language().open[w.register]))
	}
	var items [int(facets) + 3]facet
	n := 0
	for f := range facets {
		if w.told[f] != unremarkable {
			items[n] = f
			n++
		}
	}
	tellings := n
	for range w.asides {
		items[n] = facets
		n++
	}
	// Half of the officers follow the form, more or less; the others write as it comes to mind.
	if d.chance(500) {
		tellings = 0
	}
	for i := n - 1; i > 0; i-- {
		if i >= tellings || d.chance(120) {
			j := d.below(i + 1)
			items[i], items[j] = items[j], items[i]
		}
	}
	foreign := -1 // in mixed files at least this clause is in the other language
	if w.mixed {
		foreign = d.below(n)
	}
	for i, f := range items[:n] {
		w.chinese = w.loan.chinese != (w.mixed && (i == foreign || d.chance(300)))
		w.clause(f, i == 0 && !opened, i == n-1)
	}
	w.chinese = w.loan.chinese
	w.close()
}

// close ends the memo, sometimes with the officer's own leaning, which errs.
func (w *writer) close() {
	d := &w.d
	closing := ""
	switch x := d.below(100); {
	case x < 27:
		p := w.posterior()
		c := p.likeliest()
		if d.chance(120) { // another view of the world
			c = d.below(classes)
		} else if d.chance(320) { // a class too kind or too hard
			c = pickInt(c == watch, 2*d.below(2), watch)
		}
		closing = d.pick(w.language().lean[c])
	case x < 52:
		closing = d.pick(w.language().close)
	default:
		return
	}
	switch {
	case w.layout == lines:
		w.put("\n")
	case w.ends():
		w.put(pick(w.chinese, "", " "))
	default:
		w.put(pick(w.chinese, "。", ". "))
	}
	w.expand(closing)
}

// evidence appends the words for one facet, or a remark beside the point, and returns which way it speaks.
func (w *writer) evidence(f facet) int {
	lang := w.language()
	bank, polar := lang.aside, 0
	if f < facets {
		bank = lang.facets[f][w.told[f]]
		polar = pickInt(w.told[f] < 2, 1, -1)
	}
	w.kin = (w.kin + 1 + w.d.below(3)) % len(kin)
	w.month += 1 + w.d.below(5)
	for {
		// The smaller of two throws: like words, turns of phrase have their favourites.
		k := min(w.d.below(len(bank)), w.d.below(len(bank)))
		if phrase, ok := w.fits(bank[k]); ok && !(f == facets && w.said(bank[k])) {
			w.expand(phrase)
			return polar
		}
	}
}

// said reports whether a remark was made in this memo before, and remembers it.
func (w *writer) said(remark string) bool {
	for _, s := range w.remarks {
		if s == remark {
			return true
		}
	}
	w.remarks[2], w.remarks[1], w.remarks[0] = w.remarks[1], w.remarks[0], remark
	return false
}
