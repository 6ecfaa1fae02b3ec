package clean

import "strings"

// kind is what becomes of an element's tag.
type kind uint8

const (
	inline kind = iota // nothing
	block              // a line break
	hidden             // nothing, and its content goes too
)

// The elements of HTML, obsolete ones included, and the marks that word
// processors leave; each name between blanks.
const (
	inlineElements = " a abbr acronym audio b bdi bdo big canvas cite code data del dfn em embed font i iframe img input ins kbd label map mark " +
		"meter noscript object output param picture progress q rp rt ruby s samp small source span strike strong sub sup svg tbody template " +
		"tfoot thead time track tt u var video wbr area base link meta nobr button select option optgroup textarea " +
		"o:p v:shape v:imagedata w:wrap w:worddocument st1:place st1:city "
	blockElements = " address article aside blockquote body br caption center col colgroup dd details dialog dir div dl dt fieldset figcaption " +
		"figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol p pre section summary " +
		"table td th title tr ul "
	hiddenElements = " script style "
)

func elements(name string) (k kind, known bool) {
	if name == "" || len(name) > 14 {
		return inline, false
	}
	word := " " + name + " "
	switch {
	case strings.Contains(inlineElements, word):
		return inline, true
	case strings.Contains(blockElements, word):
		return block, true
	case strings.Contains(hiddenElements, word):
		return hidden, true
	}
	return inline, false
}
