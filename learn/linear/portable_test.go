package linear

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// A fit gives the same bytes on every processor, with vectors and without: these
// digests were the same on amd64 (with AVX2 and with GODEBUG=cpu.avx2=off), 386
// and arm64.
func TestSameBytesOnEveryProcessor(t *testing.T) {
	for classes, want := range map[int]string{
		2:  "60df4e91f596a939",
		4:  "af9bd7b8d0927f75",
		11: "beb32ab6a65ac8fb",
		77: "cd01014767b92c99",
	} {
		m := mustFit(t, texts(300, 200, classes, 21), Options{Seed: 3})
		b, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		if got := hex.EncodeToString(sum[:8]); got != want {
			t.Errorf("%d classes: digest %s, not %s", classes, got, want)
		}
	}
}
