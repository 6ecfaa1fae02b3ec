package sshd

import (
	"log/slog"
	"net"
	"sync"
	"time"
)

// failures bounds how often an address may fail to log in: a bucket of tokens
// that fills again with time. Addresses beyond a bound share one bucket, so
// that memory is bounded too.
type failures struct {
	burst float64       // failures at once
	every time.Duration // until one more is allowed
	most  int           // addresses kept
	now   func() time.Time

	mu   sync.Mutex
	from map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newFailures(burst int, every time.Duration, now func() time.Time) *failures {
	return &failures{burst: float64(burst), every: every, most: 10_000, now: now, from: map[string]bucket{}}
}

// allowed reports whether an address may try that has so many tries under way:
// once one has failed, each of them counts as if it would.
func (f *failures) allowed(addr string, underWay int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	tokens := f.level(f.place(addr)).tokens
	return tokens >= f.burst || tokens-float64(underWay) >= 1
}

// failed counts one failure.
func (f *failures) failed(addr string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.place(addr)
	b := f.level(p)
	b.tokens = max(b.tokens-1, 0)
	f.from[p] = b
}

// level is the bucket of a place as of now.
func (f *failures) level(place string) bucket {
	now := f.now()
	b, ok := f.from[place]
	if !ok {
		return bucket{f.burst, now}
	}
	b.tokens = min(b.tokens+float64(now.Sub(b.at))/float64(f.every), f.burst)
	b.at = now
	return b
}

// place returns under which name an address is kept.
func (f *failures) place(addr string) string {
	if _, ok := f.from[addr]; ok || len(f.from) < f.most {
		return addr
	}
	for a := range f.from {
		if f.level(a).tokens >= f.burst {
			delete(f.from, a)
		}
	}
	if len(f.from) < f.most {
		return addr
	}
	return "others"
}

// host returns the address without its port, of IPv6 the network that one
// customer has: whoever has one address of it has them all.
func host(a net.Addr) string {
	h, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	ip := net.ParseIP(h)
	if ip == nil || ip.To4() != nil {
		return h
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}

// refusals writes to the log that connections were refused: the first at once,
// those of the second after it together. Whoever knocks all day fills no disk.
type refusals struct {
	mu    sync.Mutex
	quiet bool
	more  int
	last  [2]string // why, and from where
}

func (r *refusals) say(log *slog.Logger, why, from string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last = [2]string{why, from}; r.quiet {
		r.more++
		return
	}
	r.write(log, 1)
}

// write writes a line, and begins a second in which there is no other; the
// caller holds mu.
func (r *refusals) write(log *slog.Logger, n int) {
	log.Warn("connections refused", "why", r.last[0], "from", r.last[1], "connections", n)
	r.quiet, r.more = true, 0
	time.AfterFunc(time.Second, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.quiet = r.more > 0; r.quiet {
			r.write(log, r.more)
		}
	})
}
