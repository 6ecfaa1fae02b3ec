package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Where the holder of a project takes others in is known while it has it open,
// and no longer.
func TestAnnounce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	p, err := Create(path, testTask(), Options{Program: "the host"})
	if err != nil {
		t.Fatal(err)
	}
	if s := HolderSocket(path); s != "" {
		t.Errorf("%q before anything was said", s)
	}
	if err := p.Announce("/run/x.sock"); err != nil {
		t.Fatal(err)
	}
	if s := HolderSocket(path); s != "/run/x.sock" {
		t.Errorf("%q", s)
	}
	if h := Holder(path); !strings.HasPrefix(h, "the host, process ") {
		t.Errorf("held by %s", h)
	}
	if err := p.Announce(""); err != nil || HolderSocket(path) != "" {
		t.Error(HolderSocket(path), err)
	}
	if err := p.Announce("/run/y.sock"); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if s := HolderSocket(path); s != "" {
		t.Errorf("%q after the end", s)
	}
	// What another machine, or anybody, wrote there leads nowhere.
	for _, text := range []string{`{"pid":1,"host":"elsewhere.example","socket":"/run/x.sock"}`, `{"pid":0,"socket":"/x"}`, "nonsense", strings.Repeat("x", 5000)} {
		if err := os.WriteFile(path+lockSuffix, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if s := HolderSocket(path); s != "" {
			t.Errorf("%.60q: %q", text, s)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Error("left behind:", left)
	}
}
