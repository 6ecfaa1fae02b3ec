//go:build linux

// Command seats measures a hosted workbench under load: it makes a project,
// serves it on the loopback, and lets people label over SSH, each with a key of
// their own:
//
//	seats -bin INKLING [-dir DIR] [-seats 100] [-seconds 30] [-rate 2] [-items 100000]
//	seats -bin INKLING -kills 1000 -seats 20
//
// A person presses a label's key, on average -rate times a second at random
// moments, once the next card is on their screen. The time is from the key's
// being written to the connection until the terminal emulator behind it shows
// another item. Afterwards the decisions in the log are compared with the keys
// pressed. With -idle it measures the memory of sessions in which nothing
// happens, and with -kills what is left after random kills. -seats takes several numbers, as in 50,100,200.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	mrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hinshun/vt10x"
	"golang.org/x/crypto/ssh"
)

var (
	bin     = flag.String("bin", "", "the inkling binary")
	dir     = flag.String("dir", "", "where the project goes (default: a temporary folder)")
	numbers = flag.String("seats", "100", "how many people, one number or several with commas")
	seconds = flag.Float64("seconds", 30, "how long they label")
	rate    = flag.Float64("rate", 2, "decisions a second of each")
	items   = flag.Int("items", 100_000, "items of the project")
	idle    = flag.Bool("idle", false, "measure the memory of idle sessions instead")
	width   = flag.Int("width", 80, "columns of a terminal")
	height  = flag.Int("height", 24, "rows of a terminal")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "seats:", err)
		os.Exit(1)
	}
}

func run() error {
	if *bin == "" {
		return errors.New("-bin is needed: the inkling binary")
	}
	var counts []int
	for _, s := range strings.Split(*numbers, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return fmt.Errorf("-seats: %q is no number", s)
		}
		counts = append(counts, n)
	}
	for _, n := range counts {
		if *kills > 0 {
			if err := storm(n); err != nil {
				return err
			}
			continue
		}
		if err := measure(n); err != nil {
			return err
		}
	}
	return nil
}

// measure makes a project, hosts it for so many people, and measures.
func measure(n int) (err error) {
	at := *dir
	if at == "" {
		if at, err = os.MkdirTemp("", "seats-"); err != nil {
			return err
		}
		defer os.RemoveAll(at)
	}
	h, err := newHost(at, n)
	if err != nil {
		return err
	}
	defer h.stop()
	if *idle {
		return h.idle(n)
	}
	var wg sync.WaitGroup
	people := make([]*person, n)
	for i := range people {
		if people[i], err = h.connect(i); err != nil {
			return fmt.Errorf("person %d: %w", i, err)
		}
		defer people[i].client.Close()
	}
	cpu := h.cpu()
	began := time.Now()
	until := began.Add(time.Duration(*seconds * float64(time.Second)))
	for _, p := range people {
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.label(until)
		}()
	}
	wg.Wait()
	took := time.Since(began)
	cpu = h.cpu() - cpu
	rss := h.rss()
	time.Sleep(time.Second)
	h.stop()
	return h.report(people, took, cpu, rss)
}

// host is a server at work.
type host struct {
	dir, project, addr string
	keys               []ssh.Signer
	cmd                *exec.Cmd
	stopped            sync.Once
	log                bytes.Buffer
}

func newHost(dir string, n int) (*host, error) {
	h := &host{dir: dir, project: filepath.Join(dir, "load.inkling")}
	os.Remove(h.project)
	file := filepath.Join(dir, "items.csv")
	if err := generate(file, *items); err != nil {
		return nil, err
	}
	for _, args := range [][]string{
		{"new", h.project, "--task", "classes", "--labels", "good,bad", "--text", "text"},
		{"import", h.project, file},
	} {
		if out, err := exec.Command(*bin, args...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("inkling %s: %w\n%s", args[0], err, out)
		}
	}
	var keys strings.Builder
	for i := range n {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		signer, err := ssh.NewSignerFromKey(private)
		if err != nil {
			return nil, err
		}
		h.keys = append(h.keys, signer)
		fmt.Fprintf(&keys, "%s person%04d annotator\n", strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))), i)
	}
	if err := os.WriteFile(h.people(), []byte(keys.String()), 0o600); err != nil {
		return nil, err
	}
	if err := h.start(n); err != nil {
		return nil, err
	}
	return h, nil
}

