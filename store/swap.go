package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// swap lets build make a file beside a project, and gives it the project's name
// when it is whole: there is no moment at which that name leads to nothing, or
// to half a file. The one before stays under another name, which is returned,
// where aside says what to call it; it is gone where aside is empty. Who calls
// holds the lock on the project.
func swap(path, aside string, now time.Time, build func(tmp string) error) (kept string, err error) {
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	mode, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	err = newNamed(filepath.Dir(path), filepath.Base(path), func(tmp string) (string, error) {
		if err := build(tmp); err != nil {
			return "", err
		}
		if err := os.Chmod(tmp, mode.Mode().Perm()); err != nil {
			return "", err
		}
		if aside != "" {
			if kept, err = setAside(path, aside, now); err != nil {
				return "", err
			}
		}
		return "", os.Rename(tmp, path)
	})
	return kept, err
}

// setAside gives a file a second name beside the first.
func setAside(path, why string, now time.Time) (string, error) {
	base := strings.TrimSuffix(path, snapshotEnding) + "." + why + "." + now.UTC().Format(snapshotTime)
	for n := 1; ; n++ {
		name := base + snapshotEnding
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", base, n, snapshotEnding)
		}
		err := os.Link(path, name)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil { // a file system without links
			err = os.Rename(path, name)
		}
		return name, err
	}
}
