package cli

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// What the text of an error has in it that means something to programmers
// only: the package that a sentinel comes from, the function that could not
// read a number, and names that files have until they are whole.
var (
	packageNames = regexp.MustCompile(`(^|: |; |\n)(?:(?:bayes|clean|external|feature|format|label|learn|linear|metric|query|represent|seat|simulate|store): )+`)
	numberErrors = regexp.MustCompile(`strconv\.Parse\w+: parsing "(?:[^"\\]|\\.)*": `)
	tempNames    = regexp.MustCompile(`\.([^/\\ ]+)\.\d+\.tmp\b`)
)

// words is the text of an error as a person reads it. Package names help in a
// log and in tests, so they are taken away here, in one place, rather than
// left out where errors are made.
func words(err error) string {
	s := packageNames.ReplaceAllString(err.Error(), "$1")
	s = numberErrors.ReplaceAllString(s, "")
	return strings.ReplaceAll(tempNames.ReplaceAllString(s, "$1"), partSuffix(), "")
}

// args makes a wrong number of arguments wrong usage, and says which one is
// missing by the names that the command's usage line gives them.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check(cmd, args) == nil {
			return nil
		}
		var needs, takes []string
		for _, f := range strings.Fields(cmd.Use)[1:] {
			name := strings.Trim(f, "[].")
			if strings.ToUpper(name) != name || strings.HasPrefix(name, "-") || len(name) < 2 {
				break // flags that the usage line has
			}
			takes = append(takes, name)
			if !strings.HasPrefix(f, "[") {
				needs = append(needs, name)
			}
		}
		see := fmt.Sprintf("; see %s --help", cmd.CommandPath())
		switch {
		case len(args) == 0 && len(needs) > 0:
			return usagef("%s needs %s%s", cmd.Name(), strings.Join(needs, " and "), see)
		case len(args) < len(needs):
			return usagef("%s needs %s after %s%s", cmd.Name(), strings.Join(needs[len(args):], " and "), needs[len(args)-1], see)
		case len(takes) == 0:
			return usagef("%s takes no argument, but got %q%s", cmd.Name(), args[0], see)
		}
		return usagef("%s takes %s and no more, but got %q too%s", cmd.Name(), strings.Join(takes, " and "), args[min(len(takes), len(args)-1)], see)
	}
}

// count is a number with the noun that it counts: "1 row", "2 rows".
func count[N int | int64 | uint64](n N, one, more string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, more)
}
