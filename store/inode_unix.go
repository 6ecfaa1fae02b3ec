//go:build unix

package store

import (
	"os"
	"syscall"
)

// inodeOf returns the inode number of a file, 0 where it has none.
func inodeOf(info os.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Ino)
	}
	return 0
}
