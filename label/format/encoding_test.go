package format

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

func encoded(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Sentences of each language, written for this test.
const (
	chinese = "申请人要求把三月份的还款推迟到四月，已经是第二次了。单位证实他仍在职，电话核实过。"
	taiwan  = "申請人要求把三月份的還款延後到四月，已經是第二次了。公司證實他仍在職，電話核實過。"
	tokyo   = "申請者は三月の返済を四月に延ばしてほしいと言っています。これで二回目です。"
	seoul   = "신청인은 삼월 상환을 사월로 미루어 달라고 요청했습니다. 이번이 두 번째입니다."
	russian = "Заявитель просит перенести мартовский платёж на апрель, уже второй раз."
	german  = "Der Antragsteller möchte die Rate für März später zahlen, schon zum zweiten Mal; überprüft."
	french  = "Le demandeur souhaite reporter l'échéance de mars, déjà la deuxième fois; vérifié à midi."
	english = "The applicant asks to roll over the March instalment; “second time” this year."
)

// Only what can be told is guessed. Everything else must be named.
func TestGuessEncoding(t *testing.T) {
	for _, c := range []struct {
		name string
		raw  []byte
		want string // "" where it must be refused
	}{
		{"ASCII", []byte("plain"), "utf-8"},
		{"empty", nil, "utf-8"},
		{"UTF-8 Chinese", []byte(chinese), "utf-8"},
		{"GB18030", encoded(t, simplifiedchinese.GB18030, chinese), "gb18030"},
		{"GBK", encoded(t, simplifiedchinese.GBK, chinese), "gb18030"},
		{"GB18030 between English", encoded(t, simplifiedchinese.GB18030, "loan 12, "+chinese[:30]+" (approved), see page 7"), "gb18030"},
		{"GB18030 with emoji", encoded(t, simplifiedchinese.GB18030, chinese+"\U0001f642"), "gb18030"},
		{"UTF-16LE with a mark", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), chinese), "utf-16le"},
		{"UTF-16BE with a mark", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), chinese), "utf-16be"},
		{"UTF-16LE without", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), german), "utf-16le"},
		{"UTF-16BE without", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), german), "utf-16be"},
		{"a few NULs", []byte("text,\x00label\nhello there,ham\n"), "utf-8"},
		{"Big5", encoded(t, traditionalchinese.Big5, taiwan), ""},
		{"Shift_JIS", encoded(t, japanese.ShiftJIS, tokyo), ""},
		{"EUC-JP", encoded(t, japanese.EUCJP, tokyo), ""},
		{"EUC-JP, few kana", encoded(t, japanese.EUCJP, "申請者が三月の返済を四月に延期要求、電話確認済、勤務先在籍確認済、担当者承認。"), ""},
		{"EUC-KR", encoded(t, korean.EUCKR, seoul), ""},
		{"windows-1251", encoded(t, charmap.Windows1251, russian), ""},
		{"KOI8-R", encoded(t, charmap.KOI8R, russian), ""},
		{"windows-1252 German", encoded(t, charmap.Windows1252, german), ""},
		{"windows-1252 French", encoded(t, charmap.Windows1252, french), ""},
		{"windows-1252 English", encoded(t, charmap.Windows1252, english), ""},
		{"damaged UTF-8 Chinese", []byte(chinese[:31] + chinese[32:]), ""},
		{"UTF-32", []byte("\xff\xfe\x00\x00a\x00\x00\x00"), ""},
	} {
		e, err := chooseEncoding(c.raw, true, "")
		if c.want == "" {
			if !errors.Is(err, ErrEncoding) {
				t.Errorf("%s: taken for %q, %v", c.name, e.name, err)
			}
			continue
		}
		if err != nil || e.name != c.want {
			t.Errorf("%s: taken for %q, %v", c.name, e.name, err)
			continue
		}
		// A sample may be cut anywhere.
		for cut := len(c.raw) * 2 / 3; cut < len(c.raw); cut++ {
			if e, err := chooseEncoding(c.raw[:cut], false, ""); err != nil || e.name != c.want {
				t.Errorf("%s cut at %d: taken for %q, %v", c.name, cut, e.name, err)
			}
		}
	}
}

// What is not text is refused with the way out; so are encodings that nobody
// knows.
func TestRefusals(t *testing.T) {
	zip := append([]byte("PK\x03\x04\x14\x00\x08\x00"), 0xff)
	for _, c := range []struct {
		name string
		raw  string
		spec Spec
		want error
		text string
	}{
		{"sheet.csv", string(zip), Spec{}, ErrFormat, "sheet.csv: this is a zip archive (so are .xlsx sheets); unpack it, or save the sheet as CSV"},
		{"a.csv", "\x89PNG\r\n\x1a\n\x00", Spec{}, ErrFormat, "a.csv: this is a picture, not text"},
		{"a.json", "[{\"a\":1}]", Spec{}, ErrFormat, "a.json: this is one JSON document, not one object a line; convert it, for example with: jq -c '.[]'"},
		{"a.json", "{\n\"a\": 1\n}\n", Spec{}, ErrFormat, "a.json: this is one JSON document, not one object a line; convert it, for example with: jq -c '.[]'"},
		{"a.csv", "x", Spec{Encoding: "klingon"}, ErrEncoding, `a.csv: no encoding is named "klingon"; try utf-8, gb18030, windows-1252, big5, shift_jis`},
		{"a.csv", "a\n\ncaf\xe9 au lait\n", Spec{}, ErrEncoding, "a.csv: can't tell the encoding: byte 0xE9 on line 3 is not UTF-8, nor is the text GB18030; name the encoding, for example windows-1252, big5 or shift_jis"},
		{"a.csv", "a,\"b\n", Spec{Format: CSV, Header: Yes}, ErrQuote, "a.csv, line 1: the header can't be read: the quote that opens this field is never closed; close it, or double it if it belongs to the text"},
		{"a.csv", "x", Spec{Delimiter: '\n'}, ErrFormat, `a.csv: '\n' can't be a delimiter`},
	} {
		_, err := NewReader(strings.NewReader(c.raw), c.name, -1, c.spec)
		if !errors.Is(err, c.want) || err.Error() != c.text {
			t.Errorf("%s: %v", c.name, err)
		}
		var file *FileError
		if !errors.As(err, &file) {
			t.Errorf("%s: %T", c.name, err)
		}
	}
}

