//go:build unix

package store

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What somebody else put in the place of the file that says who has a project
// open keeps nobody waiting, and says nothing.
func TestHostileLock(t *testing.T) {
	for name, puts := range map[string]func(path string) error{
		"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o644) },
		"device": func(path string) error { return os.Symlink("/dev/zero", path) },
		"large": func(path string) error {
			f, err := os.Create(path)
			if err != nil {
				return err
			}
			defer f.Close()
			return f.Truncate(1 << 40)
		},
	} {
		path := filepath.Join(t.TempDir(), "p.inkling")
		p, err := Create(path, testTask(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if err := puts(path + lockSuffix); err != nil {
			t.Skip(name, ": ", err)
		}
		if s := HolderSocket(path); s != "" {
			t.Errorf("%s: joins at %q", name, s)
		}
		if p, err = Open(path, Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := p.Close(); err != nil {
			t.Error(name, err)
		}
	}
}
