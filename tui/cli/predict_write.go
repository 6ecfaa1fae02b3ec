package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"inkling/label"
	"inkling/label/format"
	"inkling/learn/metric"
)

// outputNames are the columns of the output: those of the input, renamed where
// they are called like one that is added.
func (j *predictJob) outputNames(in []string) []string {
	added := []string{"label", "probability"}
	switch j.task.Kind {
	case label.Number:
		added = []string{"value"}
	case label.MultiLabel:
		added[0] = "labels"
	}
	if j.top > 0 {
		added = append(added, "top")
	}
	if j.explain {
		added = append(added, "reasons")
	}
	names := slices.Clone(in)
	for i, n := range names {
		for slices.Contains(added, n) || n != in[i] && slices.Contains(in, n) {
			n += rawSuffix
		}
		names[i] = n
	}
	return append(names, added...)
}

func (j *predictJob) head(w io.Writer, in []string) error {
	fw, err := format.NewWriter(w, j.format, j.outputNames(in), format.WriterOptions{})
	if err != nil {
		return err
	}
	return fw.Close()
}

// worker returns what predicts one batch.
func (j *predictJob) worker() func(*predicted) {
	return func(b *predicted) {
		names := j.outputNames(b.names)
		fw, err := format.NewWriter(&b.text, j.format, names, format.WriterOptions{NoHeader: true})
		if err != nil {
			b.err = err
			return
		}
		for _, r := range b.rows {
			values := r.values
			for len(values) < len(b.names) { // keys that were first seen further down
				values = append(values, format.Value{})
			}
			if err := fw.Write(append(values, j.predict(r.item)...)); err != nil {
				b.err = err
				return
			}
		}
		b.err = fw.Close()
	}
}

// predict returns what is added to a row.
func (j *predictJob) predict(it label.Item) []format.Value {
	s := j.snap.Suggest(it)
	var out []format.Value
	class := s.Answer.Class
	switch j.task.Kind {
	case label.Number:
		out = []format.Value{number(s.Answer.Value)}
	case label.MultiLabel:
		class = metric.ArgMax(s.Classes) // what reasons are given for
		out = []format.Value{j.set(s.Answer.Set), number(s.Probability)}
	default:
		out = []format.Value{format.Text(j.name(class)), number(s.Probability)}
	}
	if j.top > 0 {
		out = append(out, j.alternatives(s.Classes))
	}
	if j.explain {
		out = append(out, j.reasons(it, class))
	}
	return out
}

// set is the names of several labels.
func (j *predictJob) set(classes []int) format.Value {
	names := []string{}
	for _, c := range classes {
		names = append(names, j.name(c))
	}
	return j.list(names, names)
}

// name is the name that a class has now.
func (j *predictJob) name(class int) string {
	if class < len(j.task.Labels) {
		return j.task.Labels[class].Name
	}
	return j.snap.Labels()[class].Name
}

func number(x float64) format.Value {
	return format.Value{Kind: format.Number, Text: strconv.FormatFloat(x, 'g', 6, 64)}
}

func (j *predictJob) alternatives(p []float64) format.Value {
	order := make([]int, len(p))
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	type alternative struct {
		Label       string      `json:"label"`
		Probability json.Number `json:"probability"`
	}
	var all []alternative
	var text []string
	for _, c := range order[:min(j.top, len(order))] {
		n := number(p[c]).Text
		all = append(all, alternative{j.name(c), json.Number(n)})
		text = append(text, j.name(c)+" "+n)
	}
	return j.list(all, text)
}

func (j *predictJob) reasons(it label.Item, class int) format.Value {
	type reason struct {
		Term    string      `json:"term"`
		Column  string      `json:"column"`
		Meaning string      `json:"meaning,omitempty"` // of a code
		Weight  json.Number `json:"weight"`
	}
	all, text := []reason{}, []string(nil)
	for _, r := range j.snap.Explain(it, class, reasonsTold) {
		n := strconv.FormatFloat(r.Weight, 'f', 3, 64)
		var c label.Column
		if r.Column >= 0 && r.Column < len(j.task.Columns) {
			c = j.task.Columns[r.Column]
		}
		all = append(all, reason{r.Term, c.Name, c.Meaning(r.Term), json.Number(n)})
		if said := fmt.Sprintf("%q %+.3f", r.Term, r.Weight); c.Role == label.Text {
			text = append(text, said)
		} else {
			text = append(text, c.Name+" "+said) // a value alone says little
		}
	}
	return j.list(all, text)
}

// list is a list in JSON, and words in a table.
func (j *predictJob) list(all any, text []string) format.Value {
	if j.format != format.JSONL {
		return format.Text(strings.Join(text, "; "))
	}
	var b bytes.Buffer
	if err := writeJSON(&b, all); err != nil {
		return format.Value{}
	}
	return format.Value{Kind: format.JSON, Text: strings.TrimSpace(b.String())}
}
