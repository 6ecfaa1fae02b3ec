//go:build !unix

package store

import "os"

// inodeOf returns 0: files have no inode numbers here.
func inodeOf(os.FileInfo) uint64 { return 0 }
