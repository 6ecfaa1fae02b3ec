package sshd

import (
	"context"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// There are only so many sessions, in all and of one key.
func TestSessionLimits(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), func(o *Options) { o.Sessions, o.PerKey = 3, 2 })
	var open1 []*shell
	for range 2 {
		s := open(t, x.login(t, 1), "xterm", 80, 24)
		s.shows(t, "ana")
		open1 = append(open1, s)
	}
	s := open(t, x.login(t, 1), "xterm", 80, 24)
	if got := s.status(t); got != 1 || !strings.Contains(s.text(), "your key has 2 sessions already") {
		t.Error(got, s.text())
	}
	open(t, x.login(t, 2), "xterm", 80, 24).shows(t, "rob")
	s = open(t, x.login(t, 3), "xterm", 80, 24)
	if got := s.status(t); got != 1 || !strings.Contains(s.text(), "all 3 places are taken") {
		t.Error(got, s.text())
	}
	open1[0].types(t, "q")
	open1[0].status(t)
	waitFor(t, "a place", func() bool { return x.Sessions() == 2 })
	open(t, x.login(t, 3), "xterm", 80, 24).shows(t, "vic")
	// Of one connection there are only so many channels.
	c := x.login(t, 3)
	for range 2 {
		if _, err := c.NewSession(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.NewSession(); err == nil || !strings.Contains(err.Error(), "too many channels") {
		t.Error(err)
	}
}

// Who presses nothing is warned, and then shown out; who presses a key stays.
func TestIdle(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), func(o *Options) { o.Idle = 2 * time.Second })
	s := open(t, x.login(t, 1), "xterm", 80, 24)
	s.shows(t, "{nothing was pressed for too long}")
	s.types(t, "x")
	s.shows(t, "<x>")
	if got := s.status(t); got != 1 || strings.Count(s.text(), "{nothing") != 2 || !strings.HasSuffix(s.text(), "inkling: nothing was pressed for too long; everything is saved\r\n") {
		t.Errorf("status %d, %q", got, s.text())
	}
}

// A session lasts only so long, whatever is pressed.
func TestMax(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), func(o *Options) { o.Max = time.Second })
	s := open(t, x.login(t, 1), "xterm", 80, 24)
	s.shows(t, "{the session has lasted")
	s.types(t, "x")
	if got := s.status(t); got != 1 || !strings.Contains(s.text(), "as long as it may; everything is saved") {
		t.Errorf("status %d, %q", got, s.text())
	}
}

// Channels on which nothing is asked for, or that stay open after what ran on
// them, keep no connection, and one key has only so many, over all connections.
func TestEmptyChannels(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), func(o *Options) { o.Login, o.PerKey = time.Second, 2 })
	silent := x.login(t, 1)
	held := 0
	for range 2 {
		if _, _, err := silent.OpenChannel("session", nil); err != nil {
			t.Fatal(err)
		}
		held++
	}
	other := x.login(t, 1)
	for range 3 {
		if _, _, err := other.OpenChannel("session", nil); err == nil {
			held++
		}
	}
	if third := x.login(t, 1); held == 4 {
		if _, _, err := third.OpenChannel("session", nil); err == nil {
			t.Error("a fifth channel of one key is open")
		}
	} else {
		t.Errorf("%d channels of one key are open", held)
	}
	busy := x.login(t, 2) // which does not take the end of its channel for one
	ch, requests, err := busy.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go ssh.DiscardRequests(requests)
	if ok, err := ch.SendRequest("exec", true, ssh.Marshal(execRequest{"one"})); err != nil || !ok {
		t.Fatal(ok, err)
	}
	for _, c := range []*ssh.Client{silent, other, busy} {
		if err := c.Wait(); err == nil {
			t.Error("a connection with nothing on it was left in order")
		}
	}
	waitFor(t, "no connections", func() bool { x.mu.Lock(); defer x.mu.Unlock(); return len(x.lines) == 0 && len(x.channels) == 0 })
	open(t, x.login(t, 1), "xterm", 80, 24).shows(t, "ana")
}

// A command ends as a session does: when nothing moved for too long, and when it
// has lasted as long as it may.
func TestCommandEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Options)
		why    error
	}{
		"idle": {func(o *Options) { o.Idle = 300 * time.Millisecond }, ErrIdle},
		"max":  {func(o *Options) { o.Max = 300 * time.Millisecond }, ErrMax},
	} {
		x := start(t, echo(), c.change)
		s, err := x.login(t, 1).NewSession()
		if err != nil {
			t.Fatal(err)
		}
		var errs logged
		s.Stderr = &errs
		if err := s.Run("hang"); err == nil {
			t.Errorf("%s: no error", name)
		}
		errs.mu.Lock()
		if !strings.Contains(errs.b.String(), c.why.Error()) {
			t.Errorf("%s: %q", name, errs.b.String())
		}
		errs.mu.Unlock()
	}
}

