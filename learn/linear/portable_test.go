package linear

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"inkling/learn/feature"
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
		if got := digest(t, texts(300, 200, classes, 21)); got != want {
			t.Errorf("%d classes: digest %s, not %s", classes, got, want)
		}
	}
}

// So does one of more rows than C is chosen on, so many that math.Pow of
// amd64 has other last bits than that of arm64.
func TestSameBytesOfManyRows(t *testing.T) {
	if got, want := digest(t, synthetic(2107, 30, 3, 4)), "a39cae79e01e3b70"; got != want {
		t.Errorf("digest %s, not %s", got, want)
	}
}

func digest(t *testing.T, d feature.Data) string {
	t.Helper()
	b, err := mustFit(t, d, Options{Seed: 3}).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
