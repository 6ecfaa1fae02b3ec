package sshd

import (
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

// allowed reports whether an address may try.
func (f *failures) allowed(addr string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.level(f.place(addr)).tokens >= 1
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
