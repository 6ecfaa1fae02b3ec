package cli

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"inkling/label"
	"inkling/label/format"
	"inkling/store"
	"inkling/tui"
	"inkling/tui/safe"
)

// task is the project's task, or that of the project that the import makes.
func (j *importJob) task(p *store.Project, l looked) (label.Task, error) {
	if p != nil {
		if j.made {
			return p.Task(), nil
		}
		return p.Task(), j.flags.agree(j.path, p.Task())
	}
	kind, err := j.kind(l)
	if err != nil {
		return label.Task{}, err
	}
	if err := j.flags.has(l.columns); err != nil {
		return label.Task{}, err
	}
	samples := l.own(j.flags)
	if err := j.chooseText(samples); err != nil {
		return label.Task{}, err
	}
	labels, err := j.chooseLabels(kind, l, samples)
	if err != nil {
		return label.Task{}, err
	}
	columns, why := j.flags.columns(samples)
	form := newAnswers(label.Task{Kind: kind, Labels: labels})
	for i, c := range columns {
		s := samples[i]
		if _, given := j.flags.roleOf(s.name); given {
			if n := s.misfit(c); n != "" {
				j.say("note: %s", n)
			}
			continue
		}
		switch {
		case s.areAll(form):
			columns[i].Role, columns[i].Order, why[i] = label.Ignore, nil, "holds labels"
			if l.added == nil {
				j.say("note: column %q holds labels, so no model may read it; --answers or --gold says what it is for", s.name)
			}
		case kind == label.Number && c.Role.Input() && s.echoes():
			columns[i].Role, columns[i].Order, why[i] = label.Ignore, nil, "says what the answers say"
		case c.Role.Input() && s.soundsLikeAnswers():
			j.say("note: models will read column %q (%s); where it holds the answers, say --ignore, --gold or --answers %s", s.name, c.Role, s.name)
		}
	}
	j.why = why
	return j.flags.newTask(j.path, kind, columns, labels)
}

// chooseText has a text column named where the flags name none and no column
// looks like anything that models read: the only column, or what a person says.
func (j *importJob) chooseText(samples []*sample) error {
	texts := j.flags.byRole[label.Text]
	if len(*texts) > 0 {
		return nil
	}
	columns, _ := j.flags.columns(samples)
	if len(contents(columns)) > 0 {
		return nil
	}
	var names []string
	for _, s := range samples {
		if _, given := j.flags.roleOf(s.name); !given {
			names = append(names, s.name)
		}
	}
	if len(names) == 1 {
		*texts = names
		return nil
	}
	if len(names) == 0 {
		return nil // newTask says so
	}
	if !slices.ContainsFunc(samples, func(s *sample) bool { _, given := j.flags.roleOf(s.name); return !given && s.distinct() > 1 }) {
		return usagef("there is nothing to learn from: each of %s says the same in every row; to take one all the same, name it with --text, --number, --category or --time COL",
			strings.Join(names, ", "))
	}
	c, err := j.infer(fmt.Sprintf("which column is the text to be labelled? (%s)", strings.Join(names, ", ")), names, "--text COL")
	if err != nil {
		return err
	}
	*texts = []string{c}
	return nil
}

// chooseLabels takes the labels, where the answers are any, from the flags, from the column of answers, or
// from what a person says.
func (j *importJob) chooseLabels(kind label.Kind, l looked, samples []*sample) ([]label.Label, error) {
	if len(j.flags.labels) > 0 {
		return parseLabels(j.flags.labels)
	}
	if kind == label.Number {
		return nil, nil
	}
	names, err := j.names(kind, l)
	if err != nil {
		return nil, err
	}
	if len(names) > 0 {
		// Values of a column are names, whatever characters they have.
		labels := make([]label.Label, len(names))
		for i, k := range label.ProposeKeys(names, tui.Reserved()) {
			labels[i] = label.Label{Name: names[i], Key: k}
		}
		return labels, nil
	}
	need := "--labels A,B,.. (or --answers COL, --gold COL)"
	for i, x := range infer(samples) {
		if _, given := j.flags.roleOf(samples[i].name); !given && x.role == label.Category {
			need += fmt.Sprintf("; %q may be such a column", samples[i].name)
			break
		}
	}
	line, err := j.infer("which labels are there? (for example: yes,no)", nil, need)
	if err != nil {
		return nil, err
	}
	return parseLabels(strings.Split(line, ","))
}

