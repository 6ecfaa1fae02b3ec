package tui

import (
	"fmt"
	"math"
	"strings"

	"inkling/learn"
)

// advised says in a few words what more labels are expected to bring, and in
// fewer; "" where there is too little to say.
func (d *desk) advised() (text, short string) {
	w, a := d.words.Advice, d.trainer.Advice()
	switch {
	case a == nil:
		return "", ""
	case a.Stop:
		return fmt.Sprintf(w.Enough, a.Gain.More), w.EnoughShort
	}
	return fmt.Sprintf(w.Gain, a.Gain.More, a.Gain.Points, a.Gain.Half()), fmt.Sprintf(w.GainShort, a.Gain.More, a.Gain.Points, a.Gain.Half())
}

// advisedBy says what that goes by.
func (d *desk) advisedBy(a *learn.Advice) string {
	w := d.words.Advice
	parts := []string{fmt.Sprintf(w.Changed, fmt.Sprintf("%.1f%%", 100*a.Changed), a.Last)}
	if !math.IsNaN(a.Kappa) {
		state := w.Moving
		if a.Steady {
			state = w.Steady
		}
		parts = append(parts, fmt.Sprintf(w.Kappa, a.Kappa)+", "+state)
	}
	return strings.Join(append(parts, fmt.Sprintf(w.Unsure, fmt.Sprintf("%.0f%%", 100*a.Uncertainty))), " · ")
}
