package external

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// mostLine bounds a line of a program, in bytes.
const mostLine = 1 << 20

// grace is how long the pipes of a program that has ended are still read, where
// something that it started, and that could not be killed with it, holds them.
const grace = time.Second

// said is one line of a program, without its end.
type said struct {
	n    int // from 1
	text []byte
	long bool // longer than mostLine, and cut
}

// life is a program from its start to its end. Questions go into ask, which is
// closed when there are no more; lines comes out and is closed at the end of
// the output; after that, done is closed, and how the program ended is known.
// Whoever owns a life must empty lines, and close ask.
type life struct {
	ask   chan []byte
	lines chan said
	done  chan struct{}
	ended error // nil for status 0; once done is closed
	kill  func()
	tail  *tail
}

// parts are what a life is made of.
type parts struct {
	in       io.WriteCloser
	out, err io.ReadCloser
	wait     func() error // returns when the program has ended, and nothing that it started is left
	kill     func()       // the program and all that it started; may be called at any time
}

// attach gives a program that runs its life. As many questions as room says can
// be handed over without waiting.
func attach(p parts, room int) *life {
	l := &life{ask: make(chan []byte, room), lines: make(chan said), done: make(chan struct{}), kill: p.kill, tail: &tail{}}
	var reading, writing sync.WaitGroup
	writing.Go(func() {
		var err error
		for b := range l.ask {
			if err == nil {
				// Where it is read no more the program ends or is silent, which is seen.
				_, err = p.in.Write(b)
			}
		}
		p.in.Close()
	})
	reading.Go(func() {
		defer close(l.lines)
		readLines(p.out, l.lines)
	})
	reading.Go(func() { io.Copy(l.tail, p.err) })
	go func() {
		err := p.wait()
		read := make(chan struct{})
		go func() {
			reading.Wait()
			close(read)
		}()
		late := time.NewTimer(grace)
		defer late.Stop()
		select {
		case <-read:
		case <-late.C:
		}
		p.out.Close()
		p.err.Close()
		<-read
		p.in.Close()
		writing.Wait()
		l.ended = err
		close(l.done)
	}()
	return l
}

// readLines hands over lines until the end. After one that is too long it only
// reads, so that the program is not held up before it is killed.
func readLines(r io.Reader, lines chan<- said) {
	b := bufio.NewReaderSize(r, 64<<10)
	var part []byte
	for n := 1; ; n++ {
		part = part[:0]
		var err error
		for {
			var piece []byte
			piece, err = b.ReadSlice('\n')
			part = append(part, piece...)
			if len(part) > mostLine {
				lines <- said{n: n, text: part[:mostWhy], long: true}
				io.Copy(io.Discard, b)
				return
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if len(part) > 0 {
			lines <- said{n: n, text: append([]byte(nil), part...)}
		}
		if err != nil {
			return
		}
	}
}

// start starts a program.
func start(c Command, room int) (*life, error) {
	if len(c.Args) == 0 || c.Args[0] == "" {
		return nil, fmt.Errorf("%w: there is none", ErrStart)
	}
	cmd := exec.Command(c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	if cmd.Env == nil {
		cmd.Env = []string{} // nil would be all of ours
	}
	cmd.SysProcAttr = ownGroup()
	// Pipes of our own: those of exec would hold up Wait for as long as anything
	// that the program started has them open.
	var ends [6]*os.File
	closeAll := func() {
		for _, f := range ends {
			if f != nil {
				f.Close()
			}
		}
	}
	for i := 0; i < len(ends); i += 2 {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll()
			return nil, fmt.Errorf("%w: %w", ErrStart, err)
		}
		ends[i], ends[i+1] = r, w
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = ends[0], ends[3], ends[5]
	if err := cmd.Start(); err != nil {
		closeAll()
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	for _, f := range []*os.File{ends[0], ends[3], ends[5]} {
		f.Close()
	}
	p := &process{cmd: cmd}
	return attach(parts{in: ends[1], out: ends[2], err: ends[4], wait: p.wait, kill: p.kill}, room), nil
}

// process is a program that was started. Once it has ended, its number may be
// given to another, and is not used any more.
type process struct {
	cmd   *exec.Cmd
	mu    sync.Mutex
	ended bool
}

// wait returns when the program has ended, and what it had started is killed.
func (p *process) wait() error {
	err := p.cmd.Wait()
	p.kill()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	return err
}

func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		killGroup(p.cmd.Process)
	}
}
