package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inkling/label"
)

// Columns get roles by what is in them, and what would give the answer away or
// be learned by heart gets none.
func TestInferRoles(t *testing.T) {
	pick := func(of ...string) func(i int) string { return func(i int) string { return of[i*7%len(of)] } }
	form := func(f string) func(i int) string { return func(i int) string { return fmt.Sprintf(f, i) } }
	for _, c := range []struct {
		name string
		role label.Role
		why  string // part of what is said
		make func(i int) string
	}{
		{"id", label.Ignore, "numbers the rows", form("%d")},
		{"n", label.Ignore, "counts the rows", form("%d")},
		{"account", label.Ignore, "long numbers", func(i int) string { return fmt.Sprint(48_000_000 + i*i*31) }},
		{"ref", label.Ignore, "codes of which 200 in 200 differ", form("C-%05d")},
		{"hash", label.Ignore, "differ", func(i int) string { return fmt.Sprintf("%032x", i*i+12345) }},
		{"bank", label.Ignore, "the same in every row", pick("ours")},
		{"nothing", label.Ignore, "no values", pick("")},
		{"when", label.Time, "2026-01-01 to 2026-01-28, 28 different", func(i int) string { return fmt.Sprintf("2026-01-%02d 10:00:00", i%28+1) }},
		{"born", label.Time, "missing", func(i int) string { return []string{"", fmt.Sprintf("%d.%d.1980", i%28+1, i%12+1)}[i%2] }},
		{"日期", label.Time, "dates", nil}, // see below
		{"timestamp", label.Time, "different", func(i int) string { return fmt.Sprint(1_700_000_000 + i*86_400) }},
		{"total", label.Numeric, "different", func(i int) string { return fmt.Sprint(1_700_000_000 + i%90*86_400) }},
		{"amount", label.Numeric, "0.5 to 6.5, 7 different", func(i int) string { return fmt.Sprint(float64(i%7) + 0.5) }},
		{"price", label.Numeric, "1000 to 1199", func(i int) string { return fmt.Sprintf("$1,%03d", i*37%200) }},
		{"income", label.Numeric, "missing", func(i int) string { return []string{"?", fmt.Sprint(900 + i*13%100)}[min(i%5, 1)] }},
		{"rating", label.Numeric, "1 to 5, 5 different", func(i int) string { return fmt.Sprint(i%5 + 1) }},
		{"flag", label.Numeric, "0 to 1, 2 different", pick("0", "1")},
		{"branch_code", label.Category, "3 codes", pick("11", "25", "31")},
		{"region", label.Category, "2 codes: 007, 012", pick("007", "012")},
		{"status", label.Category, "4 codes: A11, A12, A13, A14", pick("A11", "A12", "A13", "A14")},
		{"house", label.Category, "2 codes: own, rent", pick("own", "rent")},
		{"debtors", label.Category, "2 codes: none, yes", pick("none", "yes")},
		{"account kind", label.Category, "3 codes", pick("no checking account at all", "less than two hundred marks", "more than two hundred marks")},
		{"since", label.Category, "4 codes in order: <1 year, 1 to 4 years, 4 to 7 years, >7 years", pick(">7 years", "1 to 4 years", "<1 year", "4 to 7 years")},
		{"town", label.Category, "40 codes", func(i int) string { return "town" + strings.Repeat("n", i%40) }},
		{"message", label.Text, "6 words", form("this is message %d of them")},
		{"消息", label.Text, "12 characters", form("今天第%d次来问贷款的事")},
		{"text", label.Text, "1 word", pick("ok", "no")},
		{"name", label.Text, "2 words", func(i int) string { return "Ms " + strings.Repeat("a", i%9+3) + strings.Repeat("b", i/9+2) }},
	} {
		s := newSamples([]string{c.name})[0]
		for i := range 200 {
			if c.make == nil {
				s.add(fmt.Sprintf("2024年%d月%d日", i%12+1, i%28+1))
				continue
			}
			s.add(c.make(i))
		}
		if c.why == "dates" {
			c.why = "2024-01-"
		}
		if x := s.infer(); x.role != c.role || !strings.Contains(x.why, c.why) {
			t.Errorf("%s is %s: %s; want %s: %s", c.name, x.role, x.why, c.role, c.why)
		}
	}
	if x := newSamples([]string{"text"})[0].infer(); x.role != label.Ignore {
		t.Errorf("a column without a row is %v", x)
	}
}

// mixedTable is a file with every kind of column.
func mixedTable(n int) string {
	var b strings.Builder
	b.WriteString("no,memo,amount,housing,since,day,bank,outcome\n")
	for i := range n {
		bad := i%3 == 0
		memo, amount, size := "paid on the day as agreed", 1000+i*17%900, "1-small"
		if bad {
			memo, amount, size = "asks to roll over once more", 5000+i*13%900, "3-large"
		}
		if i%4 > 1 {
			memo = "see the file that goes with it" // half of the memos tell nothing
		}
		fmt.Fprintf(&b, "%d,%s number %d,%d,%s,%s,2024-%02d-%02d,ours,%s\n", i, memo, i, amount, []string{"own", "rent", "2-middle"}[i%2], []string{size, "2-middle"}[min(i%10, 1)*(i%2)],
			i%12+1, i%28+1, []string{"good", "bad"}[map[bool]int{true: 1}[bad]])
	}
	return b.String()
}

