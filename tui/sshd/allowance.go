package sshd

import (
	"context"
	"sync"
	"time"
)

// running is one session or command.
type running struct {
	client Client
	key    string // the public key
	stop   context.CancelCauseFunc
	mu     sync.Mutex
	warned chan Warning
}

// warn tells the person, who hears the latest.
func (r *running) warn(w Warning) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.warned:
	default:
	}
	r.warned <- w
}

// allowance is time that a session has. The person is warned before it is over.
type allowance struct {
	time, warning time.Duration // warning: how long before the end
	warns, ends   *time.Timer
	mu            sync.Mutex
	over          bool
}

// Before the end of a session there is a warning, by a tenth of its time but
// not sooner than so long before.
const mostWarning = 2 * time.Minute

// after gives a session time, at the end of which it ends because of why.
func (r *running) after(d time.Duration, why error) *allowance {
	a := &allowance{time: d, warning: min(d/10, mostWarning)}
	a.warns = time.AfterFunc(d-a.warning, func() { r.warn(Warning{why, a.warning}) })
	a.ends = time.AfterFunc(d, func() { r.stop(why) })
	return a
}

// renew gives the time anew, unless it is over.
func (a *allowance) renew() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.over || !a.ends.Stop() {
		return
	}
	a.warns.Stop()
	a.warns.Reset(a.time - a.warning)
	a.ends.Reset(a.time)
}

func (a *allowance) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.over = true
	a.warns.Stop()
	a.ends.Stop()
}
