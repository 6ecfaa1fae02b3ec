package external

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"inkling/label"
)

// A question has the inputs and nothing that answers.
func TestQuestion(t *testing.T) {
	mixed := label.Task{Kind: label.Classes, Clean: "space", Labels: []label.Label{{Name: "a"}, {Name: "b"}}, Columns: []label.Column{
		{Name: "title", Role: label.Text}, {Name: "body", Role: label.Text}, {Name: "amount", Role: label.Numeric}, {Name: "age", Role: label.Numeric},
		{Name: "label", Role: label.Category}, {Name: "label_raw", Role: label.Category}, {Name: "truth", Role: label.Gold}, {Name: "was", Role: label.Known},
		{Name: "key", Role: label.Ident}, {Name: "note", Role: label.Ignore}, {Name: "text", Role: label.Time}}}
	for _, c := range []struct {
		task   label.Task
		fields []string
		want   string
	}{
		{task(), []string{"a <b> & \"c\"\n\x00\xff"}, `{"id":7,"text":"a <b> & \"c\"\n\u0000\ufffd"}`},
		{task(), nil, `{"id":7,"text":""}`},
		{mixed, []string{"T  itle ", "body", " 12.50", "old", "x", "y", "secret", "secret", "secret", "secret", "noon"},
			`{"id":7,"text":"T itle\nbody","title":"T itle","body":"body","amount":12.5,"age":null,"label_raw_raw":"x","label_raw":"y","text_raw":"noon"}`},
		{mixed, []string{"t"}, `{"id":7,"text":"t\n","title":"t","body":"","amount":null,"age":null,"label_raw_raw":"","label_raw":"","text_raw":""}`},
	} {
		p, err := newProtocol(c.task)
		if err != nil {
			t.Fatal(err)
		}
		q, err := p.question(label.Item{Num: 7, Fields: c.fields})
		if err != nil || string(q) != c.want+"\n" {
			t.Errorf("%v\n got %swant %s", err, q, c.want)
		}
		if !json.Valid(q) {
			t.Errorf("not JSON: %s", q)
		}
	}
}

