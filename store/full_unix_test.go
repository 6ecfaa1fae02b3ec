//go:build unix

package store

import (
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

const envLimited = "INKLING_TEST_LIMITED"

// limited runs a test in a child process, whose limits on resources are its own.
func limited(t *testing.T) (child bool) {
	t.Helper()
	if os.Getenv(envLimited) == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), envLimited+"="+t.Name())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

// limit sets the soft limit of a resource; what it returns sets it back.
func limit(t *testing.T, resource int, to uint64) func() {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(resource, &old); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: to, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(resource, &old); err != nil {
			t.Fatal(err)
		}
	}
}

// A limit on the size of files works for any user: the file cannot grow.
func TestFileLimit(t *testing.T) {
	if !limited(t) {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	var lift func()
	onFullDisk(t, disk{
		dir: t.TempDir(),
		full: func(t *testing.T, path string) {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			lift = limit(t, syscall.RLIMIT_FSIZE, uint64(info.Size()+someRoom))
		},
		free: func(t *testing.T) { lift() },
	})
}

// A small file system of its own needs the right to mount one: it grows files
// with holes, and fails when these are written.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := mountSmall(dir, 64<<20); err != nil {
		t.Skipf("no file system to fill: %v", err)
	}
	defer unmount(t, dir)
	filler := filepath.Join(dir, "filler")
	onFullDisk(t, disk{
		dir:  dir,
		copy: true,
		full: func(t *testing.T, path string) {
			f, err := os.Create(filler)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			for err == nil {
				_, err = f.Write(make([]byte, 64<<10))
			}
			info, e := f.Stat()
			if e != nil || !isDisk(err) {
				t.Fatal(err, e)
			}
			if err := f.Truncate(info.Size() - someRoom); err != nil {
				t.Fatal(err)
			}
		},
		free: func(t *testing.T) {
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
		},
	})
}

// Where address space is limited, less of it is reserved, and the file can
// still grow.
func TestLittleAddressSpace(t *testing.T) {
	if !limited(t) {
		return
	}
	defer limit(t, syscall.RLIMIT_AS, 8<<30)()
	p, err := Create(filepath.Join(t.TempDir(), "p.inkling"), testTask(), Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	addItems(t, p, 20_000)
	clean(t, p)
}
