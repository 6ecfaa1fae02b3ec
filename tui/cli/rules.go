package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/rule"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/safe"
)

// ruleVerbs are what can be done with rules.
var ruleVerbs = []string{"list", "try", "add", "remove", "off", "on"}

// rulesJob is one call of rules.
type rulesJob struct {
	*app
	from string // a file with rules
	text bool   // rules are printed as that file has them
}

func (a *app) rulesCommand() *cobra.Command {
	j := &rulesJob{app: a}
	cmd := a.jsonFlag(&cobra.Command{
		Use:   "rules PROJECT [list|try|add|remove|off|on] [RULE|NAME]..",
		Short: "Rules of thumb: list, try, add and remove them",
		Long: `Keep rules of thumb that suggest labels before there are any answers. A rule
votes for one label where it matches, and abstains elsewhere; how far each is to
be trusted is learned from where rules agree, and from answers as they come. Rules
give suggestions, never answers.

Without a verb, or with list, the rules are shown: on how many items each votes,
on how many of these others do (overlaps) or contradict it (conflicts), how often
it is right on items with an answer, with its 95% interval, and how often it is
held to be right. try shows the same for rules that are not kept, with the first
items that they match. add keeps rules; one with the name of another takes its
place. off keeps a rule from voting, on lets it vote again.

A rule is written in one line, the label and what it asks for:

  spam: free, prize, "call now"       one of the words occurs in a text
  spam: memo has refund*              in one column; refund, refunds, refunded, ..
  spam: /\b\d{5}\b/                   a regular expression; /../i for any case
  spam: memo ~ /roll(ed)? over/       the same in one column
  risky: amount > 10000               a comparison: > >= < <= = !=
  risky: = amount > 2 * income and not has("paid")    an expression

In front may stand a name, @prizes. --from reads rules from a file, one a line;
--text prints them as such a file. docs/rules.md says more.`,
		Example: `  inkling rules spam.inkling try "spam: free, prize"
  inkling rules spam.inkling add "@prize spam: free, prize" "ham: lol, haha"
  inkling rules spam.inkling add --from spam.rules
  inkling rules spam.inkling
  inkling rules spam.inkling off prize
  inkling rules spam.inkling --text > spam.rules`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usagef("a project is needed; see inkling rules --help")
			case len(args) > 1 && !slices.Contains(ruleVerbs, args[1]):
				return usagef("%q cannot be done with rules: %s", args[1], strings.Join(ruleVerbs, ", "))
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return ruleVerbs, cobra.ShellCompDirectiveNoFileComp
			}
			return projectFiles(cmd, args, typed)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			verb := "list"
			if len(args) > 1 {
				verb = args[1]
			}
			return j.run(cmd, args[0], verb, args[min(2, len(args)):])
		},
	})
	cmd.Flags().StringVar(&j.from, "from", "", "read rules to add or to try from a `FILE`, - for standard input")
	cmd.Flags().BoolVar(&j.text, "text", false, "print the rules as --from reads them")
	return cmd
}

func (j *rulesJob) run(cmd *cobra.Command, path, verb string, said []string) (err error) {
	switch {
	case j.from != "" && verb != "add" && verb != "try":
		return usagef("--from goes with add and try")
	case verb == "list" && len(said) > 0:
		return usagef("list takes no rules; try does")
	case verb != "list" && len(said) == 0 && j.from == "":
		return usagef("%s needs %s; see inkling rules --help", verb, map[bool]string{true: "a rule, or --from FILE", false: "the name of a rule"}[verb == "add" || verb == "try"])
	}
	if verb == "list" || verb == "try" {
		p, err := j.openRead(cmd.Context(), path)
		if err != nil {
			return err
		}
		defer p.Close()
		if err := rulesKind(p.Task()); err != nil {
			return err
		}
		rules, err := p.Rules()
		if err != nil {
			return err
		}
		if verb == "try" {
			return j.try(cmd, p, rules, said)
		}
		if j.text {
			return j.write(p.Task(), rules)
		}
		return j.list(cmd, p, rules)
	}
	p, err := j.open(path, false)
	if err != nil {
		return err
	}
	if j.hosted == nil {
		defer func() { err = errors.Join(err, p.Close()) }()
	}
	if err := rulesKind(p.Task()); err != nil {
		return err
	}
	rules, err := p.Rules()
	if err != nil {
		return err
	}
	changed, err := j.change(p.Task(), rules, verb, said)
	if err != nil {
		return err
	}
	for _, r := range changed {
		if _, _, err := p.Rule(j.who(), r).Wait(cmd.Context()); store.Refused(err) {
			return usageError{err}
		} else if err != nil {
			return err
		}
	}
	return j.tell(p.Task(), verb, changed)
}

// rulesKind refuses projects that ask for something else than a class.
func rulesKind(t label.Task) error {
	if t.Kind != label.Classes {
		return fmt.Errorf("rules vote for one of several classes, and this project asks for %v", t.Kind)
	}
	return nil
}

