package tui

import (
	"errors"
	"math"
	"slices"
	"sort"
	"time"

	"inkling/label"
	"inkling/learn"
)

// readLists says which lists there are: those of several people where there is
// something in them, and the person reviews.
func (r *reviewScreen) readLists() ([]reviewList, error) {
	if !r.seat.Role().Reviews() {
		return alone, nil
	}
	if r.trainer.Truth().Len() > 0 || r.project.Task().Assignment != nil {
		return several, nil
	}
	some, err := r.project.Commented(1)
	if err == nil && len(some) > 0 {
		return several, nil
	}
	return alone, err
}

// errEnough ends a visit that has found what was sought.
var errEnough = errors.New("enough")

// read runs as a command.
func (r *reviewScreen) read(list reviewList) ([]reviewed, error) {
	if list == doubtful && r.seat.Role().Reviews() {
		// What models say that never saw the answer contradicts it better.
		if suspects := r.trainer.Suspects().Top(reviewAtMost); len(suspects) > 0 {
			return r.readSuspects(suspects)
		}
	}
	standings, err := r.standings(list)
	if err != nil {
		return nil, err
	}
	snap := r.trainer.Current()
	task := r.project.Task()
	rows := make([]reviewed, 0, len(standings))
	for _, s := range standings {
		if r.ctx.Err() != nil {
			return nil, r.ctx.Err()
		}
		it, err := r.project.Item(s.Item)
		if err != nil {
			return nil, err
		}
		if list == doubtful && s.Decision.Settles {
			continue // a person said so who knew what the model says
		}
		row := reviewed{standing: s, text: oneLine(task, it, 400), together: r.together(s)}
		// What is audited is answered, and answered again, without knowing what the
		// model says.
		if snap != nil && !it.Audit {
			sug := snap.Suggest(it)
			row.says, row.prob = &sug.Answer, sug.Probability
			if task.Kind == label.Number {
				row.prob = math.Abs(sug.Answer.Value - s.Decision.Answer.Value)
			}
		}
		if list == doubtful && (row.says == nil || row.says.Equal(s.Decision.Answer)) {
			continue
		}
		rows = append(rows, row)
	}
	if list == doubtful {
		sort.SliceStable(rows, func(i, j int) bool { return rows[i].prob > rows[j].prob })
		rows = rows[:min(len(rows), reviewAtMost)]
	}
	return rows, nil
}

// readSuspects reads the items whose label may be wrong, but for those that have
// another by now.
func (r *reviewScreen) readSuspects(suspects []learn.Suspect) ([]reviewed, error) {
	task := r.project.Task()
	var rows []reviewed
	for _, s := range suspects {
		if r.ctx.Err() != nil {
			return nil, r.ctx.Err()
		}
		st, ok, err := r.project.Standing(s.Num)
		if err != nil {
			return nil, err
		}
		if !ok || !st.Decision.Action.HasAnswer() || st.Decision.Settles || st.Decision.Answer.Class == s.Model {
			continue
		}
		it, err := r.project.Item(s.Num)
		if err != nil {
			return nil, err
		}
		says := label.ClassAnswer(s.Model)
		rows = append(rows, reviewed{standing: st, text: oneLine(task, it, 400), together: r.together(st), wrong: s.Wrong, says: &says, prob: s.Probability})
	}
	return rows, nil
}

// together is what the answers of several people to an item come to, where the
// person may know them; nil where one person answered, or where it is settled.
func (r *reviewScreen) together(s label.Standing) *label.Answer {
	if !r.seat.Role().Reviews() || s.Decision.Settles || !s.Decision.Action.HasAnswer() {
		return nil
	}
	c, ok := r.trainer.Truth().Of(s.Item)
	if !ok {
		return nil
	}
	return &label.Answer{Class: c.Class, Set: c.Set, Value: c.Value}
}

