package cli

import (
	"github.com/spf13/cobra"

	"inkling/learn/external"
	"inkling/store"
)

// projectAndAnnotator completes a project, and then the name of one of its
// annotators.
func projectAndAnnotator(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return projectFiles(cmd, args, typed)
	}
	if len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return annotatorNames(args[0]), cobra.ShellCompDirectiveNoFileComp
}

// annotatorNames are the names of a project's annotators, none where it cannot
// be read: in the middle of a line there is nobody to tell.
func annotatorNames(path string) (names []string) {
	p, err := store.Open(path, store.Options{ReadOnly: true, Program: "inkling"})
	if err != nil {
		return nil
	}
	defer p.Close()
	all, err := external.List(p)
	if err != nil {
		return nil
	}
	for _, x := range all {
		names = append(names, x.Name)
	}
	return names
}
