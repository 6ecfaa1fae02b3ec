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
	parts := []string{
		fmt.Sprintf(f.Labelled, w.counts.Labelled),
		w.viewTrainer(),
		fmt.Sprintf(f.Audited, w.counts.Audited),
	}
	room := w.width - 6 - lipgloss.Width(saved)
	var kept []string
	for _, p := range parts {
		if n := lipgloss.Width(p) + 3; p != "" && n <= room {
			kept = append(kept, p)
			room -= n
		}
	}
	// Shown in the order of the eye: counts first, then the machine.
	if len(kept) == 3 {
		kept[1], kept[2] = kept[2], kept[1]
	}
	line := strings.Join(append(kept, saved), sep)
	rest := max(w.width-5-lipgloss.Width(line), 0)
	return th.frame.Render("└─") + " " + line + " " + th.frame.Render(strings.Repeat("─", rest)+"┘")
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

func (w *workbench) viewTrainer() string {
	f, s := w.words.Frame, w.state
	if s.Err != nil {
		return w.theme.bad.Render(safe.Truncate(fmt.Sprintf(f.TrainerFailed, safe.Line(s.Err.Error())), w.width/3))
	}
	phase := w.phase(s.Phase)
	if phase == "" {
		if s.Run == 0 {
			return w.theme.dim.Render(f.NoRun)
		}
		return fmt.Sprintf(f.Run, cmp.Or(s.Current, s.Run)) // after a roll back it is not the last
	}
	gauge := plots.Gauge{Width: 10, Value: s.Fraction}.View()
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
	}
	return ""
}
