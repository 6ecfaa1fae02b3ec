package cli

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// housesTable has prices that are ten times the area and fifty more by the lake,
// with a little noise; every ninth row repeats the one before with another price.
func housesTable(n int) string {
	rng := rand.New(rand.NewPCG(4, 4))
	var b strings.Builder
	b.WriteString("area,place,price\n")
	area, place := 0.0, ""
	for i := range n {
		if i%9 != 8 {
			area, place = 20+0.7*float64(i), []string{"lake", "town"}[rng.IntN(2)]
		}
		price := 10*area + rng.NormFloat64()
		if place == "lake" {
			price += 50
		}
		fmt.Fprintf(&b, "%.1f,%s,%.2f\n", area, place, price)
	}
	return b.String()
}

// A number goes through the whole of the command line: seen for what it is,
// learned, measured on the audits and on a file, told with reasons in its own
// unit, exported and brought back.
func TestNumberTask(t *testing.T) {
	dir := t.TempDir()
	p, file := filepath.Join(dir, "h.inkling"), write(t, "houses.csv", housesTable(300))
	made := run("", "import", p, file, "--answers", "price", "--audit", "0.2")
	for _, words := range []string{"so the answer is a number (--task number)", "answer   a number", "300 rows, 267 added, 33 repeats",
		"33 answers of rows that repeat an item left out", "(33 say something else)", "--id COL"} {
		if made.status != 0 || !strings.Contains(made.err, words) {
			t.Errorf("no %q in\n%s", words, made.err)
		}
	}
	again := run("", "import", p, file, "--answers", "price", "--task", "number")
	if again.status != 0 || !strings.Contains(again.err, "0 added") {
		t.Error(again.err)
	}
	text := must(t, "", "train", p, "--model", "ridge-regression")
	if !strings.Contains(text, "mean absolute error") || strings.Contains(text, "NaN") {
		t.Error(text)
	}
	type errorsOf struct {
		N                        int
		MAE, MSE, RMSE, R2, MAPE float64
		On                       string
	}
	var r errorsOf
	if unmarshal(t, must(t, "", "eval", p, "--json"), &r); r.N < 30 || r.MAE > 3 || r.R2 < 0.99 || r.On != "audit" {
		t.Errorf("%+v", r)
	}
	if unmarshal(t, must(t, "", "eval", p, write(t, "next.csv", housesTable(90)), "--gold", "price", "--json"), &r); r.N != 90 || r.R2 < 0.99 || r.On != "file" {
		t.Errorf("%+v", r)
	}
	var told struct {
		Value, Base float64
		Reasons     []struct {
			Column string
			Weight float64
		}
	}
	unmarshal(t, must(t, "area,place\n100,lake\n", "predict", p, "-", "--explain"), &told)
	sum := told.Base
	for _, x := range told.Reasons {
		sum += x.Weight
	}
	// Two columns have two reasons, so that nothing is left out but digits.
	if told.Value < 1040 || told.Value > 1060 || len(told.Reasons) != 2 || sum < told.Value-0.5 || sum > told.Value+0.5 {
		t.Errorf("%+v", told)
	}
	for _, args := range [][]string{{"runs", p}, {"models", p}, {"stats", p}, {"check", p}, {"log", p, "--text"}} {
		if out := must(t, "", args...); strings.Contains(out, "class 0") || strings.Contains(out, "NaN") {
			t.Errorf("%v: %s", args, out)
		}
	}
	var stats struct {
		Numbers struct {
			N                 int
			Least, Mean, Most float64
		}
	}
	// The prices of areas from 20 to 229.
	if unmarshal(t, must(t, "", "stats", p, "--json"), &stats); stats.Numbers.N != 267 || stats.Numbers.Least < 190 || stats.Numbers.Most > 2350 ||
		stats.Numbers.Mean < 1200 || stats.Numbers.Mean > 1330 {
		t.Errorf("%+v", stats)
	}
	sameAnswers(t, p, "--task", "number")
}

// sameAnswers exports a project, imports that as another one and compares what
// both say.
func sameAnswers(t *testing.T, p string, more ...string) {
	t.Helper()
	dir := t.TempDir()
	for _, as := range []string{"csv", "jsonl"} {
		file, other := filepath.Join(dir, "e."+as), filepath.Join(dir, as+".inkling")
		must(t, "", "export", p, "-o", file)
		must(t, "", append([]string{"import", other, file, "--answers", "label"}, more...)...)
		must(t, "", "check", other)
		if was, is := answerLines(t, p), answerLines(t, other); was == "" || was != is {
			t.Errorf("%s: the answers are others:\n%.400s\nwant:\n%.400s", as, is, was)
		}
	}
}

// answerLines are the decisions of a project as the log tells them.
func answerLines(t *testing.T, p string) string {
	t.Helper()
	var out strings.Builder
	var events []loggedEvent
	unmarshal(t, must(t, "", "log", p, "--kind", "decided", "--json"), &events)
	for _, e := range events {
		for _, d := range e.Decisions {
			fmt.Fprintln(&out, d.Item, d.Label)
		}
	}
	return out.String()
}

