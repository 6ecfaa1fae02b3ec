package cli

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/store"
)

func (a *app) newCommand() *cobra.Command {
	var f taskFlags
	cmd := &cobra.Command{
		Use:   "new PROJECT",
		Short: "Make a project",
		Long: `Make an empty project. Importing a file into a project that does not exist
makes it too, and reads columns and labels off the file.`,
		Example: `  inkling new spam.inkling --labels ham,spam --text message
  inkling new loans.inkling --labels repay:r,watch:w,default:d --text memo --number amount,age --category housing
  inkling new houses.inkling --task number --number rooms,area --category town`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.read(); err != nil {
				return err
			}
			kind, err := f.kind()
			if err != nil {
				return err
			}
			labels, err := parseLabels(f.labels)
			if err != nil {
				return err
			}
			var columns []label.Column
			for _, r := range []label.Role{label.Text, label.Numeric, label.Category, label.Time, label.Context, label.Ignore} {
				for _, c := range *f.byRole[r] {
					columns = append(columns, label.Column{Name: c, Role: r})
				}
			}
			for _, s := range f.ordinal {
				col, order, err := parseOrder(s)
				if err != nil {
					return err
				}
				columns = append(columns, label.Column{Name: col, Role: label.Category, Order: order})
			}
			if len(contents(columns)) == 0 {
				columns = append([]label.Column{{Name: "text", Role: label.Text}}, columns...)
			}
			if f.id != "" {
				columns = append(columns, label.Column{Name: f.id, Role: label.Ident})
			}
			if f.codes != nil {
				f.codes.apply(columns)
			}
			t, err := f.newTask(args[0], kind, columns, labels)
			if err != nil {
				return err
			}
			p, err := store.Create(args[0], t, store.Options{Program: "inkling", Now: time.Now})
			if err != nil {
				return err
			}
			a.say("made %s\n%s", args[0], describe(t))
			return p.Close()
		},
	}
	f.add(cmd.Flags())
	return cmd
}

// projectName is the name of a project file without folder and ending.
func projectName(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