// standings reads where the items of a list stand. Who does not review sees their
// own decisions alone.
func (r *reviewScreen) standings(list reviewList) (all []label.Standing, err error) {
	mine := func(s label.Standing) bool { return r.seat.Role().Reviews() || s.Annotator == r.seat.Annotator() }
	switch list {
	case disputed:
		return r.standingOf(r.trainer.Truth().Disputed(reviewAtMost))
	case uncertain:
		return r.standingOf(r.trainer.Truth().Uncertain(reviewAtMost))
	case commented:
		nums, err := r.project.Commented(reviewAtMost)
		if err != nil {
			return nil, err
		}
		return r.standingOf(nums)
	case flagged:
		all, err = r.project.Flagged(reviewAtMost)
	case skipped:
		all, err = r.project.Skipped(reviewAtMost)
	case settledItems, doubtful:
		most := doubtAmong
		if list == settledItems {
			most = reviewAtMost
		}
		err = r.project.Standings(r.ctx, func(s label.Standing) error {
			if len(all) == most {
				return errEnough
			}
			if s.Decision.Action.HasAnswer() && mine(s) && (list == doubtful || s.Decision.Settles) {
				all = append(all, s)
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			err = nil
		}
	}
	return slices.DeleteFunc(all, func(s label.Standing) bool { return !mine(s) }), err
}

// standingOf reads where items stand, without those on which nobody decided.
func (r *reviewScreen) standingOf(nums []uint64) ([]label.Standing, error) {
	var out []label.Standing
	for _, num := range nums {
		s, ok, err := r.project.Standing(num)
		if err != nil {
			return nil, err
		}
		if !ok {
			s = label.Standing{Item: num, Decision: label.Decision{Item: num, Action: label.Skipped}}
		}
		out = append(out, s)
	}
	return out, nil
}

// reviewDetail is all that was said about one item.
type reviewDetail struct {
	num       uint64
	text      string
	all       []label.Standing
	when      map[uint64]time.Time // of the answers, by event
	comments  []label.Event
	consensus learn.Consensus
	known     bool   // there is a consensus
	method    string // by which it was found
	quality   map[string]float64
	says      *label.Suggestion
	answers   []label.Answer // the different ones, that of the consensus first
}

// nearTie is the confidence below which a consensus is picked for nobody.
const nearTie = 0.6

// first is the answer that is picked at first, the number of all of them where none
// is.
func (d *reviewDetail) first() int {
	if c := d.consensus; d.known && !c.Settled && c.Confidence > 0 && c.Confidence < nearTie {
		return len(d.answers)
	}
	return 0
}

// readDetail runs as a command.
func (r *reviewScreen) readDetail(num uint64) (d reviewDetail, err error) {
	it, err := r.project.Item(num)
	if err != nil {
		return d, err
	}
	d = reviewDetail{num: num, text: it.Text(r.project.Task()), quality: map[string]float64{}, when: map[uint64]time.Time{}}
	if d.all, err = r.project.ItemStandings(num); err != nil {
		return d, err
	}
	if d.comments, err = r.project.Comments(num); err != nil {
		return d, err
	}
	truth := r.trainer.Truth()
	if d.consensus, d.known = truth.Of(num); d.known {
		d.method = truth.Method
	}
	kind := r.project.Task().Kind
	if d.known {
		d.answers = append(d.answers, label.Answer{Class: d.consensus.Class, Set: d.consensus.Set, Value: d.consensus.Value})
	}
	for _, s := range d.all {
		ev, err := r.project.Event(s.Event)
		if err != nil {
			return d, err
		}
		d.when[s.Event] = ev.Time
		if q, ok := truth.Quality(s.Annotator); ok {
			d.quality[s.Annotator] = q
		}
		if a := s.Decision.Answer; s.Decision.Action.HasAnswer() && !slices.ContainsFunc(d.answers, func(o label.Answer) bool { return sameAnswer(kind, o, a) }) {
			d.answers = append(d.answers, a)
		}
	}
	if snap := r.trainer.Current(); snap != nil && !it.Audit {
		sug := snap.Suggest(it)
		if !snap.Slow() {
			sug.Reasons, sug.Base = snap.ExplainFrom(it, sug.Answer.Class, 3)
		}
		d.says = &sug
	}
	return d, nil
}

// sameAnswer reports whether two answers of a kind say the same.
func sameAnswer(k label.Kind, a, b label.Answer) bool {
	switch k {
	case label.Classes:
		return a.Class == b.Class
	case label.Number:
		return a.Value == b.Value
	case label.MultiLabel:
		return slices.Equal(a.Set, b.Set)
	}
	return a.Equal(b)
}
