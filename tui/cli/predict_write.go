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
		if j.task.Kind != label.MultiLabel {
			added = append(added, "base")
		}
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
	classes := []int{s.Answer.Class}
	switch j.task.Kind {
	case label.Number:
		out = []format.Value{number(s.Answer.Value)}
	case label.MultiLabel:
		if classes = s.Answer.Set; len(classes) == 0 {
			classes = []int{metric.ArgMax(s.Classes)} // why not even this one
		}
		out = []format.Value{j.set(s.Answer.Set), number(s.Probability)}
	default:
		out = []format.Value{format.Text(j.name(s.Answer.Class)), number(s.Probability)}
	}
	if j.top > 0 {
		out = append(out, j.alternatives(s.Classes))
	}
	if j.explain {
		reasons, base := j.reasons(it, classes)
		out = append(out, reasons)
		if j.task.Kind != label.MultiLabel { // where each label has its own
			out = append(out, number(base))
		}
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

// reasons are what pulls towards the classes that are told, or moves the number,
// and what the last of these starts from.
func (j *predictJob) reasons(it label.Item, classes []int) (reasons format.Value, base float64) {
	type reason struct {
		Term    string      `json:"term"`
		Column  string      `json:"column"`
		Meaning string      `json:"meaning,omitempty"` // of a code
		Weight  json.Number `json:"weight"`
		Label   string      `json:"label,omitempty"` // that it is about, where several are told
	}
	all, text := []reason{}, []string(nil)
	for _, class := range classes {
		about := ""
		if j.task.Kind == label.MultiLabel {
			about = j.name(class)
		}
		var pulls []label.Reason
		pulls, base = j.snap.ExplainFrom(it, class, max(reasonsTold/len(classes), 2))
		for _, r := range pulls {
			n := j.weight(r.Weight)
			var c label.Column
			if r.Column >= 0 && r.Column < len(j.task.Columns) {
				c = j.task.Columns[r.Column]
			}
			all = append(all, reason{r.Term, c.Name, c.Meaning(r.Term), json.Number(n), about})
			if r.Weight > 0 {
				n = "+" + n
			}
			said := fmt.Sprintf("%q %s", r.Term, n)
			if c.Role != label.Text {
				said = c.Name + " " + said // a value alone says little
			}
			if about != "" {
				said = about + ": " + said
			}
			text = append(text, said)
		}
	}
	return j.list(all, text), base
}

// weight is that of a reason: in log odds, or in the unit of the number.
func (j *predictJob) weight(x float64) string {
	if j.task.Kind == label.Number {
		return strconv.FormatFloat(x, 'g', 4, 64)
	}
	return strconv.FormatFloat(x, 'f', 3, 64)
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
