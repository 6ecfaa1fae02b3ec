// Package clean shows a text in a tidier form: one Unicode form, no HTML, and
// one placeholder each for web addresses, e-mail addresses and phone numbers,
// which models should know to be there without learning each by heart.
//
// Cleaning is a view. The stored text stays as it came, and a text with
// nothing to clean is returned as it is, without a copy.
package clean

import (
	"fmt"
	"strings"
)

// Options says what is cleaned. The zero value changes nothing.
type Options struct {
	NFC    bool `cbor:"1,keyasint,omitempty" json:"nfc"`    // Unicode normalisation form C
	HTML   bool `cbor:"2,keyasint,omitempty" json:"html"`   // tags go, entities become characters
	URLs   bool `cbor:"3,keyasint,omitempty" json:"urls"`   // become <url>
	Emails bool `cbor:"4,keyasint,omitempty" json:"emails"` // become <email>
	Phones bool `cbor:"5,keyasint,omitempty" json:"phones"` // become <phone>
	Space  bool `cbor:"6,keyasint,omitempty" json:"space"`  // runs of white space become one blank, none at the ends
}

// The placeholders.
const (
	URL   = "<url>"
	Email = "<email>"
	Phone = "<phone>"
)

// Defaults returns the options of a new project: all on.
func Defaults() Options { return Options{true, true, true, true, true, true} }

// names lists the options as they are written.
func (o *Options) names() []struct {
	name string
	on   *bool
} {
	return []struct {
		name string
		on   *bool
	}{{"nfc", &o.NFC}, {"html", &o.HTML}, {"urls", &o.URLs}, {"emails", &o.Emails}, {"phones", &o.Phones}, {"space", &o.Space}}
}

// Parse reads what String writes: names with commas between them, or all, or
// none.
func Parse(s string) (Options, error) {
	var o Options
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "none":
		return o, nil
	case "all":
		return Defaults(), nil
	}
next:
	for _, word := range strings.Split(s, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		for _, n := range o.names() {
			if word == n.name {
				*n.on = true
				continue next
			}
		}
		return Options{}, fmt.Errorf("clean: no option %q: nfc, html, urls, emails, phones, space, or all, or none", word)
	}
	return o, nil
}

// String writes the options as Parse reads them.
func (o Options) String() string {
	switch o {
	case Options{}:
		return "none"
	case Defaults():
		return "all"
	}
	var on []string
	for _, n := range o.names() {
		if *n.on {
			on = append(on, n.name)
		}
	}
	return strings.Join(on, ",")
}

// maxRounds bounds the work on a text that was made to hide one thing to be
// cleaned within another, time and again.
const maxRounds = 16

// Apply returns the cleaned text. Cleaning it again changes nothing (for
// anything nested less than 16 times), and it takes time in proportion to the
// length of the text.
func (o Options) Apply(s string) string {
	for range maxRounds {
		was := s
		s = o.once(s)
		if s == was {
			break
		}
	}
	return s
}

// once applies each option. A later one may make work for an earlier one: an
// entity becomes a combining accent, a tag that is gone joins two halves.
func (o Options) once(s string) string {
	if o.HTML {
		s = stripHTML(s)
	}
	if o.NFC {
		s = compose(s)
	}
	if o.Space { // before phone numbers, which may have any blank within
		s = collapse(s)
	}
	if o.URLs {
		s = replaceURLs(s)
	}
	if o.Emails {
		s = replaceEmails(s)
	}
	if o.Phones {
		s = replacePhones(s)
	}
	return s
}
