package cli

import (
	"fmt"
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
	text := false
	for _, n := range namesBefore(names) {
		at := in.task.ColumnNamed(n)
		if in.lines {
			at = onlyText(in.task)
		}
		if at >= 0 && !in.task.Columns[at].Role.Input() {
			at = -1
		}
		text = text || at >= 0 && in.task.Columns[at].Role == label.Text
		in.to = append(in.to, at)
	}
	if !text {
		return usageError{noText(in.task.Columns, names)}
	}
	return nil
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

// noText says that a file has not the text that a project is about.
func noText(columns []label.Column, names []string) error {
	return fmt.Errorf("the file has no column named %s, which is the text of this project; it has %s", strings.Join(textColumns(columns), " or "), strings.Join(names, ", "))
}

// textColumns are the names of the columns of text.
func textColumns(columns []label.Column) []string {
	var names []string
	for _, c := range columns {
		if c.Role == label.Text {
			names = append(names, c.Name)
		}
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
