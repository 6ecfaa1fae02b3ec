package metric

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestReportText(t *testing.T) {
	truth, predicted := small()
	m := Tabulate(3, truth, predicted)
	// The numbers are those of TestConfusionByHand, the layout scikit-learn's.
	for _, c := range []struct {
		name   string
		report Report
		digits int
		want   []string
	}{
		{"all classes", m.Report([]string{"a", "b", "c"}), 3, []string{
			"              precision    recall  f1-score   support",
			"",
			"           a      0.600     0.750     0.667         4",
			"           b      0.667     0.667     0.667         3",
			"           c      0.000     0.000     0.000         1",
			"",
			"    accuracy                          0.625         8",
			"   macro avg      0.422     0.472     0.444         8",
			"weighted avg      0.550     0.625     0.583         8",
			"",
		}},
		{"some classes", m.Report([]string{"a", "b", "c"}, 2, 0), 2, []string{
			"              precision    recall  f1-score   support",
			"",
			"           c       0.00      0.00      0.00         1",
			"           a       0.60      0.75      0.67         4",
			"",
			"   micro avg       0.60      0.60      0.60         5",
			"   macro avg       0.30      0.38      0.33         5",
			"weighted avg       0.48      0.60      0.53         5",
			"",
		}},
		{"a class that never occurs", Tabulate(2, []int{0, 0}, []int{0, 0}).Report([]string{"yes", "no"}), 1, []string{
			"              precision    recall  f1-score   support",
			"",
			"         yes        1.0       1.0       1.0         2",
			"          no        0.0       0.0       0.0         0",
			"",
			"    accuracy                            1.0         2",
			"   macro avg        0.5       0.5       0.5         2",
			"weighted avg        1.0       1.0       1.0         2",
			"",
		}},
		{"wide names", m.Report([]string{"信用风险很高", "é\u0301👩‍💻", "信用风险很高x"}), -1, []string{
			"               precision    recall  f1-score   support",
			"",
			" 信用风险很高          1         1         1         4",
			"          é\u0301👩‍💻          1         1         1         3",
			"信用风险很高x          0         0         0         1",
			"",
			"     accuracy                              1         8",
			"    macro avg          0         0         0         8",
			" weighted avg          1         1         1         8",
			"",
		}},
		{"no classes", NewConfusion(0).Report(nil), 3, []string{
			"              precision    recall  f1-score   support",
			"",
			"",
			"    accuracy                          0.000         0",
			"   macro avg      0.000     0.000     0.000         0",
			"weighted avg      0.000     0.000     0.000         0",
			"",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, want := c.report.Text(c.digits), strings.Join(c.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	if r := m.Report([]string{"a", "b", "c"}); r.String() != r.Text(3) {
		t.Error("String does not print three digits")
	}
}

func TestReportTextEscapes(t *testing.T) {
	for _, c := range []struct{ label, want string }{
		{"a\x1b[2J\r\n\tb", `a\x1b[2J\r\n\tb`},
		{"\u009b31m\x7f", `\u009b31m\x7f`},
		{"bad\xff utf-8", `bad\xff utf-8`},
		{"\u202eevil\u2066\u2028", `\u202eevil\u2066\u2028`},
		{"\u0903", `\u0903`},             // a Devanagari sign without its letter
		{"\u0915\u0903", "\u0915\u0903"}, // and with it
		{"a\u0d4e", `a\u0d4e`},           // a letter that joins the next one
		{"�", "�"},                       // the replacement character itself is fine
	} {
		r := Tabulate(1, []int{0}, []int{0}).Report([]string{c.label})
		if got := strings.TrimLeft(strings.Split(r.Text(3), "\n")[2], " "); !strings.HasPrefix(got, c.want+"  ") {
			t.Errorf("%q is printed as %q, want %q", c.label, got, c.want)
		}
	}
}

func TestReportTextIsAligned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Tabulate(1, []int{0}, []int{0}).Report([]string{rapid.String().Draw(t, "label")})
		text := r.Text(2)
		lines := strings.Split(text, "\n")
		for _, i := range []int{2, 4, 5, 6} {
			if ansi.StringWidth(lines[i]) != ansi.StringWidth(lines[0]) {
				t.Fatalf("line %d is not as wide as the head:\n%s", i, text)
			}
		}
		if len(lines) != 8 || ansi.Strip(text) != text {
			t.Fatalf("%q", text)
		}
	})
}

func TestReportJSON(t *testing.T) {
	names := []string{"z", "a\"b"}
	check := func(what string, v any, want string) {
		t.Helper()
		got, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if string(got) != want {
			t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
		}
	}
	r := Evaluate(names, []int{0, 1}, []int{0, 1}, [][]float64{{0.75, 0.25}, {0.5, 0.5}})
	r.Interval = Interval{0.25, 1} // has its own test
	near(t, "log loss", float64(r.LogLoss), (math.Log(4.0/3)+math.Log(2))/2)
	r.LogLoss = 0.5
	// Confidence 0.75 is right; 0.5 is a tie, which goes to z and is wrong: (0.25+0.5)/2.
	check("report", r, `{"n":2,"accuracy":1,`+
		`"macro":{"precision":1,"recall":1,"f1":1},`+
		`"weighted":{"precision":1,"recall":1,"f1":1},`+
		`"micro":{"precision":1,"recall":1,"f1":1},`+
		`"per_class":{"z":{"precision":1,"recall":1,"f1":1,"support":1},`+
		`"a\"b":{"precision":1,"recall":1,"f1":1,"support":1}},`+
		`"log_loss":0.5,"ece":0.375,"interval":[0.25,1]}`)
	zero := `{"precision":0,"recall":0,"f1":0}`
	check("report of nothing", Evaluate(nil, nil, nil, nil), `{"n":0,"accuracy":0,"macro":`+zero+`,"weighted":`+zero+
		`,"micro":`+zero+`,"per_class":{},"log_loss":null,"ece":null,"interval":[0,1]}`)
	check("numbers", EvaluateNumbers([]float64{1, 3}, []float64{1, 2}), `{"n":2,"mae":0.5,"mse":0.5,"rmse":0.7071067811865476,"r2":0.5,"mape":0.16666666666666666,"pinball":{"0.1":0.05,"0.5":0.25,"0.9":0.45}}`)
	check("no numbers", EvaluateNumbers(nil, nil), `{"n":0,"mae":null,"mse":null,"rmse":null,"r2":null,"mape":null,"pinball":{"0.1":null,"0.5":null,"0.9":null}}`)

	var back NumberReport
	if err := json.Unmarshal([]byte(`{"n":2,"mae":0.5,"r2":null,"mape":null,"pinball":{"0.1":null,"0.5":null,"0.9":null}}`), &back); err != nil {
		t.Fatal(err)
	}
	if back.MAE != 0.5 || back.R2.Known() {
		t.Errorf("read back as %+v", back)
	}
}

func TestReportOfCountsKnowsNoProbabilities(t *testing.T) {
	truth, predicted := small()
	r := Evaluate([]string{"a", "b", "c"}, truth, predicted, nil)
	if r.LogLoss.Known() || r.ECE.Known() {
		t.Errorf("log loss %v, ece %v without probabilities", r.LogLoss, r.ECE)
	}
	if r.Interval != Wilson(5, 8, Level95) {
		t.Errorf("interval %v", r.Interval)
	}
}

func TestPartialReports(t *testing.T) {
	names := []string{"a", "b", "c"}
	m := Tabulate(3, []int{0, 0}, []int{0, 1})
	for _, c := range []struct {
		classes []int
		want    bool
	}{
		{nil, false},
		{[]int{1, 0}, false}, // c never occurs
		{[]int{0}, true},     // b is predicted, though never true
		{[]int{0, 2}, true},
		{[]int{}, true},
	} {
		if got := m.Report(names, c.classes...).Partial; got != c.want {
			t.Errorf("classes %v: partial %v", c.classes, got)
		}
	}
}

func TestEvaluationItemByItem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 5).Draw(t, "k")
		truth, p := forecasts(t, k)
		predicted := rapid.SliceOfN(rapid.IntRange(0, k-1), len(truth), len(truth)).Draw(t, "predicted")
		e := NewEvaluation(k, 7)
		for i := range truth {
			e.Add(truth[i], predicted[i], p[i])
		}
		e.Add(0, 0, nil) // counts for the matrix only
		for _, f := range []struct {
			name      string
			got, want float64
		}{
			{"log loss", e.LogLoss(), LogLoss(truth, p)},
			{"brier", e.Brier(), Brier(truth, p)},
			{"ece", e.Calibration.ECE(), Calibrate(truth, p, 7).ECE()},
		} {
			if f.got != f.want && !(math.IsNaN(f.got) && math.IsNaN(f.want)) {
				t.Fatalf("%s item by item %v, at once %v", f.name, f.got, f.want)
			}
		}
		if e.Confusion.N() != len(truth)+1 {
			t.Fatalf("%d items", e.Confusion.N())
		}
	})
}
