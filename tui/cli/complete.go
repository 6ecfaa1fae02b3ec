package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/store"
)

// completeRuns completes flags that take the number of a run.
func completeRuns(cmd *cobra.Command, flags ...string) {
	for _, f := range flags {
		// It fails only for a flag that there is not, which the tests would see.
		_ = cmd.RegisterFlagCompletionFunc(f, func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return runNumbers(args, typed)
		})
	}
}

// runNumbers are the runs of the project that the first argument names, the
// newest first, each with what a shell shows beside it. A project that is in
// use is read as well.
func runNumbers(args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	p, err := store.Open(args[0], store.Options{ReadOnly: true, Program: "inkling"})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp // in the middle of a line there is nobody to tell
	}
	defer p.Close()
	runs, err := readRuns(p)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for i := len(runs) - 1; i >= 0; i-- {
		r := runs[i]
		if id := strconv.FormatUint(r.ID, 10); strings.HasPrefix(id, typed) {
			about := fmt.Sprintf("%s on %s", r.Model, count(r.Labels, "label", "labels"))
			switch u := r.Audit; {
			case u == nil:
			case u.Errors != nil:
				about += fmt.Sprintf(", MAE %.4g", u.Errors.MAE)
			case p.Task().Kind == label.MultiLabel:
				about += fmt.Sprintf(", exactly right %.3f", u.Accuracy)
			default:
				about += fmt.Sprintf(", accuracy %.3f", u.Accuracy)
			}
			out = append(out, id+"\t"+about)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeRunArgs completes a project and then runs of it.
func completeRunArgs(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return projectFiles(nil, args, typed)
	}
	return runNumbers(args, typed)
}
