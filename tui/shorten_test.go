package tui

import "testing"

// The expected texts are counted by hand; wide characters take two cells.
func TestShorten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text       string
		width      int
		last, ends string
	}{
		{"fits", 4, "fits", "fits"},
		{"card_payment_fee", 10, "…yment_fee", "card_…_fee"},
		{"card_payment_fee", 9, "…ment_fee", "card…_fee"},
		{"信用卡丢失", 6, "…丢失", "信…失"},
		{"abc", 1, "…", "…"},
		{"abc", 0, "", ""},
	} {
		if got := keepLast(c.text, c.width); got != c.last {
			t.Errorf("keepLast(%q, %d) = %q, want %q", c.text, c.width, got, c.last)
		}
		if got := keepEnds(c.text, c.width); got != c.ends {
			t.Errorf("keepEnds(%q, %d) = %q, want %q", c.text, c.width, got, c.ends)
		}
	}
}