// filmsTable has texts with words of each of their labels, in JSON or with a
// separator; every eighth film has no label.
func filmsTable(n int, sep string) string {
	words := map[string][]string{"crime": {"murder", "police"}, "love": {"wedding", "kiss"}, "space": {"rocket", "planet"}}
	var b strings.Builder
	if sep != "" {
		b.WriteString("plot,genres\n")
	}
	for i := range n {
		plot, names := fmt.Sprintf("film %d with", i), []string{}
		for c, name := range []string{"crime", "love", "space"} {
			if i>>c&1 == 1 {
				names = append(names, name)
				plot += " " + strings.Join(words[name], " and a ")
			}
		}
		switch {
		case sep == "":
			fmt.Fprintf(&b, "{\"plot\":%q,\"genres\":%s}\n", plot, jsonList(names))
		case len(names) == 0:
			fmt.Fprintf(&b, "%s,[]\n", plot)
		default:
			fmt.Fprintf(&b, "%s,%s\n", plot, strings.Join(names, sep))
		}
	}
	return b.String()
}

// Several labels go through the whole of the command line, with a separator or
// as lists.
func TestMultiLabelTask(t *testing.T) {
	for _, c := range []struct{ name, file, sep string }{
		{"separated", "films.csv", "|"}, {"lists", "films.jsonl", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, file := filepath.Join(t.TempDir(), "f.inkling"), write(t, c.file, filmsTable(240, c.sep))
			args := []string{"import", p, file, "--text", "plot", "--answers", "genres", "--audit", "0.2"}
			if c.sep != "" {
				args = append(args, "--task", "multi-label") // lists are seen for what they are
			}
			made := run("", args...)
			if made.status != 0 || !strings.Contains(made.err, "labels   any number of crime [") || !strings.Contains(made.err, "240 added") {
				t.Fatal(made.err)
			}
			must(t, "", "train", p, "--model", "naive-bayes")
			var r struct {
				N                     int
				Subset                float64 `json:"subset_accuracy"`
				Hamming               float64 `json:"hamming_loss"`
				Micro, Macro, Samples struct{ F1 float64 }
				PerClass              map[string]struct{ Support int } `json:"per_class"`
				Interval              [2]float64
				Intervals             map[string][2]float64
			}
			unmarshal(t, must(t, "", "eval", p, "--json"), &r)
			if r.N < 30 || r.Subset < 0.9 || r.Hamming > 0.05 || r.Micro.F1 < 0.95 || len(r.PerClass) != 3 || len(r.Intervals) != 4 {
				t.Errorf("%+v", r)
			}
			if text := must(t, "", "eval", p, file, "--gold", "genres"); !strings.Contains(text, "samples avg") || !strings.Contains(text, "240 items") {
				t.Error(text)
			}
			var told struct {
				Labels      []string
				Probability float64
				Reasons     []struct{ Term, Label string }
			}
			unmarshal(t, must(t, "{\"plot\":\"A rocket and a wedding\"}\n", "predict", p, "-", "--explain"), &told)
			if strings.Join(told.Labels, " ") != "love space" || told.Probability < 0.5 || len(told.Reasons) == 0 {
				t.Errorf("%+v", told)
			}
			about := map[string]string{}
			for _, x := range told.Reasons {
				if about[x.Label] == "" {
					about[x.Label] = x.Term // the strongest
				}
			}
			if about["love"] != "wedding" || about["space"] != "rocket" {
				t.Errorf("reasons %v", about)
			}
			if out := must(t, "", "runs", p); !strings.Contains(out, "audits exactly right") {
				t.Error(out)
			}
			out := must(t, "", "export", p, "--format", "csv")
			want := map[string]string{"|": "crime|love,answered", "": `"[""crime"",""love""]",answered`}[c.sep]
			if !strings.Contains(out, want) || !strings.Contains(out, "[],answered") {
				t.Errorf("no %s in %.600s", want, out)
			}
			sameAnswers(t, p, "--text", "plot", "--task", "multi-label")
		})
	}
}

// What is none of the task's answers is refused with its place.
func TestAnswersRefused(t *testing.T) {
	file := write(t, "a.csv", "text,tags,n\none,a;b,1\ntwo,a;zzz,2\nthree,c,x\n")
	p := filepath.Join(t.TempDir(), "p.inkling")
	fails(t, 1, `line 3, column 2 ("tags"): "zzz" is not a label`, "import", p, file, "--task", "multi-label", "--text", "text", "--labels", "a,b,c", "--answers", "tags")
	fails(t, 1, `line 4, column 3 ("n"): "x" is not a number`, "import", p, file, "--task", "number", "--text", "text", "--answers", "n")
	if _, err := os.Stat(p); err == nil {
		t.Error("a project was made")
	}
}

// Wine as its own data has it: 4,898 rows of which 937 repeat another one, with
// the same quality; a linear model explains a good quarter of the variance
// (Cortez et al. 2009 report a mean absolute error of 0.59 for one, on the rows
// with their repeats).
func TestWine(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	file := realData(t, "wine_quality_white/wine_quality_white.csv")
	p := filepath.Join(t.TempDir(), "w.inkling")
	made := run("", "import", p, file, "--task", "number", "--answers", "quality")
	if made.status != 0 || !strings.Contains(made.err, "937 answers of rows that repeat an item left out, as the first one counts (all say the same)") {
		t.Fatal(made.err)
	}
	must(t, "", "train", p, "--model", "ridge-regression")
	var r struct {
		N       int
		MAE, R2 float64
	}
	if unmarshal(t, must(t, "", "eval", p, "--json"), &r); r.N < 300 || r.MAE > 0.65 || r.R2 < 0.25 {
		t.Errorf("%+v", r)
	}
}
