//go:build darwin || freebsd

package sshd

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// solLocal is the level of options of Unix sockets.
const solLocal = 0

// samePeer returns an error unless the other end of a Unix socket is this user.
func samePeer(c net.Conn) error {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return errPeer
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return err
	}
	var cred *unix.Xucred
	var asked error
	if err := raw.Control(func(fd uintptr) { cred, asked = unix.GetsockoptXucred(int(fd), solLocal, unix.LOCAL_PEERCRED) }); err != nil {
		return err
	}
	if asked != nil {
		return asked
	}
	if int(cred.Uid) != os.Geteuid() {
		return errPeer
	}
	return nil
}
