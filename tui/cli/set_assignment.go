package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"inkling/label"
)

// setAssignment are the flags that say who answers what.
type setAssignment struct {
	overlap string
	gold    string
	skill   string
	skills  []string
	hidden  string
}

// flags are the names of the flags.
func (*setAssignment) flags() []string {
	return []string{"overlap", "gold-share", "skill-column", "skills", "withhold"}
}

func (s *setAssignment) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.overlap, "overlap", "", "`SHARExN`: the share of the items that N people answer, such as 0.2x3; none for none")
	f.StringVar(&s.gold, "gold-share", "", "the `SHARE` of cards that check the person, from items whose answer is in the gold column; 0 for none")
	f.StringVar(&s.hidden, "withhold", "", "the `SHARE` of items whose suggestion is not shown, to measure whether people are drawn to it, 0 to 0.5")
	f.StringVar(&s.skill, "skill-column", "", "the column `COL` whose value is the skill that an item asks for; none for none")
	f.StringArrayVar(&s.skills, "skills", nil, "`NAME=SKILL,..`: which values of that column a person gets; NAME= for all")
}

// setAssignment changes who answers what.
func (j *setJob) setAssignment(given func(flag string) bool) error {
	s := &j.assignment
	if !slices.ContainsFunc(s.flags(), given) {
		return nil
	}
	if given("withhold") {
		if err := j.setWithhold(); err != nil {
			return err
		}
	}
	var a label.Assignment
	if j.task.Assignment != nil {
		a = *j.task.Assignment
		a.People = slices.Clone(a.People)
	}
	if given("overlap") {
		share, n, err := parseOverlap(s.overlap)
		if err != nil {
			return err
		}
		if share != a.Share || n != a.Answers {
			a.Share, a.Answers = share, n
			j.note("overlap: %s", overlapText(a))
		}
	}
	if given("gold-share") {
		share, err := strconv.ParseFloat(s.gold, 64)
		if err != nil || !(share >= 0 && share <= 0.5) {
			return usagef("--gold-share is a share of the cards from 0 to 0.5, not %q", s.gold)
		}
		if share > 0 && j.task.Column(label.Gold) < 0 {
			return usagef("there is no gold column to check people by; inkling import --gold COL makes one")
		}
		if share > 0 && j.task.Kind != label.Classes {
			return usagef("people are checked by gold items where the answers are classes")
		}
		if share != a.Gold {
			a.Gold = share
			j.note("gold items: %g of the cards", share)
		}
	}
	if given("skill-column") {
		name := s.skill
		if name == "none" && j.task.ColumnNamed(name) < 0 {
			name = ""
		}
		if name != "" && j.task.ColumnNamed(name) < 0 {
			return usagef("there is no column %q", name)
		}
		if name != a.Skill {
			a.Skill = name
			if name == "" {
				name = "none"
			}
			j.note("skill column: %s", name)
		}
	}
	for _, x := range s.skills {
		at := strings.LastIndexByte(x, '=')
		if at <= 0 {
			return usagef("--skills takes NAME=SKILL,.., not %q", x)
		}
		p := label.Person{Name: x[:at]}
		for _, skill := range strings.Split(x[at+1:], ",") {
			if skill = strings.TrimSpace(skill); skill != "" {
				p.Skills = append(p.Skills, skill)
			}
		}
		i := slices.IndexFunc(a.People, func(o label.Person) bool { return o.Name == p.Name })
		switch {
		case i >= 0 && slices.Equal(a.People[i].Skills, p.Skills):
			continue
		case i >= 0:
			a.People[i] = p
		default:
			a.People = append(a.People, p)
		}
		skills := strings.Join(p.Skills, ", ")
		if skills == "" {
			skills = "every item"
		}
		j.note("%s: %s", p.Name, skills)
	}
	j.task.Assignment = &a
	if a.Share == 0 && a.Gold == 0 && a.Skill == "" && len(a.People) == 0 {
		j.task.Assignment = nil
	}
	return nil
}

// setWithhold changes how many suggestions are kept from people.
func (j *setJob) setWithhold() error {
	share, err := strconv.ParseFloat(j.assignment.hidden, 64)
	switch {
	case err != nil || !(share >= 0 && share <= 0.5):
		return usagef("--withhold is a share of the items from 0 to 0.5, not %q", j.assignment.hidden)
	case share > 0 && j.task.Kind != label.Classes:
		return usagef("suggestions are withheld where the answers are classes")
	case share != j.task.Withhold:
		j.task.Withhold = share
		j.note("withheld suggestions: %g of the items", share)
	}
	return nil
}

// parseOverlap reads SHARExN.
func parseOverlap(s string) (share float64, n int, err error) {
	if s == "none" || s == "0" {
		return 0, 0, nil
	}
	left, right, ok := strings.Cut(s, "x")
	share, e1 := strconv.ParseFloat(left, 64)
	n, e2 := strconv.Atoi(right)
	if !ok || e1 != nil || e2 != nil || !(share > 0 && share <= 1) || n < 2 || n > 99 {
		return 0, 0, usagef("--overlap is a share of the items and how many people answer them, such as 0.2x3, or none; not %q", s)
	}
	return share, n, nil
}

// overlapText says how many people answer what.
func overlapText(a label.Assignment) string {
	if a.Share == 0 {
		return "none, each item is answered once"
	}
	return fmt.Sprintf("%g of the items are answered by %d people", a.Share, a.Answers)
}
