package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func collect(seed uint64, n int) []Row { return slices.Collect(Rows(seed, n)) }

// The hash pins the first thousand rows: it must be the same on every platform and with every release of Go. It changes
// only when the generator is changed on purpose; then copy the new one from the failure.
func TestRowsPinned(t *testing.T) {
	const want = "71f6de517cb4fafeeaa1010c968a13061baa932360845c71639dd39a7f4fb8c4"
	h := sha256.New()
	for r := range Rows(7, 1000) {
		for _, f := range r.Fields {
			h.Write([]byte(f))
			h.Write([]byte{0})
		}
		h.Write([]byte(r.Gold))
		h.Write([]byte(strconv.FormatFloat(r.Ambiguity, 'g', -1, 64)))
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("hash of the first 1000 rows of seed 7 is %s, want %s", got, want)
	}
}

func TestRowsBeginAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		m := rapid.IntRange(0, 40).Draw(t, "m")
		long, short := collect(seed, m+20), collect(seed, m)
		if len(long) != m+20 || len(short) != m {
			t.Fatalf("got %d and %d rows, want %d and %d", len(long), len(short), m+20, m)
		}
		for i := range short {
			if !slices.Equal(short[i].Fields, long[i].Fields) || short[i].Gold != long[i].Gold || short[i].Ambiguity != long[i].Ambiguity {
				t.Fatalf("row %d differs:\n%+v\n%+v", i, short[i], long[i])
			}
		}
	})
}

func TestRowsInterleaved(t *testing.T) {
	a, stopA := iter.Pull(Rows(3, 50))
	b, stopB := iter.Pull(Rows(3, 50))
	defer stopA()
	defer stopB()
	for i := range 50 {
		x, _ := a()
		y, _ := b()
		if !slices.Equal(x.Fields, y.Fields) {
			t.Fatalf("row %d differs between two iterators at work together", i)
		}
	}
}

func TestRowsStopEarly(t *testing.T) {
	n := 0
	for range Rows(1, 1000) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("got %d rows before the break, want 3", n)
	}
	if got := collect(1, -1); len(got) != 0 {
		t.Errorf("got %d rows for n = -1, want none", len(got))
	}
}

func TestSeedsDiffer(t *testing.T) {
	seen := make(map[string]bool)
	same := 0
	for seed := range uint64(20) {
		for _, r := range collect(seed, 20) {
			if seen[r.Fields[0]] {
				same++
			}
			seen[r.Fields[0]] = true
		}
	}
	if same > 12 { // a few blank memos
		t.Errorf("%d of 400 memos of 20 seeds were seen under another seed", same)
	}
}

func TestClassShares(t *testing.T) {
	const n = 20000
	count := map[string]int{}
	for r := range Rows(11, n) {
		count[r.Gold]++
	}
	for c, class := range Classes() {
		got := float64(count[class.Name]) / n
		want := float64(base[c]) / scale
		if got < want-0.012 || got > want+0.012 { // 3.4 standard errors
			t.Errorf("share of %s is %.3f, the base posterior says %.3f", class.Name, got, want)
		}
	}
	if r := float64(count[Repay]) / n; r < 0.55 || r > 0.60 {
		t.Errorf("share of the commonest class is %.3f, want 0.55 to 0.60", r)
	}
}

func TestMemosDistinct(t *testing.T) {
	const n = 5000
	exact, loose, blank := map[string]int{}, map[string]int{}, 0
	for r := range Rows(1, n) {
		exact[r.Fields[0]]++
		words := strings.FieldsFunc(r.Fields[0], func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
		loose[strings.Join(words, " ")]++
		if utf8.RuneCountInString(r.Fields[0]) < 20 && len(words) <= 5 {
			blank++
		}
	}
	if share := float64(len(exact)) / n; share <= 0.98 {
		t.Errorf("%.4f of the memos are distinct, want over 0.98", share)
	}
	if len(exact)-len(loose) < 5 {
		t.Errorf("%d memos equal but for punctuation, want a few", len(exact)-len(loose))
	}
	if blank < 5 || blank > n/50 {
		t.Errorf("%d memos of almost nothing, want 5 to %d", blank, n/50)
	}
}

func hanShare(s string) float64 {
	han, letters := 0, 0
	for _, c := range s {
		if unicode.Is(unicode.Han, c) {
			han++
		}
		if unicode.IsLetter(c) {
			letters++
		}
	}
	return float64(han) / float64(max(letters, 1))
}

func TestLanguages(t *testing.T) {
	const n = 5000
	english, chinese, mixed := map[string]int{}, map[string]int{}, 0
	for r := range Rows(5, n) {
		switch share := hanShare(r.Fields[0]); {
		case share > 0.9:
			chinese[r.Gold]++
		case share < 0.02:
			english[r.Gold]++
		case share > 0.05 && share < 0.8:
			mixed++
		}
	}
	for _, c := range Classes() {
		share := float64(chinese[c.Name]) / float64(chinese[c.Name]+english[c.Name])
		if share < 0.28 || share > 0.40 {
			t.Errorf("%.2f of the %s memos are in Chinese, want about 0.33", share, c.Name)
		}
	}
	if mixed < n/60 || mixed > n/15 {
		t.Errorf("%d of %d memos mix the languages, want a few in a hundred", mixed, n)
	}
}

func TestText(t *testing.T) {
	noise := map[string]*regexp.Regexp{
		"HTML":         regexp.MustCompile(`<[a-z/]+|&nbsp;|&amp;`),
		"URL":          regexp.MustCompile(`https?://|www\.`),
		"mail":         regexp.MustCompile(`\S+@\S+\.`),
		"phone":        regexp.MustCompile(`555-01\d\d|\*{4}01\d\d`),
		"line breaks":  regexp.MustCompile(`\n`),
		"odd space":    regexp.MustCompile("\t|\r|\u00a0|\u3000|  "),
		"emoji":        regexp.MustCompile(strings.Join(emoji, "|")),
		"abbreviation": regexp.MustCompile(`\b(inst|appl)\.|w/o? `),
	}
	found := map[string]int{}
	for r := range Rows(9, 5000) {
		memo := r.Fields[0]
		if !utf8.ValidString(memo) {
			t.Errorf("not UTF-8: %q", memo)
		}
		for _, c := range memo {
			if unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' || c == utf8.RuneError || unicode.Is(unicode.Cf, c) {
				t.Errorf("%U in %q", c, memo)
			}
		}
		if i := strings.IndexAny(memo, "{}[]|"); i >= 0 {
			t.Errorf("grammar left in %q", memo)
		}
		for name, re := range noise {
			if re.MatchString(memo) {
				found[name]++
			}
		}
	}
	for name := range noise {
		if found[name] < 10 {
			t.Errorf("%d memos with %s, want some", found[name], name)
		}
	}
}