// A named encoding is taken at its word, by any name it has.
func TestNamedEncoding(t *testing.T) {
	for name, raw := range map[string][]byte{
		"latin1":       encoded(t, charmap.Windows1252, "t\n"+german),
		"windows-1252": encoded(t, charmap.Windows1252, "t\n"+german),
		"utf8":         []byte("\ufefft\n" + german),
		"UTF-16":       encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "t\n"+german),
		"utf-16be":     encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "t\n"+german),
	} {
		r, err := NewReader(bytes.NewReader(raw), "a.csv", -1, Spec{Encoding: name, Format: CSV, Delimiter: '|', Header: Yes})
		if err != nil {
			t.Fatal(err)
		}
		if r.Columns()[0] != "t" {
			t.Errorf("%s: column %q", name, r.Columns())
		}
		_, rows := drain(t, r)
		if len(rows) != 1 || rows[0][0] != german {
			t.Errorf("%s: %q", name, rows)
		}
	}
}

// Damage ends the reading at its line, behind all rows before it.
func TestDamagedEncoding(t *testing.T) {
	good := strings.Repeat("一行文字,标签\n", 50_000)
	for name, c := range map[string]struct {
		enc encoding.Encoding
		bad string
	}{
		"utf-8":    {unicode.UTF8, "好\xc3,标签\n"},
		"gb18030":  {simplifiedchinese.GB18030, "\xba\xc3\xff,a\n"},
		"utf-16le": {unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "a\x00\x00\xd8b\x00\n\x00"},
		"big5":     {nil, "\xa6\x6e\xff,a\n"},
	} {
		text := good
		if c.enc == nil {
			c.enc, text = traditionalchinese.Big5, strings.Repeat("一行文字,a\n", 50_000)
		}
		raw := append(encoded(t, c.enc, text), c.bad...)
		raw = append(raw, encoded(t, c.enc, text[:len(text)/500])...)
		r, err := NewReader(iotest.HalfReader(bytes.NewReader(raw)), "a.csv", -1, Spec{Encoding: name, Header: No})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for err == nil {
			if _, err = r.Next(); err == nil {
				n++
			}
		}
		var file *FileError
		if n != 50_000 || !errors.As(err, &file) || file.Line != 50_001 || !errors.Is(err, ErrEncoding) {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
		if _, again := r.Next(); again != err {
			t.Errorf("%s: %v after %v", name, again, err)
		}
	}
}

// Decoding in any portions gives what decoding at once gives, and a
// replacement character that stands in the text is not damage.
func TestDecoderPortions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"utf-8", "gb18030", "utf-16le", "utf-16be", "shift_jis"}).Draw(t, "encoding")
		e, err := namedEncoding(name)
		if err != nil {
			t.Fatal(err)
		}
		alphabet := []rune("aé汉\n\ufffd\U0001f642\u3042")
		if name == "shift_jis" {
			alphabet = []rune("a漢\n\u3042ｱ")
		}
		text := string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 60).Draw(t, "text"))
		raw := []byte(text)
		if e.enc != nil {
			if raw, err = e.enc.NewEncoder().Bytes(raw); err != nil {
				t.Fatal(err)
			}
		}
		size := rapid.IntRange(1, 7).Draw(t, "portion")
		got, err := io.ReadAll(e.reader(&portions{raw, size}))
		if err != nil || string(got) != text {
			t.Fatalf("%q became %q, %v", text, got, err)
		}
	})
}

// portions gives a few bytes at a time.
type portions struct {
	rest []byte
	size int
}

func (p *portions) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.rest[:min(p.size, len(p.rest))])
	p.rest = p.rest[n:]
	return n, nil
}

// Whatever the bytes, what a decoder passes on is valid.
func TestDecoderPassesOnlyUTF8(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.SampledFrom([]byte("a\n\x80\x84\x31\xa4\x37\xe6\xb1\x89\xff\xfd\xd8\x00\x1b$B(J")), 0, 40).Draw(t, "raw")
		name := rapid.SampledFrom([]string{"utf-8", "gb18030", "utf-16le", "big5", "euc-kr", "iso-2022-jp", "windows-1252"}).Draw(t, "encoding")
		e, err := namedEncoding(name)
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(e.reader(&portions{raw, rapid.IntRange(1, 9).Draw(t, "portion")}))
		if !utf8.Valid(out) {
			t.Fatalf("%q", out)
		}
		if err != nil && !errors.Is(err, ErrEncoding) {
			t.Fatal(err)
		}
		if err == nil && e.legit == nil && name != "utf-8" && bytes.Contains(out, replacement) {
			t.Fatalf("%q: damage passed as %q", raw, out)
		}
	})
}
