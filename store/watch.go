package store

import "sync"

// watchers are told of commits.
type watchers struct {
	mu     sync.Mutex
	all    map[chan struct{}]bool
	closed bool
}

// Watch returns a channel that holds a signal whenever events were committed
// since the last receive, and a function that ends the watch. Signals coalesce
// and carry nothing: the receiver reads what it wants to know. The channel is
// never closed.
func (p *Project) Watch() (<-chan struct{}, func()) {
	w := &p.watch
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[chan struct{}]bool{}
	}
	if !w.closed {
		w.all[ch] = true
	}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all, ch)
	}
}

func (w *watchers) signal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.all {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

func (w *watchers) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all, w.closed = nil, true
}
