package rule

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"inkling/label"
)

func task() label.Task {
	return label.Task{Kind: label.Classes, Clean: "all",
		Labels: []label.Label{{Name: "ham"}, {Name: "spam"}, {Name: "Sci/Tech", Title: "科技"}, {Name: "a: b"}, {Name: "a"}, {Name: "@b"}},
		Columns: []label.Column{{Name: "memo", Role: label.Text}, {Name: "title", Role: label.Text}, {Name: "amount", Role: label.Numeric},
			{Name: "amount due", Role: label.Numeric}, {Name: "housing", Role: label.Category}, {Name: "size", Role: label.Category, Order: []string{"small", "middle", "large"}},
			{Name: "opened", Role: label.Time}, {Name: "truth", Role: label.Gold}, {Name: "备注", Role: label.Text}}}
}

// item is an item of task's with these fields by name.
func item(fields map[string]string) label.Item {
	t := task()
	it := label.Item{Num: 1, Fields: make([]string, len(t.Columns))}
	for name, v := range fields {
		it.Fields[t.ColumnNamed(name)] = v
	}
	return it
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  label.Rule
		back  string // what Format makes of it, where that is not what was typed
	}{
		{typed: `spam: free, prize, "call now, or never"`, want: label.Rule{Kind: label.KeywordRule, Text: `free, prize, "call now, or never"`, Class: 1}},
		{typed: `  SPAM :  free `, want: label.Rule{Kind: label.KeywordRule, Text: "free", Class: 1}, back: "spam: free"},
		{typed: `@prizes spam: free`, want: label.Rule{Name: "prizes", Kind: label.KeywordRule, Text: "free", Class: 1}},
		{typed: `@"two words" [off] spam: free`, want: label.Rule{Name: "two words", Off: true, Kind: label.KeywordRule, Text: "free", Class: 1}},
		{typed: `spam: memo has refund*`, want: label.Rule{Kind: label.KeywordRule, Text: "refund*", Column: "memo", Class: 1}},
		{typed: `spam: memo has`, want: label.Rule{Kind: label.KeywordRule, Text: "memo has", Class: 1}},
		{typed: `spam: /\b\d{5}\b/`, want: label.Rule{Kind: label.RegexpRule, Text: `\b\d{5}\b`, Class: 1}},
		{typed: `spam: /a/b/i`, want: label.Rule{Kind: label.RegexpRule, Text: `(?i)a/b`, Class: 1}, back: `spam: /(?i)a/b/`},
		{typed: `spam: title ~ /roll(ed)? over/`, want: label.Rule{Kind: label.RegexpRule, Text: `roll(ed)? over`, Column: "title", Class: 1}},
		{typed: `spam: amount > 10,000`, want: label.Rule{Kind: label.CompareRule, Text: "> 10,000", Column: "amount", Class: 1}},
		{typed: `spam: amount due>=5`, want: label.Rule{Kind: label.CompareRule, Text: ">=5", Column: "amount due", Class: 1}, back: "spam: amount due >=5"},
		{typed: `spam: housing = own`, want: label.Rule{Kind: label.CompareRule, Text: "= own", Column: "housing", Class: 1}},
		{typed: `spam: size < large`, want: label.Rule{Kind: label.CompareRule, Text: "< large", Column: "size", Class: 1}},
		{typed: `spam: opened < 2024-02-01`, want: label.Rule{Kind: label.CompareRule, Text: "< 2024-02-01", Column: "opened", Class: 1}},
		{typed: `spam: = amount > 2 and has("free")`, want: label.Rule{Kind: label.ExpressionRule, Text: `amount > 2 and has("free")`, Class: 1}},
		{typed: `Sci/Tech: nasa`, want: label.Rule{Kind: label.KeywordRule, Text: "nasa", Class: 2}},
		{typed: `科技：手机、苹果`, want: label.Rule{Kind: label.KeywordRule, Text: "手机、苹果", Class: 2}, back: "Sci/Tech: 手机、苹果"},
		{typed: `a: b: c`, want: label.Rule{Kind: label.KeywordRule, Text: "c", Class: 3}},
		{typed: `a: c`, want: label.Rule{Kind: label.KeywordRule, Text: "c", Class: 4}},
		{typed: `"a": b: c`, want: label.Rule{Kind: label.KeywordRule, Text: "b: c", Class: 4}},
		{typed: `spam: amount of money`, want: label.Rule{Kind: label.KeywordRule, Text: "amount of money", Class: 1}},
	} {
		got, err := Parse(task(), c.typed)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.typed, got, err, c.want)
			continue
		}
		back := c.back
		if back == "" {
			back = c.typed
		}
		back = strings.NewReplacer("spam: ", `"spam": `, "Sci/Tech: ", `"Sci/Tech": `, "a: b: ", `"a: b": `, "a: c", `"a": c`).Replace(back) // as a label has a colon
		if f := Format(task(), got); f != back {
			t.Errorf("%s is written %s, not %s", c.typed, f, back)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		typed  string
		column int
		words  string
	}{
		{`spma: free`, 1, "the labels are ham, spam"},
		{`@x spma: free`, 4, "a label and a colon"},
		{`spam free`, 1, "a colon"},
		{`spam:`, 6, "words are needed"},
		{`spam:  , free`, 8, "a word is missing"},
		{`spam: free,`, 12, "a word is missing"},
		{`spam: "free`, 7, "not closed"},
		{`spam: "free" now`, 14, "a comma"},
		{`spam: /a(b/`, 8, "missing closing )"},
		{`spam: /xy[z/i`, 10, "missing closing ]"},
		{`科技: 备注 ~ /a[/`, 12, "missing closing ]"},
		{`spam: /(?:abcdefghij){1,300}/`, 8, "steps"},
		{`spam: amount > ten`, 16, "is a number"},
		{`spam: amount >`, 15, "a value"},
		{`spam: housing < own`, 15, "no order"},
		{`spam: size < huge`, 14, "small, middle, large"},
		{`spam: opened < soon`, 16, "is a date"},
		{`spam: = amount >`, 16, ""},
		{`spam: = amont > 2`, 9, "unknown name amont"},
		{`spam: = truth == "x"`, 9, "unknown name truth"},
		{`spam: = amount > "x"`, 16, "mismatched types"},
		{`spam: = amount`, 9, "bool"},
		{`spam: = 1..9 == [1]`, 10, "not allowed"},
		{`spam: = any([1], # > 2)`, 9, "no function any"},
		{`spam: = let x = memo; x == x`, 13, "not allowed"},
		{`spam: = memo matches title`, 22, "in quotes"},
		{`spam: = memo matches "a("`, 22, "missing closing )"},
		{`spam: = has(memo)`, 13, "in quotes"},
		{`spam: = repeat(memo, 9) == ""`, 9, "no function repeat"},
		{`@ spam: x`, 1, "a name"},
		{"spam: a\x00b", 1, "control"},
	} {
		_, err := Parse(task(), c.typed)
		var s *SyntaxError
		if !errors.As(err, &s) || !errors.Is(err, ErrRule) {
			t.Errorf("%s: %v", c.typed, err)
			continue
		}
		if s.Column != c.column || !strings.Contains(s.What, c.words) {
			t.Errorf("%s: column %d, %s; want column %d and %q", c.typed, s.Column, s.What, c.column, c.words)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		rule   string
		fields map[string]string
		want   bool
	}{
		{"spam: free", map[string]string{"memo": "FREE!"}, true},
		{"spam: free", map[string]string{"memo": "freedom"}, false},
		{"spam: free*", map[string]string{"memo": "freedom"}, true},
		{"spam: *dom", map[string]string{"memo": "freedom"}, true},
		{"spam: free", map[string]string{"title": "ｆｒｅｅ ｐｒｉｚｅ"}, true},
		{`spam: "call now"`, map[string]string{"memo": "call \n  now"}, true},
		{"spam: call now", map[string]string{"memo": "call me now"}, false},
		{"spam: memo has free", map[string]string{"title": "free"}, false},
		{"spam: straße", map[string]string{"memo": "STRAßE"}, true},
		{"spam: 手机", map[string]string{"memo": "新手机发布"}, true},
		{"spam: 手机", map[string]string{"memo": "手表"}, false},
		{"spam: nba", map[string]string{"memo": "看NBA比赛"}, true},
		{"spam: £", map[string]string{"memo": "win £1000"}, true},
		{"spam: <url>", map[string]string{"memo": "see http://example.com/x"}, true},
		{"spam: pri\u200bze", map[string]string{"memo": "pr\u200bize"}, true},
		{`spam: /\d{3}/`, map[string]string{"memo": "a 12 b"}, false},
		{`spam: /\d{3}/`, map[string]string{"memo": "a 123 b"}, true},
		{`spam: /A/i`, map[string]string{"title": "a"}, true},
		{`spam: housing ~ /^o/`, map[string]string{"housing": "own"}, true},
		{"spam: amount > 10,000", map[string]string{"amount": "$ 12,400"}, true},
		{"spam: amount > 10000", map[string]string{"amount": "9,999.5"}, false},
		{"spam: amount > 10000", map[string]string{"amount": "none"}, false},
		{"spam: amount != 3", map[string]string{"amount": ""}, false},
		{"spam: amount ≤ 5%", map[string]string{"amount": "4.5 %"}, true},
		{"spam: housing = Own", map[string]string{"housing": " own "}, true},
		{"spam: housing != own", map[string]string{"housing": "rent"}, true},
		{"spam: housing != own", map[string]string{"housing": ""}, false},
		{"spam: size >= middle", map[string]string{"size": "large"}, true},
		{"spam: size >= middle", map[string]string{"size": "small"}, false},
		{"spam: size < middle", map[string]string{"size": "other"}, false},
		{"spam: opened < 2024-02-01", map[string]string{"opened": "2024/1/31 23:59"}, true},
		{"spam: opened <= 2024-01-31", map[string]string{"opened": "2024-01-31 12:00"}, true},
		{"spam: opened < 2024-02-01", map[string]string{"opened": "2024年2月1日"}, false},
		{"spam: opened < 2024-02-01", map[string]string{"opened": "soon"}, false},
		{`spam: = amount > 5 and housing == "own"`, map[string]string{"amount": "6", "housing": "own"}, true},
		{`spam: = not (amount > 5)`, map[string]string{"amount": "?"}, false},
		{`spam: = missing(amount)`, map[string]string{"amount": "?"}, true},
		{`spam: = missing(amount) or amount > 5`, map[string]string{"amount": "4"}, false},
		{`spam: = $env["amount due"] * 2 > amount`, map[string]string{"amount": "5", "amount due": "3"}, true},
		{`spam: = has("free, prize") and len(text) < 40`, map[string]string{"title": "Prize!"}, true},
		{`spam: = memo matches "(?i)^dear"`, map[string]string{"memo": "Dear all"}, true},
		{`spam: = lower(memo) startsWith "dear"`, map[string]string{"memo": "DEAR"}, true},
		{`spam: = housing in ["own", "rent"]`, map[string]string{"housing": "rent"}, true},
		{`spam: = opened > "2024"`, map[string]string{"opened": "2024-01-01"}, true},
		{`spam: = int(amount) % 0 == 0`, map[string]string{"amount": "3"}, false},
	} {
		r, err := Parse(task(), c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		m, err := Compile(task(), r)
		if err != nil {
			t.Fatal(err)
		}
		v, err := NewView(task())
		if err != nil {
			t.Fatal(err)
		}
		v.Set(item(map[string]string{"memo": "something else", "housing": "x"})) // must leave nothing behind
		m.Match(v)
		v.Set(item(c.fields))
		if got := m.Match(v); got != c.want {
			t.Errorf("%s on %v: %v", c.rule, c.fields, got)
		}
	}
}

// Where a rule matches it can be shown.
func TestPlaces(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"spam: free, prize*", "A FREE and prizes", "FREE|prize"},
		{"spam: ｆｒｅｅ", "so free\n now", "free"},
		{"spam: 手机", "新手机手机", "手机|手机"},
		{`spam: call now`, "Please CALL   now", "CALL now"}, // the project's cleaning takes blanks away
		{`spam: /\d+/`, "a 12 b 345", "12|345"},
		{`spam: = has("free")`, "free", ""},
	} {
		r, err := Parse(task(), c.rule)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := Compile(task(), r)
		v, _ := NewView(task())
		v.Set(item(map[string]string{"title": c.text}))
		var got []string
		m.Places(v, func(column, from, to int) {
			if column != 1 {
				t.Errorf("%s: column %d", c.rule, column)
			}
			got = append(got, v.text(column)[from:to])
		})
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s in %q: %s, want %s", c.rule, c.text, s, c.want)
		}
	}
}

