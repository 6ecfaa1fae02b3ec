//go:build unix

package sshd

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
)

// resizes calls f whenever the terminal's size changes, until stop.
func resizes(out *os.File, f func(width, height int)) (stop func()) {
	changed, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(changed, syscall.SIGWINCH)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-changed:
				if w, h, err := term.GetSize(int(out.Fd())); err == nil {
					f(w, h)
				}
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(changed)
		close(done)
		<-ended
	}
}
