package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"inkling/label"
)

// setColumns are the flags of set that give columns other roles, and codes
// their meanings.
type setColumns struct {
	byRole  map[label.Role]*[]string
	ordinal []string
	book    string
}

// setRoles are the roles that a column of the data can change between: what
// names an item is then as it was.
var setRoles = [...]label.Role{label.Text, label.Numeric, label.Category, label.Time, label.Context}

func (s *setColumns) add(cmd *cobra.Command) {
	s.byRole = map[label.Role]*[]string{}
	for _, r := range setRoles {
		cols := new([]string)
		cmd.Flags().StringSliceVar(cols, r.String(), nil, "give columns the role "+r.String()+": `COL`,..")
		s.byRole[r] = cols
	}
	cmd.Flags().StringArrayVar(&s.ordinal, "ordinal", nil, "make a column one of codes that have an order: `COL=LOW,..,HIGH`")
	cmd.Flags().StringVar(&s.book, "codebook", "", "a CSV `FILE` that says what codes mean: column,code,meaning")
}

// flags are the names of the flags.
func (s *setColumns) flags() []string {
	out := []string{"ordinal", "codebook"}
	for _, r := range setRoles {
		out = append(out, r.String())
	}
	return out
}

func (j *setJob) setColumns() error {
	j.task.Columns = slices.Clone(j.task.Columns)
	for _, r := range setRoles {
		for _, name := range *j.columns.byRole[r] {
			if err := j.setRole(name, r, nil); err != nil {
				return err
			}
		}
	}
	for _, s := range j.columns.ordinal {
		name, order, err := parseOrder(s)
		if err != nil {
			return err
		}
		if err := j.setRole(name, label.Category, order); err != nil {
			return err
		}
	}
	if len(contents(j.task.Columns)) == 0 {
		return usagef("no column would be left that models read")
	}
	if j.columns.book == "" {
		return nil
	}
	b, err := readBook(j.columns.book)
	if err != nil {
		return err
	}
	unknown, changed := b.apply(j.task.Columns)
	for _, name := range changed {
		j.note("column %s: %s", name, count(len(j.task.Columns[j.task.ColumnNamed(name)].Meanings), "code explained", "codes explained"))
	}
	if len(unknown) > 0 {
		j.say("note: the code book has columns that the project has not: %s", list(unknown))
	}
	return nil
}

// setRole gives a column of the data another role.
func (j *setJob) setRole(name string, r label.Role, order []string) error {
	i := j.task.ColumnNamed(name)
	if i < 0 {
		var names []string
		for _, c := range j.task.Columns {
			names = append(names, c.Name)
		}
		return usagef("there is no column %q; the project has %s", name, strings.Join(names, ", "))
	}
	c := &j.task.Columns[i]
	if !c.Role.Input() {
		return usagef("column %q has the role %s; only a new import into a new project can make it %s, since it then is part of what names the items", name, c.Role, r)
	}
	was := roleName(*c)
	if c.Role == r && slices.Equal(c.Order, order) {
		return nil
	}
	c.Role, c.Order = r, order
	said := roleName(*c)
	if order != nil {
		said += " (" + strings.Join(order, " < ") + ")"
	}
	j.note("column %s: %s (it was: %s)", name, said, was)
	return nil
}
