//go:build unix && !linux

package store

import (
	"errors"
	"testing"
)

func mountSmall(string, int) error { return errors.ErrUnsupported }

func unmount(*testing.T, string) {}
