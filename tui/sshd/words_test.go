package sshd

import (
	"slices"
	"testing"
)

// The words are those that sh gives with printf '%s|', IEEE 1003.1, 2.2, where
// nothing is expanded.
func TestSplit(t *testing.T) {
	for s, want := range map[string][]string{
		"":                        nil,
		" \t\r\n":                 nil,
		"stats --json":            {"stats", "--json"},
		"  a   b  ":               {"a", "b"},
		`a 'b c' "d e" f\ g`:      {"a", "b c", "d e", "f g"},
		`a'b'"c"\d`:               {"abcd"},
		`'' ""`:                   {"", ""},
		`'a\'`:                    {`a\`},
		`"a\"b\\c\$d\x"`:          {`a"b\c$d\x`},
		`'it'\''s'`:               {"it's"},
		"$HOME `id` $(id) ; & *":  {"$HOME", "`id`", "$(id)", ";", "&", "*"},
		"é\u3000中":                {"é\u3000中"}, // not a blank of the shell's
		"'a\nb' c":                {"a\nb", "c"},
		`"it's" '"'`:              {"it's", `"`},
		"--guideline= --text='' ": {"--guideline=", "--text="},
	} {
		if got, err := split(s); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q became %q, want %q; %v", s, got, want, err)
		}
	}
	for _, s := range []string{"'a", `"a`, `a\`, `'a''`, `"a\"`} {
		if got, err := split(s); err == nil {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`a 'b c' "d \" e" f\ g`)
	f.Fuzz(func(t *testing.T, s string) {
		words, err := split(s)
		if err != nil {
			return
		}
		again, err := split(quoted(words))
		if err != nil || !slices.Equal(again, words) {
			t.Errorf("%q, written %q, became %q; %v", words, quoted(words), again, err)
		}
	})
}