// A connection that does not log in, or has nothing running on it, is closed.
func TestNothingRuns(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), func(o *Options) { o.Login = 500 * time.Millisecond })
	silent, err := net.Dial("tcp", x.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	idle := x.login(t, 1)
	busy := x.login(t, 2)
	s := open(t, busy, "xterm", 80, 24)
	s.shows(t, "rob")
	b := make([]byte, 1000)
	for err = nil; err == nil; {
		_, err = silent.Read(b)
	}
	if err := idle.Wait(); err == nil {
		t.Error("a connection with nothing on it was left in order")
	}
	s.types(t, "x") // long after
	s.shows(t, "<x>")
	s.types(t, "q")
	s.status(t)
	busy.Wait()
	waitFor(t, "no connections", func() bool { x.mu.Lock(); defer x.mu.Unlock(); return len(x.lines) == 0 })
}

// Whose key goes from the file, or comes to stand for something else, is shown
// out within seconds; the others stay.
func TestRevoked(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), nil)
	ana, rob, vic := open(t, x.login(t, 1), "xterm", 80, 24), open(t, x.login(t, 2), "xterm", 80, 24), open(t, x.login(t, 3), "xterm", 80, 24)
	idle := x.login(t, 1)
	for s, name := range map[*shell]string{ana: "ana", rob: "rob", vic: "vic"} {
		s.shows(t, name)
	}
	if err := os.WriteFile(x.keys, []byte(keysLine(2, "rob", "viewer")+keysLine(3, "vic", "viewer")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*shell{ana, rob} {
		if got := s.status(t); got != 1 || !strings.Contains(s.text(), "the key is no longer in the keys file, or with another name or role; everything is saved") {
			t.Errorf("status %d, %q", got, s.text())
		}
	}
	// Not even on a connection that is there, let alone on a new one.
	s := open(t, idle, "xterm", 80, 24)
	if got := s.status(t); got != 1 || !strings.Contains(s.text(), "no longer in the keys file") {
		t.Errorf("status %d, %q", got, s.text())
	}
	if _, err := x.dial(t, 1); err == nil {
		t.Error("a revoked key logs in")
	}
	open(t, x.login(t, 2), "xterm", 80, 24).shows(t, "rob viewer")
	vic.types(t, "x")
	vic.shows(t, "<x>")
}

// Keys that nobody has, and ways in that there are not.
func TestNoLogin(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), func(o *Options) { o.Failures = 100 })
	if _, err := x.dial(t, 9); err == nil {
		t.Error("an unknown key logs in")
	}
	for name, how := range map[string][]ssh.AuthMethod{
		"nothing":  nil,
		"password": {ssh.Password("secret")},
		"keyboard": {ssh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return nil, nil })},
	} {
		_, err := ssh.Dial("tcp", x.addr, &ssh.ClientConfig{User: "root", Auth: how, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
		if err == nil || !strings.Contains(err.Error(), "unable to authenticate") {
			t.Errorf("%s: %v", name, err)
		}
	}
	waitFor(t, "four failed logins in the log", func() bool { return len(x.log.lines(t, "login failed")) == 4 })
}

// A thousand bad logins harm nobody who is in, cost no memory that stays, and
// after the first of them an address is refused before anything is computed.
func TestBadLogins(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), nil)
	s := open(t, x.login(t, 1), "xterm", 80, 24)
	s.shows(t, "ana")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 125 {
				if c, err := ssh.Dial("tcp", x.addr, &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(key(9))}, HostKeyCallback: ssh.InsecureIgnoreHostKey()}); err == nil {
					t.Error("a bad login is none")
					c.Close()
				}
			}
		})
	}
	s.types(t, "x")
	s.shows(t, "<x>")
	wait.Wait()
	s.types(t, "y")
	s.shows(t, "<y>")
	waitFor(t, "one connection", func() bool { x.mu.Lock(); defer x.mu.Unlock(); return len(x.lines) == 1 })
	var tried int
	waitFor(t, "a thousand refusals in the log", func() bool {
		tried = len(x.log.lines(t, "login failed"))
		refused := 0
		lines := x.log.lines(t, "connections refused")
		for _, l := range lines {
			refused += int(l["connections"].(float64))
		}
		if len(lines) > 60 {
			t.Fatalf("%d lines of the log for %d refusals", len(lines), refused)
		}
		return tried+refused == 1000
	})
	if tried > 10+8+1 {
		t.Errorf("%d were looked at", tried)
	}
	if n := len(x.tries.from); n != 1 {
		t.Errorf("%d addresses are kept", n)
	}
	// From elsewhere one may come all the while.
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	conn, err := d.Dial("tcp", x.addr)
	if err != nil {
		t.Skip("one loopback address is all there is: ", err)
	}
	c, chans, reqs, err := ssh.NewClientConn(conn, "", &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(key(2))}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	client := ssh.NewClient(c, chans, reqs)
	defer client.Close()
	open(t, client, "xterm", 80, 24).shows(t, "rob")
}

