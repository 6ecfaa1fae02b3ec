// Command log measures how fast a project's log of decisions grows, is replayed
// and is checked:
//
//	log -dir DIR [-events 10000000] [-items 500000] [-people 20]
//
// The decisions are what people do at a workbench: an answer to the item that
// comes next, four of five as suggested, and now and then a skip, a flag or an
// undo. The project stays in DIR, and is used again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"inkling/label"
	"inkling/store"
)

func main() {
	dir := flag.String("dir", "", "the folder of the project")
	events := flag.Uint64("events", 10_000_000, "how many events")
	items := flag.Int("items", 500_000, "how many items")
	profile := flag.String("cpuprofile", "", "where to write a profile of replaying and checking")
	people := flag.Int("people", 20, "how many people")
	flag.Parse()
	if err := run(*dir, *events, *items, *people, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "log:", err)
		os.Exit(1)
	}
}

func run(dir string, events uint64, items, people int, profile string) error {
	if dir == "" {
		return errors.New("say where, with -dir")
	}
	path := filepath.Join(dir, fmt.Sprintf("log-%d.inkling", events))
	if _, err := os.Stat(path); err != nil {
		if err := timed("written", events, func() error { return write(path, events, items, people) }); err != nil {
			return err
		}
	}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	p, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer p.Close()
	ctx, n := context.Background(), p.Counts().Events
	to := path + ".replayed"
	if err := errors.Join(timed("replayed", n, func() error { return p.Replay(ctx, n, to, nil) }), os.Remove(to)); err != nil {
		return err
	}
	var r store.Report
	if err := timed("checked", n, func() (err error) { r, err = p.Check(ctx, nil, p.Head()); return err }); err != nil {
		return err
	}
	if !r.OK() {
		return fmt.Errorf("%+v", r.Problems[0])
	}
	return nil
}

// timed tells how long something took for each event.
func timed(what string, events uint64, do func() error) error {
	start := time.Now()
	err := do()
	s := time.Since(start)
	fmt.Printf("%-10s %d events in %v, %.0f a second\n", what, events, s.Round(10*time.Millisecond), float64(events)/s.Seconds())
	return err
}

// window is how many decisions are on their way to the disk at once.
const window = 4096

func write(path string, events uint64, items, people int) (err error) {
	task := label.Task{Name: "log", Kind: label.Classes, Seed: 1, Audit: 0.1,
		Labels:  []label.Label{{Name: "ham", Key: "h"}, {Name: "spam", Key: "s"}, {Name: "other", Key: "o"}},
		Columns: []label.Column{{Name: "text", Role: label.Text}}}
	p, err := store.Create(path, task, store.Options{NoSync: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	im := p.NewImport("made up", "import")
	for i := range items {
		if err := im.Add([]string{fmt.Sprintf("text number %d of those that were made up for this", i)}, nil); err != nil {
			return err
		}
	}
	if _, err := im.Close(); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	var last *store.Pending
	for n, at := p.Counts().Events, 0; n < events; n++ {
		who := fmt.Sprint("person ", n%uint64(people))
		d := label.Decision{Item: uint64(at%items) + 1, Took: time.Duration(500+r.IntN(9000)) * time.Millisecond}
		suggested := label.ClassAnswer(r.IntN(3))
		d.Shown = &label.Shown{Answer: suggested, Probability: r.Float32(), Model: n / 100_000}
		at++
		e := (*store.Pending)(nil)
		switch x := r.IntN(100); {
		case x == 0: // what was done is there to be undone: everybody begins with decisions
			if n > 1000 {
				e = p.Undo(who)
				break
			}
			fallthrough
		case x < 80:
			d.Action, d.Answer = label.Accepted, suggested
		case x < 95:
			d.Action, d.Answer = label.Corrected, label.ClassAnswer((suggested.Class+1)%3)
		case x < 98:
			d.Action = label.Skipped
		default:
			d.Action, d.Note = label.Flagged, "to be looked at by somebody else"
		}
		if e == nil {
			e = p.Decide(who, d)
		}
		if n%window == 0 && last != nil {
			if _, _, err := last.Wait(context.Background()); err != nil {
				return err
			}
		}
		last = e
	}
	_, _, err = last.Wait(context.Background())
	return err
}
