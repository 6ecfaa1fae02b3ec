//go:build !linux && !darwin && !freebsd

package sshd

import "net"

// samePeer cannot ask here; what counts is that the folder is this user's alone.
func samePeer(net.Conn) error { return nil }