// A new project shows the roles of its columns with what speaks for them, and
// how they are changed.
func TestImportShowsRoles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	r := run("", "import", path, write(t, "a.csv", mixedTable(300)), "--answers", "outcome")
	for _, want := range []string{
		"\n  no       ignore    numbers the rows\n", "\n  memo     text      9 words on average\n", "\n  amount   number    1001 to 5897, 300 different", "\n  housing  category  2 codes: own, rent\n",
		"\n  since    ordinal   3 codes in order: 1-small, 2-middle, 3-large\n", "\n  day      time      2024-01-01 to 2024-12-28, ", "\n  bank     ignore    the same in every row\n",
		"\n  outcome  answers   so you said\n", "a role that does not fit: inkling set " + path,
	} {
		if r.status != 0 || !strings.Contains(r.err, want) {
			t.Errorf("no %q in\n%s", want, r.err)
		}
	}
	var made struct {
		Columns []columnMade `json:"columns"`
	}
	unmarshal(t, must(t, "", "import", filepath.Join(t.TempDir(), "q.inkling"), write(t, "a.csv", mixedTable(300)), "--answers", "outcome", "--ordinal", "housing=rent,own", "--ignore", "day", "--json"), &made)
	if c := made.Columns; len(c) != 8 || c[3].Role != "category" || !slices.Equal(c[3].Order, []string{"rent", "own"}) || c[5].Role != "ignore" || c[5].Why != saidSo {
		t.Errorf("%+v", made)
	}
	// What a terminal would act on is only shown.
	hostile := "me\x1b[2Jmo,a\nthis is the text of it,1\nthis is another text then,2\n"
	if r := run("", "import", filepath.Join(t.TempDir(), "h.inkling"), write(t, "h.csv", hostile), "--labels", "x,y"); r.status != 0 || strings.Contains(r.err, "\x1b") {
		t.Errorf("%d %q", r.status, r.err)
	}
}

// A project without text is one all the same; a row that is empty is refused.
func TestImportTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	file := write(t, "a.csv", "amount,house,y\n1,own,a\n2,rent,b\n,,a\n")
	fails(t, 1, "all columns are empty", "import", path, file, "--answers", "y", "--category", "house")
	must(t, "", "import", path, file, "--answers", "y", "--category", "house", "--on-error", "skip")
	if c := counts(t, path); c.items != 2 {
		t.Errorf("%+v", c)
	}
	fails(t, 2, "one of the columns of this project", "import", path, write(t, "b.csv", "sum,home\n1,own\n"))
	fails(t, 2, "nothing to learn from", "import", filepath.Join(t.TempDir(), "q.inkling"), file, "--answers", "y", "--ignore", "amount,house")
}

// Roles change later, but not what names the items; orders and meanings come
// and go with them.
func TestSetColumns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", path, write(t, "a.csv", mixedTable(60)), "--answers", "outcome")
	book := write(t, "book.csv", "\ufeffmeaning,Column,code\nowns the home,housing,own\npays rent,housing,rent\nof nothing,garden,x\n,amount,\n")
	r := run("", "set", path, "--category", "amount", "--ordinal", "housing=rent,own", "--context", "day", "--codebook", book)
	for _, want := range []string{"column amount: category (it was: number)", "column housing: ordinal (rent < own) (it was: category)", "column day: context (it was: time)", "column housing: 2 codes explained"} {
		if r.status != 0 || !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s%s", want, r.out, r.err)
		}
	}
	if !strings.Contains(r.err, "columns that the project has not: garden") {
		t.Error(r.err)
	}
	var stats struct {
		Task loggedTask `json:"task"`
	}
	unmarshal(t, must(t, "", "stats", path, "--json"), &stats)
	i := slices.IndexFunc(stats.Task.Columns, func(c loggedColumn) bool { return c.Name == "housing" })
	if c := stats.Task.Columns[i]; !slices.Equal(c.Order, []string{"rent", "own"}) || len(c.Meanings) != 2 || c.Meanings[1] != (label.Meaning{Code: "rent", Text: "pays rent"}) {
		t.Errorf("%+v", c)
	}
	must(t, "", "set", path, "--category", "housing")
	for _, c := range []struct {
		words string
		args  []string
	}{
		{`there is no column "nope"; the project has no, memo`, []string{"--number", "nope"}},
		{`column "bank" has the role ignore`, []string{"--category", "bank"}},
		{`column "outcome" has the role answers`, []string{"--text", "outcome"}},
		{"--ordinal takes COL=LOW,..,HIGH", []string{"--ordinal", "housing"}},
		{"no order of different codes", []string{"--ordinal", "housing=a,a"}},
		{"no column would be left", []string{"--context", "memo,amount,housing,since,day"}},
		{"no column called code", []string{"--codebook", write(t, "bad.csv", "column,meaning\na,b\n")}},
	} {
		fails(t, 2, c.words, append([]string{"set", path}, c.args...)...)
	}
}
