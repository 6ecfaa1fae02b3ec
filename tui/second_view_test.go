package tui

import (
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"inkling/tui/seat"
)

// TestSecondOpinionOnTheCard says why an item comes again, and shows no
// suggestion beside it.
func TestSecondOpinionOnTheCard(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		p := newProject(t, banking(7), 20)
		d := newDriver(t, p, drive{options: Options{Annotator: "ana", Renderer: renderer(termenv.Ascii, true)}})
		sc := d.labelScreen()
		d.until("cards", func() bool { return sc.cur != nil })
		sc.cur.Why, sc.cur.Answers, sc.cur.Confidence, sc.cur.Suggestion = seat.Second, 2, 0.61, nil
		d.size(size[0], size[1])
		if v := d.View(); !strings.Contains(v, "a second opinion: answers 2") {
			t.Errorf("%d columns:\n%s", size[0], v)
		}
	}
}
