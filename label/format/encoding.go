package format

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

const (
	utf8Name    = "utf-8"
	utf16leName = "utf-16le"
	utf16beName = "utf-16be"
	gb18030Name = "gb18030"
)

// textEncoding is how the text of a file is encoded.
type textEncoding struct {
	name  string            // canonical WHATWG name
	enc   encoding.Encoding // nil for UTF-8
	legit []byte            // how it writes U+FFFD; nil where it can't
	bom   bool
}

// reader decodes src to UTF-8, strictly.
func (e textEncoding) reader(src io.Reader) io.Reader {
	if e.enc == nil {
		return &utf8Reader{src: src}
	}
	return newDecoder(src, e)
}

// sample decodes the beginning of a file as far as it goes.
func (e textEncoding) sample(raw []byte, whole bool) []byte {
	out, _ := e.decode(raw, whole)
	return bytes.TrimPrefix(out, bomUTF8)
}

// damaged reports whether the beginning of a file is not in this encoding.
func (e textEncoding) damaged(raw []byte, whole bool) bool {
	_, err := e.decode(raw, whole)
	return errors.Is(err, ErrEncoding)
}

func (e textEncoding) decode(raw []byte, whole bool) ([]byte, error) {
	if whole {
		return io.ReadAll(e.reader(bytes.NewReader(raw)))
	}
	return io.ReadAll(e.reader(io.MultiReader(bytes.NewReader(raw), cut{})))
}

// cut ends a sample, perhaps within a character.
type cut struct{}

var errCut = errors.New("end of the sample")

func (cut) Read([]byte) (int, error) { return 0, errCut }

// chooseEncoding finds the encoding from a file's beginning, or looks up the
// one that is named. Nothing but UTF-8, UTF-16 and GB18030 is ever guessed:
// single-byte encodings can't be told apart.
func chooseEncoding(raw []byte, whole bool, name string) (textEncoding, error) {
	marked, bom := "", true
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(raw, []byte("\x00\x00\xfe\xff")):
		return textEncoding{}, faultf(ErrEncoding, "the text is UTF-32, which is not supported; convert it to UTF-8")
	case bytes.HasPrefix(raw, bomUTF8):
		marked = utf8Name
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		marked = utf16leName
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		marked = utf16beName
	default:
		bom = false
	}
	if what := binaryKind(raw); what != "" && !bom {
		return textEncoding{}, &fault{ErrFormat, what}
	}
	if name != "" {
		e, err := namedEncoding(name)
		if err == nil && (e.name == utf16leName || e.name == utf16beName) && bom && marked != utf8Name {
			e, err = namedEncoding(marked) // the mark knows the byte order better
		}
		e.bom = bom && marked == e.name
		return e, err
	}
	if !bom {
		marked = guessEncoding(raw, whole)
	}
	if marked == "" {
		n := validPrefix(raw)
		return textEncoding{}, faultf(ErrEncoding, "can't tell the encoding: byte 0x%02X on line %d is not UTF-8, nor is the text GB18030; name the encoding, for example windows-1252, big5 or shift_jis",
			raw[n], 1+bytes.Count(raw[:n], []byte{'\n'}))
	}
	e, err := namedEncoding(marked)
	e.bom = bom
	return e, err
}

func namedEncoding(name string) (textEncoding, error) {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return textEncoding{}, faultf(ErrEncoding, "no encoding is named %q; try utf-8, gb18030, windows-1252, big5, shift_jis", name)
	}
	e := textEncoding{enc: enc}
	if e.name, err = htmlindex.Name(enc); err != nil {
		return textEncoding{}, faultf(ErrEncoding, "the encoding %q can't be read", name)
	}
	switch e.name {
	case "replacement", "x-user-defined":
		return textEncoding{}, faultf(ErrEncoding, "the encoding %q can't be read", name)
	case utf8Name:
		e.enc = nil
	case utf16leName:
		e.enc, e.legit = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), []byte("\xfd\xff")
	case utf16beName:
		e.enc, e.legit = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), []byte("\xff\xfd")
	case gb18030Name:
		e.legit = []byte("\x84\x31\xa4\x37")
	}
	return e, nil
}