// Connections that say nothing are bounded too; those that have logged in do
// not count.
func TestPending(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), func(o *Options) { o.Pending = 4 })
	for range 4 {
		open(t, x.login(t, 1), "xterm", 80, 24).shows(t, "ana")
	}
	for range 2 { // half of them, from one address
		c, err := net.Dial("tcp", x.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	waitFor(t, "six connections", func() bool { x.mu.Lock(); defer x.mu.Unlock(); return len(x.lines) == 6 })
	if _, err := x.dial(t, 1); err == nil {
		t.Error("a third one is taken")
	}
	if l := x.log.lines(t, "connections refused"); len(l) != 1 || l[0]["why"] != "too many on which nothing runs" {
		t.Error("and is not in the log")
	}
}

// A shutdown lets nobody in, tells everybody, and lets them end.
func TestShutdown(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), func(o *Options) { o.Farewell = 300 * time.Millisecond })
	s := open(t, x.login(t, 1), "xterm", 80, 24)
	s.shows(t, "ana")
	idle := x.login(t, 2)
	c := x.login(t, 2)
	hang, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := hang.Start("hang"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "two", func() bool { return x.Sessions() == 2 })
	done := make(chan error)
	go func() { done <- x.Shutdown(context.Background()) }()
	s.shows(t, "{the host is shutting down}")
	if _, err := x.dial(t, 1); err == nil {
		t.Error("somebody is let in")
	}
	if got := s.status(t); got != StatusShutdown || !strings.HasSuffix(s.text(), "inkling: the host is shutting down; everything is saved\r\n") {
		t.Errorf("status %d, %q", got, s.text())
	}
	if err := hang.Wait(); err == nil {
		t.Error("the command ended as if it were done")
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	idle.Wait()
}

// A session that does not end does not keep the host from ending.
func TestStuck(t *testing.T) {
	t.Parallel()
	h := echo()
	let := make(chan struct{})
	h.Session = func(_ context.Context, _ Client, term Terminal) (int, error) {
		term.Out.Write([]byte("here"))
		<-let
		return 0, nil
	}
	x := start(t, h, nil)
	s := open(t, x.login(t, 1), "xterm", 80, 24)
	s.shows(t, "here")
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if err := x.Shutdown(ctx); err == nil {
		t.Error("a session that goes on has ended")
	}
	close(let)
}

// Who reads nothing of what is written to them is shown out all the same.
func TestReadsNothing(t *testing.T) {
	t.Parallel()
	h := echo()
	ended := make(chan struct{})
	h.Session = func(_ context.Context, _ Client, term Terminal) (int, error) {
		defer close(ended)
		for {
			if _, err := term.Out.Write(make([]byte, 1<<20)); err != nil {
				return 0, nil
			}
		}
	}
	x := start(t, h, func(o *Options) { o.Max = 100 * time.Millisecond })
	c := x.login(t, 1)
	ch, reqs, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go ssh.DiscardRequests(reqs)
	for _, r := range []struct {
		name    string
		payload any
	}{{"pty-req", ptyRequest{Term: "xterm", Width: 80, Height: 24}}, {"shell", struct{ S string }{}}} {
		if ok, err := ch.SendRequest(r.name, true, ssh.Marshal(r.payload)); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on")
	}
}

// A machine that is gone says nothing, and is noticed.
func TestGone(t *testing.T) {
	t.Parallel()
	x := start(t, echo(), func(o *Options) { o.KeepAlive = 50 * time.Millisecond })
	raw, err := net.Dial("tcp", x.addr)
	if err != nil {
		t.Fatal(err)
	}
	c, chans, reqs, err := ssh.NewClientConn(raw, "", &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(key(1))}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	nothing := make(chan *ssh.Request)
	defer close(nothing)
	client := ssh.NewClient(c, chans, nothing) // nobody answers
	open(t, client, "xterm", 80, 24).shows(t, "ana")
	go func() {
		for range reqs {
		}
	}()
	waitFor(t, "the end", func() bool { return len(x.log.lines(t, "session ends")) == 1 })
	if l := x.log.lines(t, "session ends")[0]; l["why"] != ErrLost.Error() {
		t.Error(l)
	}
	// While somebody who answers stays.
	s := open(t, x.login(t, 2), "xterm", 80, 24)
	s.shows(t, "rob")
	time.Sleep(300 * time.Millisecond)
	s.types(t, "x")
	s.shows(t, "<x>")
}

// What breaks in one session is that session's affair.
func TestPanic(t *testing.T) {
	t.Parallel()
	h := echo()
	h.Exec = func(context.Context, Client, []string, io.Reader, io.Writer, io.Writer) int {
		panic("oh")
	}
	x := start(t, h, nil)
	s, err := x.login(t, 1).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := s.CombinedOutput("anything"); err == nil || !strings.Contains(string(out), "something broke on the host") || strings.Contains(string(out), "goroutine") {
		t.Errorf("%v, %s", err, out)
	}
	if l := x.log.lines(t, "session broken"); len(l) != 1 || l[0]["error"] != "oh" {
		t.Error(l)
	}
	open(t, x.login(t, 1), "xterm", 80, 24).shows(t, "ana")
}
