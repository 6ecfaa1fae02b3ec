//go:build !unix

package external

import (
	"os"
	"syscall"
)

// ownGroup has nothing to say here.
func ownGroup() *syscall.SysProcAttr { return nil }

// killGroup kills the program; what it started ends when it finds its pipes
// closed.
func killGroup(p *os.Process) { p.Kill() }
