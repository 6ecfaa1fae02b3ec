package sshd

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// errPeer says that whoever is at the other end of a socket is not this person.
var errPeer = errors.New("sshd: the other end of the socket is another user")

// maxSocket is how long the path of a socket may be on every system.
const maxSocket = 100

// socketName is what the socket of a file is called, wherever it is.
func socketName(file string) (string, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:8]) + ".sock", nil
}

// ListenSocket listens for this person's other programs that want to join this
// one at a file, on a Unix socket that nobody else can reach: in a folder of
// theirs (mode 0700), itself of mode 0600, and who connects is asked after where
// the system tells. It returns the socket's path. The caller has the file for
// itself: a socket that is there was left behind.
func ListenSocket(file string) (net.Listener, string, error) {
	name, err := socketName(file)
	if err != nil {
		return nil, "", err
	}
	dir, err := socketDir()
	if err != nil {
		return nil, "", err
	}
	path := filepath.Join(dir, name)
	if len(path) > maxSocket {
		return nil, "", fmt.Errorf("the path %s is too long for a socket", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, "", err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, "", err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, "", err
	}
	return peers{l}, path, nil
}

// socketDir makes the folder of this person's sockets, and checks that it is
// theirs alone.
func socketDir() (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("inkling-%d", os.Getuid()))
	if run := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(run) && private(run) == nil {
		dir = filepath.Join(run, "inkling")
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return dir, private(dir)
}

// peers are those who connect and are this person.
type peers struct{ net.Listener }

func (p peers) Accept() (net.Conn, error) {
	for {
		c, err := p.Listener.Accept()
		if err != nil || samePeer(c) == nil {
			return c, err
		}
		c.Close()
	}
}

// DialSocket connects to the program that has a file open, at the socket that
// it says it listens on. It refuses one that is not in a folder of this person's
// alone, or of another file, or behind which is another user.
func DialSocket(file, socket string) (net.Conn, error) {
	name, err := socketName(file)
	if err != nil {
		return nil, err
	}
	// A way through .. is another one where a link is on it.
	if filepath.Base(socket) != name || !filepath.IsAbs(socket) || filepath.Clean(socket) != socket {
		return nil, fmt.Errorf("%s is not the socket of %s", socket, file)
	}
	if err := private(filepath.Dir(socket)); err != nil {
		return nil, err
	}
	c, err := net.Dial("unix", socket)
	if err != nil {
		return nil, err
	}
	if err := samePeer(c); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}
