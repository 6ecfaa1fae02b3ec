package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"inkling/tui"
)

func (a *app) keysCommand() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "keys",
		Short: "List the commands of the workbench and their keys",
		Long: `List the commands of the workbench and the keys that they have, and where the
config file is that changes them. In that file, a command's name is given a
list of keys:

  {"language": "zh", "keys": {"accept": ["enter", "y"], "skip": ["n"]}}`,
		Example: `  inkling keys
  inkling keys --json`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			names, keys := tui.DefaultKeys()
			config, err := a.readConfig()
			if err != nil {
				return err
			}
			maps.Copy(keys, config.Keys)
			if a.asJSON {
				return writeJSON(a.Out, keys)
			}
			if path, err := tui.ConfigPath(); err == nil {
				fmt.Fprintf(a.Out, "config file: %s\n\n", path)
			}
			for _, n := range names {
				shown := make([]string, len(keys[n]))
				for i, k := range keys[n] {
					if shown[i] = k; k == " " {
						shown[i] = "space"
					}
				}
				fmt.Fprintf(a.Out, "%-16s %s\n", n, strings.Join(shown, ", "))
			}
			return nil
		},
	})
}

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write the man pages into a folder",
		Example: `  inkling man /usr/local/share/man/man1`,
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			err := doc.GenManTree(root, &doc.GenManHeader{Title: "INKLING", Section: "1", Source: "inkling " + a.version}, args[0])
			if err != nil {
				return err
			}
			pages, err := filepath.Glob(filepath.Join(args[0], "inkling*.1"))
			if err != nil {
				return err
			}
			a.say("%s in %s; man -l %s shows the first", count(len(pages), "page", "pages"), args[0], filepath.Join(args[0], "inkling.1"))
			return nil
		},
	}
}
