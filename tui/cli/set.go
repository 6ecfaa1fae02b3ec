package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/clean"
	"inkling/store"
	"inkling/tui"
	"inkling/tui/safe"
)

// setJob is one call of set: a task, and what is said about its changes.
type setJob struct {
	*app
	name       string
	rename     []string
	add        []string
	keys       []string
	labelGuide []string
	guide      string
	clean      string
	suggest    string
	columns    setColumns
	assignment setAssignment
	learning   learning

	task    label.Task
	changed []string
}

func (a *app) setCommand() *cobra.Command {
	j := &setJob{app: a}
	cmd := &cobra.Command{
		Use:   "set PROJECT",
		Short: "Change labels, keys, guideline, cleaning or columns",
		Long: `Change what a project asks: add labels or rename them, give them other keys,
write the guideline that g shows, choose what is cleaned. What was decided
stays: a label that is renamed keeps its answers, and none can be removed. The
change is an event of the log like any other.

Columns change between text, number, category, time and context, which people
see and no model reads; models then learn what they read anew. --ordinal gives
codes an order, and --codebook says what they mean.

--suggest "external NAME" lets the workbench show what an external annotator
said, where it has an answer to the item; --suggest model, what the model says.

--model, --set, --class-weight, --optimise and --costs say how the project
learns from then on, in the background as well: see inkling train --help.
--strategy says how the next item to ask about is chosen.

--overlap lets several people answer a share of the items, chosen by chance;
--gold-share checks people by items whose answer is known; --skill-column and
--skills give people the items that they know about. All of it concerns who
answers over inkling serve, or joins a project that is open.

--withhold keeps the suggestion of a share of the items from whoever answers, to
measure whether people are drawn to what they are shown: inkling agreement, and
the evaluate screen.

Flags may be repeated. Labels are renamed first, then added; --key and
--label-guideline take the names that the labels have then. An empty text takes
a guideline away.`,
		Example: `  inkling set spam.inkling --add-label maybe:m
  inkling set spam.inkling --rename-label ham=wanted --key wanted=w
  inkling set spam.inkling --guideline "$(cat rules.txt)" --label-guideline "spam=what nobody asked for"
  inkling set spam.inkling --clean none
  inkling set spam.inkling --model softmax-regression --optimise "recall:spam>=0.95"
  inkling set loans.inkling --overlap 0.2x3 --gold-share 0.05 --skill-column language --skills ana=zh,en
  inkling set credit.inkling --category installment_rate --ordinal savings=low,middle,high --codebook columns.csv`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			given := func(flag string) bool { return cmd.Flags().Changed(flag) }
			if !slices.ContainsFunc(append(append(append(j.columns.flags(), j.learning.flags()...), j.assignment.flags()...), "add-label", "rename-label", "key", "label-guideline", "guideline", "clean", "name", "suggest"), given) {
				return usagef("say what to set: a label, a key, a guideline, the cleaning, the role of a column, how it learns; see inkling set --help")
			}
			return j.run(args[0], given)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&j.add, "add-label", nil, "new labels, with their keys or without: `NAME[:KEY]`,..")
	f.StringArrayVar(&j.rename, "rename-label", nil, "`OLD=NEW`: another name for a label, which keeps its answers")
	f.StringArrayVar(&j.keys, "key", nil, "`NAME=KEY`: another key for a label, of one character or two")
	f.StringArrayVar(&j.labelGuide, "label-guideline", nil, "`NAME=TEXT`: when to choose a label")
	f.StringVar(&j.guide, "guideline", "", "what the annotator should know: `TEXT`")
	f.StringVar(&j.clean, "clean", "", "what is cleaned before models and screens see a text: nfc,html,urls,emails,phones,space; all; none")
	f.StringVar(&j.name, "name", "", "name of the project")
	f.StringVar(&j.suggest, "suggest", "", "who suggests: model, or \"external `NAME`\"")
	_ = cmd.RegisterFlagCompletionFunc("suggest", func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		names := []string{modelSuggests}
		if len(args) > 0 {
			for _, n := range annotatorNames(args[0]) {
				names = append(names, "external "+n)
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	j.columns.add(cmd)
	j.assignment.add(cmd)
	j.learning.add(cmd)
	j.learning.addStrategy(cmd)
	return a.jsonFlag(cmd)
}

func (j *setJob) run(path string, given func(flag string) bool) (err error) {
	p, err := j.open(path, false)
	if err != nil {
		return err
	}
	if j.hosted == nil {
		defer func() { err = errors.Join(err, p.Close()) }()
	}
	j.task = p.Task()
	j.task.Labels = slices.Clone(j.task.Labels)
	for _, change := range []func() error{j.renameLabels, j.addLabels, j.setKeys, j.guideLabels, j.setColumns} {
		if err := change(); err != nil {
			return err
		}
	}
	if given("name") {
		j.setText("name", &j.task.Name, j.name)
	}
	if given("guideline") {
		j.setText("guideline", &j.task.Guideline, j.guide)
	}
	if given("clean") {
		o, err := clean.Parse(j.clean)
		if err != nil {
			return usageError{err}
		}
		j.setText("cleaning", &j.task.Clean, o.String())
	}
	if err := j.setAssignment(given); err != nil {
		return err
	}
	if err := j.sayMisfits(p); err != nil {
		return err
	}
	if len(j.changed) > 0 {
		if err := p.SetTask(j.task, j.who()); store.Refused(err) {
			return usageError{err}
		} else if err != nil {
			return err
		}
	}
	if given("suggest") {
		if err := j.setSuggest(p); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(j.learning.flags(), given) {
		if err := j.setLearning(p, given); err != nil {
			return err
		}
	}
	if c := j.task.Column(label.Gold); c >= 0 && len(j.rename) > 0 && len(j.changed) > 0 {
		j.say("note: what column %q holds stays as it was: eval --on gold leaves out items that it gives a name of before", j.task.Columns[c].Name)
	}
	if j.asJSON {
		return writeJSON(j.Out, map[string]any{"project": path, "changed": append([]string{}, j.changed...), "event": p.Counts().Events, "task": taskNames(j.task)})
	}
	if len(j.changed) == 0 {
		j.say("%s is so already: nothing was changed", path)
		return nil
	}
	for _, c := range j.changed {
		fmt.Fprintln(j.Out, safe.Text(c))
	}
	return nil
}

// note keeps what has changed.
func (j *setJob) note(format string, args ...any) {
	j.changed = append(j.changed, fmt.Sprintf(format, args...))
}

// setText sets a text and notes what it was, where that is short.
func (j *setJob) setText(what string, to *string, text string) {
	switch old := *to; {
	case old == text:
		return
	case text == "":
		j.note("%s: none now", what)
	case old == "" || utf8.RuneCountInString(old+text) > textWidth:
		j.note("%s: %s", what, text)
	default:
		j.note("%s: %s (it was: %s)", what, text, old)
	}
	*to = text
}

// label finds a label by its name.
func (j *setJob) label(name string) (*label.Label, error) {
	if c := j.task.Class(name); c >= 0 {
		return &j.task.Labels[c], nil
	}
	var names []string
	for _, l := range j.task.Labels[:min(len(j.task.Labels), pairsMost)] {
		names = append(names, l.Name)
	}
	more := ""
	if n := len(j.task.Labels) - len(names); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return nil, usagef("there is no label %q; the project has %s%s", name, strings.Join(names, ", "), more)
}

// each calls do with the label that each NAME=VALUE names, and its value.
func (j *setJob) each(flag string, pairs []string, do func(l *label.Label, value string) error) error {
	for _, s := range pairs {
		// A name may have an = in it: the longest that is a label's counts.
		name, value, ok := "", "", false
		for i := len(s) - 1; i > 0 && (!ok || j.task.Class(name) < 0); i-- {
			if s[i] == '=' {
				name, value, ok = s[:i], s[i+1:], true
			}
		}
		if !ok {
			return usagef("--%s takes NAME=VALUE, not %q", flag, s)
		}
		l, err := j.label(name)
		if err != nil {
			return err
		}
		if err := do(l, value); err != nil {
			return err
		}
	}
	return nil
}

func (j *setJob) renameLabels() error {
	return j.each("rename-label", j.rename, func(l *label.Label, name string) error {
		if name = strings.TrimSpace(name); name == l.Name {
			return nil
		}
		if j.task.Class(name) >= 0 {
			return usagef("there is a label %q already, and labels cannot become one", name)
		}
		j.note("label %s: renamed to %s", l.Name, name)
		l.Name = name
		return nil
	})
}

func (j *setJob) addLabels() error {
	if j.task.Kind == label.Number && len(j.add) > 0 {
		return usagef("the answers of this project are numbers, which have no labels")
	}
	var taken []string
	for _, l := range j.task.Labels {
		if l.Key != "" {
			taken = append(taken, firstOf(l.Key))
		}
	}
	added, err := parseLabels(j.add, taken...)
	if err != nil {
		return err
	}
	for _, l := range added {
		if j.task.Class(l.Name) >= 0 {
			return usagef("there is a label %q already", l.Name)
		}
		if l.Key == "" {
			j.note("label %s: added, without a key", l.Name)
		} else {
			j.note("label %s: added, with the key %s", l.Name, l.Key)
		}
		j.task.Labels = append(j.task.Labels, l)
	}
	return nil
}

func (j *setJob) setKeys() error {
	return j.each("key", j.keys, func(l *label.Label, key string) error {
		switch {
		case key == l.Key:
			return nil
		case key == "" || utf8.RuneCountInString(key) > 2:
			return usagef("a key is one character, or two typed one after the other, not %q", key)
		case slices.Contains(tui.Reserved(), firstOf(key)):
			return usagef("the key %q is taken by a command of the workbench", firstOf(key))
		}
		j.note("label %s: key %s (it was %s)", l.Name, key, l.Key)
		l.Key = key
		return nil
	})
}

func (j *setJob) guideLabels() error {
	return j.each("label-guideline", j.labelGuide, func(l *label.Label, text string) error {
		j.setText("label "+l.Name+": guideline", &l.Guideline, text)
		return nil
	})
}

// firstOf is the first character of a key.
func firstOf(key string) string {
	_, n := utf8.DecodeRuneInString(key)
	return key[:n]
}
