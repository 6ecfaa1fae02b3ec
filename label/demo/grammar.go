package demo

import (
	"strconv"
	"strings"
)

// expand appends a phrase with its choices made and its slots filled. [a|b|] is one of a, b and nothing, and may nest;
// {x} is the slot x of the language of the clause.
func (w *writer) expand(phrase string) {
	for phrase != "" {
		i := strings.IndexAny(phrase, "[{")
		if i < 0 {
			w.out = append(w.out, phrase...)
			return
		}
		w.out = append(w.out, phrase[:i]...)
		if phrase[i] == '{' {
			j := i + strings.IndexByte(phrase[i:], '}')
			w.slot(phrase[i+1 : j])
			phrase = phrase[j+1:]
			continue
		}
		var bar [12]int // where the alternatives begin, less one
		n, depth, j := 1, 1, i+1
		bar[0] = i
		for ; ; j++ {
			if c := phrase[j]; c == '[' {
				depth++
			} else if c == ']' {
				if depth--; depth == 0 {
					break
				}
			} else if c == '|' && depth == 1 {
				bar[n] = j
				n++
			}
		}
		bar[n] = j
		k := w.d.below(n)
		w.expand(phrase[bar[k]+1 : bar[k+1]])
		phrase = phrase[j+1:]
	}
}

// slot appends what stands for a name in the language of the clause; an unknown name is a mistake in a phrase and panics.
func (w *writer) slot(name string) {
	if !w.common(name) && !(w.chinese && w.chineseSlot(name)) && !(!w.chinese && w.englishSlot(name)) {
		panic("demo: no slot " + name)
	}
}

// common fills the slots that differ between the languages only in their words.
func (w *writer) common(name string) bool {
	switch name {
	case "employer":
		w.put(workplaces[w.employer].in(w.chinese))
	case "job":
		w.put(w.job.in(w.chinese))
	case "bank":
		w.put(banks[w.bank].in(w.chinese))
	case "town":
		w.put(towns[w.town].in(w.chinese))
	case "kin":
		w.put(kin[w.kin].in(w.chinese))
	case "thing":
		w.put(w.thing.in(w.chinese))
	case "months":
		w.num([...]int{3, 6, 12, 14, 18, 24}[w.d.below(6)])
	case "rate":
		w.num(w.loan.rate)
	case "open":
		w.num(w.loan.open)
	case "days":
		w.num(w.d.between(8, 28))
	case "dpd":
		w.num(w.d.between(63, 148))
	case "term":
		w.num(w.loan.term)
	case "age":
		w.num(w.loan.age)
	case "amount":
		w.money(w.loan.amount)
	case "less":
		w.money(max(100, w.loan.amount*w.d.between(40, 70)/100/100*100))
	case "income":
		w.money(w.loan.income / 10 * 10)
	case "low":
		w.money(w.loan.income * w.d.between(84, 96) / 100 / 50 * 50)
	case "left":
		w.money(w.loan.left())
	case "sum":
		w.money(50 * w.d.between(20, 180))
	case "few":
		w.money(50 * w.d.between(3, 30))
	case "big":
		w.money(max(1000, w.loan.amount*w.d.between(7, 28)/10/500*500))
	case "inst":
		w.num(w.loan.instalment())
	default:
		return false
	}
	return true
}

// pastYear returns a year in which the borrower was of age.
func (w *writer) pastYear() int { return w.d.between(max(2018, 2024-w.loan.age+18), 2023) }

func (w *writer) put(s string) { w.out = append(w.out, s...) }

func (w *writer) num(n int) { w.out = strconv.AppendInt(w.out, int64(n), 10) }

// money appends a sum in the way the officer writes sums: 12,400 or 12400 or 12.4k; in Chinese 1.24万 or 12400元.
func (w *writer) money(n int) {
	switch {
	case w.chinese && (w.sums == 0 || w.sums == 1 && n >= 20000) && n >= 10000 && n%100 == 0:
		w.decimal(n/100, 2)
		w.put("万")
	case w.chinese:
		w.num(n)
		if w.sums != 2 {
			w.put("元")
		}
	case w.sums == 0 && n >= 1000:
		w.num(n / 1000)
		w.put(",")
		w.put(number(1000 + n%1000)[1:])
	case w.sums == 1 && n >= 1000 && n%100 == 0:
		w.decimal(n/100, 1)
		w.put("k")
	default:
		w.num(n)
	}
}

// decimal appends n / 10^places without trailing zeros.
func (w *writer) decimal(n, places int) {
	for places > 0 && n%10 == 0 {
		n, places = n/10, places-1
	}
	unit := 1
	for range places {
		unit *= 10
	}
	w.num(n / unit)
	if places > 0 {
		w.put(".")
		w.put(number(unit + n%unit)[1:])
	}
}
