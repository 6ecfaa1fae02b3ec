package sshd

import (
	"errors"
	"strings"
)

// errQuote says that a command ends within quotes, or with a backslash.
var errQuote = errors.New("a quote is not closed")

// split splits a command into words as a shell's quoting has it, and that
// alone: nothing is expanded. Words are parted by blanks; what is between
// apostrophes stands for itself; between quotation marks a backslash makes the
// next \, " , $ or ` stand for itself, and elsewhere the next character whatever
// it is.
func split(s string) (words []string, err error) {
	var b strings.Builder
	in, quote := false, byte(0) // within a word; within these quotes
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote == '\'' && c != '\'', quote == '"' && c != '"' && c != '\\':
			b.WriteByte(c)
		case quote != 0 && c == quote:
			quote = 0
		case c == '\\':
			if i++; i == len(s) {
				return nil, errQuote
			}
			if quote == '"' && !strings.ContainsRune("\\\"$`", rune(s[i])) {
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
			in = true
		case c == '\'' || c == '"':
			in, quote = true, c
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if in {
				words, in = append(words, b.String()), false
				b.Reset()
			}
		default:
			b.WriteByte(c)
			in = true
		}
	}
	if quote != 0 {
		return nil, errQuote
	}
	if in {
		words = append(words, b.String())
	}
	return words, nil
}

// quoted writes words so that split gives them again.
func quoted(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return strings.Join(out, " ")
}
