package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/tui/safe"
)

// roleList is the other view of the data screen: the columns with their roles,
// which can be changed there. What is chosen for a column is set by another key
// only, because models then learn anew.
type roleList struct {
	on      bool
	at      int
	want    label.Role // chosen for the column at the cursor, where picked
	picked  bool
	setting bool // the change is on its way
}

// settable are the roles that a column of the data changes between.
var settable = [...]label.Role{label.Text, label.Numeric, label.Category, label.Time, label.Context}

var errNothingRead = errors.New("a column must be left that models read")

// roleSetMsg ends a change of a role.
type roleSetMsg struct{ err error }

// pressRoles takes a key while the columns are on show.
func (d *dataScreen) pressRoles(m tea.KeyMsg) tea.Cmd {
	k, r := d.keys, &d.roles
	columns := d.project.Task().Columns
	if by := k.leaps(m, max(d.rows, 1), len(columns)); by != 0 {
		r.at, r.picked = stepped(r.at, by, len(columns)), false
		return nil
	}
	if r.at >= len(columns) || r.setting || !d.seat.Role().Administers() || !slices.Contains(settable[:], columns[r.at].Role) {
		return nil
	}
	switch {
	case key.Matches(m, k.Left):
		r.pick(columns[r.at].Role, len(settable)-1)
	case key.Matches(m, k.Right):
		r.pick(columns[r.at].Role, 1)
	case key.Matches(m, k.Open) && r.picked:
		return d.setRole(columns[r.at].Name, r.want)
	}
	return nil
}

// pick chooses the role so many after the one that is chosen.
func (r *roleList) pick(is label.Role, by int) {
	if !r.picked {
		r.want = is
	}
	r.want = settable[(slices.Index(settable[:], r.want)+by)%len(settable)]
	r.picked = r.want != is
}

// setRole gives a column another role.
func (d *dataScreen) setRole(name string, role label.Role) tea.Cmd {
	d.roles.setting = true
	return func() tea.Msg {
		task := d.project.Task()
		task.Columns = slices.Clone(task.Columns)
		i := task.ColumnNamed(name)
		if i < 0 {
			return roleSetMsg{}
		}
		task.Columns[i].Role, task.Columns[i].Order = role, nil
		if !slices.ContainsFunc(task.Columns, func(c label.Column) bool { return c.Role.Input() && c.Role != label.Context }) {
			return roleSetMsg{errNothingRead}
		}
		return roleSetMsg{d.project.SetTask(task, d.seat.Annotator())}
	}
}

// exampleOf is what an item has in each column, but for what is kept aside, and,
// for whoever answers without having seen others' answers, those that came with
// the file.
func exampleOf(t label.Task, it label.Item, blind bool) []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		if c.Role != label.Gold && !(blind && c.Role == label.Known) {
			out[i] = safe.Truncate(it.Field(i), 100)
		}
	}
	return out
}

// viewRoles draws the columns: name, role, and what the chosen item has there.
func (d *dataScreen) viewRoles(width, height int) []string {
	w, th := d.words.Data, d.theme
	columns := d.project.Task().Columns
	name, role := min(max(width/3, 8), 32), 19
	value := width - name - role - 6
	if value < 6 {
		value = 0
	}
	out := []string{" " + th.dim.Render(" "+safe.Pad(w.Column, name)+"  "+safe.Pad(w.Role, role)+" "+safe.Pad(fmt.Sprintf(w.Example, d.at), value))}
	foot := []string{"", " " + th.dim.Render(safe.Truncate(d.aboutRole(columns), max(width-2, 1)))}
	if height < 6 {
		foot = nil
	}
	d.rows = max(height-len(out)-len(foot), 1)
	for i := max(d.roles.at-d.rows+1, 0); i < len(columns) && len(out) < height-len(foot); i++ {
		c := columns[i]
		said := c.Role.String()
		if len(c.Order) > 0 {
			said += " <"
		}
		if i == d.roles.at && d.roles.picked {
			said += " → " + d.roles.want.String()
		}
		example := ""
		if i < len(d.example) {
			example = d.example[i]
		}
		line := safe.Pad(keepEnds(safe.Line(c.Name), name), name) + "  " + safe.Pad(said, role) + " " + safe.Pad(example, value)
		if i == d.roles.at {
			out = append(out, " ▸"+th.cursor.Render(line))
		} else {
			out = append(out, "  "+line)
		}
	}
	return append(fill(out, height-len(foot)), foot...)
}

// aboutRole says what can be done with the column at the cursor, or its order.
func (d *dataScreen) aboutRole(columns []label.Column) string {
	w, r := d.words.Data, d.roles
	switch {
	case r.at >= len(columns):
		return ""
	case r.picked:
		return fmt.Sprintf(w.SetRole, d.keys.Open.Help().Key)
	case !slices.Contains(settable[:], columns[r.at].Role):
		return w.RoleStays
	case len(columns[r.at].Order) > 0:
		return strings.Join(columns[r.at].Order, " < ")
	}
	return fmt.Sprintf(w.OtherRole, d.keys.Left.Help().Key, d.keys.Right.Help().Key)
}