func threeLabels(t testing.TB) *protocol {
	t.Helper()
	p, err := newProtocol(label.Task{Kind: label.Classes, Labels: []label.Label{{Name: "a"}, {Name: "b"}, {Name: "c"}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Each expected value is worked out by hand.
func TestAnswers(t *testing.T) {
	p, none := threeLabels(t), math.NaN()
	for said, want := range map[string]Answer{
		`{"id":1,"label":"b"}`:                                                      {Item: 1, Class: 1, Probability: none},
		`{"id":"12","label":"b","probability":0.5}`:                                 {Item: 12, Class: 1, Probability: 0.5},
		` {"label":"a","id":1,"probability":1,"Label":"zzz","text":"x"} `:           {Item: 1, Class: 0, Probability: 1},
		`{"id":1,"label":"b","probability":null}`:                                   {Item: 1, Class: 1, Probability: none},
		`{"id":1,"label":null}`:                                                     {Item: 1, Class: -1, Probability: none, Why: "no answer"},
		`{"id":1,"error":"too long"}`:                                               {Item: 1, Class: -1, Probability: none, Why: "too long"},
		`{"id":1,"label":"a","error":null}`:                                         {Item: 1, Class: 0, Probability: none},
		`{"id":1,"label":"a","error":""}`:                                           {Item: 1, Class: 0, Probability: none},
		`{"id":1,"probabilities":{"a":0.25,"b":0.5,"c":0.25}}`:                      {Item: 1, Class: 1, Probability: 0.5, Classes: []float64{0.25, 0.5, 0.25}},
		`{"id":1,"probabilities":{"b":0.5}}`:                                        {Item: 1, Class: 1, Probability: 0.5, Classes: []float64{0.25, 0.5, 0.25}},
		`{"id":1,"label":"a","probabilities":{"c":0.5},"probability":9}`:            {Item: 1, Class: 0, Probability: 0.25, Classes: []float64{0.25, 0.25, 0.5}},
		`{"id":1,"probabilities":{"a":0,"b":0.99,"c":0}}`:                           {Item: 1, Class: 1, Probability: 1, Classes: []float64{0, 1, 0}},
		`{"id":1,"label":"a","error":"` + strings.Repeat("é", 150) + `","value":1}`: {Item: 1, Class: -1, Probability: none, Why: strings.Repeat("é", 100) + "…"},
	} {
		l, err := p.read([]byte(said))
		got := l.answer
		if math.IsNaN(got.Probability) == math.IsNaN(want.Probability) && math.IsNaN(want.Probability) {
			got.Probability, want.Probability = 0, 0
		}
		if err != nil || l.hello != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", said, got, err, want)
		}
	}
}

func TestNoAnswers(t *testing.T) {
	p := threeLabels(t)
	for said, words := range map[string]string{
		``:                                                "not a JSON object",
		`{"id":1,"label":"a"} x`:                          "not a JSON object",
		`{"id":1}`:                                        `item 1: it has no "label"`,
		`{"id":1,"labels":["a"]}`:                         `"labels" is reserved`,
		`{"id":1,"value":3}`:                              `"value" is reserved`,
		`{"id":0,"label":"a"}`:                            `"id" is 0`,
		`{"id":-1,"label":"a"}`:                           `"id" is -1`,
		`{"id":1.5,"label":"a"}`:                          `"id" is 1.5`,
		`{"id":null,"label":"a"}`:                         `"id" is null`,
		`{"id":1,"label":3}`:                              `"label" is 3, not a text`,
		`{"id":1,"label":"A"}`:                            `there is no label "A"; the project has a, b, c`,
		`{"id":1,"label":"a","probability":7}`:            `"probability" is 7, not a number from 0 to 1`,
		`{"id":1,"label":"a","probability":"0.5"}`:        `"probability" is "0.5", not`,
		`{"id":1,"label":"a","probability":-0.1}`:         `"probability" is -0.1, not`,
		`{"id":1,"probabilities":{}}`:                     `not an object of labels`,
		`{"id":1,"probabilities":[0.5]}`:                  `not an object of labels`,
		`{"id":1,"probabilities":{"z":0.5}}`:              `there is no label "z"`,
		`{"id":1,"probabilities":{"a":null}}`:             `the probability of "a" is null`,
		`{"id":1,"probabilities":{"a":0.7,"b":0.7}}`:      `sum to 1.4`,
		`{"id":1,"probabilities":{"a":0,"b":0.1,"c":.1}}`: `not a JSON object`,
		`{"id":1,"probabilities":{"a":0,"b":0,"c":0}}`:    `sum to 0`,
		`{"id":1,"error":5}`:                              `"error" is 5, not a text`,
		`{"protocol":2}`:                                  "speaks protocol 2, and only 1 is understood",
		`{"protocol":"x"}`:                                `not a number from 1`,
		`{"protocol":1,"name":5}`:                         `are texts`,
	} {
		if _, err := p.read([]byte(said)); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v; want %q", said, err, words)
		}
	}
}

// Whatever a program says, an answer that is taken is one of the task's, with
// probabilities that sum to 1.
func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"id":1,"label":"a","probability":0.5}`, `{"id":1,"probabilities":{"a":0.2,"b":0.8}}`, `{"protocol":1,"name":"x"}`, `{"id":1,"error":"x"}`, "\xff"} {
		f.Add([]byte(s))
	}
	p := threeLabels(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := p.read(text)
		if err != nil || l.hello != nil {
			return
		}
		a := l.answer
		if a.Item == 0 || a.Class < -1 || a.Class > 2 || a.Probability < 0 || a.Probability > 1 || len(a.Why) > mostWhy+3 {
			t.Fatalf("%+v", a)
		}
		if a.Classes == nil {
			return
		}
		sum := 0.0
		for _, x := range a.Classes {
			sum += x
		}
		if math.Abs(sum-1) > 1e-9 || slices.Min(a.Classes) < 0 {
			t.Fatalf("%+v sums to %v", a, sum)
		}
	})
}

// Only the last lines of what a program says are kept, cut where they are long.
func TestTail(t *testing.T) {
	var l tail
	for i := range 30 {
		l.Write([]byte{byte('a' + i%26), '\r', '\n'})
	}
	for range 1000 {
		l.Write([]byte("x\xff"))
	}
	got := strings.Split(l.text(), "\n")
	if len(got) != tailLines || got[tailLines-2] != "d" || len(got[tailLines-1]) > 2*tailBytes || !strings.HasSuffix(got[tailLines-1], "x\uFFFD") {
		t.Errorf("%q", got)
	}
}