// guessEncoding returns "" where nothing fits.
func guessEncoding(raw []byte, whole bool) string {
	if name := guessUTF16(raw); name != "" {
		return name
	}
	if n := validPrefix(raw); n == len(raw) || !whole && !utf8.FullRune(raw[n:]) {
		return utf8Name
	}
	if isChinese(raw, whole) {
		return gb18030Name
	}
	return ""
}

// guessUTF16 recognises UTF-16 without a mark by its zero bytes, of which
// Latin text has every second one, and other text the line ends and digits.
func guessUTF16(raw []byte) string {
	var zero [2]int
	for i, c := range raw {
		if c == 0 {
			zero[i&1]++
		}
	}
	enough := len(raw) / 8
	switch {
	case zero[1] > enough && zero[0] <= zero[1]/16:
		return utf16leName
	case zero[0] > enough && zero[1] <= zero[0]/16:
		return utf16beName
	}
	return ""
}

// isChinese reports whether the bytes are plausible Chinese in GB18030. Being
// decodable proves little, for most bytes are; so it asks where the characters
// lie in GB 2312: Chinese text is mostly made of its first level (leads B0 to
// D7, ordered by pronunciation) and punctuation (A1 to A3), and spreads over
// the whole of that level. Korean in EUC-KR stays below C9, Japanese in EUC-JP
// is full of kana (A4, A5), Big5 and Western text fall outside.
func isChinese(raw []byte, whole bool) bool {
	gb, err := namedEncoding(gb18030Name)
	if err != nil || gb.damaged(raw, whole) {
		return false
	}
	var wide, level1, late, kana, marks int
	for i := 0; i+1 < len(raw); {
		lead, trail := raw[i], raw[i+1]
		switch {
		case lead <= 0x80:
			i++
			continue
		case trail < 0x40:
			i += 4
		default:
			i += 2
		}
		wide++
		switch {
		case trail < 0xa1 || lead < 0xa1:
		case lead <= 0xa3:
			marks++
		case lead <= 0xa5:
			kana++
		case lead >= 0xb0 && lead <= 0xd7:
			level1++
			if lead >= 0xc9 {
				late++
			}
		}
	}
	return level1 > 0 && 10*(level1+marks) >= 7*wide && 10*kana <= wide && (level1 < 20 || 10*late >= level1)
}

// binaryKind names what a file is that isn't text at all, and what to do; ""
// for text.
func binaryKind(raw []byte) string {
	if bytes.IndexByte(raw, 0) < 0 && utf8.Valid(raw) {
		return ""
	}
	for _, k := range []struct{ magic, what string }{
		{"PK\x03\x04", "this is a zip archive (so are .xlsx sheets); unpack it, or save the sheet as CSV"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is an old Office document; save the sheet as CSV"},
		{"%PDF-", "this is a PDF document; extract its text first"},
		{"SQLite format 3\x00", "this is an SQLite database; export the table as CSV"},
		{"PAR1", "this is a Parquet file; export it as CSV or JSONL"},
		{"\x28\xb5\x2f\xfd", "this is packed with zstd; unpack it first"},
		{"BZh", "this is packed with bzip2; unpack it first"},
		{"\xfd7zXZ\x00", "this is packed with xz; unpack it first"},
		{"\x89PNG\r\n", "this is a picture, not text"},
		{"\xff\xd8\xff", "this is a picture, not text"},
	} {
		if bytes.HasPrefix(raw, []byte(k.magic)) {
			return k.what
		}
	}
	if len(raw) > 262 && string(raw[257:262]) == "ustar" {
		return "this is a tar archive; unpack it first"
	}
	return ""
}
