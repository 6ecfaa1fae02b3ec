//go:build unix

package external

import (
	"os"
	"syscall"
)

// ownGroup puts a program into a process group of its own: a signal from the
// keyboard does not reach it, and it can be killed with all that it started.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a program and all that it started. The number of a group is
// free only when nothing of the group is left.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }
