//go:build unix

// Package tape runs a program on a pseudo-terminal and plays keys into it from
// a VHS tape, reading what the program shows. Tests use it so that the demo
// tape can never rot; docs/screen uses it to draw the README's picture.
package tape

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/vhs/lexer"
	"github.com/charmbracelet/vhs/parser"
	"github.com/charmbracelet/vhs/token"
)

// Tape is the commands of a VHS tape, in order.
type Tape []parser.Command

// Parse reads a tape with VHS's own parser.
func Parse(text string) (Tape, error) {
	p := parser.New(lexer.New(text))
	cmds := p.Parse()
	if errs := p.Errors(); len(errs) > 0 {
		return nil, fmt.Errorf("tape: line %d, column %d: %s", errs[0].Token.Line, errs[0].Token.Column, errs[0].Msg)
	}
	return cmds, nil
}

// defaultWait is how long a Wait without a time waits, as VHS has it.
const defaultWait = 15 * time.Second

// Play does the tape's commands on a terminal: it types, presses and waits.
// Sleeps are only for people who watch and are passed over; what must have
// happened is what the tape waits for. look, which may be nil, is called after
// each Wait with its pattern. Settings of the recording are passed over.
func (t Tape) Play(term *Terminal, look func(pattern string)) error {
	for _, c := range t {
		keys := ""
		switch c.Type {
		case token.TYPE:
			keys = c.Args
		case token.CTRL:
			if len(c.Args) != 1 {
				return fmt.Errorf("tape: %s: only ctrl with one letter is known", c)
			}
			keys = string(c.Args[0] & 0x1f)
		case token.WAIT:
			scope, pattern, _ := strings.Cut(c.Args, " ")
			if scope != "Screen" || pattern == "" {
				return fmt.Errorf("tape: %s: say what to wait for: Wait+Screen /pattern/", c)
			}
			wait := defaultWait
			if d, err := time.ParseDuration(c.Options); err == nil {
				wait = d
			}
			if err := term.WaitFor(regexp.MustCompile(pattern), wait); err != nil {
				return err
			}
			if look != nil {
				look(pattern)
			}
		case token.SET, token.OUTPUT, token.SLEEP, token.HIDE, token.SHOW, token.REQUIRE, token.SCREENSHOT, token.ENV:
		default:
			seq, ok := sequences[c.Type]
			if !ok {
				return fmt.Errorf("tape: %s: no such key here", c)
			}
			n, err := strconv.Atoi(c.Args)
			if err != nil {
				n = 1
			}
			keys = strings.Repeat(seq, n)
		}
		if keys == "" {
			continue
		}
		if err := term.Type(keys); err != nil {
			return err
		}
	}
	return nil
}

// Length is how long the tape's sleeps and its typing take when it is recorded,
// without what it waits for.
func (t Tape) Length() time.Duration {
	var all time.Duration
	speed := 50 * time.Millisecond // VHS's own
	for _, c := range t {
		switch c.Type {
		case token.SET:
			if d, err := time.ParseDuration(c.Args); c.Options == "TypingSpeed" && err == nil {
				speed = d
			}
		case token.SLEEP:
			if d, err := time.ParseDuration(c.Args); err == nil {
				all += d
			}
		case token.TYPE:
			all += time.Duration(utf8.RuneCountInString(c.Args)) * speed
		case token.OUTPUT, token.WAIT, token.REQUIRE:
		default:
			all += speed
		}
	}
	return all
}

// sequences are what terminals send for the keys that have names.
var sequences = map[parser.CommandType]string{
	token.ENTER: "\r", token.SPACE: " ", token.TAB: "\t", token.ESCAPE: "\x1b", token.BACKSPACE: "\x7f",
	token.UP: "\x1b[A", token.DOWN: "\x1b[B", token.RIGHT: "\x1b[C", token.LEFT: "\x1b[D",
	token.PAGE_UP: "\x1b[5~", token.PAGE_DOWN: "\x1b[6~", token.DELETE: "\x1b[3~", token.INSERT: "\x1b[2~",
}
