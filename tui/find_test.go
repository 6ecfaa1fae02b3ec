package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"inkling/label"
	"inkling/store"
	"inkling/tui/catalog"
)

// However long the texts and wherever the match, each row of a search shows it,
// underlined. The pages of the list are as long as the window.
func TestSearchShowsTheMatch(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("client asks about something else ", 8)
	var rows [][]string
	for i := range 60 {
		// The match moves from the beginning to the end; the characters before it
		// are of one to four bytes.
		at := i * len(long) / 60
		rows = append(rows, []string{long[:at] + []string{"e", "é", "客", "😟"}[i%4] + " Needle in a haystack " + long[at:], "1", "rent"})
	}
	p := projectOf(t, loansTask(), rows)
	d := newDriver(t, p, drive{options: Options{Language: catalog.English, Renderer: renderer(termenv.TrueColor, true)}})
	d.ready()
	d.press("/", "text:needle")
	d.see("60 found")
	f := d.labelScreen().over.(*finder)
	seen := 0
	for _, line := range strings.Split(d.View(), "\n") {
		if !strings.Contains(ansi.Strip(line), "Needle") {
			continue
		}
		seen++
		// Underlined text is written letter by letter; 1 is bold, 4 underlined.
		if i := strings.Index(line, "mN\x1b"); i < 0 || !strings.Contains(line[:i], "\x1b[1;4;") {
			t.Errorf("the match is not marked: %q", line)
		}
	}
	if f.rows < 10 || seen != f.rows {
		t.Errorf("%d of %d rows show the match", seen, f.rows)
	}
	d.press("pgdown")
	if f.at != f.rows {
		t.Errorf("PgDn leads to hit %d, want %d", f.at, f.rows)
	}
	d.View()
	d.press("pgdown", "pgdown", "pgdown", "pgdown")
	if f.at != 59 {
		t.Errorf("PgDn leads to hit %d, want the last", f.at)
	}
	d.press("pgup")
	if f.at != 59-f.rows {
		t.Errorf("PgUp leads to hit %d, want %d", f.at, 59-f.rows)
	}
}

// The parts of a hit are those of the store's text, which begins at most
// HitBefore bytes before the match and at a whole character.
func TestHitParts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text                 string
		start                int
		before, found, after string
	}{
		{"the Needle here", 4, "the ", "Needle", " here"},
		{strings.Repeat("x", store.HitBefore) + "needle", 500, strings.Repeat("x", store.HitBefore), "needle", ""},
		{strings.Repeat("x", store.HitBefore-2) + "NEEDLE!", 500, strings.Repeat("x", store.HitBefore-2), "NEEDLE", "!"},
	} {
		before, found, after := hitParts(store.Hit{Text: c.text, Start: c.start, End: c.start + 6}, "needle")
		if before != c.before || found != c.found || after != c.after {
			t.Errorf("%q at %d: %q, %q, %q", c.text, c.start, before, found, after)
		}
	}
}

// A blank in the palette's query stands for what parts the words of a name.
func TestPaletteWords(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Labels = nil
	for i, n := range []string{"lost_or_stolen_card", "lost_card", "card_payment_fee", "plastic", "card/lost", "信用卡挂失", "postcard lost"} {
		task.Labels = append(task.Labels, label.Label{Name: n, Key: string(rune('0' + i))})
	}
	d := newDriver(t, newProject(t, task, 4), drive{})
	d.ready()
	for _, c := range []struct {
		query string
		want  string // the names found, in any order
	}{
		{"lost card", "lost_card lost_or_stolen_card"},
		{"Lo ca", "lost_card lost_or_stolen_card"},
		{"card lost", "card/lost postcard lost"},
		{"pay fee", "card_payment_fee"},
		{"lost ard", ""},
		{"信 挂", "信用卡挂失"},
	} {
		d.press("space", "text:"+c.query)
		p := d.labelScreen().over.(*palette)
		found := map[string]bool{}
		for _, i := range p.order {
			found[p.names[i]] = true
		}
		missing := 0
		for n := range found {
			if !strings.Contains(c.want, n) {
				missing++
			}
		}
		if missing > 0 || len(strings.Join(keysOf(found), " ")) != len(c.want) {
			t.Errorf("%q finds %v, want %q", c.query, keysOf(found), c.want)
		}
		d.press("esc")
	}
}

func keysOf(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}
