package tui

import (
	"fmt"
	"testing"

	"github.com/muesli/termenv"

	"inkling/label"
	"inkling/tui/catalog"
	"inkling/tui/seat"
)

// The screens of what stands beside a suggestion, of what is answered at once, of
// suspected errors and of strategies, in both languages.
func TestEvidenceScreens(t *testing.T) {
	for _, lang := range catalog.Languages() {
		for _, size := range [][2]int{{80, 24}, {200, 50}} {
			for name, pose := range map[string]func(*driver){
				"similar":  func(*driver) {},
				"withheld": func(d *driver) { l := d.labelScreen(); l.cur.Withheld, l.cur.Suggestion = l.cur.Suggestion, nil },
				"asked":    func(d *driver) { d.press("e") },
				"word":     func(d *driver) { d.press("R", "right") },
				"bulk":     func(d *driver) { d.press("B", "down", "+") },
				"bulk-look": func(d *driver) {
					b := newBulk(d.labelScreen())
					b.stage, b.query, b.passed = bulkLook, bulkQuery{by: byLike, above: 0.9, class: 2}, 7
					for i := range 12 {
						x := bulkRow{num: uint64(i + 1), class: 2, prob: 0.4 + 0.05*float64(i), cosine: 0.9 + 0.005*float64(i), off: i == 1, text: fmt.Sprintf("asks to roll over instalment %d, 要求展期", i)}
						x.says = &label.Suggestion{Answer: label.ClassAnswer(2)}
						if i < 3 {
							x.says = &label.Suggestion{Answer: label.ClassAnswer(1)}
						}
						b.rows = append(b.rows, x)
					}
					d.labelScreen().over = b
				},
				"wrong": func(d *driver) {
					d.press("f4")
					r := d.screens[screenReview].(*reviewScreen)
					d.until("the lists", func() bool { return !r.loading })
					r.turnTo(doubtful)
					var rows []reviewed
					for i := range uint64(4) {
						says := label.ClassAnswer(2)
						rows = append(rows, reviewed{standing: label.Standing{Item: i + 1, Decision: label.Decision{Action: label.Answered, Answer: label.ClassAnswer(0)}},
							text: "asks to roll over the March instalment", says: &says, prob: 0.97 - 0.1*float64(i), wrong: 0.9 - 0.1*float64(i)})
					}
					r.request++
					r.update(reviewMsg{request: r.request, lists: r.lists, rows: rows, wrong: 4})
				},
				"strategies": func(d *driver) {
					d.press("f2")
					s := d.screens[screenTrain].(*trainScreen)
					s.look, s.pick = strategyLook, 9
				},
			} {
				name := fmt.Sprintf("%s-%s-%dx%d", name, lang, size[0], size[1])
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					d := posed(t, lang, termenv.Ascii, true, size[0], size[1])
					l := d.labelScreen()
					l.cur.Why, l.cur.Stands = seat.Representative, 31
					l.alike = similar{of: l.cur.Item.Num}
					for i := range 12 {
						l.alike.rows = append(l.alike.rows, alike{uint64(i + 9), 0.83 - 0.04*float64(i), 2 - i%3, fmt.Sprintf("asks to roll over instalment %d, 第二次了 😟", i)})
					}
					pose(d)
					checkFrame(t, d.View(), size[0], size[1])
					golden(t, name, d.View())
				})
			}
		}
	}
}
