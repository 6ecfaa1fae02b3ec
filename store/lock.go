package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// lockSuffix is added to a project's path to name the file that says who has
// it open. The lock itself is bbolt's, on the project file: the kernel drops
// it when its holder ends, however that happens. This file only tells people.
const lockSuffix = ".lock"

// maxLock is how many bytes of it are read.
const maxLock = 4096

// holder is who has a project open.
type holder struct {
	PID     int       `json:"pid"`
	Program string    `json:"program"`
	User    string    `json:"user"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
	Socket  string    `json:"socket,omitempty"` // where others of the same user may join it
}

// lockFile is the file next to an open project; nil where there is none.
type lockFile struct {
	path  string
	holds holder
}

// writeLock says that this process has the project open. That it cannot be
// said, for example in a directory that cannot be written, hinders nothing.
func writeLock(path string, o Options) *lockFile {
	h := holder{PID: os.Getpid(), Program: o.Program, Since: o.now().Round(time.Second).UTC()}
	if h.Program == "" {
		h.Program = "inkling"
	}
	if u, err := user.Current(); err == nil {
		h.User = u.Username
	}
	h.Host, _ = os.Hostname()
	l := &lockFile{path + lockSuffix, h}
	if l.write() != nil {
		return nil
	}
	return l
}

// write makes the file, which appears whole.
func (l *lockFile) write() error {
	b, err := json.Marshal(l.holds)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(l.path), "."+filepath.Base(l.path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), l.path)
}

// Announce says, to who finds the project open, at which socket this process
// takes them in; "" that it does no longer. It must not be called by two at
// once.
func (p *Project) Announce(socket string) error {
	if p.lock == nil {
		return errors.New("store: nothing can be written beside the project")
	}
	p.lock.holds.Socket = socket
	return p.lock.write()
}

// HolderSocket returns where the process that has a project open says that it
// takes others in, "" where it does not, or has it no longer. Anybody may have
// written that.
func HolderSocket(path string) string {
	h, ok := readLock(path)
	if pid := lockingProcess(path); !ok || pid != 0 && pid != h.PID {
		return ""
	}
	if host, err := os.Hostname(); err != nil || host != h.Host {
		return ""
	}
	return h.Socket
}

func (l *lockFile) remove() {
	if l != nil {
		os.Remove(l.path)
	}
}

// lockedError says who holds the project open.
func lockedError(path string) error {
	return fmt.Errorf("%w: held by %s", ErrLocked, Holder(path))
}

// readLock reads the file that says who has a project open; false where it
// says nothing.
func readLock(path string) (h holder, ok bool) {
	// Where others can write, it may be a pipe or a device, or of any size.
	if st, err := os.Stat(path + lockSuffix); err != nil || !st.Mode().IsRegular() || st.Size() > maxLock {
		return h, false
	}
	b, err := os.ReadFile(path + lockSuffix)
	return h, err == nil && len(b) <= maxLock && json.Unmarshal(b, &h) == nil && h.PID > 0
}

// heldElsewhere reports whether a project on a shared file system is open on
// another machine, as far as one can tell.
func heldElsewhere(path string) bool {
	h, ok := readLock(path)
	host, err := os.Hostname()
	return ok && err == nil && h.Host != "" && h.Host != host && lockingProcess(path) == 0
}

// Holder says, for people, who has a project open: program, process, user,
// machine and since when, as far as one can tell.
func Holder(path string) string {
	pid := lockingProcess(path)
	h, ok := readLock(path)
	if !ok || pid != 0 && pid != h.PID {
		// A reader, or a process that could not write beside the project.
		if pid == 0 {
			return "another process"
		}
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		return fmt.Sprintf("process %d (%s)", pid, plain(strings.TrimSpace(string(name))))
	}
	s := fmt.Sprintf("%s, process %d", plain(h.Program), h.PID)
	if h.User != "" {
		s += " of user " + plain(h.User)
	}
	if h.Host != "" {
		s += " on " + plain(h.Host)
	}
	return s + ", since " + h.Since.Local().Format(time.DateTime)
}

// plain keeps control characters of a file anyone may have written away from
// messages.
func plain(s string) string {
	if q := strconv.QuoteToGraphic(s); len(q) != len(s)+2 {
		return q
	}
	return s
}

// lockingProcess asks the kernel who holds a lock on the file, where it tells
// (Linux, on local file systems); 0 otherwise.
func lockingProcess(path string) int {
	if runtime.GOOS != "linux" {
		return 0
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	inode := inodeOf(info)
	locks, err := os.ReadFile("/proc/locks")
	if err != nil || inode == 0 {
		return 0
	}
	// 1: FLOCK  ADVISORY  WRITE 1234 fd:00:5678 0 EOF
	for line := range strings.Lines(string(locks)) {
		f := strings.Fields(line)
		if len(f) < 6 || f[1] != "FLOCK" {
			continue
		}
		if i := strings.LastIndexByte(f[5], ':'); f[5][i+1:] == strconv.FormatUint(inode, 10) {
			if pid, err := strconv.Atoi(f[4]); err == nil && pid > 0 {
				return pid
			}
		}
	}
	return 0
}