// read returns the rules that were given as arguments and in a file.
func (j *rulesJob) read(t label.Task, said []string) ([]label.Rule, error) {
	var out []label.Rule
	for _, s := range said {
		r, err := rule.Parse(t, s)
		if err != nil {
			return nil, usagef("rule %q: %w", safe.Line(s), err)
		}
		out = append(out, r)
	}
	if j.from == "" {
		return out, nil
	}
	var b []byte
	var err error
	if j.from == "-" {
		b, err = io.ReadAll(io.LimitReader(j.In, rulesFileAtMost))
	} else if b, err = readAtMost(j.from, rulesFileAtMost); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	more, err := rule.ParseFile(t, string(b))
	if err != nil {
		return nil, usagef("%s, %w", j.from, err)
	}
	return append(out, more...), nil
}

// rulesFileAtMost is how long a file of rules may be, in bytes.
const rulesFileAtMost = 4 << 20

func readAtMost(path string, n int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, n+1))
	if err == nil && int64(len(b)) > n {
		err = fmt.Errorf("%s is longer than %d bytes", path, n)
	}
	return b, err
}

// change returns the rules as they become.
func (j *rulesJob) change(t label.Task, rules []label.Rule, verb string, said []string) ([]label.Rule, error) {
	var out []label.Rule
	if verb == "add" {
		added, err := j.read(t, said)
		if err != nil {
			return nil, err
		}
		all := slices.Clone(rules)
		for _, r := range added {
			r, changed := rule.Named(r, all)
			if changed {
				out = append(out, r)
			}
			all = slices.DeleteFunc(all, func(o label.Rule) bool { return o.Name == r.Name })
			all = append(all, r)
		}
		return out, nil
	}
	for _, name := range said {
		i := slices.IndexFunc(rules, func(r label.Rule) bool { return r.Name == strings.TrimPrefix(name, "@") })
		if i < 0 {
			var names []string
			for _, r := range rules {
				names = append(names, r.Name)
			}
			if len(names) == 0 {
				return nil, usagef("there is no rule %q: the project has no rules", name)
			}
			return nil, usagef("there is no rule %q; the rules are %s", name, strings.Join(names, ", "))
		}
		r := rules[i]
		switch verb {
		case "remove":
			r.Removed = true
		default:
			r.Off = verb == "off"
		}
		if r != rules[i] {
			out = append(out, r)
		}
	}
	return out, nil
}

// tell says what was done.
func (j *rulesJob) tell(t label.Task, verb string, changed []label.Rule) error {
	if j.asJSON {
		out := []ruleJSON{}
		for _, r := range changed {
			out = append(out, ruleOf(t, r))
		}
		return writeJSON(j.Out, map[string]any{"done": verb, "rules": out})
	}
	done := map[string]string{"add": "added", "remove": "removed", "off": "off", "on": "on"}[verb]
	for _, r := range changed {
		fmt.Fprintf(j.Out, "%s: %s\n", done, safe.Line(rule.Format(t, r)))
	}
	if len(changed) == 0 {
		fmt.Fprintln(j.Out, "nothing changed")
	}
	return nil
}

// write prints the rules as a file.
func (j *rulesJob) write(t label.Task, rules []label.Rule) error {
	for _, r := range rules {
		if _, err := fmt.Fprintln(j.Out, safe.Line(rule.Format(t, r))); err != nil {
			return err
		}
	}
	return nil
}

// sum tries rules on the whole project.
func (j *rulesJob) sum(cmd *cobra.Command, p *reading, rules []label.Rule) (*learn.Rules, error) {
	bar := j.newProgress("rules")
	defer bar.end()
	return learn.TryRules(cmd.Context(), p, rules, func(read, all uint64) { bar.show(int64(read), int64(all), "") })
}

func (j *rulesJob) list(cmd *cobra.Command, p *reading, rules []label.Rule) error {
	if len(rules) == 0 && !j.asJSON {
		fmt.Fprintf(j.Out, "no rules yet; to add one: inkling rules %s add \"%s: WORD, WORD\"\n", safe.Line(p.Path()), safe.Line(p.Task().Labels[0].Name))
		return nil
	}
	sum, err := j.sum(cmd, p, rules)
	if err != nil {
		return err
	}
	if j.asJSON {
		out := rulesJSON{Items: sum.Items, Covered: sum.Covered, Rules: []ruleJSON{}}
		for _, f := range sum.Figures {
			out.Rules = append(out.Rules, figuresJSON(p.Task(), f))
		}
		return writeJSON(j.Out, out)
	}
	if err := j.table(p.Task(), sum.Figures); err != nil {
		return err
	}
	fmt.Fprintf(j.Out, "\nrules vote on %d of %s, %s\n", sum.Covered, count(sum.Items, "item", "items"), percent(sum.Covered, sum.Items))
	return nil
}

