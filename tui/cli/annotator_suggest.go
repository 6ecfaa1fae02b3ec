package cli

import (
	"inkling/learn/external"
)

// modelSuggests is what --suggest calls the project's own model.
const modelSuggests = "model"

// setSuggest chooses whose suggestions the workbench shows.
func (j *setJob) setSuggest(p external.State) error {
	was, _, err := external.Suggests(p)
	if err != nil {
		return err
	}
	to := external.Annotator{}
	if j.suggest != modelSuggests {
		if to, err = findAnnotator(p, j.suggest); err != nil {
			return err
		}
	}
	if to.ID == was.ID {
		return nil
	}
	who := func(x external.Annotator) string {
		if x.ID == 0 {
			return modelSuggests
		}
		return x.Model()
	}
	j.note("suggestions: %s (it was: %s)", who(to), who(was))
	return external.SetSuggests(p, to.ID)
}
