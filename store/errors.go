package store

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"syscall"

	bolterrors "go.etcd.io/bbolt/errors"
)

// Errors of opening and making a project file.
var (
	ErrExists     = errors.New("store: the file exists already, and is not replaced; choose another name")
	ErrNotProject = errors.New("store: not a project file")
	ErrNewer      = errors.New("store: made by a newer version of this program")
	ErrOlder      = errors.New("store: made by an older version; open it once for writing to convert it")
	ErrDamaged    = errors.New("store: the project file is damaged")
	ErrLocked     = errors.New("store: the project is open elsewhere")
	ErrBusy       = errors.New("store: the project changes faster than it can be copied; try again in a moment")
)

// Errors of using a project. Those of the second group are wrapped in a way
// that Refused recognises.
var (
	ErrClosed   = errors.New("store: the project is closed")
	ErrReadOnly = errors.New("store: the project is open for reading only")
	ErrUnsure   = errors.New("store: the disk failed at the end of saving; what was saved before is safe, but nothing more is saved now: see to the disk, then leave and open the project again, which shows whether the last of it was kept")

	ErrNothingToUndo = errors.New("store: nothing to undo")
	ErrNothingToRedo = errors.New("store: nothing to redo")
	ErrNoItem        = errors.New("store: no such item")
	ErrNoEvent       = errors.New("store: no such event")
	ErrEvent         = errors.New("store: not an event that can be appended")
	ErrAnswer        = errors.New("store: not an answer to this task")
	ErrTaskChange    = errors.New("store: the task cannot change so")
)

// advise adds what can be done about a file that could not be opened.
func advise(err error) error {
	for _, a := range []struct {
		about error
		do    string
	}{
		{ErrNotProject, "a file of data is imported into a project, which is another file"},
		{ErrNewer, "open it with that version, or a later one"},
		{ErrDamaged, "check --repair makes anew what can be derived from its log; else go on with a backup of it, if there is one"},
		{ErrLocked, "leave it there first; meanwhile it can be read and backed up"},
	} {
		if errors.Is(err, a.about) {
			return fmt.Errorf("%w; %s", err, a.do)
		}
	}
	return err
}

// refusal marks an error that says no to what was asked, having changed
// nothing: a failed write is none.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

func refuse(format string, args ...any) error { return refusal{fmt.Errorf(format, args...)} }

// Refused reports whether err says that an event was not acceptable, as
// opposed to a failure to save it.
func Refused(err error) bool {
	var r refusal
	return errors.As(err, &r)
}

// damaged makes an ErrDamaged that says what was found.
func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
}

// catch turns a panic into ErrDamaged, and a fault on a mapped page into a
// panic first. Deferred around everything that reads the file: bbolt does not
// check the pages that it walks.
func catch(err *error) {
	if r := recover(); r != nil {
		*err = damaged("a page of it cannot be read")
	}
}

// faults makes memory faults of this goroutine panic, so that catch sees them.
// The result restores what was before.
func faults() func() {
	before := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(before) }
}

// closedError names the project where bbolt would name its database.
func closedError(err error) error {
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}

// diskErrors are causes that bbolt reports in words only when a file cannot
// grow.
var diskErrors = []syscall.Errno{syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT, syscall.EIO}

// isDisk reports whether err is a failure of the disk rather than of the data.
func isDisk(err error) bool {
	for _, errno := range diskErrors {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// caused is an error with a cause that its text names already.
type caused struct {
	error
	cause error
}

func (c caused) Unwrap() []error { return []error{c.error, c.cause} }

// diskError adds the cause of a failed commit so that errors.Is finds it, and
// what to do about a disk that is full.
func diskError(err error) error {
	if err == nil {
		return nil
	}
	for _, errno := range diskErrors {
		if !errors.Is(err, errno) && strings.Contains(err.Error(), errno.Error()) {
			err = caused{err, errno}
			break
		}
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w; make room and try again: what was saved is kept", err)
	}
	return err
}
