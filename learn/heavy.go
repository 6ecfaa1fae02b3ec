package learn

import "time"

// Runs of models whose fits take long: a vote of trees, a network of texts.
// After every five answers they would keep a core busy for nothing but a slightly
// newer model, so after a run they rest, and the model that is there suggests
// meanwhile. The rest is measured by the work, so that at most a tenth of one core
// goes into it while somebody labels; when nobody does, the run comes soon.
const (
	heavyFrom = 300 * time.Millisecond // a run of a model that is not light rests from here on
	heavyRest = 9                      // times as long as it took
)

// spent is what the last run of a model took, its curve included.
type spent struct {
	model string
	took  time.Duration
	ended time.Time
}

// add puts work for a model down, which ended now.
func (s *spent) add(model string, took time.Duration) {
	if s.model != model {
		*s = spent{model: model}
	}
	s.took, s.ended = s.took+took, time.Now()
}

// rest returns how long answers are kept waiting for the next run because the
// model that it would fit takes long; 0 or less where they are not. Nobody who
// asks for a run waits.
func (t *Trainer) rest() time.Duration {
	s := t.spent
	if s.took < heavyFrom || t.light(s.model) {
		return 0
	}
	name := t.o.Settings.Model
	if name == Auto {
		if t.choice == nil {
			return 0
		}
		name = t.choice.Model
	}
	if name != s.model {
		return 0
	}
	return min(time.Until(s.ended.Add(heavyRest*s.took)), time.Until(t.event.Add(idleAfter)))
}

// Runs where several people answer at once: a hundred of them give new answers
// faster than anybody could look at what comes of these.
const (
	crowdEvery = 250 * time.Millisecond // a run at most
	crowdRest  = 3                      // times as long as the last one took
)

// pause returns how long answers of several people are kept waiting for the next
// run; 0 or less where they are not.
func (t *Trainer) pause() time.Duration {
	if len(t.answers.hands) < 2 || t.want.train {
		return 0
	}
	return time.Until(t.ran.ended.Add(max(crowdEvery, crowdRest*t.ran.took)))
}

// runDue reports whether a run is to begin now: where it is time for one, and no
// other work has its turn. Where answers come faster than runs learn from them,
// every other stretch of time is for what comes after a run: its curve, the
// comparison, the pool. With one person that is long over when there are five
// more answers.
func (t *Trainer) runDue() bool { return t.trainDue() && t.pause() <= 0 && !t.othersTurn() }

// othersTurn reports whether there is other work to do, and it had less time than
// the last run took.
func (t *Trainer) othersTurn() bool {
	if t.want.train || time.Since(t.ran.ended) >= t.ran.took {
		return false
	}
	return t.todo.curve || t.comparison != nil || t.pass != nil || t.adviceDue() || t.crossDue() || t.surveyDue()
}

// slowNodes is how many nodes of trees an explanation goes through in 15 to 60 ms.
const slowNodes = 200_000

// Slow reports whether Explain takes so long that no screen should wait for it.
func (s *Snapshot) Slow() bool { return nodes(s.model) > slowNodes }

// nodes is how many nodes of trees a model, or its members, have.
func nodes(m Model) int {
	n := 0
	switch m := m.(type) {
	case interface{ Nodes() int }:
		n = m.Nodes()
	case *ensemble:
		for _, x := range m.members {
			n += nodes(x)
		}
	}
	return n
}

// light reports whether the fits of a model are always short.
func (t *Trainer) light(model string) bool {
	e, err := find(model)
	return err != nil || e.light
}