func TestParseFile(t *testing.T) {
	text := "\ufeff# rules\n\n@a spam: free\r\n  ham: lol  \n"
	rules, err := ParseFile(task(), text)
	if err != nil || len(rules) != 2 || rules[0].Name != "a" || rules[1].Text != "lol" {
		t.Errorf("%+v, %v", rules, err)
	}
	for text, words := range map[string]string{
		"@a spam: x\n\n@a ham: y": "line 3",
		"spam: x\nspam: /(/":      "line 2, column 8",
	} {
		if _, err := ParseFile(task(), text); err == nil || !strings.Contains(err.Error(), words) || !errors.Is(err, ErrRule) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestNamed(t *testing.T) {
	free := label.Rule{Kind: label.KeywordRule, Text: "free", Class: 1}
	a, changed := Named(free, nil)
	if a.Name != "r1" || !changed {
		t.Errorf("%+v %v", a, changed)
	}
	if b, changed := Named(free, []label.Rule{a}); b != a || changed {
		t.Errorf("the same rule again: %+v %v", b, changed)
	}
	other := free
	other.Text = "prize"
	if b, changed := Named(other, []label.Rule{a}); b.Name != "r2" || !changed {
		t.Errorf("%+v %v", b, changed)
	}
	other.Name = "r1"
	if b, changed := Named(other, []label.Rule{a}); b.Name != "r1" || !changed {
		t.Errorf("%+v %v", b, changed)
	}
}

// A task that is not of classes has no rules, and columns that models must not
// see are none for rules.
func TestCompileRefuses(t *testing.T) {
	sets := task()
	sets.Kind = label.MultiLabel
	for _, c := range []struct {
		task label.Task
		rule label.Rule
	}{
		{sets, label.Rule{Kind: label.KeywordRule, Text: "x"}},
		{task(), label.Rule{Kind: label.KeywordRule, Text: "x", Class: 9}},
		{task(), label.Rule{Kind: label.KeywordRule, Text: "x", Column: "truth"}},
		{task(), label.Rule{Kind: label.CompareRule, Text: "= x", Column: "truth"}},
		{task(), label.Rule{Kind: label.CompareRule, Text: "= x"}},
		{task(), label.Rule{Kind: 9, Text: "x"}},
		{task(), label.Rule{Kind: label.KeywordRule, Text: strings.Repeat("x", textAtMost+1)}},
		{task(), label.Rule{Kind: label.ExpressionRule, Text: `$env["truth"] == "x"`}},
	} {
		if _, err := Compile(c.task, c.rule); !errors.Is(err, ErrRule) {
			t.Errorf("%+v: %v", c.rule, err)
		}
	}
}

// What is folded is found where it came from.
func TestFoldKeepsPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("aB ß\u200bÉ手ｆ\t\n界Σς"))).Draw(t, "s")
		b, back := fold(nil, s, []int32{})
		if len(back) != len(b)+1 || int(back[len(b)]) != len(s) {
			t.Fatalf("%q: %d bytes, %d places", s, len(b), len(back))
		}
		for i := 1; i < len(back); i++ {
			if back[i] < back[i-1] || int(back[i]) > len(s) || utf8.RuneStart(b[min(i, len(b)-1)]) && int(back[i]) < len(s) && !utf8.RuneStart(s[back[i]]) {
				t.Fatalf("%q: places %v", s, back)
			}
		}
		if plain, _ := fold(nil, s, nil); string(plain) != string(b) {
			t.Fatalf("%q is folded in two ways: %q, %q", s, plain, b)
		}
		if again, _ := fold(nil, string(b), nil); string(again) != string(b) {
			t.Fatalf("%q folds to %q, and that to %q", s, b, again)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`spam: free, prize, "call now"`, `@x [off] spam: memo has a*`, `ham: /a(b|c)/i`, `spam: amount due >= 5`, `spam: = amount > 2 and has("x") or missing(amount)`,
		`a: b: title ~ /x/`, "科技：手机、苹果", `spam: opened < 2024-01-31`, `spam: = $env["amount due"] ** 2 > 1`, `spam: = memo[0:3] == "abc"`} {
		f.Add(s)
	}
	t := task()
	it := item(map[string]string{"memo": "free prizes, 手机 abc", "title": "call now", "amount": "12", "amount due": "3", "housing": "own", "size": "large", "opened": "2024-01-30"})
	f.Fuzz(func(tt *testing.T, s string) {
		r, err := Parse(t, s)
		if err != nil {
			var at *SyntaxError
			if !errors.As(err, &at) || at.Column < 1 || at.Column > utf8.RuneCountInString(s)+1 || at.What == "" {
				tt.Fatalf("%q: %v", s, err)
			}
			return
		}
		again, err := Parse(t, Format(t, r))
		if err != nil || again != r {
			tt.Fatalf("%q is written %q, and that is read as %+v, %v; want %+v", s, Format(t, r), again, err, r)
		}
		m, err := Compile(t, r)
		if err != nil {
			tt.Fatalf("%q was parsed, and cannot be compiled: %v", s, err)
		}
		v, _ := NewView(t)
		v.Set(it)
		first := m.Match(v)
		m.Places(v, func(column, from, to int) {
			if from < 0 || from >= to || to > len(v.text(column)) {
				tt.Fatalf("%q: %d to %d of %q", s, from, to, v.text(column))
			}
			if !first {
				tt.Fatalf("%q does not match, and has places", s)
			}
		})
		if m.Match(v) != first {
			tt.Fatalf("%q matches now and then", s)
		}
	})
}
