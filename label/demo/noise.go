package demo

import (
	"strings"
	"unicode/utf8"
)

// hurry goes over the memo as fast fingers would: abbreviations, letters swapped, dropped or doubled, homophones.
func (w *writer) hurry() {
	if w.shorten == 0 && w.slip == 0 {
		return
	}
	src, dst := w.out, w.spare[:0]
	for i := 0; i < len(src); {
		if c := src[i]; c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(src[i:])
			if s, ok := chineseSlip[r]; ok && w.slip > 0 && w.d.chance(w.slip) {
				r = s
			}
			dst = utf8.AppendRune(dst, r)
			i += n
			continue
		} else if !letter(c) {
			dst = append(dst, c)
			i++
			continue
		}
		j := i + 1
		for j < len(src) && letter(src[j]) {
			j++
		}
		dst = w.hurryWord(dst, src[i:j])
		i = j
	}
	w.out, w.spare = dst, src
}

func (w *writer) hurryWord(dst, word []byte) []byte {
	if w.shorten > 0 {
		if s, ok := englishAbbreviation[string(word)]; ok && w.d.chance(w.shorten) {
			return append(dst, s...)
		}
	}
	if w.slip == 0 || len(word) < 5 || !w.d.chance(w.slip) {
		return append(dst, word...)
	}
	k := w.d.between(1, len(word)-2)
	dst = append(dst, word[:k]...)
	switch w.d.below(4) {
	case 0: // dropped
		return append(dst, word[k+1:]...)
	case 1: // doubled
		return append(append(dst, word[k]), word[k:]...)
	default: // swapped
		return append(append(dst, word[k+1], word[k]), word[k+2:]...)
	}
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

var emoji = []string{"🙂", "👍", "🤷", "☕", "📎", "⏳", "❗", "😬", "✅", "🙏", "🚗", "📞"}

// clutter adds what memos pick up on their way through mail programs, web forms and old systems.
func (w *writer) clutter() {
	d := &w.d
	if w.loan.chinese && d.chance(90) {
		w.replace(halfWidth, 1000)
	}
	if d.chance(35) {
		w.link()
	}
	if d.chance(30) {
		w.put(" ")
		w.put(d.pick(emoji))
	}
	if d.chance(32) {
		w.html()
	}
	if d.chance(45) {
		w.space()
	}
	if !w.loan.chinese && d.chance(8) {
		for i, c := range w.out {
			if 'a' <= c && c <= 'z' {
				w.out[i] = c - 'a' + 'A'
			}
		}
	}
}

var halfWidth = [][2]string{{"，", ","}, {"。", "."}, {"；", ";"}, {"：", ":"}}

// replace replaces each old string by its new one where chance wills.
func (w *writer) replace(pairs [][2]string, permille int) {
	src, dst := w.out, w.spare[:0]
next:
	for i := 0; i < len(src); {
		for _, p := range pairs {
			if strings.HasPrefix(string(src[i:min(len(src), i+4)]), p[0]) && w.d.chance(permille) {
				dst = append(dst, p[1]...)
				i += len(p[0])
				continue next
			}
		}
		dst = append(dst, src[i])
		i++
	}
	w.out, w.spare = dst, src
}

// link adds an address; all are in domains reserved for examples (RFC 2606).
func (w *writer) link() {
	w.put(" ")
	switch w.d.below(4) {
	case 0:
		w.put("https://files.example.org/loan/")
		w.num(w.d.between(10000, 99999))
	case 1:
		w.put("http://intranet.example/c?id=")
		w.num(w.d.between(100, 9999))
		w.put("&v=2")
	case 2:
		w.put("www.example.com/offer/")
		w.num(w.d.between(1, 400))
	default:
		w.put(w.mail())
	}
}

func (w *writer) mail() string {
	if w.chinese {
		return w.d.pick([]string{"xindai", "daihou", "kefu", "yewu3"}) + "@bank.example"
	}
	if w.d.chance(500) {
		return strings.ToLower(w.first[:1]) + "." + strings.ToLower(strings.ReplaceAll(w.last, "ø", "o")) + "@example.com"
	}
	return w.d.pick([]string{"desk", "loans", "info", "back.office"}) + "@bank.example"
}

func (w *writer) html() {
	switch w.d.below(5) {
	case 0:
		w.out = append([]byte("<p>"), w.out...)
		w.put("</p>")
	case 1:
		w.replace([][2]string{{". ", ".<br>"}, {"。", "。<br/>"}}, 700)
	case 2:
		w.replace([][2]string{{" ", "&nbsp;"}, {"，", "，&nbsp;"}}, 150)
	case 3:
		w.replace([][2]string{{"&", "&amp;"}, {"'", "&#39;"}, {"\n", "<br>"}}, 1000)
		w.put("<o:p></o:p>")
	default:
		w.out = append([]byte(`<span style="color:#1f497d">`), w.out...)
		w.put("</span>")
	}
}

func (w *writer) space() {
	switch w.d.below(6) {
	case 0:
		w.put("  \r\n")
	case 1:
		w.out = append([]byte("   "), w.out...)
	case 2:
		w.replace([][2]string{{" ", "  "}, {"，", "， "}}, 300)
	case 3:
		w.replace([][2]string{{", ", ",\t"}, {"，", "，\t"}}, 500)
	case 4:
		w.replace([][2]string{{" ", "\u00a0"}, {"。", "。\u3000"}}, 200)
	default:
		w.replace([][2]string{{". ", ".\n\n"}, {"。", "。\n"}}, 600)
	}
}

// resubmit changes a memo as little as a second submission would, or not at all.
func (w *writer) resubmit(memo string) string {
	zh := w.loan.chinese
	switch w.d.below(6) {
	case 0:
		return memo
	case 1:
		return memo + " "
	case 2:
		return pick(zh, "补录：", "Resubmitted. ") + memo
	case 3:
		return memo + pick(zh, "（同前）", " (as before)")
	case 4:
		return strings.ReplaceAll(memo, " ", "  ")
	default:
		return strings.TrimRight(memo, ".。") + pick(zh, "。。", "..")
	}
}
