package cli

import (
	"fmt"
	"slices"
	"strings"

	"inkling/label"
)

// inputs turns the rows of a file into items of a project that are not in it.
type inputs struct {
	task  label.Task
	lines bool  // the file has one text a line, and no names
	to    []int // by column of the file: index in Task.Columns, -1 where the project does not read it
}

// fit maps the file's columns by their names.
func (in *inputs) fit(names []string) error {
	in.to = in.to[:0]
	content, found := contents(in.task.Columns), false
	for _, n := range namesBefore(names) {
		at := in.task.ColumnNamed(n)
		if in.lines {
			at = onlyText(in.task)
		}
		if at >= 0 && !in.task.Columns[at].Role.Input() {
			at = -1
		}
		found = found || slices.Contains(content, at)
		in.to = append(in.to, at)
	}
	if !found {
		return usageError{noContent(in.task.Columns, names)}
	}
	return nil
}

// missing are the names of the columns that models read and the file has not.
func (in *inputs) missing() []string {
	var out []string
	for i, c := range in.task.Columns {
		switch c.Role {
		case label.Text, label.Numeric, label.Category, label.Time:
			if !slices.Contains(in.to, i) {
				out = append(out, c.Name)
			}
		}
	}
	return out
}

// onlyText is the only text column of a task, -1 where there are several.
func onlyText(t label.Task) int {
	at := -1
	for i, c := range t.Columns {
		if c.Role == label.Text {
			if at >= 0 {
				return -1
			}
			at = i
		}
	}
	return at
}

// contents are the columns that an item must have a value in, in one of them at
// least: the texts, or where there are none, all that models read.
func contents(columns []label.Column) []int {
	var texts, others []int
	for i, c := range columns {
		switch c.Role {
		case label.Text:
			texts = append(texts, i)
		case label.Numeric, label.Category, label.Time:
			others = append(others, i)
		}
	}
	if len(texts) > 0 {
		return texts
	}
	return others
}

// noContent says that a file has not what a project is about.
func noContent(columns []label.Column, names []string) error {
	of := "one of the columns of this project"
	if c := contents(columns); len(c) > 0 && columns[c[0]].Role == label.Text {
		of = "the text of this project"
	}
	return fmt.Errorf("the file has no column named %s, which is %s; it has %s", strings.Join(textColumns(columns), " or "), of, strings.Join(names, ", "))
}

// textColumns are the names of contents: mostly texts.
func textColumns(columns []label.Column) []string {
	var names []string
	for _, i := range contents(columns) {
		names = append(names, columns[i].Name)
	}
	return names
}

func (in *inputs) item(values []string) label.Item {
	it := label.Item{Fields: make([]string, len(in.task.Columns))}
	for i, v := range values {
		if i < len(in.to) && in.to[i] >= 0 {
			it.Fields[in.to[i]] = v
		}
	}
	_, it.Key = in.task.Identify(it.Fields)
	return it
}
