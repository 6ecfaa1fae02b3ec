package tui

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// golden compares a screen with testdata/NAME.golden. Escapes are written as
// \e there, so that the files can be read and compared.
func golden(t *testing.T, name, screen string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	got := strings.ReplaceAll(screen, "\x1b", `\e`) + "\n"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run go test ./tui/ -update)", err)
	}
	if got != string(want) {
		t.Errorf("%s is not as in %s:\n%s\nwant:\n%s", name, file, got, want)
	}
}
