package clean

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestApply(t *testing.T) {
	for _, c := range []struct {
		what     Options
		in, want string
	}{
		// HTML
		{Options{HTML: true}, "<p>Dear <b>Sir</b>,<br/>no</p>", "\nDear Sir,\nno\n"},
		{Options{HTML: true}, "R&amp;D &lt;3 &#8364;5 &#x20AC; &nbsp;| &quot;x&quot; &hellip;", "R&D <3 €5 € \u00a0| \"x\" …"},
		{Options{HTML: true}, "a < b, c > d, <3, <-, <url>, <name>, AT&T, ?a=1&copy=2, &;, &bogus;", "a < b, c > d, <3, <-, <url>, <name>, AT&T, ?a=1&copy=2, &;, &bogus;"},
		{Options{HTML: true}, "x<!-- a > b --><script type=\"a>b\">if (a<b) {}</SCRIPT><style>p{}</style>y", "xy"},
		{Options{HTML: true}, "<a href=\"http://a.b/?x>y\" title='<i>'>link</a> <img src=x>", "link "},
		{Options{HTML: true}, "<!DOCTYPE html><html lang=en><body>x</body></html>", "\n\nx\n\n"},
		{Options{HTML: true}, "it's <b unclosed and <i>so</i> on", "it's <b unclosed and so on"},
		{Options{HTML: true}, "<script>never closed", "never closed"},
		{Options{HTML: true}, "<!-- never closed", "<!-- never closed"},
		{Options{HTML: true}, "&amp;amp;amp;lt;x", "<x"},
		{Options{HTML: true}, "&lt;b&gt;x&lt;/b&gt;", "x"},
		{Options{HTML: true}, "<<b>i>x", "x"},
		{Options{HTML: true}, "<o:p></o:p>Word", "Word"},
		{Options{HTML: true}, "x <bob@example.com> <http://a.b>", "x <bob@example.com> <http://a.b>"},
		// NFC
		{Options{NFC: true}, "Cafe\u0301 \u1100\u1161 ﬁ", "Café 가 ﬁ"},
		{Options{NFC: true, HTML: true}, "e&#769;", "é"},
		// addresses on the web
		{Options{URLs: true}, "see http://a.bc/d?e=f#g, or (https://en.wikipedia.org/wiki/A_(b)) now", "see <url>, or (<url>) now"},
		{Options{URLs: true}, "WWW.Example.COM. HTTPS://X.Y! ftp://f.g/h;", "<url>. <url>! <url>;"},
		{Options{URLs: true}, "看http://t.cn/abc吧，www.例子.cn。", "看<url>吧，www.例子.cn。"},
		{Options{URLs: true}, "https://de.wikipedia.org/wiki/Köln|", "<url>|"},
		{Options{URLs: true}, "wwww.x http:// www. ://x e.g. 12:30 a.b file.txt", "wwww.x http:// www. ://x e.g. 12:30 a.b file.txt"},
		{Options{URLs: true}, "http://[::1]:80/x <a href=\"http://a.b\">", "<url> <a href=\"<url>\">"},
		// e-mail
		{Options{Emails: true}, "mail bob.o'neil+x@mail.example.co.uk, or (a_b@c.de).", "mail <email>, or (<email>)."},
		{Options{Emails: true}, "邮箱abc123@qq.com吧", "邮箱<email>吧"},
		{Options{Emails: true}, "@user a@b x@y.z 5@6.7 @ a@.com a@b..com me@1.2.3.4", "@user a@b x@y.z 5@6.7 @ a@.com a@b..com me@1.2.3.4"},
		// phone numbers
		{Options{Phones: true}, "+49 30 901820, +1 (202) 555-0123; 0044 20 7946 0000, +86 138 1234 5678 +442079460000", "<phone>, <phone>; <phone>, <phone> <phone>"},
		{Options{Phones: true}, "(202) 555-0123, 202-555-0123, 202.555.0123, 1-800-555-0199, (202)5550123", "<phone>, <phone>, <phone>, <phone>, <phone>"},
		{Options{Phones: true}, "电话13812345678，138-1234-5678、8613812345678；010-62345678", "电话<phone>，<phone>、<phone>；<phone>"},
		{Options{Phones: true}, "Call 08712402050 2 win, or 0207 153 9153: 3 left.", "Call <phone> 2 win, or <phone>: 3 left."},
		{Options{Phones: true}, "+44 (0)20 7946 0000.", "<phone>."},
		{Options{Phones: true}, "2024-01-15 10:30, 15.01.2024, 01/02/2024, 1999, 2023-2024, 20240115103000", "2024-01-15 10:30, 15.01.2024, 01/02/2024, 1999, 2023-2024, 20240115103000"},
		{Options{Phones: true}, "12,400 1 234 567 890 1.234.567.890,00 $2025550123 3000000000 0.1234567891 +12.5% 13812345678元 +1.234.567.890", "12,400 1 234 567 890 1.234.567.890,00 $2025550123 3000000000 0.1234567891 +12.5% 13812345678元 +1.234.567.890"},
		{Options{Phones: true}, "1700000000 1700000000000 110101199001011234 4111-1111-1111-1111 192.168.100.100 978-0-306-40615-7", "1700000000 1700000000000 110101199001011234 4111-1111-1111-1111 192.168.100.100 978-0-306-40615-7"},
		{Options{Phones: true}, "x08712402050 A-202-555-0123 #13812345678", "x08712402050 A-202-555-0123 #13812345678"},
		// white space
		{Options{Space: true}, " a \t\r\n b\u00a0\u3000c ", "a b c"},
		{Options{Space: true}, "a b", "a b"},
		{Options{Space: true}, "\n", ""},
		{Options{Space: true}, "a\nb", "a b"},
		{Options{Space: true}, "a ", "a"},
		{Options{Space: true}, "\u3000汉 字", "汉 字"},
		// together
		{Defaults(), "<p>Call&nbsp;+1&nbsp;202 555 0123 or <a href='http://x.y'>http://x.y</a><br>\n bob@x.com</p>", "Call <phone> or <url> <email>"},
		{Options{}, " <b>http://x.y</b> ", " <b>http://x.y</b> "},
		{Defaults(), "", ""},
	} {
		if got := c.what.Apply(c.in); got != c.want {
			t.Errorf("%s %q:\n got %q\nwant %q", c.what, c.in, got, c.want)
		}
	}
}

