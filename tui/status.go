package tui

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/learn"
	"inkling/plots"
	"inkling/tui/safe"
)

// viewStatus draws the frame's last line: counts, the trainer, and whether all
// is on disk. Parts that do not fit are left out from the middle: what is
// saved is always said.
func (w *workbench) viewStatus() string {
	f, th := w.words.Frame, w.theme
	sep := th.frame.Render(" · ")
	saved := w.viewSaved()
	// Whoever is watched is told so as long as it lasts, before all but what is
	// saved.
	if room := w.width - 9 - lipgloss.Width(saved); room > 0 {
		if watched := w.viewWatched(min(room, w.width/3)); watched != "" {
			saved = watched + sep + saved
		}
	}
	if n := w.seat.Room().Count(); n > 1 {
		if here := fmt.Sprintf(w.words.People.Here, n); lipgloss.Width(here)+lipgloss.Width(saved)+9 <= w.width {
			saved = here + sep + saved
		}
	}
	labelled, audited := fmt.Sprintf(f.Labelled, w.counts.Labelled), fmt.Sprintf(f.Audited, w.counts.Audited)
	line := ""
	for i, advice := range w.advices() {
		gauge := 10
		if advice != "" && w.width < 100 {
			gauge = 6
		}
		// What does not fit is left out, the last of these first; they are shown in the
		// order of the eye: counts, then the machine.
		parts := []string{labelled, w.viewTrainer(gauge), advice, audited}
		shown := [4]bool{}
		room := w.width - 6 - lipgloss.Width(saved)
		for k, p := range parts {
			if n := lipgloss.Width(p) + 3; p != "" && n <= room {
				shown[k], room = true, room-n
			}
		}
		if advice != "" && (!shown[2] || i == 0 && !shown[3]) {
			continue // in fewer words, or not at all
		}
		var kept []string
		for _, k := range []int{0, 3, 1, 2} {
			if shown[k] {
				kept = append(kept, parts[k])
			}
		}
		line = strings.Join(append(kept, saved), sep)
		break
	}
	rest := max(w.width-5-lipgloss.Width(line), 0)
	return th.frame.Render("└─") + " " + line + " " + th.frame.Render(strings.Repeat("─", rest)+"┘")
}

// advices are the ways to say what more labels bring, the longest first; the last
// says nothing.
func (w *workbench) advices() []string {
	text, short := w.advised()
	if text == "" {
		return []string{""}
	}
	return []string{text, short, ""}
}

// viewWatched says who watches; "" where nobody does.
func (w *workbench) viewWatched(width int) string {
	who := w.seat.Watched()
	if len(who) == 0 {
		return ""
	}
	return w.theme.warn.Render(safe.Truncate("◉ "+fmt.Sprintf(w.words.People.WatchedBy, safe.Line(strings.Join(who, ", "))), width))
}

func (w *workbench) viewSaved() string {
	f := w.words.Frame
	waiting, err := w.seat.Unsaved()
	switch {
	case err != nil:
		return w.theme.bad.Render(safe.Truncate(fmt.Sprintf(f.SaveFailed, safe.Line(err.Error())), w.width/2))
	case waiting > 0:
		return w.theme.warn.Render(fmt.Sprintf(f.Saving, waiting))
	}
	return w.theme.good.Render(fmt.Sprintf(f.Saved, w.counts.Events))
}

func (w *workbench) viewTrainer(cells int) string {
	f, s := w.words.Frame, w.state
	if s.Err != nil {
		return w.theme.bad.Render(safe.Truncate(fmt.Sprintf(f.TrainerFailed, safe.Line(s.Err.Error())), w.width/3))
	}
	phase := w.phase(s.Phase)
	if phase == "" && s.Representing > 0 {
		gauge := plots.Gauge{Width: cells, Value: s.Representing}.View()
		return w.theme.dim.Render(f.Representing) + " " + w.theme.accent.Render(gauge)
	}
	if phase == "" {
		if s.Run == 0 {
			return w.theme.dim.Render(f.NoRun)
		}
		return fmt.Sprintf(f.Run, cmp.Or(s.Current, s.Run)) // after a roll back it is not the last
	}
	gauge := plots.Gauge{Width: cells, Value: s.Fraction}.View()
	return fmt.Sprintf(f.Run, s.Run) + " " + w.theme.dim.Render(phase) + " " + w.theme.accent.Render(gauge)
}

// phase says in a word what the trainer does, "" where it does nothing.
func (d *desk) phase(p learn.Phase) string {
	f := d.words.Frame
	switch p {
	case learn.Reading:
		return f.Reading
	case learn.Fitting, learn.Validating:
		return f.Training
	case learn.Choosing:
		return f.Choosing
	case learn.Scoring:
		return f.Scoring
	case learn.Representing:
		return f.Representing
	}
	return ""
}
