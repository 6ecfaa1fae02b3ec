package external

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"os/exec"
	"time"

	"inkling/label"
)

// Run asks a program about items and hands over what becomes of each, from the
// caller's goroutine, in the order in which answers come. Whatever the outcome,
// the program has ended when Run returns, and all that was handed over counts.
//
// The errors are ErrKind, ErrStart, a FailedError, the context's, and those of
// items and take.
func Run(ctx context.Context, c Command, t label.Task, o Options, items iter.Seq2[label.Item, error], take func(Answer) error) (Report, error) {
	o = o.or()
	return run(ctx, func() (*life, error) { return start(c, o.Window) }, t, o, items, take)
}

// asked is an item that is with the program, or that it failed with.
type asked struct {
	item     label.Item
	at       time.Time
	failures int    // lives that ended while it was with them
	why      string // it was set aside
}

// runner is one call of Run, over all lives of the program.
type runner struct {
	o        Options
	protocol *protocol
	next     func() (label.Item, error, bool)
	take     func(Answer) error
	report   Report

	ended   bool     // there are no more items
	asked   []*asked // with the program now, in the order of asking
	suspect []*asked // the program failed while it had them: to be asked one by one
	guilty  []*asked // it failed with them twice, alone; passed over once it shows that it can do better
	starts  int
	failed  int // in a row
}

// errGone says that the program ended, or was silent, before its work was done.
type errGone struct{ why string }

func (e errGone) Error() string { return e.why }

