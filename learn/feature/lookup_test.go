package feature

import (
	"math/rand/v2"
	"testing"
)

func TestLookup(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	want := map[uint64]uint32{}
	l := newLookup(5000)
	for i := range uint32(5000) {
		k := rng.Uint64() >> (64 - keyBits)
		if i%3 == 0 {
			k &= 0xff00ff0000 // many that begin at one place
		}
		_, has := want[k]
		if l.put(k, i) == has {
			t.Fatalf("put says that %x is new: %v", k, has)
		}
		if !has {
			want[k] = i
		}
	}
	for k, i := range want {
		if got := l.get(k); got != i+1 {
			t.Fatalf("get(%x) = %d, want %d", k, got, i+1)
		}
	}
	for range 5000 {
		k := rng.Uint64() >> (64 - keyBits)
		if _, has := want[k]; !has && l.get(k) != 0 {
			t.Fatalf("get(%x) of nothing = %d", k, l.get(k))
		}
	}
}

// A tally at its limit forgets rare keys and keeps the count of frequent ones.
func TestTallyForgetsRareKeys(t *testing.T) {
	c := newTally(1 << 13)
	for item := uint32(1); item <= 2000; item++ {
		for k := range uint64(20) {
			c.add(k, item)
			c.add(k, item) // twice in one item
		}
		for k := range uint64(30) {
			c.add(1000+uint64(item)*30+k, item) // once ever
		}
	}
	if len(c.slots) > 1<<13 {
		t.Errorf("%d slots", len(c.slots))
	}
	best := c.best(2, 100)
	if len(best) != 20 {
		t.Fatalf("%d keys in two items or more", len(best))
	}
	for i, k := range best {
		if k.key != uint64(i) || k.n != 2000 {
			t.Errorf("key %d in %d items, want %d in 2000", k.key, k.n, i)
		}
	}
}
