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
	if !info.IsDir() || !ours(info) || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is not a folder of this user's alone (mode 0700)", dir)
	}
	return nil
}

// ours reports whether a file belongs to this user.
func ours(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}
