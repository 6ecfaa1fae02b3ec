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
  inkling new loans.inkling --labels repay:r,watch:w,default:d --text memo --number amount,age --category housing`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			labels, err := parseLabels(f.labels)
			if err != nil {
				return err
			}
			var columns []label.Column
			if len(*f.byRole[label.Text]) == 0 {
				*f.byRole[label.Text] = []string{"text"}
			}
			for _, r := range []label.Role{label.Text, label.Numeric, label.Category, label.Ignore} {
				for _, c := range *f.byRole[r] {
					columns = append(columns, label.Column{Name: c, Role: r})
				}
			}
			if f.id != "" {
				columns = append(columns, label.Column{Name: f.id, Role: label.Ident})
			}
			t, err := f.newTask(args[0], columns, labels)
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