func run(ctx context.Context, start func() (*life, error), t label.Task, o Options, items iter.Seq2[label.Item, error], take func(Answer) error) (Report, error) {
	p, err := newProtocol(t)
	if err != nil {
		return Report{}, err
	}
	next, stop := iter.Pull2(items)
	defer stop()
	r := &runner{o: o, protocol: p, next: next, take: take}
	for {
		if err := ctx.Err(); err != nil {
			return r.report, err
		}
		l, err := start()
		if err != nil {
			return r.report, err
		}
		r.starts++
		err = r.live(ctx, l)
		r.report.Said = l.tail.text()
		var gone errGone
		switch {
		case err == nil:
			return r.report, r.finish()
		case !errors.As(err, &gone):
			return r.report, err
		}
		r.blame(gone.why)
		if r.failed++; r.failed > r.o.Restarts {
			return r.report, &FailedError{ErrFailed, fmt.Sprintf("%s; it was started %s", gone.why, times(r.starts)), r.report.Said}
		}
		pause := min(r.o.Backoff<<(r.failed-1), longestPause)
		if r.o.Restarting != nil {
			r.o.Restarting(r.report.Restarts+1, pause, gone)
		}
		wait := time.NewTimer(pause)
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return r.report, ctx.Err()
		}
		r.report.Restarts++
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// blame keeps what a life that failed had, to be asked again one by one, and
// sets the item aside that it failed with for the second time, alone.
func (r *runner) blame(why string) {
	had := r.asked
	r.asked = nil
	for _, a := range had {
		a.failures++
	}
	if len(had) == 1 && had[0].failures > 1 {
		had[0].why = "the program failed with it twice: " + why
		r.guilty = append(r.guilty, had[0])
		return
	}
	r.suspect = append(had, r.suspect...)
}

// passOver passes over the items that were set aside: the program has answered
// others, so it was not the program alone.
func (r *runner) passOver() error {
	for len(r.guilty) > 0 {
		a := r.guilty[0]
		r.guilty = r.guilty[1:]
		r.report.Skipped++
		if err := r.take(Answer{Item: a.item.Num, Class: -1, Probability: math.NaN(), Why: a.why, Took: time.Since(a.at)}); err != nil {
			return err
		}
	}
	return nil
}

// finish ends work that has come to its end: nothing is left but what was set
// aside.
func (r *runner) finish() error {
	if len(r.guilty) > 0 && r.report.Answered+r.report.Refused == 0 {
		a := r.guilty[0]
		return &FailedError{ErrFailed, fmt.Sprintf("it answered nothing; item %d: %s", a.item.Num, a.why), r.report.Said}
	}
	return r.passOver()
}

// live talks with the program until it has answered everything (nil), is gone
// (errGone), or something else ends the work.
func (r *runner) live(ctx context.Context, l *life) error {
	var clock clock
	clock.start(r.o)
	open := true
	// end sees the program off. What it still says is not heard.
	end := func(kill bool) {
		if open {
			close(l.ask)
			open = false
		}
		if kill {
			l.kill()
		}
		for range l.lines {
		}
		<-l.done
	}
	defer clock.stop()
	for {
		if open {
			more, err := r.fill(l)
			if err != nil {
				end(true)
				return err
			}
			if !more {
				close(l.ask)
				open = false
			}
		}
		clock.set(r, open)
		var s said
		ok, late := false, false
		select {
		case <-ctx.Done():
			end(true)
			return ctx.Err()
		case s, ok = <-l.lines:
		case <-clock.C:
			select {
			case s, ok = <-l.lines: // it was we who were late
			default:
				late = true
			}
		}
		switch {
		case late && !open && len(r.asked) == 0:
			end(true)
			return nil // it has answered everything, and only does not end
		case late:
			why := clock.why(r)
			end(true)
			return errGone{why}
		case !ok:
			end(false)
			if r.ended && len(r.asked)+len(r.suspect) == 0 {
				return nil
			}
			return errGone{ended(l.ended, len(r.asked))}
		}
		if err := r.hear(s, &clock); err != nil {
			end(true)
			var p protocolError
			if errors.As(err, &p) {
				return r.nonsense(s, p, l)
			}
			return err
		}
	}
}

// fill asks as much as the program may have; more is false once there is
// nothing left to ask.
func (r *runner) fill(l *life) (more bool, err error) {
	for {
		switch {
		case len(r.suspect) > 0:
			if len(r.asked) > 0 {
				return true, nil
			}
			a := r.suspect[0]
			r.suspect = r.suspect[1:]
			if err := r.ask(l, a); err != nil {
				return true, err
			}
			continue
		case len(r.asked) == 1 && r.asked[0].failures > 0 && !r.ended:
			return true, nil // a suspect is asked about alone
		case r.ended:
			return false, nil
		case len(r.asked) >= r.o.Window:
			return true, nil
		}
		it, err, ok := r.next()
		if err != nil {
			return true, err
		}
		if !ok {
			r.ended = true
			continue
		}
		if err := r.ask(l, &asked{item: it}); err != nil {
			return true, err
		}
	}
}

func (r *runner) ask(l *life, a *asked) error {
	q, err := r.protocol.question(a.item)
	if err != nil {
		return fmt.Errorf("item %d: %w", a.item.Num, err)
	}
	a.at = time.Now()
	r.asked = append(r.asked, a)
	l.ask <- q // has room for all that may be asked at once
	return nil
}

// protocolError is what is wrong with a line.
type protocolError struct{ error }

// nonsense is the error for a line that is no answer.
func (r *runner) nonsense(s said, p protocolError, l *life) error {
	where := fmt.Sprintf("line %d of its output", s.n)
	if r.starts > 1 {
		where += fmt.Sprintf(" since start %d", r.starts)
	}
	return &FailedError{ErrProtocol, fmt.Sprintf("%s: %v: %s", where, p.error, excerpt(s.text)), l.tail.text()}
}

// hear takes in a line.
func (r *runner) hear(s said, c *clock) error {
	if s.long {
		return protocolError{fmt.Errorf("it is longer than %d bytes", mostLine)}
	}
	if blank(s.text) {
		return nil
	}
	first := !c.spoke
	line, err := r.protocol.read(s.text)
	if err != nil {
		return protocolError{err}
	}
	before := c.last
	c.heard()
	if line.hello != nil {
		if !first {
			return protocolError{errors.New("a greeting may only be the first line")}
		}
		r.report.Hello = *line.hello
		return nil
	}
	a := line.answer
	for i, q := range r.asked {
		if q.item.Num != a.Item {
			continue
		}
		if i == 0 {
			c.turn = time.Now() // of the one behind it
		}
		r.asked = append(r.asked[:i], r.asked[i+1:]...)
		if a.Took = time.Since(q.at); before.After(q.at) {
			a.Took = time.Since(before)
		}
		r.failed = 0
		if err := r.passOver(); err != nil {
			return err
		}
		if a.Class >= 0 {
			r.report.Answered++
		} else {
			r.report.Refused++
		}
		return r.take(a)
	}
	return protocolError{fmt.Errorf("item %d was not asked about, or answered before", a.Item)}
}

func blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// ended says how a program ended that should not have.
func ended(err error, had int) string {
	how := "it ended by itself"
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		how = "it ended with " + exit.String()
	case err != nil:
		how = "it ended: " + err.Error()
	}
	if had == 0 {
		return how + " while there was more to ask"
	}
	return how + " with " + items(had) + " unanswered"
}

func items(n int) string {
	if n == 1 {
		return "1 item"
	}
	return fmt.Sprintf("%d items", n)
}
