package demo

// chineseSlot fills the slots whose form is Chinese.
func (w *writer) chineseSlot(name string) bool {
	l := &w.loan
	switch name {
	case "S":
		w.chineseSubject()
	case "ta":
		w.put(pick(l.woman, "她", "他"))
	case "spouse":
		w.put(pick(l.woman, "丈夫", "妻子"))
	case "full", "last":
		w.put(w.surname)
		switch {
		case w.register != full:
			w.put(pick(l.woman, "女士", "先生"))
		default:
			w.put(pick(w.anonym, "某某", "某"))
		}
	case "tenure":
		switch t := l.tenure; {
		case t < 12:
			w.num(t)
			w.put("个月")
		case t < 24:
			w.put("一年多")
		default:
			w.num(t / 12)
			w.put(pick(t%12 > 5, "年多", "年"))
		}
	case "month":
		w.put(w.monthChinese(w.month))
	case "month2":
		w.put(w.monthChinese(w.month + w.d.between(1, 4)))
	case "year":
		switch x := w.d.below(10); {
		case x < 2:
			w.put("前年")
		case x < 4:
			w.put("去年")
		default:
			w.num(w.pastYear() - pickInt(w.sums == 2, 2000, 0))
			w.put("年")
		}
	case "date":
		month, day := w.d.between(1, 12), w.d.between(1, 28)
		w.num(month)
		w.put(pick(w.sums == 2, ".", "月"))
		w.num(day)
		w.put(pick(w.sums == 2, "", "日"))
	case "initials":
		w.put(w.d.pick(clerks))
	case "mail":
		w.put(w.mail())
	case "phone":
		w.put([...]string{"138****01", "159****01", "555-01"}[w.d.below(3)])
		w.put(number(w.d.between(10, 99)))
	default:
		return false
	}
	return true
}

// chineseSubject appends a subject, or nothing: where it is clear who is meant, Chinese leaves it out.
func (w *writer) chineseSubject() {
	x := w.d.below(100)
	switch {
	case w.register == terse || x < 35:
	case w.register == full && x < 55:
		w.put("借款人")
	case w.register == full && x < 75:
		w.put("申请人")
	case x < 80:
		w.put("客户")
	default:
		w.slot("ta")
	}
}

func (w *writer) monthChinese(m int) string {
	if w.sums == 1 {
		return monthsChinese[m%12]
	}
	return number(m%12+1) + "月"
}

func pickInt(first bool, a, b int) int {
	if first {
		return a
	}
	return b
}
