package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"inkling/store"
)

// open opens a project that must exist.
func (a *app) open(path string, readOnly bool) (*store.Project, error) {
	if a.hosted != nil {
		return a.hosted.project, nil
	}
	if !exists(path) {
		return nil, noProject(path)
	}
	p, err := store.Open(path, store.Options{ReadOnly: readOnly, Program: "inkling"})
	if errors.Is(err, store.ErrNotProject) {
		return nil, notProject(path)
	}
	if !readOnly || !errors.Is(err, store.ErrOlder) {
		return p, err
	}
	// Opening it for writing converts it.
	if p, err = store.Open(path, store.Options{Program: "inkling"}); err != nil {
		return nil, err
	}
	a.say("note: %s was made by an older version and was converted", path)
	if err := p.Close(); err != nil {
		return nil, err
	}
	return store.Open(path, store.Options{ReadOnly: true, Program: "inkling"})
}

// reading is a project that is open for reading only: itself, or a copy where
// another process has it.
type reading struct {
	*store.Project
	path string // of the project, not of the copy
	temp string // the folder of the copy, "" without
	held bool   // by a host, who closes it
}

// Path is where the project lies, not where its copy does.
func (r *reading) Path() string { return r.path }

// Close closes the project and removes the copy.
func (r *reading) Close() error {
	if r.held {
		return nil
	}
	err := r.Project.Close()
	if r.temp != "" {
		err = errors.Join(err, os.RemoveAll(r.temp))
	}
	return err
}

// openRead opens a project to read it. Where another process has it open, it is
// copied while that one works, and the copy is read: a long day of labelling
// shuts nobody out.
func (a *app) openRead(ctx context.Context, path string) (*reading, error) {
	if a.hosted != nil {
		return &reading{Project: a.hosted.project, path: path, held: true}, nil
	}
	p, err := a.open(path, true)
	if err == nil {
		return &reading{Project: p, path: path}, nil
	}
	if !errors.Is(err, store.ErrLocked) {
		return nil, err
	}
	who := store.Holder(path)
	dir, e := os.MkdirTemp("", "inkling-read-")
	if e != nil {
		return nil, errors.Join(err, e)
	}
	r := &reading{path: path, temp: dir}
	to := filepath.Join(dir, filepath.Base(path))
	counts, e := store.CopyFile(ctx, path, to)
	if e == nil {
		r.Project, e = store.Open(to, store.Options{ReadOnly: true, Program: "inkling"})
	}
	switch {
	case e == nil:
		a.say("note: %s is in use by %s: reading a copy as of event %d", path, who, counts.Events)
		return r, nil
	case errors.Is(e, store.ErrLocked): // on another machine
		e = err
	}
	return nil, errors.Join(e, os.RemoveAll(dir))
}

// projectEnding is what the names of projects usually end in.
const projectEnding = ".inkling"

func noProject(path string) error {
	hint := ""
	if !strings.ContainsAny(path, "./"+string(filepath.Separator)) {
		hint = "; if a command was meant, see inkling help"
	}
	return usagef("there is no project %s: make it with inkling new or inkling import%s", path, hint)
}

// notProject says what may be done with a file that is something else.
func notProject(path string) error {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return fmt.Errorf("%s is a folder; a project is one file", path)
	}
	if filepath.Ext(path) == projectEnding {
		return fmt.Errorf("%s is not a project, whatever it is called", path)
	}
	return fmt.Errorf("%s is not a project; to make one of it: inkling import %s %s", path, projectName(path)+projectEnding, path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}