func TestColumns(t *testing.T) {
	cols := Columns()
	known := map[string][]string{"housing": housings, "purpose": purposes, "region": regions, "channel": channels, "class": {Repay, Watch, Default}}
	missing, numbers := 0, 0
	for r := range Rows(2, 3000) {
		if len(r.Fields) != len(cols) {
			t.Fatalf("%d fields, want %d", len(r.Fields), len(cols))
		}
		value := map[string]int{}
		for i, c := range cols {
			f := r.Fields[i]
			switch c.Role {
			case "number":
				numbers++
				if f == "" {
					missing++
					continue
				}
				v, err := strconv.Atoi(f)
				if err != nil || v < 0 {
					t.Fatalf("%s is %q", c.Name, f)
				}
				value[c.Name] = v
			case "category", "gold":
				if !slices.Contains(known[c.Name], f) {
					t.Fatalf("%s is %q", c.Name, f)
				}
			case "text":
			default:
				t.Fatalf("role of %s is %q", c.Name, c.Role)
			}
		}
		if r.Fields[len(cols)-1] != r.Gold {
			t.Fatalf("last field %q, gold %q", r.Fields[len(cols)-1], r.Gold)
		}
		if r.Ambiguity < 0 || r.Ambiguity >= 1 {
			t.Fatalf("ambiguity %v", r.Ambiguity)
		}
		age, ok := value["age"]
		if ok && (age < 21 || age > 75 || value["months_employed"] > (age-18)*12) {
			t.Fatalf("age %d, employed for %d months", age, value["months_employed"])
		}
		if v, ok := value["instalment_rate"]; ok && (v < 5 || v > 90) {
			t.Fatalf("instalment rate %d", v)
		}
		if v, ok := value["income"]; ok && (v < 1000 || v > 20000) {
			t.Fatalf("income %d", v)
		}
	}
	if share := float64(missing) / float64(numbers); share < 0.005 || share > 0.02 {
		t.Errorf("%.3f of the numbers are missing, want about 0.01", share)
	}
}

// What a memo says in figures is what the columns say.
func TestMemoAgreesWithColumns(t *testing.T) {
	index := map[string]int{}
	for i, c := range Columns() {
		index[c.Name] = i
	}
	cases := []struct {
		column string
		re     *regexp.Regexp
	}{
		{"instalment_rate", regexp.MustCompile(`(\d+) % of income`)},
		{"instalment_rate", regexp.MustCompile(`收入比?(\d+)%`)},
		{"open_loans", regexp.MustCompile(`(\d+) open loans`)},
		{"open_loans", regexp.MustCompile(`未结清(\d+)笔`)},
		{"open_loans", regexp.MustCompile(`bureau says (\d+)`)},
		{"age", regexp.MustCompile(`，(\d+)岁`)},
		{"age", regexp.MustCompile(`\((\d\d)\) on `)},
		{"term_months", regexp.MustCompile(`over (\d+) months`)},
		{"term_months", regexp.MustCompile(`期限(\d+)个月`)},
	}
	seen := make([]int, len(cases))
	for r := range Rows(4, 5000) {
		for i, c := range cases {
			for _, m := range c.re.FindAllStringSubmatch(r.Fields[0], -1) {
				seen[i]++
				if have := r.Fields[index[c.column]]; have != m[1] && have != "" {
					t.Errorf("%s is %s, memo %q", c.column, have, r.Fields[0])
				}
			}
		}
	}
	for i, n := range seen {
		if n == 0 {
			t.Errorf("%s never matched", cases[i].re)
		}
	}
}

func BenchmarkRows5000(b *testing.B) {
	for b.Loop() {
		for range Rows(1, 5000) {
		}
	}
}
