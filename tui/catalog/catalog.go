// Package catalog holds every word that the screens say, in each language
// that they speak. A screen asks for a field of Words, so a missing word does
// not compile; a test sees to it that no language leaves one empty and that
// the verbs of formats agree.
package catalog

import (
	"os"
	"strings"
)

// Language is a language of the screens, as an IETF tag.
type Language string

// The languages.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// Languages lists them in the order in which a key steps through them.
func Languages() []Language { return []Language{English, Chinese} }

// Words is all that the screens say in one language. It is grouped by screen;
// each group stands in a file of its own with its text in every language.
type Words struct {
	Language Language
	Frame    Frame
	Keys     Keys
	Label    Label
	Train    Train
	Evaluate Evaluate
	Review   Review
	Data     Data
	People   People

	Agreement Agreement
	Advice    Advice
	Anchoring Anchoring
	Rules     Rules

	Bulk       Bulk
	Strategies Strategies
}

// In returns the words of a language; English where it is not spoken.
func In(l Language) *Words {
	if l == Chinese {
		return &Words{Chinese, frameZH(), keysZH(), labelZH(), trainZH(), evaluateZH(), reviewZH(), dataZH(), peopleZH(), agreementZH(), adviceZH(), anchoringZH(), rulesZH(), bulkZH(), strategiesZH()}
	}
	return &Words{English, frameEN(), keysEN(), labelEN(), trainEN(), evaluateEN(), reviewEN(), dataEN(), peopleEN(), agreementEN(), adviceEN(), anchoringEN(), rulesEN(), bulkEN(), nil}
}

// Next returns the language after l.
func Next(l Language) Language {
	all := Languages()
	for i, o := range all {
		if o == l {
			return all[(i+1)%len(all)]
		}
	}
	return English
}

// Parse reads a setting such as "zh", "zh-CN", "en_GB.UTF-8" or "". The second
// result tells whether it named a language that is spoken.
func Parse(s string) (Language, bool) {
	s = strings.ToLower(s)
	for _, l := range Languages() {
		if s == string(l) || strings.HasPrefix(s, string(l)+"_") || strings.HasPrefix(s, string(l)+"-") || strings.HasPrefix(s, string(l)+".") {
			return l, true
		}
	}
	return English, false
}

// FromEnv picks the language that the environment asks for, by the POSIX order
// LC_ALL, LC_MESSAGES, LANG.
func FromEnv(getenv func(string) string) Language {
	if getenv == nil {
		getenv = os.Getenv
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			l, _ := Parse(v)
			return l
		}
	}
	return English
}
