package sshd

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/crypto/ssh"

	"inkling/tui/seat"
)

// Key is one line of a keys file: who comes with a public key, and what they
// may do.
type Key struct {
	Name   string
	Role   seat.Role
	Public ssh.PublicKey
}

// Keys are the people of a keys file, by public key.
type Keys map[string]Key

// Find returns whose key it is.
func (k Keys) Find(public ssh.PublicKey) (Key, bool) {
	key, ok := k[string(public.Marshal())]
	return key, ok
}

// Bounds of a keys file.
const (
	maxKeysLine = 16 << 10
	maxName     = 64
)

// ParseKeys reads a keys file: one key a line, as in
//
//	ssh-ed25519 AAAA... ana annotator
//
// that is the type and the key as in a .pub file, a name and a role. Empty
// lines and lines that begin with # are passed over. One person may have
// several keys, with one role; a key belongs to one person. An error names the
// file and the line.
func ParseKeys(r io.Reader, file string) (Keys, error) {
	keys, roles := Keys{}, map[string]seat.Role{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxKeysLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		k, err := parseKey(string(line))
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		if was, ok := roles[k.Name]; ok && was != k.Role {
			return nil, fmt.Errorf("%s:%d: %s is %v here and %v above; one person has one role", file, n, k.Name, k.Role, was)
		}
		id := string(k.Public.Marshal())
		if was, ok := keys[id]; ok {
			return nil, fmt.Errorf("%s:%d: this key is %s's already; each person needs a key of their own", file, n, was.Name)
		}
		keys[id], roles[k.Name] = k, k.Role
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("a line of more than %d bytes is no key", maxKeysLine)
		}
		return nil, fmt.Errorf("%s:%d: %w", file, n+1, err)
	}
	return keys, nil
}

// keyForm is what every line should look like.
const keyForm = "write a line as: ssh-ed25519 AAAA... NAME ROLE"

func parseKey(line string) (Key, error) {
	f := strings.Fields(line)
	if len(f) != 4 {
		return Key{}, fmt.Errorf("%d words where there should be 4; %s", len(f), keyForm)
	}
	public, _, options, rest, err := ssh.ParseAuthorizedKey([]byte(f[0] + " " + f[1]))
	if err != nil || len(options) > 0 || len(bytes.TrimSpace(rest)) > 0 {
		return Key{}, fmt.Errorf("the key cannot be read; copy the first two words of the person's .pub file; %s", keyForm)
	}
	if _, cert := public.(*ssh.Certificate); cert {
		return Key{}, errors.New("certificates are not taken; give the person's key itself")
	}
	if err := checkName(f[2]); err != nil {
		return Key{}, err
	}
	role, err := seat.ParseRole(f[3])
	if err != nil {
		return Key{}, fmt.Errorf("no role %q: use viewer, annotator, reviewer or admin", f[3])
	}
	return Key{Name: f[2], Role: role, Public: public}, nil
}

// checkName refuses names that cannot be shown as they are.
func checkName(name string) error {
	if len(name) > maxName {
		return fmt.Errorf("a name of %d bytes; %d are enough", len(name), maxName)
	}
	for _, r := range name {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return fmt.Errorf("the name %q has a character that cannot be shown", name)
		}
	}
	return nil
}

// keyFile is a keys file that may change while it is used. Where a change
// cannot be read, the keys of before stay.
type keyFile struct {
	path string
	tell func(keys int, err error) // of every change

	mu    sync.Mutex
	keys  Keys
	seen  os.FileInfo // as it was read
	next  os.FileInfo // as it has changed to
	since time.Time   // of next
	lost  bool        // it was said that it is not there
}

// settled is how long a changed file must stay the same before it is read:
// many programs write a file a piece at a time, and half of one is no wish to
// show everybody out whose line is not there yet.
const settled = 300 * time.Millisecond

// openKeys reads a keys file that must be right.
func openKeys(path string, tell func(int, error)) (*keyFile, error) {
	f := &keyFile{path: path, tell: tell}
	keys, seen, err := readKeys(path)
	if err != nil {
		return nil, err
	}
	f.keys, f.seen = keys, seen
	return f, nil
}

func readKeys(path string) (Keys, os.FileInfo, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	seen, err := r.Stat()
	if err != nil {
		return nil, nil, err
	}
	if runtime.GOOS != "windows" && seen.Mode().Perm()&0o022 != 0 {
		return nil, seen, fmt.Errorf("%s can be written by others (mode %04o), who could let anybody in: chmod go-w it", path, seen.Mode().Perm())
	}
	keys, err := ParseKeys(r, path)
	return keys, seen, err
}

// current returns the keys as the file has had them for a moment.
func (f *keyFile) current() Keys {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, err := os.Stat(f.path)
	switch {
	case err != nil:
		if !f.lost {
			f.lost = true
			f.tell(len(f.keys), err)
		}
	case sameFile(now, f.seen):
		f.next, f.lost = nil, false
	case f.next == nil || !sameFile(now, f.next):
		f.next, f.since = now, time.Now()
	case time.Since(f.since) >= settled:
		keys, seen, err := readKeys(f.path)
		if seen != nil {
			f.seen, f.next, f.lost = seen, nil, false
		}
		if err == nil {
			f.keys = keys
		}
		f.tell(len(f.keys), err)
	}
	return f.keys
}

// sameFile reports whether nothing seems to have changed.
func sameFile(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && a.Mode() == b.Mode()
}
