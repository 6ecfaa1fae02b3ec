package seat

import (
	"context"
	"strings"

	"inkling/label"
)

// gold takes the next item whose answer is known and that this person has not
// decided about, audited ones aside: they are shown without a suggestion, and so
// would give themselves away.
func (s *Seat) gold() (given, error) {
	task := s.project.Task()
	at := task.Column(label.Gold)
	if at < 0 || task.Kind != label.Classes {
		return given{}, nil
	}
	num, err := s.golds.look(s, func(num uint64) (bool, error) {
		it, err := s.project.Item(num)
		if err != nil {
			return false, err
		}
		if it.Audit || task.Class(strings.TrimSpace(it.Field(at))) < 0 || s.isHanded(it.Num) || !task.Suits(s.annotator, it.Fields) {
			return false, nil
		}
		all, err := s.project.ItemStandings(it.Num)
		for _, st := range all {
			if st.Annotator == s.annotator || st.Decision.Settles {
				return false, err
			}
		}
		return true, err
	})
	return given{num: num, why: goldCheck}, err
}

// GoldScore is how often a person answered as the gold column has it, among the
// items that they answered and whose answer is known.
type GoldScore struct {
	Right, Answers int
}

// GoldProject is what GoldScores asks of a project; store.Project is one.
type GoldProject interface {
	Task() label.Task
	AllStandings(ctx context.Context, visit func([]label.Standing) error) error
	Item(num uint64) (label.Item, error)
}

// GoldScores counts for every person how often they were right on items whose
// answer is known. Settlements are not counted: a reviewer's answer is no
// check of the reviewer. It is empty where the project has no gold column.
func GoldScores(ctx context.Context, p GoldProject) (map[string]GoldScore, error) {
	scores := map[string]GoldScore{}
	task := p.Task()
	at := task.Column(label.Gold)
	if at < 0 || task.Kind != label.Classes {
		return scores, nil
	}
	err := p.AllStandings(ctx, func(all []label.Standing) error {
		it, err := p.Item(all[0].Item)
		if err != nil {
			return err
		}
		known := task.Class(strings.TrimSpace(it.Field(at)))
		if known < 0 {
			return nil
		}
		for _, st := range all {
			if d := st.Decision; d.Action.HasAnswer() && !d.Settles {
				g := scores[st.Annotator]
				g.Answers++
				if d.Answer.Class == known {
					g.Right++
				}
				scores[st.Annotator] = g
			}
		}
		return nil
	})
	return scores, err
}
