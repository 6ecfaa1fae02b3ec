package cli

import (
	"strconv"
	"time"

	"inkling/label"
	"inkling/label/format"
)

// row returns what is written of an item, nil for nothing.
func (j *exportJob) row(it label.Item, st label.Standing, decided time.Time, said format.Value) []format.Value {
	has, d := st.Item != 0, st.Decision
	human := has && d.Action.HasAnswer()
	// The model answers in place of nobody, or where a person did not want to;
	// what a person set aside stays set aside.
	fills := j.answers == "model" || j.answers == "both" && (!has || d.Action == label.Skipped)
	if j.decided && !has && (j.answers == "human" || j.answers == "raw") {
		return nil
	}
	var suggested *label.Suggestion
	if j.snap != nil && (!has || fills) {
		s := j.snap.Suggest(it)
		suggested = &s
	}
	empty := format.Value{}
	text := func(s string) format.Value {
		if s == "" {
			return empty
		}
		return format.Text(s)
	}
	whole := func(n uint64) format.Value {
		if n == 0 {
			return empty
		}
		return format.Value{Kind: format.Number, Text: strconv.FormatUint(n, 10)}
	}
	row := []format.Value{format.Text(it.ID.String())}
	for i, c := range j.task.Columns {
		row = append(row, value(c.Role, it.Field(i)))
	}
	action, annotator, when, answer := "", "", "", empty
	suggestion, probability, model := empty, empty, empty
	took, event := empty, empty
	if has && !fills {
		action, annotator, when, event = d.Action.String(), j.person(st.Annotator), decided.UTC().Format(time.RFC3339Nano), whole(st.Event)
		if d.Settles {
			action = settledAction
		}
		if d.Took > 0 {
			took = format.Value{Kind: format.Number, Text: strconv.FormatFloat(d.Took.Seconds(), 'f', -1, 64)}
		}
		if s := d.Shown; s != nil {
			suggestion, probability = j.form.value(s.Answer, j.written), format.Value{Kind: format.Number, Text: strconv.FormatFloat(float64(s.Probability), 'g', -1, 32)}
			model = whole(s.Model)
		}
	}
	if human && !fills {
		answer = j.form.value(d.Answer, j.written)
	}
	if s := suggested; s != nil {
		suggestion, probability, model = j.form.value(s.Answer, j.written), number(s.Probability), whole(s.Model)
		if j.task.Kind == label.Number {
			probability = empty
		}
		if fills {
			answer, action = suggestion, "suggested"
		}
	}
	note := empty
	if !fills && (!j.hide || j.notes) {
		note = text(d.Note)
	}
	row = append(row, answer, text(action), text(annotator), text(when), suggestion, probability, model,
		format.Value{Kind: format.Bool, Text: strconv.FormatBool(it.Audit)}, took, note, event)
	if j.comments {
		row = append(row, said)
	}
	if j.gold >= 0 {
		row = append(row, value(label.Gold, it.Field(j.gold)))
	}
	if j.truth == nil {
		return row
	}
	t, ok := j.truth.of(it.Num)
	if !ok {
		return append(row, empty, empty, empty, empty)
	}
	confidence := empty
	if j.task.Kind != label.Number {
		confidence = number(t.confidence)
	}
	return append(row, j.form.value(t.answer, j.written), confidence, whole(uint64(t.answers)), text(t.method))
}

// person is how somebody is called.
func (j *exportJob) person(name string) string {
	if j.names == nil {
		return name
	}
	return j.names[name]
}
