package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// A role that values do not fit is given, and what they count as is said.
func TestMisfits(t *testing.T) {
	var b strings.Builder
	b.WriteString("purpose,age,savings,y\n")
	for i := range 40 {
		fmt.Fprintf(&b, "A4%d,%d,A6%d,%s\n", i%3, 20+7*i%40, i%2, []string{"good", "bad"}[i%4/2])
	}
	file := write(t, "credit.csv", b.String())
	p := filepath.Join(t.TempDir(), "p.inkling")
	notes := []string{
		"column purpose: 0 of 40 values can be read as a number; the rest counts as missing",
		"column savings: 20 of 40 values can be read as one of A61, low; the rest counts as missing",
	}
	roles := []string{"--number", "purpose,age", "--ordinal", "savings=A61,low"}
	r := run("", append([]string{"import", filepath.Join(t.TempDir(), "q.inkling"), file, "--answers", "y"}, roles...)...)
	for _, n := range notes {
		if r.status != 0 || !strings.Contains(r.err, n) {
			t.Errorf("import: status %d, without %q:\n%s", r.status, n, r.err)
		}
	}
	if strings.Contains(r.err, "column age:") {
		t.Error("it warns of ages, which are numbers:", r.err)
	}
	must(t, "", "import", p, file, "--answers", "y")
	r = run("", append([]string{"set", p}, roles...)...)
	for _, n := range notes {
		if r.status != 0 || !strings.Contains(r.err, n) {
			t.Errorf("set: status %d, without %q:\n%s", r.status, n, r.err)
		}
	}
	if r = run("", "set", p, "--category", "purpose"); r.status != 0 || strings.Contains(r.err, "missing") {
		t.Errorf("any value is a category: %s", r.err)
	}
}

// Columns that say the same in every row are named, not only that a text is
// missing.
func TestConstantColumns(t *testing.T) {
	file := write(t, "same.csv", "n,c,y\n"+strings.Repeat("1,a,p\n1,a,q\n", 20))
	fails(t, 2, "nothing to learn from: each of n, c says the same in every row", "import", filepath.Join(t.TempDir(), "p.inkling"), file, "--answers", "y")
}

// What programs write where there is no value is no label, unless it is said to
// be one.
func TestAbsentAnswers(t *testing.T) {
	file := write(t, "a.csv", "text,y\none fine thing,a\ntwo fine things,b\nthree things,NaN\nfour things,?\nfive things,none\n")
	p := filepath.Join(t.TempDir(), "p.inkling")
	r := run("", "import", p, file, "--answers", "y")
	if r.status != 0 || !strings.Contains(r.err, `in column "y", ?, NaN means that there is no answer`) || !strings.Contains(r.err, "none [n]\naudit") {
		t.Errorf("status %d:\n%s", r.status, r.err)
	}
	if c := counts(t, p); c != (counted{5, 3}) {
		t.Errorf("%+v", c)
	}
	named := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", named, file, "--answers", "y", "--labels", "a,b,none,NaN,?")
	if c := counts(t, named); c != (counted{5, 5}) {
		t.Errorf("named: %+v", c)
	}
}
