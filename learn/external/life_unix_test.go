//go:build unix

package external

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A program is killed with what it started, whoever holds its pipes.
func TestGrandchildren(t *testing.T) {
	for _, how := range []string{"grandchild", "grandchild ends"} {
		l, err := start(here(how), 1)
		if err != nil {
			t.Fatal(err)
		}
		close(l.ask)
		hello := <-l.lines
		line, err := (&protocol{}).read(hello.text)
		if err != nil {
			t.Fatal(err)
		}
		pid, _ := strconv.Atoi(line.hello.Name)
		if how == "grandchild" {
			l.kill()
		}
		for range l.lines {
		}
		<-l.done
		// It may be a zombie until its new parent has seen it off, but it runs no more.
		for began := time.Now(); running(pid); runtime.Gosched() {
			if time.Since(began) > 10*time.Second {
				t.Fatalf("%s: process %d runs on", how, pid)
			}
		}
	}
}

// running reports whether a process is more than a zombie.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false // no such system here, or no such process
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}