// pieces are the parts from which nasty texts are made.
var pieces = []string{"<", ">", "&", ";", "amp;", "&lt;", "&gt;", "#", "x3c;", "&#60;", "b", "/", "<b>", "</b>", "<br>", "<a href=\"", "\"", "'", "=", "<!--", "-->",
	"<script>", "</script>", "style", "http", "://", "www.", "a.b", ".com", "@", "bob", "(", ")", "+", "-", ".", " ", "\n", "\u00a0", "\u3000", "0", "1", "138", "12345678",
	"202", "555", "0123", "8", "86", "e", "\u0301", "\u0338", "\u037e", "\u212a", "é", "汉", "元", "$", "<url>", "<email>", "<phone>", "&nbsp;", "&#769;", "\u2000", "\ufffd"}

// options draws any of them.
func options(t *rapid.T) Options {
	var o Options
	for _, n := range o.names() {
		*n.on = rapid.Bool().Draw(t, n.name)
	}
	return o
}

func TestIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := options(t)
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 8, 40).Draw(t, "s"), "")
		if rapid.Bool().Draw(t, "any") {
			s = rapid.String().Draw(t, "text")
		}
		once := o.Apply(s)
		if twice := o.Apply(once); twice != once {
			t.Fatalf("%s: %q, then %q, then %q", o, s, once, twice)
		}
	})
}

// A clean text costs no memory.
func TestAllocatesNothing(t *testing.T) {
	for _, s := range []string{
		"",
		"The applicant asks to roll over the March instalment, second time this year; 12,400 at 3.5 % until 2024-05-01.",
		"申请人要求把三月份的还款推迟到四月，已经是第二次了。",
		"R&D (a < b) at 10:30, @home: w. w. w",
		"see <url> or mail <email> or call <phone>",
	} {
		o := Defaults()
		if n := testing.AllocsPerRun(10, func() {
			if o.Apply(s) != s {
				t.Fatal("changed")
			}
		}); n != 0 {
			t.Errorf("%v allocations for %q", n, s)
		}
	}
}

// What is printed is read back, as text and as JSON.
func TestParseString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := options(t)
		if back, err := Parse(o.String()); err != nil || back != o {
			t.Fatal(o, back, err)
		}
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var back Options
		if err := json.Unmarshal(b, &back); err != nil || back != o {
			t.Fatal(string(b), err)
		}
	})
	if o, err := Parse(" HTML, urls"); err != nil || o != (Options{HTML: true, URLs: true}) {
		t.Error(o, err)
	}
	if got := (Options{Space: true, NFC: true}).String(); got != "nfc,space" {
		t.Error(got)
	}
	for _, s := range []string{"url", "nfc,,html", "all,none"} {
		if _, err := Parse(s); err == nil {
			t.Errorf("%q taken", s)
		}
	}
}

func FuzzApply(f *testing.F) {
	for _, s := range []string{"<p>x</p>", "&amp;lt;", "http://a.b", "a@b.cd", "+49 30 901820", " \n"} {
		f.Add(s, uint8(63))
	}
	f.Fuzz(func(t *testing.T, s string, on uint8) {
		var o Options
		for i, n := range o.names() {
			*n.on = on>>i&1 == 1
		}
		once := o.Apply(s)
		if len(once) > 3*len(s) { // NFC and entities may make a text longer, but not by much
			t.Fatalf("%d bytes became %d", len(s), len(once))
		}
		if twice := o.Apply(once); twice != once && strings.Count(s, "&")+strings.Count(s, "<") < maxRounds {
			t.Fatalf("%s: %q, then %q, then %q", o, s, once, twice)
		}
	})
}
