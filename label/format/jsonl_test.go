package format

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJSONL(t *testing.T) {
	for _, c := range []struct {
		name, in string
		columns  string
		want     []string // the values, or the message of a bad row
	}{
		{"kinds", `{"s":"x","n":-1.50e+3,"b":true,"z":null,"o":{"k" : [1, "a b"]},"e":""}`, "s n b z o e", []string{`s"x" n"-1.50e+3" b"true" null j"{\"k\":[1,\"a b\"]}" s""`}},
		{"missing and in another order", "{\"a\":1,\"b\":2}\n{\"b\":3}\n{\"b\":4,\"a\":5}", "a b", []string{`n"1" n"2"`, `null n"3"`, `n"5" n"4"`}},
		{"new keys later", "{\"a\":1}\n\n{\"c\":2,\"a\":3}\n", "a c", []string{`n"1" null`, `n"3" n"2"`}},
		{"the last of a key counts", `{"a":1,"a":"x"}`, "a", []string{`s"x"`}},
		{"and even when it is null", `{"a":1,"a":null}`, "a", []string{`null`}},
		{"escapes", `{"a":"\"\\\/\b\f\n\r\tA\u00e9\u6c49\ud83d\ude42"}`, "a", []string{fmt.Sprintf("s%q", "\"\\/\b\f\n\r\tAé汉\U0001f642")}},
		{"lone surrogates", `{"a":"\ud83d.\ude42"}`, "a", []string{`s"�.�"`}},
		{"escaped key", `{"\u0061":1}` + "\n" + `{"a":2}`, "a", []string{`n"1"`, `n"2"`}},
		{"CRLF and blanks", " { \"a\" : 1 } \r\n\t\r\n{\"a\":2}\r\n", "a", []string{`n"1"`, `n"2"`}},
		{"empty object", "{}\n{\"a\":1}\n", "a", []string{`null`, `n"1"`}},
		{"nested text is kept as written", `{"a":["é\u00e9", "x  y",{ } , [ ]]}`, "a", []string{`j"[\"é\\u00e9\",\"x  y\",{},[]]"`}},
		{"bad rows between good ones", "{\"a\":1}\n{\"b\":2,\"a\":}\n[1]\n{\"a\":3}\n", "a", []string{`n"1"`,
			`t.jsonl, line 2, character 12: '}' where a value is expected`,
			`t.jsonl, line 3, character 1: '[' where a JSON object, such as {"text": "..."} is expected`, `n"3"`}},
		{"counted in characters", `{"a":"汉字" "b"}` + "\n", "", []string{`t.jsonl, line 1, character 11: '"' where a comma or a closing brace is expected`}},
		{"raw control character", "{\"a\":\"\x1b\"}", "", []string{`t.jsonl, line 1, character 7: '\x1b' inside a string; write it as an escape`}},
		{"cut short", `{"a":"x`, "", []string{`t.jsonl, line 1, character 8: the line ends where a closing quote is expected`}},
		{"more behind", `{"a":1}{"a":2}`, "", []string{`t.jsonl, line 1, character 8: '{' where the end of the line after the object is expected`}},
		{"trailing comma", `{"a":1,}`, "", []string{`t.jsonl, line 1, character 8: '}' where a key in quotes is expected`}},
		{"no number", `{"a":01}`, "", []string{`t.jsonl, line 1, character 7: '1' where a comma or a closing brace is expected`}},
		{"no escape", `{"a":"\x"}`, "", []string{`t.jsonl, line 1, character 8: 'x' where an escape (one of " \ / b f n r t u) is expected`}},
		{"NaN", `{"a":NaN}`, "", []string{`t.jsonl, line 1, character 6: 'N' where a value is expected`}},
		{"too deep", `{"a":` + strings.Repeat("[", maxDepth+1), "", []string{`t.jsonl, line 1, character 10006: nested deeper than 10000 levels`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := NewReader(strings.NewReader(c.in), "t.jsonl", -1, Spec{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for {
				rec, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					got = append(got, err.Error())
					continue
				}
				var row []string
				for i, f := range rec.Fields {
					if (f == nil) != (rec.Kinds[i] == Null) {
						t.Errorf("field %d: nil and Null must agree", i)
					}
					if f == nil {
						row = append(row, "null")
					} else {
						row = append(row, fmt.Sprintf("%c%q", "zsnbj"[rec.Kinds[i]], f))
					}
				}
				got = append(got, strings.Join(row, " "))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
			if cols := strings.Join(r.Columns(), " "); cols != c.columns {
				t.Errorf("columns %q, not %q", cols, c.columns)
			}
		})
	}
}

// Columns that first appear beyond the sample are added when they come.
func TestJSONLColumnsGrow(t *testing.T) {
	in := strings.Repeat("{\"a\":\"x\"}\n", sampleSize/10+1) + "{\"late\":true,\"a\":\"y\"}\n"
	r, err := NewReader(strings.NewReader(in), "t.jsonl", -1, Spec{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Columns(), []string{"a"}) {
		t.Fatal(r.Columns())
	}
	_, rows := drain(t, r)
	if last := rows[len(rows)-1]; !slices.Equal(last, []string{"y", "true"}) || !slices.Equal(r.Columns(), []string{"a", "late"}) {
		t.Error(last, r.Columns())
	}
}

// A file whose keys are data must not eat the memory.
func TestJSONLTooManyKeys(t *testing.T) {
	var in strings.Builder
	for i := range maxColumns + 5 {
		fmt.Fprintf(&in, "{\"k%d\":1}\n", i)
	}
	r, err := NewReader(strings.NewReader(in.String()), "t.jsonl", -1, Spec{Format: JSONL, Encoding: "utf-8"})
	if err != nil {
		t.Fatal(err)
	}
	bad := 0
	for {
		_, err := r.Next()
		if err == io.EOF {
			break
		}
		if errors.Is(err, ErrJSON) {
			bad++
		}
	}
	if bad != 5 || len(r.Columns()) != maxColumns {
		t.Errorf("%d bad rows, %d columns", bad, len(r.Columns()))
	}
}

// compareJSON reads one line here and with encoding/json.
func compareJSON(t interface {
	Helper()
	Fatalf(string, ...any)
}, line []byte) {
	t.Helper()
	j := jsonRows{index: map[string]int{}}
	bad := j.parse(line)
	var want map[string]json.RawMessage
	err := json.Unmarshal(line, &want)
	if bytes.Equal(bytes.TrimSpace(line), []byte("null")) {
		err = io.EOF // taken there as an empty map
	}
	if (bad == nil) != (err == nil) {
		t.Fatalf("%q: here %v, encoding/json %v", line, bad, err)
	}
	if bad != nil {
		if bad.Char < 1 {
			t.Fatalf("%q: character %d", line, bad.Char)
		}
		return
	}
	if len(want) != len(j.names) {
		t.Fatalf("%q: keys %q, encoding/json has %q", line, j.names, want)
	}
	for i, key := range j.names {
		raw, ok := want[key]
		if !ok {
			t.Fatalf("%q: no key %q in encoding/json", line, key)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, raw); err != nil {
			t.Fatalf("%v", err)
		}
		wanted := compact.String()
		if j.kinds[i] == String {
			if err := json.Unmarshal(raw, &wanted); err != nil {
				t.Fatalf("%v", err)
			}
		}
		if j.kinds[i] == Null {
			wanted = strings.TrimPrefix(wanted, "null")
		}
		if string(j.fields[i]) != wanted {
			t.Fatalf("%q: %q is %q, encoding/json has %q", line, key, j.fields[i], wanted)
		}
	}
}

func TestJSONAgainstStdlib(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"{", "}", "[", "]", ",", ":", `"a"`, `"b"`, `"a":`, `"b":1`, "1", "-0.5e3", "true", "null", " ", `"\u00e9\n"`, `"\ud83d\ude42"`, "0", "汉"}), 0, 12).Draw(t, "in")
		in := strings.Join(parts, "")
		compareJSON(t, []byte(in))
		compareJSON(t, []byte(`{"a":`+in+`}`))
		compareJSON(t, []byte(`{"a":[`+in+`]}`))
	})
}

// JSON Lines keep kinds, number literals and nested values through a round
// trip, and encoding/json reads what is written.
func TestJSONLWriter(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, JSONL, []string{"z", "a<b", "n", "b", "j", "bad"}, WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	in := []Value{{}, Text("<&>\u2028\x00\x7f\"\\\n"), {Number, "-1.50e+3"}, {Bool, "false"}, {JSON, `{"k": [1, 2]}`}, {Number, "007"}}
	if err := w.Write(in); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(in[:2]); !errors.Is(err, ErrFields) {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	const want = `{"z":null,"a<b":"<&>` + "\u2028" + `\u0000` + "\x7f" + `\"\\\n","n":-1.50e+3,"b":false,"j":{"k":[1,2]},"bad":"007"}` + "\n"
	if out.String() != want {
		t.Errorf("\n got %s\nwant %s", out.String(), want)
	}
	if !json.Valid(out.Bytes()) {
		t.Error("encoding/json can't read it")
	}
	r, err := NewReader(&out, "", -1, Spec{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	in[4].Text, in[5].Kind = `{"k":[1,2]}`, String
	if got := rec.Values(); !slices.Equal(got, in) {
		t.Errorf("%q", got)
	}
}
