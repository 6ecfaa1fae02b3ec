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

// light reports whether the fits of a model are always short.
func (t *Trainer) light(model string) bool {
	e, err := find(model)
	return err != nil || e.light
}