// try shows what rules would do that are not kept.
func (j *rulesJob) try(cmd *cobra.Command, p *reading, rules []label.Rule, said []string) error {
	t := p.Task()
	tried, err := j.read(t, said)
	if err != nil {
		return err
	}
	all := slices.Clone(rules)
	for i, r := range tried {
		if r.Name == "" { // even where there is the same rule already
			r.Name = fmt.Sprintf("new rule %d", i+1)
		}
		all = slices.DeleteFunc(all, func(o label.Rule) bool { return o.Name == r.Name })
		r.Off = false
		all = append(all, r)
	}
	sum, err := j.sum(cmd, p, all)
	if err != nil {
		return err
	}
	figures := sum.Figures[len(all)-len(tried):]
	if j.asJSON {
		out := rulesJSON{Items: sum.Items, Covered: sum.Covered, Rules: []ruleJSON{}}
		for _, f := range figures {
			x := figuresJSON(t, f)
			x.First = f.First
			out.Rules = append(out.Rules, x)
		}
		return writeJSON(j.Out, out)
	}
	if err := j.table(t, figures); err != nil {
		return err
	}
	for _, f := range figures {
		fmt.Fprintf(j.Out, "\n%s\n", safe.Line(rule.Format(t, f.Rule)))
		if err := p.ItemsByNum(f.First[:min(len(f.First), rulesShown)], func(it label.Item) error {
			_, err := fmt.Fprintf(j.Out, "%8d  %s\n", it.Num, safe.Truncate(itemText(t, it), 100))
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// rulesShown is how many of the items are shown that a rule matches.
const rulesShown = 8

func (j *rulesJob) table(t label.Task, figures []learn.RuleFigures) error {
	w := tabwriter.NewWriter(j.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "rule\tvotes\tcovers\toverlaps\tconflicts\tright on answers\theld right\tasks for\n")
	for _, f := range figures {
		class := t.Labels[f.Rule.Class].Name
		if f.Rule.Off {
			class += " (off)"
		}
		if f.Err != nil {
			fmt.Fprintf(w, "%s\t%s\t–\t–\t–\t–\t–\t%s\n", safe.Line(f.Rule.Name), safe.Line(class), safe.Line(f.Err.Error()))
			continue
		}
		right, held := "–", "–"
		if n := f.Answered + f.Audited; n > 0 {
			share, in := f.Share()
			right = fmt.Sprintf("%.3f  [%.3f, %.3f] of %d", share, in.Low(), in.High(), n)
		}
		if f.Precision > 0 {
			held = fmt.Sprintf("%.2f", f.Precision)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\n", safe.Line(f.Rule.Name), safe.Line(class), f.Covered, f.Overlaps, f.Conflicts, right, held, safe.Truncate(safe.Line(rule.Body(f.Rule)), 60))
	}
	return w.Flush()
}

func percent(n, of int) string { return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(max(of, 1))) }

// rulesJSON is what list and try write with --json.
type rulesJSON struct {
	Items   int        `json:"items"`
	Covered int        `json:"covered"`
	Rules   []ruleJSON `json:"rules"`
}

type ruleJSON struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Kind  string `json:"kind"`
	Rule  string `json:"rule"` // as it is typed behind the label
	Off   bool   `json:"off,omitempty"`
	Error string `json:"error,omitempty"`

	Covered    *int        `json:"covered,omitempty"`
	Overlaps   *int        `json:"overlaps,omitempty"`
	Conflicts  *int        `json:"conflicts,omitempty"`
	Answered   int         `json:"answered,omitempty"`
	Right      int         `json:"right,omitempty"`
	Audited    int         `json:"audited,omitempty"`
	AuditRight int         `json:"audit_right,omitempty"`
	Share      *float64    `json:"precision,omitempty"` // on items with an answer
	Interval   *[2]float64 `json:"interval,omitempty"`
	Held       float64     `json:"estimated_precision,omitempty"` // by the label model
	Wrong      []uint64    `json:"wrong,omitempty"`
	First      []uint64    `json:"first,omitempty"`
}

func ruleOf(t label.Task, r label.Rule) ruleJSON {
	return ruleJSON{Name: r.Name, Label: t.Labels[r.Class].Name, Kind: r.Kind.String(), Rule: rule.Body(r), Off: r.Off}
}

func figuresJSON(t label.Task, f learn.RuleFigures) ruleJSON {
	out := ruleOf(t, f.Rule)
	if f.Err != nil {
		out.Error = f.Err.Error()
		return out
	}
	out.Covered, out.Overlaps, out.Conflicts, out.Answered, out.Right = &f.Covered, &f.Overlaps, &f.Conflicts, f.Answered, f.Right
	out.Audited, out.AuditRight, out.Held, out.Wrong = f.Audited, f.AuditRight, f.Precision, f.Wrong
	if share, in := f.Share(); !math.IsNaN(share) {
		out.Share, out.Interval = &share, &[2]float64{in.Low(), in.High()}
	}
	return out
}