// people is the keys file.
func (h *host) people() string { return filepath.Join(h.dir, "people.keys") }

// start serves the project, at another port each time.
func (h *host) start(n int) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h.addr = l.Addr().String()
	l.Close()
	h.cmd = exec.Command(*bin, "serve", h.project, "--listen", h.addr, "--keys", h.people(), "--sessions", strconv.Itoa(n+10))
	h.cmd.Stderr = &h.log
	if err := h.cmd.Start(); err != nil {
		return err
	}
	for range 100 {
		if c, err := net.Dial("tcp", h.addr); err == nil {
			c.Close()
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	h.stop()
	return fmt.Errorf("the host does not answer:\n%s", h.log.String())
}

// generate writes items whose texts begin with a number by which a screen tells
// them apart.
func generate(path string, n int) error {
	words := strings.Fields("asks to defer the payment again employer confirmed by phone rent second time this year income stable letter missing sent branch over March instalment agreed plan")
	rng := mrand.New(mrand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString("text\n")
	for i := range n {
		fmt.Fprintf(&b, "item%07d", i)
		for range 12 {
			b.WriteString(" " + words[rng.IntN(len(words))])
		}
		b.WriteByte('\n')
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

func (h *host) stop() {
	h.stopped.Do(func() {
		_ = h.cmd.Process.Signal(syscall.SIGTERM)
		_ = h.cmd.Wait()
	})
}

// person is one client with a terminal.
type person struct {
	name   string
	client *ssh.Client
	in     io.Writer
	shown  chan string // the item on screen, whenever it changes
	bytes  int64
	saved  int // the last event that the screen said is on disk
	mu     sync.Mutex

	pressed int
	times   []time.Duration
	lost    int // keys after which no other item came for ten seconds
}

var mark = regexp.MustCompile(`item\d{7}`)

func (h *host) connect(i int) (*person, error) {
	p := &person{name: fmt.Sprintf("person%04d", i), shown: make(chan string, 16)}
	var err error
	p.client, err = ssh.Dial("tcp", h.addr, &ssh.ClientConfig{User: p.name, Auth: []ssh.AuthMethod{ssh.PublicKeys(h.keys[i])},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 20 * time.Second})
	if err != nil {
		return nil, err
	}
	s, err := p.client.NewSession()
	if err != nil {
		return nil, err
	}
	if err := s.RequestPty("xterm-256color", *height, *width, ssh.TerminalModes{}); err != nil {
		return nil, err
	}
	if p.in, err = s.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.Shell(); err != nil {
		return nil, err
	}
	go p.watch(out)
	select {
	case <-p.shown:
		return p, nil
	case <-time.After(20 * time.Second):
		return nil, errors.New("no item on screen after 20 s")
	}
}

// watch feeds the terminal and says which item it shows.
func (p *person) watch(out io.Reader) {
	vt := vt10x.New(vt10x.WithSize(*width, *height))
	buf := make([]byte, 32<<10)
	last := ""
	for {
		n, err := out.Read(buf)
		if n > 0 {
			p.mu.Lock()
			p.bytes += int64(n)
			p.mu.Unlock()
			vt.Write(buf[:n])
			screen := vt.String()
			if m := saved.FindStringSubmatch(screen); m != nil {
				p.mu.Lock()
				p.saved, _ = strconv.Atoi(m[1])
				p.mu.Unlock()
			}
			if now := mark.FindString(screen); now != "" && now != last {
				last = now
				select {
				case p.shown <- now:
				default: // nobody is timing
				}
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *person) label(until time.Time) {
	rng := mrand.New(mrand.NewPCG(uint64(len(p.name)), uint64(time.Now().UnixNano())))
	for {
		wait := time.Duration(-math.Log(1-rng.Float64()) / *rate * float64(time.Second))
		if time.Now().Add(wait).After(until) {
			return
		}
		time.Sleep(wait)
		for len(p.shown) > 0 {
			<-p.shown
		}
		began := time.Now()
		if _, err := io.WriteString(p.in, strconv.Itoa(1+rng.IntN(2))); err != nil {
			p.lost++
			return
		}
		p.pressed++
		select {
		case <-p.shown:
			p.times = append(p.times, time.Since(began))
		case <-time.After(10 * time.Second):
			p.lost++
		}
	}
}

// report compares the log with the keys pressed, and prints the figures.
func (h *host) report(people []*person, took, cpu time.Duration, rss int64) error {
	out, err := exec.Command(*bin, "log", h.project).Output()
	if err != nil {
		return fmt.Errorf("inkling log: %w", err)
	}
	decided := map[string]int{}
	for line := range bytes.Lines(out) {
		var ev struct {
			Kind      any    `json:"kind"`
			Annotator string `json:"annotator"`
			Decisions []any  `json:"decisions"`
		}
		if err := json.Unmarshal(line, &ev); err != nil {
			return err
		}
		decided[ev.Annotator] += len(ev.Decisions)
	}
	var times []time.Duration
	pressed, lost, doubled, dropped := 0, 0, 0, 0
	var received int64
	for _, p := range people {
		times = append(times, p.times...)
		pressed += p.pressed
		dropped += p.lost
		lost += max(p.pressed-decided[p.name], 0)
		doubled += max(decided[p.name]-p.pressed, 0)
		received += p.bytes
	}
	slices.Sort(times)
	at := func(q float64) time.Duration {
		if len(times) == 0 {
			return 0
		}
		return times[min(int(q*float64(len(times))), len(times)-1)].Round(100 * time.Microsecond)
	}
	fmt.Printf("%4d seats  %6.1f decisions/s  key to frame p50 %v p95 %v p99 %v max %v  host %.0f%% of a core, %d MB  %d bytes a decision  pressed %d, lost %d, doubled %d, without an answer %d\n",
		len(people), float64(pressed)/took.Seconds(), at(0.5), at(0.95), at(0.99), at(1), 100*cpu.Seconds()/took.Seconds(), rss>>20,
		received/int64(max(pressed, 1)), pressed, lost, doubled, dropped)
	if check, err := exec.Command(*bin, "check", h.project).CombinedOutput(); err != nil {
		return fmt.Errorf("inkling check: %w\n%s", err, check)
	}
	return nil
}

// idle measures what sessions in which nothing happens take.
func (h *host) idle(n int) error {
	time.Sleep(5 * time.Second)
	before := h.rss()
	for i := range n {
		p, err := h.connect(i)
		if err != nil {
			return err
		}
		defer p.client.Close()
		if i+1 == n/2 || i+1 == n {
			time.Sleep(10 * time.Second)
			now := h.rss()
			fmt.Printf("%4d idle seats  %d MB, %.2f MB a seat\n", i+1, now>>20, float64(now-before)/float64(i+1)/(1<<20))
		}
	}
	return nil
}

// rss is the host's resident memory in bytes, where the system tells.
func (h *host) rss() int64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.cmd.Process.Pid))
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			n, _ := strconv.ParseInt(f[1], 10, 64)
			return n << 10
		}
	}
	return 0
}

// cpu is the host's processor time, where the system tells.
func (h *host) cpu() time.Duration {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.cmd.Process.Pid))
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(f[11], 10, 64)
	system, _ := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond
}
