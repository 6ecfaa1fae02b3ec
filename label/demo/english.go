package demo

// englishSlot fills the slots whose form is English.
func (w *writer) englishSlot(name string) bool {
	l := &w.loan
	switch name {
	case "S":
		w.englishSubject()
	case "he":
		w.put(pick(l.woman, "she", "he"))
	case "his":
		w.put(pick(l.woman, "her", "his"))
	case "him":
		w.put(pick(l.woman, "her", "him"))
	case "spouse":
		w.put(pick(l.woman, "husband", "wife"))
	case "ajob":
		w.put(pick(vowel(w.job.en), "an ", "a "))
		w.put(w.job.en)
	case "first":
		w.put(w.first)
	case "last":
		w.put(w.last)
	case "full":
		if w.register == full {
			w.put(pick(l.woman, "Ms ", "Mr "))
		} else {
			w.put(w.first)
			w.put(" ")
		}
		w.put(w.last)
	case "tenure":
		switch t := l.tenure; {
		case t == 1:
			w.put("a month")
		case t < 12:
			w.num(t)
			w.put(" months")
		case t < 24:
			w.put(pick(t < 16, "a year", "a year and a half"))
		default:
			w.num(t / 12)
			w.put(" years")
		}
	case "month":
		w.put(w.monthEnglish(w.month))
	case "month2":
		w.put(w.monthEnglish(w.month + w.d.between(1, 4)))
	case "year":
		w.num(w.pastYear())
	case "year2":
		w.num(w.d.between(2026, 2028))
	case "date":
		day, month := w.d.between(1, 28), w.d.below(12)
		switch w.sums {
		case 0:
			w.num(day)
			w.put(" ")
			w.put(monthsLong[month])
		case 1:
			w.num(day)
			w.put("/")
			w.num(month + 1)
		default:
			w.put("2024-")
			w.put(number(101 + month)[1:])
			w.put("-")
			w.put(number(100 + day)[1:])
		}
	case "initials":
		w.put(w.d.pick(initials))
	case "mail":
		w.put(w.mail())
	case "phone":
		w.put(pick(w.d.chance(500), "555-01", "(202) 555-01"))
		w.put(number(w.d.between(10, 99)))
	default:
		return false
	}
	return true
}

func (w *writer) englishSubject() {
	x := w.d.below(100)
	switch {
	case w.register == terse && x < 45:
		w.put("appl.")
	case w.register == terse && x < 65:
		w.put("client")
	case w.register == full && x < 40:
		w.put("the applicant")
	case w.register == full && x < 55:
		w.put("the borrower")
	case w.register == full && x < 68:
		w.slot("full")
	case w.register == chatty && x < 35:
		w.put(w.first)
	default:
		w.slot("he")
	}
}

func (w *writer) monthEnglish(m int) string {
	if w.register == terse {
		return monthsShort[m%12]
	}
	return monthsLong[m%12]
}

func vowel(s string) bool {
	switch s[0] {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
