package clean

import (
	"html"
	"strings"
)

// stripHTML takes the tags of HTML out and turns entities into characters.
// Only the elements of HTML count as tags, so that "a < b" and the
// placeholders of this package stay; only entities that end in a semicolon
// count, so that "R&D" and "?a=1&copy=2" stay. Elements that begin a new line
// on a page leave a line break.
func stripHTML(s string) string {
	var r replacer
	var f finder
	for i := 0; ; {
		next := strings.IndexAny(s[i:], "<&")
		if next < 0 {
			return r.rest(s)
		}
		i += next
		var text string
		var size int
		if s[i] == '<' {
			text, size = f.tag(s, i)
		} else {
			text, size = entity(s[i:])
		}
		if size > 0 {
			r.put(s, i, i+size, text)
			i += size
		} else {
			i++
		}
	}
}

// finder looks for the ends of comments and scripts, and remembers which ends
// are not in the rest of the text, so that a text full of beginnings takes no
// longer than others.
type finder struct{ absent map[string]bool }

// past returns where the text behind the next end stands, or -1.
func (f *finder) past(s string, from int, end string) int {
	if f.absent[end] {
		return -1
	}
	if i := indexFold(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	if f.absent == nil {
		f.absent = map[string]bool{}
	}
	f.absent[end] = true
	return -1
}

// indexFold is strings.Index for an end in small ASCII letters, in either
// case.
func indexFold(s, end string) int {
	for i := 0; ; i++ {
		j := strings.IndexByte(s[i:], end[0])
		if j < 0 || i+j+len(end) > len(s) {
			return -1
		}
		i += j
		if strings.EqualFold(s[i:i+len(end)], end) {
			return i
		}
	}
}

// tag returns how long the tag, comment or declaration at s[at] is, with the
// content of scripts and styles, and what is left in its place; 0 if there is
// none.
func (f *finder) tag(s string, at int) (text string, size int) {
	t := s[at:]
	switch {
	case strings.HasPrefix(t, "<!--"):
		if end := f.past(s, at+4, "-->"); end >= 0 {
			return "", end - at
		}
		return "", 0
	case len(t) > 9 && strings.EqualFold(t[:9], "<!doctype"), strings.HasPrefix(t, "<?xml"):
		return "", attributes(t, 5)
	}
	i := 1
	if i < len(t) && t[i] == '/' {
		i++
	}
	from := i
	for i < len(t) && (isLetter(t[i]) || i > from && (t[i] >= '0' && t[i] <= '9' || t[i] == ':')) {
		i++
	}
	name := strings.ToLower(t[from:i])
	kind, known := elements(name)
	if !known || i == len(t) {
		return "", 0
	}
	if c := t[i]; c != '>' && c != '/' && c != ' ' && c != '\t' && c != '\n' && c != '\r' {
		return "", 0
	}
	size = attributes(t, i)
	if size == 0 {
		return "", 0
	}
	if kind == hidden && from == 1 {
		if end := f.past(s, at+size, "</"+name+">"); end >= 0 {
			size = end - at
		}
	}
	if kind == block {
		text = "\n"
	}
	return text, size
}

// maxTag bounds the length of a tag. Pictures within the page make long ones.
const maxTag = 64 << 10

// attributes returns where the tag ends that reaches to at least s[i]: behind
// the first ">" that isn't quoted, or 0. A "<" outside quotes shows that this
// was no tag.
func attributes(s string, i int) int {
	quote, value := byte(0), false
	for s = s[:min(len(s), maxTag)]; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '>':
			return i + 1
		case c == '<':
			return 0
		case (c == '"' || c == '\'') && value:
			quote = c
		case c == '=':
			value = true
			continue
		case c == ' ':
			continue
		}
		value = false
	}
	return 0
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// entity returns the character or two that the entity at the start of s
// stands for, and how long it is; 0 if there is none. An ampersand that was
// escaped several times is unfolded at once.
func entity(s string) (text string, size int) {
	const longest = 33 // the name with the longest, CounterClockwiseContourIntegral, and its semicolon
	for amp := 1; ; amp = size {
		end := strings.IndexByte(s[amp:min(len(s), amp+longest)], ';')
		if end < 2 {
			return text, size
		}
		word := "&" + s[amp:amp+end+1]
		char := html.UnescapeString(word)
		if char == word || len(char) > 1 && strings.HasSuffix(char, ";") { // none, or one without its semicolon
			return text, size
		}
		text, size = char, amp+end+1
		if char != "&" {
			return text, size
		}
	}
}
