package learn_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"
	"time"

	"inkling/label"
	"inkling/learn"
)

func trained(t testing.TB, model string) (*fake, *learn.Snapshot) {
	texts, truth := corpus(400, 4, 5)
	p := newFake(classesTask(5), texts...) // one class without an answer
	for i := range 100 {
		p.answer(truth[i], uint64(i+1))
	}
	_, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: model, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

func TestSnapshotRoundTrip(t *testing.T) {
	for _, model := range []string{learn.NaiveBayes, learn.Softmax} {
		p, s := trained(t, model)
		b, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back, err := learn.UnmarshalSnapshot(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := back.MarshalBinary()
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s: other bytes the second time: %v", model, err)
		}
		if back.Model() != model || len(back.Labels()) != 5 {
			t.Errorf("%s came back as %s with %v", model, back.Model(), back.Labels())
		}
		for _, it := range p.items {
			x, y := s.Suggest(it), back.Suggest(it)
			if !slices.Equal(x.Classes, y.Classes) || x.Answer.Class != y.Answer.Class {
				t.Fatalf("%s: %+v became %+v", model, x, y)
			}
			e, f := s.Explain(it, 0, 5), back.Explain(it, 0, 5)
			if len(e) != len(f) || len(e) > 0 && (e[0].Term != f[0].Term || e[0].Weight != f[0].Weight) {
				t.Fatalf("%s: reasons %+v became %+v", model, e, f)
			}
		}
	}
}

func TestDamagedSnapshot(t *testing.T) {
	_, s := trained(t, learn.NaiveBayes)
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(b); at += 1 + len(b)/400 {
		if _, err := learn.UnmarshalSnapshot(b[:at]); !errors.Is(err, learn.ErrDamaged) && !errors.Is(err, learn.ErrFormat) {
			t.Fatalf("the first %d of %d bytes: %v", at, len(b), err)
		}
		c := slices.Clone(b)
		c[at] ^= 0x10
		if _, err := learn.UnmarshalSnapshot(c); err == nil {
			t.Fatalf("byte %d changed: no error", at)
		}
	}
	newer := slices.Clone(b)
	newer[len("inkling model\n")] = 4
	if _, err := learn.UnmarshalSnapshot(newer); !errors.Is(err, learn.ErrVersion) {
		t.Errorf("a newer layout: %v", err)
	}
}

// A fresh run on the same answers with the same seed gives the same bytes, in
// whatever order items and answers came, and whatever was trained before.
func TestFreshRunsAreTheSame(t *testing.T) {
	texts, truth := corpus(600, 4, 5)
	train := func(model string, seed uint64, p *fake) []byte {
		// No candidate is left out for want of time, however slow the machine.
		_, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: model, Fresh: true, Seed: seed, Budget: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, model := range []string{learn.Auto, learn.Softmax} {
		straight := newFake(classesTask(4), texts...)
		for i := range 80 {
			straight.answer(truth[i], uint64(i+1))
		}
		reversed := slices.Clone(texts)
		slices.Reverse(reversed)
		back := newFake(classesTask(4), reversed...)
		for i := range 80 {
			back.answer(truth[i], uint64(len(texts)-i))
			if i == 30 {
				train(model, 1, back)
			}
		}
		a := train(model, 7, straight)
		if !bytes.Equal(a, train(model, 7, straight)) {
			t.Errorf("%s: a second fresh run differs", model)
		}
		if !bytes.Equal(a, train(model, 7, back)) {
			t.Errorf("%s: another order of items and answers gives another model", model)
		}
	}
}

// FuzzUnmarshalSnapshot reads any bytes, with a checksum that is right, so that
// what is behind it is reached: an error, or a snapshot that suggests and
// explains. Features and models have targets of their own in their packages.
func FuzzUnmarshalSnapshot(f *testing.F) {
	const sum = 8
	for _, model := range []string{learn.NaiveBayes, learn.Softmax} {
		p := newFake(classesTask(2), "a b", "a b", "c d", "c d")
		for i := range uint64(4) {
			p.answer(int(i/2), i+1)
		}
		_, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: model})
		if err != nil {
			f.Fatal(err)
		}
		b, err := s.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:len(b)-sum])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		hash := sha256.Sum256(b)
		s, err := learn.UnmarshalSnapshot(append(b, hash[:sum]...))
		if err != nil {
			if !errors.Is(err, learn.ErrDamaged) && !errors.Is(err, learn.ErrFormat) && !errors.Is(err, learn.ErrVersion) {
				t.Errorf("error %v", err)
			}
			return
		}
		it := label.Item{Fields: []string{"a b e", "1"}}
		s.Explain(it, s.Suggest(it).Answer.Class, 3)
	})
}

// With enough answers the choice is made, said, and kept to.
func TestChoiceIsMade(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 400, 3)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(60)
		settle()
		runs := tr.Runs()
		c := runs[len(runs)-1].Choice
		if c == nil || len(c.Losses) < 2 || c.Labels != 60 || c.Losses[0].LogLoss > c.Losses[1].LogLoss {
			t.Fatalf("choice %+v", c)
		}
		for _, l := range c.Losses { // the chosen one is the best, or cheaper and within one standard error
			if (l.Left == learn.Chosen) != (l.Model == c.Model) || l.Left == learn.Chosen && l.Gap > l.GapSE {
				t.Errorf("%s was chosen: %+v", c.Model, l)
			}
		}
		if got := tr.Current().Model(); got != c.Model {
			t.Errorf("%s suggests, %s was chosen", got, c.Model)
		}
		for _, name := range []string{learn.NaiveBayes, learn.Softmax} {
			if !slices.ContainsFunc(c.Losses, func(l learn.Candidate) bool { return l.Model == name && l.LogLoss > 0 && l.LogLoss < 2 }) {
				t.Errorf("%s was not compared: %+v", name, c.Losses)
			}
		}
	})
}