// infer asks on a terminal for what the file does not tell, and fails clearly
// where there is none.
func (j *importJob) infer(question string, choices []string, need string) (string, error) {
	if !isTerminal(j.In) {
		if len(choices) > 0 {
			need += " (the file has " + strings.Join(choices, ", ") + ")"
		}
		return "", usagef("the new project needs %s", need)
	}
	for {
		line, err := j.ask(question)
		if err != nil {
			return "", err
		}
		if line != "" && (len(choices) == 0 || slices.Contains(choices, line)) {
			return line, nil
		}
	}
}

// ask puts a question, which may name what a file holds, on the terminal and
// returns the line typed.
func (a *app) ask(question string) (string, error) {
	fmt.Fprint(a.Err, safe.Text(question)+" ")
	line, err := bufio.NewReader(a.In).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("no answer: %w", err)
	}
	return strings.TrimSpace(line), nil
}

// mapping says where each field of the file goes in the project.
type mapping struct {
	to          []int  // by field of the file: index in Task.Columns, -1 where it is left out
	width       int    // columns of the project
	changed     bool   // the task got new columns
	answers     int    // field of the file whose answers the importer turns into decisions, -1 without
	answersName string // the file's column of answers, "" without
	gold        int
	content     []int    // fields of the file that an item must have one of: see contents
	notes       []string // what is said of columns that are new, or used from now on
	who         int      // field of who gave the answer, and said of what they said; -1 without
	said        int
	comments    int   // field of the comments that come back with them, -1 without
	restore     []int // fields that bring an export's decisions back, in the order of provenance; nil without
}

// nothing reports whether a row has no content.
func (m *mapping) nothing(empty func(field int) bool) bool {
	for _, i := range m.content {
		if !empty(i) {
			return false
		}
	}
	return true
}

// fit maps the file's columns onto the task's, by name; new columns are added
// to the task.
func (j *importJob) fit(t *label.Task, l looked) (mapping, error) {
	f := &j.flags
	m := mapping{answers: -1, gold: -1, who: -1, said: -1, comments: -1, answersName: f.answers}
	if err := f.has(l.columns); err != nil {
		return m, err
	}
	if f.who != "" {
		m.who, m.said = slices.Index(l.columns, f.who), slices.Index(l.columns, f.answers)
		if m.who < 0 {
			return m, usagef("the file has no column %q; it has %s", f.who, list(l.columns))
		}
	} else if l.added != nil && f.answers != "" && f.answers == l.columns[l.added[exLabel]] {
		m.restore, m.comments = l.added, inTail(l.columns, commentsName)
	}
	columns := slices.Clone(t.Columns)
	for i, s := range l.as(*f) {
		if s == "" {
			m.to = append(m.to, -1)
			continue
		}
		role, given := f.roleOf(l.columns[i])
		at := slices.IndexFunc(columns, func(c label.Column) bool { return c.Name == s })
		if only := onlyText(*t); at < 0 && l.dialect.Format == format.Lines && only >= 0 {
			at = only // lines have no name of their own
		}
		switch {
		case at < 0:
			columns = append(columns, label.Column{Name: s, Role: role, Order: f.orders[l.columns[i]]})
			at, m.changed = len(columns)-1, true
			m.notes = append(m.notes, fmt.Sprintf("note: the project has a new column: %s (%s)", s, role))
		case given && columns[at].Role != role && columns[at].Role == label.Ignore && (role == label.Gold || role == label.Known):
			columns[at].Role, m.changed = role, true // it was kept, and can be used from now on
			m.notes = append(m.notes, fmt.Sprintf("note: column %q was ignored until now; from now on its role is %s", s, role))
		case given && columns[at].Role != role:
			return m, usagef("column %q has the role %s in this project, not %s", s, columns[at].Role, role)
		}
		m.to = append(m.to, at)
		switch columns[at].Role {
		case label.Known:
			if l.columns[i] == f.answers {
				m.answers = i
			}
		case label.Gold:
			m.gold = i
		}
	}
	for i, at := range m.to {
		if slices.Contains(contents(columns), at) {
			m.content = append(m.content, i)
		}
	}
	if len(m.content) == 0 {
		return m, usageError{noContent(columns, l.columns)}
	}
	t.Columns, m.width = columns, len(columns)
	return m, nil
}
