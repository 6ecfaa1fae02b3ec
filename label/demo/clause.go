package demo

import "unicode/utf8"

// language holds the phrases of one language.
type language struct {
	facets          [facets][levels][]string
	open            [3][]string
	aside, hedge    []string
	but, and, close []string
	lean            [classes][]string
	tag             [facets][]string
	misc            []string // tags of remarks beside the point
}

var english = language{
	facets: [facets][levels][]string{
		income: englishIncome, debts: englishDebts, history: englishHistory, candour: englishCandour,
		shock: englishShock, cushion: englishCushion, purpose: englishPurpose, contact: englishContact,
	},
	open: englishOpen, aside: englishAside, hedge: englishHedge, but: englishBut, and: englishAnd,
	close: englishClose, lean: englishLean, tag: englishTag, misc: []string{"misc", "note", "other"},
}

var chinese = language{
	facets: [facets][levels][]string{
		income: chineseIncome, debts: chineseDebts, history: chineseHistory, candour: chineseCandour,
		shock: chineseShock, cushion: chineseCushion, purpose: chinesePurpose, contact: chineseContact,
	},
	open: chineseOpen, aside: chineseAside, hedge: chineseHedge, but: chineseBut, and: chineseAnd,
	close: chineseClose, lean: chineseLean, tag: chineseTag, misc: []string{"其他", "备注"},
}

func (w *writer) language() *language {
	if w.chinese {
		return &chinese
	}
	return &english
}

var (
	runs = [2][]string{{"; ", ", ", " / ", " - ", ".. ", "; "}, {"；", "，", "；", "。", "，", " "}}
	// between keyed entries
	tagBreaks = [2][4]string{{"; ", "\n", " / ", ". "}, {"；", "\n", "；", "。"}}

	bullets = [2][]string{{"- ", "* ", "", "> ", "+ ", "• "}, {"- ", "", "· ", "", "", "• "}}
)

// clause appends one clause with what joins it to the memo so far. The layout follows the language of the memo, the
// words follow that of the clause.
func (w *writer) clause(f facet, first, last bool) {
	d, lang, zh := &w.d, w.language(), pickInt(w.loan.chinese, 1, 0)
	fresh := true // a sentence begins here
	switch w.layout {
	case prose, run:
		fresh = w.join(first)
	case lines:
		if len(w.out) > 0 {
			w.put("\n")
		}
		w.put(bullets[zh][w.between])
	case tagged:
		if w.ends() {
			w.put(pick(w.loan.chinese, "", " "))
		} else if !first {
			w.put(tagBreaks[zh][w.between%4])
		}
		tags := lang.misc
		if f < facets {
			tags = lang.tag[f]
		}
		w.put(d.pick(tags))
		w.put(pick(w.chinese, "：", ": "))
		fresh = false
	}

	from := len(w.out)
	before := w.polar
	if f < facets && w.layout != tagged && d.chance(w.hedge) {
		w.expand(d.pick(lang.hedge))
	} else if f < facets && !first && before != 0 && w.layout == prose && d.chance(w.manner.join) {
		// The linking word depends on which way the coming clause speaks.
		words := lang.and
		if (before > 0) != (w.told[f] < 2) {
			words = lang.but
		}
		w.expand(d.pick(words))
	}
	if polar := w.evidence(f); polar != 0 {
		w.polar = polar
	}
	if fresh && w.layout != run && (w.register != terse || w.between > 2) {
		capital(w.out[from:])
	}
	if last {
		w.stop()
	}
}

// join appends what stands between two clauses of running text, and reports whether a sentence begins.
func (w *writer) join(first bool) bool {
	d := &w.d
	if first {
		return true
	}
	if w.ends() { // after the opening
		if !w.loan.chinese && w.out[len(w.out)-1] != ' ' {
			w.put(" ")
		}
		r := w.out[max(0, len(w.out)-2)]
		return r != ',' && r != ':'
	}
	if w.layout == run {
		w.put(runs[pickInt(w.loan.chinese, 1, 0)][w.between])
		return false
	}
	x := d.below(100)
	if w.loan.chinese {
		switch {
		case x < 38:
			w.put("，")
		case x < 60:
			w.put("；")
		default:
			w.put("。")
		}
		return false
	}
	switch {
	case x < 66:
		w.put(". ")
		return true
	case x < 84:
		w.put("; ")
	default:
		w.put(", ")
	}
	return false
}

// stop ends the last clause; hurried officers leave it open.
func (w *writer) stop() {
	if w.register == terse && w.between%2 == 0 || w.layout == lines && w.between%3 > 0 {
		return
	}
	w.put(pick(w.loan.chinese, "。", "."))
}

// ends reports whether the memo so far ends with a stop, a comma or a colon.
func (w *writer) ends() bool {
	r, _ := utf8.DecodeLastRune(w.out)
	switch r {
	case '.', ',', ':', '。', '，', '：', '；':
		return true
	}
	return false
}

func capital(b []byte) {
	if len(b) > 0 && 'a' <= b[0] && b[0] <= 'z' {
		b[0] -= 'a' - 'A'
	}
}
