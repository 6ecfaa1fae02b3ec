package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/query"
)

// learning are the flags that say how a project learns, for one run or for all.
type learning struct {
	model       string
	set         []string
	classWeight string
	optimise    string
	costs       string
	semi        string
	strategy    string
}

// flags are the names of the flags.
func (*learning) flags() []string {
	return []string{"model", "set", "class-weight", "optimise", "costs", "strategy", "semi-supervised"}
}

func (l *learning) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&l.model, "model", "", "`NAME` of the model: auto, "+strings.Join(modelNames(), ", "))
	f.StringArrayVar(&l.set, "set", nil, "`OPTION=VALUE` of the model: hidden=20,10")
	f.StringVar(&l.classWeight, "class-weight", "", "how much the answers of each class weigh: balanced, none, or `LABEL=WEIGHT`,..")
	f.StringVar(&l.optimise, "optimise", "", "`GOAL` that the told class serves: accuracy, macro-f1, f1:LABEL, recall:LABEL>=0.9, or none: the most probable one")
	f.StringVar(&l.semi, "semi-supervised", "", "`HOW` to learn from items without an answer as well: "+strings.Join(learn.SemiSupervised(), ", ")+", or none")
	f.StringVar(&l.costs, "costs", "", "`FILE` with what it costs to tell a class: CSV, true labels in rows, told ones in columns; none for none")
	_ = cmd.RegisterFlagCompletionFunc("model", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return append([]string{learn.Auto}, modelNames()...), cobra.ShellCompDirectiveNoFileComp
	})
}

// addStrategy adds the flag of what is asked next, which concerns no single run.
func (l *learning) addStrategy(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.strategy, "strategy", "", "`NAME` of the query strategy, which says what is asked next: see inkling simulate --help; default for the default")
	_ = cmd.RegisterFlagCompletionFunc("strategy", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		names := []string{"default"}
		for _, s := range query.Strategies() {
			names = append(names, s.Name())
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
}

// settings returns what the flags say, over what was so before.
func (l *learning) settings(before learn.Settings, t label.Task, given func(flag string) bool) (s learn.Settings, err error) {
	s = before
	if given("model") {
		if s.Model, err = modelName(l.model); err != nil {
			return s, err
		}
		if s.Model != before.Model {
			s.Set = nil
		}
	}
	if given("set") {
		if s.Set, err = learn.ParseModelOptions(l.set...); err != nil {
			return s, usageError{err}
		}
	}
	if given("class-weight") {
		s.ClassWeight = l.classWeight
	}
	if given("optimise") {
		s.Optimise, s.Costs = l.optimise, nil
	}
	if given("costs") {
		if s.Costs = nil; l.costs == "none" && s.Optimise == "" {
			s.Optimise = "none"
		}
		if l.costs != "none" {
			if given("optimise") {
				return s, usagef("--costs and --optimise both say which class is told: use one")
			}
			if s.Costs, err = readCosts(l.costs, t.Labels); err != nil {
				return s, err
			}
			s.Optimise = ""
		}
	}
	if given("semi-supervised") {
		s.Semi = l.semi
	}
	if given("strategy") {
		if s.Strategy = l.strategy; s.Strategy == "default" {
			s.Strategy = ""
		}
	}
	return s, asUsage(s.Check(t))
}

// asUsage makes wrong usage of what a project or a model does not have.
func asUsage(err error) error {
	for _, e := range []error{learn.ErrOption, learn.ErrRule, learn.ErrKind, learn.ErrNoModel, learn.ErrTune, query.ErrUnknown} {
		if errors.Is(err, e) {
			return usageError{err}
		}
	}
	return err
}

func readCosts(path string, labels []label.Label) ([][]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	costs, err := learn.ParseCosts(f, labels)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", path, err)}
	}
	return costs, nil
}

// learningText says settings in a few words.
func learningText(s learn.Settings) string {
	parts := []string{"model auto"}
	if s.Model != "" {
		parts[0] = "model " + s.Model
	}
	if len(s.Set) > 0 {
		parts = append(parts, s.Set.String())
	}
	if s.ClassWeight != "" {
		parts = append(parts, "class weights "+s.ClassWeight)
	}
	if s.Optimise != "" && s.Optimise != "none" {
		parts = append(parts, "told for "+s.Optimise)
	}
	if s.Costs != nil {
		parts = append(parts, "told for the lowest cost")
	}
	if s.Strategy != "" {
		parts = append(parts, "asks by "+s.Strategy)
	}
	return strings.Join(parts, ", ")
}

// setLearning keeps how the project learns from now on.
func (j *setJob) setLearning(p learn.Archive, given func(flag string) bool) error {
	before, err := learn.LoadSettings(p)
	if err != nil {
		return err
	}
	s, err := j.learning.settings(before, j.task, given)
	if err != nil {
		return err
	}
	was, is := learningText(before), learningText(s)
	if was == is && s.Costs == nil {
		return nil
	}
	if err := s.Save(p); err != nil {
		return err
	}
	j.note("learning: %s (it was: %s)", is, was)
	return nil
}
