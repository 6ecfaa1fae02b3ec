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
		2:  "1394648bd42baa51",
		4:  "2e8f6879d21077f1",
		11: "dfff99a1a2b3f20a",
		77: "7e942f9c6744370c",
	} {
		if got := digest(t, texts(300, 200, classes, 21)); got != want {
			t.Errorf("%d classes: digest %s, not %s", classes, got, want)
		}
	}
}

// So does one of more rows than C is chosen on, so many that math.Pow of
// amd64 has other last bits than that of arm64.
func TestSameBytesOfManyRows(t *testing.T) {
	if got, want := digest(t, synthetic(2107, 30, 3, 4)), "1a1f2207087fd2c5"; got != want {
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
