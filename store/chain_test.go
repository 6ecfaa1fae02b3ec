package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"inkling/label"
)

// longLog is a project whose log has several stretches.
func longLog(t testing.TB, decisions int) *Project {
	t.Helper()
	p := newProject(t, 100)
	last := p.Undo("nobody")
	for n := range decisions {
		last = p.Decide([]string{"ana", "ben"}[n%2], answer(uint64(n%100+1), n%2))
	}
	must(t, last)
	return p
}

// problems are what Check finds.
func problems(t interface{ Fatal(...any) }, p *Project, heads ...Head) []Problem {
	r, err := p.Check(context.Background(), nil, heads...)
	if err != nil {
		t.Fatal(err)
	}
	return r.Problems
}

// The head is what anybody can calculate from the bytes of the events with
// SHA-256 alone, after each commit and after opening, and Chained tells each.
func TestChain(t *testing.T) {
	p := longLog(t, 2500)
	var digests []Digest
	if err := p.db.View(func(tx *bolt.Tx) error {
		var d Digest
		return tx.Bucket(bucketEvents).ForEach(func(_, v []byte) error {
			d = sha256.Sum256(slices.Concat(d[:], v))
			digests = append(digests, d)
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	want := Head{uint64(len(digests)), digests[len(digests)-1]}
	if h := p.Head(); h != want || h.Seq != p.Counts().Events {
		t.Fatalf("%v, want %v", h, want)
	}
	for _, from := range []uint64{0, 1, 2, 1023, 1024, 1025, 2049, want.Seq, want.Seq + 1} {
		n := max(from, 1)
		if err := p.Chained(context.Background(), from, 1<<40, func(ev label.Event, d Digest) error {
			if ev.Seq != n || d != digests[n-1] {
				t.Fatalf("from %d: event %d has %v, want %v", from, ev.Seq, d, digests[n-1])
			}
			n++
			return nil
		}); err != nil || n != want.Seq+1 {
			t.Fatal(from, n, err)
		}
	}
	var noted []Head
	for _, seq := range []uint64{1, 1024, 1500, want.Seq} {
		noted = append(noted, Head{seq, digests[seq-1]})
	}
	if pr := problems(t, p, noted...); len(pr) > 0 {
		t.Fatal(pr)
	}
	for _, h := range []Head{{1500, digests[0]}, {want.Seq + 1, digests[0]}} {
		if pr := problems(t, p, h); len(pr) != 1 || pr[0].Where != fmt.Sprint("head ", h.Seq) {
			t.Errorf("%v: %v", h, pr)
		}
	}
	path := p.Path()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	must(t, p.Decide("ana", answer(1, 1)))
	if h := p.Head(); h.Seq != want.Seq+1 || h.Digest == want.Digest {
		t.Fatal(h)
	}
	clean(t, p)

	// A replay has the same log, to the byte, and so the same digests.
	to := filepath.Join(t.TempDir(), "then.inkling")
	if err := p.Replay(context.Background(), 1500, to, nil); err != nil {
		t.Fatal(err)
	}
	then, err := Open(to, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer then.Close()
	if h := (Head{1500, digests[1499]}); then.Head() != h {
		t.Fatalf("%v, want %v", then.Head(), h)
	}
	clean(t, then)
}

// Whatever is done to the bytes of the log below the program, the check finds,
// and says in which stretch.
func TestChainTampered(t *testing.T) {
	p := longLog(t, 3000)
	last := p.Counts().Events
	head := p.Head()
	tamper := func(t interface{ Fatal(...any) }, f func(events *bolt.Bucket) error) []Problem {
		tx, err := p.db.Begin(true)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		if err := f(tx.Bucket(bucketEvents)); err != nil {
			t.Fatal(err)
		}
		var r Report
		c := newChainCheck(tx, []Head{head}, &r)
		if err := tx.Bucket(bucketEvents).ForEach(func(k, v []byte) error { c.event(number(k), v); return nil }); err != nil {
			t.Fatal(err)
		}
		c.end()
		return r.Problems
	}
	if pr := tamper(t, func(*bolt.Bucket) error { return nil }); len(pr) > 0 {
		t.Fatal(pr)
	}
	stretch := func(seq uint64) string {
		from := (seq-1)/stretchEvents*stretchEvents + 1
		return fmt.Sprintf("events %d to %d", from, min(from+stretchEvents-1, last))
	}
	in := func(pr []Problem, where string) bool {
		return slices.ContainsFunc(pr, func(x Problem) bool { return x.Where == where })
	}
	rapid.Check(t, func(t *rapid.T) {
		seq := rapid.Uint64Range(1, last).Draw(t, "event")
		switch how := rapid.SampledFrom([]string{"flip", "swap", "cut", "delete", "insert", "longer"}).Draw(t, "how"); how {
		case "flip":
			pr := tamper(t, func(b *bolt.Bucket) error {
				v := bytes.Clone(b.Get(key8(seq)))
				v[rapid.IntRange(0, len(v)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
				return b.Put(key8(seq), v)
			})
			if len(pr) != 1 && !(in(pr, fmt.Sprint("head ", last)) && len(pr) == 2) || !in(pr, stretch(seq)) {
				t.Fatalf("event %d: %v, want one in %s", seq, pr, stretch(seq))
			}
		case "swap":
			other := rapid.Uint64Range(1, last).Filter(func(n uint64) bool { return n != seq }).Draw(t, "other")
			pr := tamper(t, func(b *bolt.Bucket) error {
				x, y := bytes.Clone(b.Get(key8(seq))), bytes.Clone(b.Get(key8(other)))
				if err := b.Put(key8(seq), y); err != nil {
					return err
				}
				return b.Put(key8(other), x)
			})
			if !in(pr, stretch(seq)) || !in(pr, stretch(other)) {
				t.Fatalf("events %d and %d: %v", seq, other, pr)
			}
		case "cut":
			pr := tamper(t, func(b *bolt.Bucket) error {
				for n := seq; n <= last; n++ {
					if err := b.Delete(key8(n)); err != nil {
						return err
					}
				}
				return nil
			})
			if !in(pr, fmt.Sprintf("events %d to %d", seq, last)) {
				t.Fatalf("cut before %d: %v", seq, pr)
			}
		case "delete":
			pr := tamper(t, func(b *bolt.Bucket) error { return b.Delete(key8(seq)) })
			if len(pr) == 0 {
				t.Fatalf("event %d is missing, and not missed", seq)
			}
		case "insert": // and all after it moved up
			pr := tamper(t, func(b *bolt.Bucket) error {
				for n := last; n >= seq; n-- {
					if err := b.Put(key8(n+1), bytes.Clone(b.Get(key8(n)))); err != nil {
						return err
					}
				}
				return nil
			})
			// The first that is another is the one behind it, or the new end.
			if !in(pr, stretch(seq+1)) && seq != last || len(pr) == 0 {
				t.Fatalf("one inserted behind %d: %v", seq, pr)
			}
		case "longer":
			pr := tamper(t, func(b *bolt.Bucket) error { return b.Put(key8(last+1), bytes.Clone(b.Get(key8(seq)))) })
			if !in(pr, fmt.Sprintf("events %d to %d", last+1, last+1)) {
				t.Fatalf("one more: %v", pr)
			}
		}
	})
}

// A chain that was made anew over a changed log is found out by a head that was
// noted elsewhere, and by nothing else.
func TestChainMadeAnew(t *testing.T) {
	p := longLog(t, 1500)
	noted := p.Head()
	path := p.Path()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	edit(t, path, func(tx *bolt.Tx) error {
		if err := eventOf(9, func(ev *label.Event) { ev.Decisions[0].Note = "what nobody said" })(tx); err != nil {
			return err
		}
		if err := rebuild(tx); err != nil {
			return err
		}
		return chainLog(tx)
	})
	p, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	clean(t, p)
	if pr := problems(t, p, noted); len(pr) != 1 || !strings.HasPrefix(pr[0].Where, "head ") {
		t.Fatal(pr)
	}
}

func TestParseHead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := Head{rapid.Uint64Min(1).Draw(t, "seq"), Digest(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "digest"))}
		if got, err := ParseHead(" " + h.String() + "\n"); err != nil || got != h {
			t.Fatal(got, err)
		}
	})
	for _, s := range []string{"", ":", "1", "1:", "0:" + strings.Repeat("0", 64), "1:" + strings.Repeat("0", 63), "1:" + strings.Repeat("g", 64), "-1:" + strings.Repeat("0", 64)} {
		if h, err := ParseHead(s); err == nil {
			t.Errorf("%q is %v", s, h)
		}
	}
}

// Damage to the chain itself is found, too.
func TestChainDamaged(t *testing.T) {
	for _, c := range []struct {
		name  string
		plant func(*bolt.Tx) error
		where string
	}{
		{"no digest", del(bucketChain, key8(1024)), "chain"},
		{"half a digest", put(bucketChain, key8(1024), make([]byte, 16)), "events 1 to 1024"},
		{"another digest", put(bucketChain, key8(1024), make([]byte, 32)), "events 1 to 1024"},
		{"one more", put(bucketChain, key8(1000), make([]byte, 32)), "chain"},
		{"one too late", put(bucketChain, key8(2048), make([]byte, 32)), "chain"},
		{"no head", del(bucketMeta, keyHead), "log"},
		{"another head", put(bucketMeta, keyHead, encodeHead(Head{1103, Digest{}})), "events 1025 to 1103"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := longLog(t, 1101)
			if err := p.db.Update(c.plant); err != nil {
				t.Fatal(err)
			}
			if pr := problems(t, p); !slices.ContainsFunc(pr, func(x Problem) bool { return x.Where == c.where }) {
				t.Fatalf("%q, want one in %q", pr, c.where)
			}
		})
	}
}

// A commit costs no page more for the head: it is in a bucket that bbolt keeps
// within the page of its parent.
func TestHeadInline(t *testing.T) {
	p := longLog(t, 10)
	if err := p.view(func(tx *bolt.Tx) error {
		if s := tx.Bucket(bucketMeta).Stats(); s.InlineBucketN != 1 {
			return fmt.Errorf("%+v", s)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
