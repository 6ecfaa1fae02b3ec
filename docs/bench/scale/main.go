//go:build unix

// Command scale measures how the time of words and softmax regression grows with
// the rows and with the classes, on generated texts, and draws it:
//
//	GOMAXPROCS=1 scale [-rows 1000000] [-classes 1000]
//
// A text has some twelve words by Zipf's law from a vocabulary that grows with the
// texts, as that of a language does, and on average three of the thirty words of
// its class. Seconds are of processor time.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"inkling/learn/feature"
	"inkling/learn/linear"
	"inkling/plots"
)

func main() {
	rows := flag.Int("rows", 1_000_000, "most rows")
	classes := flag.Int("classes", 1000, "most classes")
	flag.Parse()
	if err := run(*rows, *classes); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

const (
	usualRows    = 20_000 // where the classes grow
	usualClasses = 10     // where the rows grow
)

func run(rows, classes int) error {
	var all []point
	for n := 1000; n <= rows; n *= 10 {
		for _, m := range []int{n, 3 * n} {
			if m > rows {
				break
			}
			p, err := measure(m, usualClasses)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
	}
	show(fmt.Sprintf("seconds by rows, %d classes", usualClasses), "rows", all, func(p point) int { return p.rows })
	all = nil
	for _, k := range []int{2, 4, 8, 16, 32, 64, 128, 250, 500, 1000} {
		if k > classes {
			break
		}
		p, err := measure(usualRows, k)
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	show(fmt.Sprintf("seconds by classes, %d rows", usualRows), "classes", all, func(p point) int { return p.classes })
	return nil
}

// point is one measurement.
type point struct {
	rows, classes, features, passes int
	vectorise, fit                  float64 // seconds
}

// texts makes texts and their classes.
func texts(n, classes int) (out []string, class []int) {
	rng := rand.New(rand.NewPCG(1, uint64(classes)))
	common := rand.NewZipf(rng, 1.1, 4, uint64(3000+n))
	spell := func(b *strings.Builder, w uint64) {
		for w += 20; w > 0; w /= 90 {
			b.WriteByte("bcdfghjklmnprstvwx"[w%18])
			b.WriteByte("aeiou"[w/18%5])
		}
		b.WriteByte(' ')
	}
	for range n {
		var b strings.Builder
		c := rng.IntN(classes)
		for range 12 {
			if rng.IntN(4) == 0 {
				spell(&b, uint64(1<<24+30*c+rng.IntN(30)))
				continue
			}
			spell(&b, common.Uint64())
		}
		if rng.IntN(10) == 0 { // people err
			c = rng.IntN(classes)
		}
		out, class = append(out, b.String()), append(class, c)
	}
	return out, class
}

func measure(rows, classes int) (p point, err error) {
	x, y := texts(rows, classes)
	p = point{rows: rows, classes: classes}
	start := used()
	lap := func() float64 {
		now := used()
		d := now - start
		start = now
		return d.Seconds()
	}
	count, err := feature.NewCounter([]feature.Kind{feature.Text}, feature.Default())
	if err != nil {
		return p, err
	}
	value := make([]string, 1)
	for _, value[0] = range x {
		count.Add(value)
	}
	s := count.Space()
	d := feature.Data{Class: y, Classes: classes, Features: s.Features(), Texts: s.Texts()}
	v := s.Rower()
	for _, value[0] = range x {
		r := v.Row(value)
		d.Rows = append(d.Rows, feature.Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value)})
	}
	p.features, p.vectorise = s.Features(), lap()
	m, err := linear.Fit(context.Background(), d, linear.Options{})
	if err != nil {
		return p, err
	}
	p.fit, p.passes = lap(), m.Epochs()
	return p, nil
}

// used is the processor time of the process.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// show prints a table, and a chart of which both axes are logarithms.
func show(title, axis string, all []point, at func(point) int) {
	fmt.Printf("%10s %10s %8s %12s %12s %14s\n", axis, "features", "passes", "vectorise s", "fit s", "fit us/row")
	var x, vectorise, fit []float64
	for _, p := range all {
		fmt.Printf("%10d %10d %8d %12.4f %12.4f %14.2f\n", at(p), p.features, p.passes, p.vectorise, p.fit, 1e6*p.fit/float64(p.rows))
		x = append(x, math.Log10(float64(at(p))))
		vectorise, fit = append(vectorise, math.Log10(p.vectorise)), append(fit, math.Log10(p.fit))
	}
	none := math.NaN()
	fmt.Println(plots.LineChart{Width: 72, Height: 16, Title: title + ", powers of ten", XLabel: axis, Legend: true,
		Series: []plots.Series{{Name: "vectorise", X: x, Y: vectorise, Dash: plots.Dash(1)}, {Name: "fit", X: x, Y: fit}},
		XMin:   none, XMax: none, YMin: none, YMax: none}.View())
	fmt.Println()
}
