package cli

import (
	"io"
	"strings"
	"testing"
)

// However the text is cut into writes, what comes out is the same, harmless,
// and every line of it.
func TestShown(t *testing.T) {
	const text = "id,text\n1,\"\x1b]52;c;aGk=\x07 贷款\"\n2,plain\n"
	whole := ""
	for size := len(text); size > 0; size-- {
		var b strings.Builder
		w := &shown{w: &b}
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			if _, err := io.WriteString(w, rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if whole == "" {
			whole = b.String()
		}
		if b.String() != whole {
			t.Fatalf("in pieces of %d: %q, whole %q", size, b.String(), whole)
		}
	}
	if strings.ContainsAny(whole, "\x1b\x07") || !strings.Contains(whole, "贷款") || strings.Count(whole, "\n") != 3 {
		t.Errorf("%q", whole)
	}
}
