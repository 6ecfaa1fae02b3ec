//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

var kills = flag.Int("kills", 0, "instead: so many random kills of connections and of the host, and full disks, under this load")

// saved is how a screen says what is on disk.
var saved = regexp.MustCompile(`saved #(\d+)`)

// storm lets people label while connections are cut, the disk is full and the
// host is killed, at random, and checks after each death of the host that
// nothing which a screen showed as saved is gone, that no key was taken twice,
// and that the project is sound.
func storm(n int) (err error) {
	at := *dir
	if at == "" {
		if at, err = os.MkdirTemp("", "storm-"); err != nil {
			return err
		}
		defer os.RemoveAll(at)
	}
	h, err := newHost(at, n)
	if err != nil {
		return err
	}
	defer func() { h.kill() }()
	rng := mrand.New(mrand.NewPCG(7, 7))
	pressed := map[string]int{} // of each person, over all lives of the host
	done, deaths, cuts, fulls, lives := 0, 0, 0, 0, 0
	began := time.Now()
	for done < *kills {
		lives++
		people := make([]*person, n)
		for i := range people {
			if people[i], err = h.connect(i); err != nil {
				return fmt.Errorf("life %d, person %d: %w", lives, i, err)
			}
		}
		stop := make(chan struct{})
		ended := make(chan sentBy, n)
		for i, p := range people {
			rng := mrand.New(mrand.NewPCG(uint64(lives), uint64(i)))
			go func() {
				sent := 0
				for {
					select {
					case <-stop:
						ended <- sentBy{p.name, sent}
						return
					case <-time.After(time.Duration(rng.IntN(200)) * time.Millisecond):
					}
					// A key that a broken connection swallowed may have been read.
					_, _ = io.WriteString(p.in, strconv.Itoa(1+sent%2))
					sent++
				}
			}()
		}
		for range 3 {
			time.Sleep(time.Duration(50+rng.IntN(250)) * time.Millisecond)
			if rng.IntN(8) == 0 {
				// A disk that is full for a while: files cannot grow.
				if err := h.fill(true); err != nil {
					return err
				}
				time.Sleep(time.Duration(50+rng.IntN(200)) * time.Millisecond)
				if err := h.fill(false); err != nil {
					return err
				}
				fulls++
			} else {
				people[rng.IntN(n)].client.Close()
				cuts++
			}
			done++
		}
		h.kill()
		deaths++
		done++
		close(stop)
		for range people {
			by := <-ended
			pressed[by.name] += by.keys
		}
		most := 0
		for _, p := range people {
			p.client.Close()
			p.mu.Lock()
			most = max(most, p.saved)
			p.mu.Unlock()
		}
		events, decided, err := h.logged()
		if err != nil {
			return err
		}
		if events < most {
			return fmt.Errorf("life %d: a screen showed event %d as saved, the log has %d", lives, most, events)
		}
		for name, d := range decided {
			if d > pressed[name] {
				return fmt.Errorf("life %d: %d decisions of %s, who pressed %d keys", lives, d, name, pressed[name])
			}
		}
		if out, err := exec.Command(*bin, "check", h.project).CombinedOutput(); err != nil {
			return fmt.Errorf("life %d: inkling check: %w\n%s", lives, err, out)
		}
		if err := h.start(n); err != nil {
			return err
		}
	}
	events, _, err := h.logged()
	if err != nil {
		return err
	}
	fmt.Printf("%d kills under %d seats in %v: %d of the host, %d connections, %d full disks; %d events; nothing shown as saved was lost, nothing doubled, every check clean\n",
		done, n, time.Since(began).Round(time.Second), deaths, cuts, fulls, events)
	return nil
}

// sentBy is how many keys somebody pressed.
type sentBy struct {
	name string
	keys int
}

// kill ends the host at once.
func (h *host) kill() {
	_ = h.cmd.Process.Signal(syscall.SIGKILL)
	_ = h.cmd.Wait()
}

// fill lets no file of the host grow, or all again.
func (h *host) fill(full bool) error {
	limit := unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}
	if full {
		limit.Cur = 4096
	}
	if err := unix.Prlimit(h.cmd.Process.Pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("prlimit: %w", err)
	}
	return nil
}

// logged returns how many events there are, and how many decisions each person
// made.
func (h *host) logged() (int, map[string]int, error) {
	cmd := exec.Command(*bin, "log", h.project)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, nil, err
	}
	if err := cmd.Start(); err != nil {
		return 0, nil, err
	}
	events, decided := 0, map[string]int{}
	for dec := json.NewDecoder(out); ; {
		var ev struct {
			Annotator string `json:"annotator"`
			Decisions []any  `json:"decisions"`
		}
		if err := dec.Decode(&ev); err == io.EOF {
			break
		} else if err != nil {
			return 0, nil, err
		}
		events++
		decided[ev.Annotator] += len(ev.Decisions)
	}
	return events, decided, cmd.Wait()
}
