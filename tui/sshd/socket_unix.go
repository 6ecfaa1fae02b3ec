//go:build unix

package sshd

import (
	"fmt"
	"os"
	"syscall"
)

// private returns an error unless a path is a folder, not a link to one, that
// belongs to this person and that nobody else can look into.
func private(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(st.Uid) != os.Geteuid() || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is not a folder of this user's alone (mode 0700)", dir)
	}
	return nil
}
