//go:build !unix

package sshd

import "errors"

// private cannot tell here whom a folder belongs to.
func private(string) error { return errors.ErrUnsupported }
