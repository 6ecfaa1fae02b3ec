package feature_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"inkling/learn/feature"
)

// texts makes texts of about so many bytes: words by Zipf's law from a
// vocabulary of 30,000, spelled with syllables, or Chinese characters.
func texts(n, bytes int, chinese bool) []string {
	rng := rand.New(rand.NewPCG(4, 2))
	words := rand.NewZipf(rng, 1.1, 4, 30_000)
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		for b.Len() < bytes {
			if chinese {
				b.WriteRune(rune(0x4e00 + words.Uint64()%3000))
				continue
			}
			for w := words.Uint64() + 20; w > 0; w /= 90 {
				b.WriteByte("bcdfghjklmnprstvwx"[w%18])
				b.WriteByte("aeiou"[w/18%5])
			}
			b.WriteByte(' ')
		}
		out[i] = b.String()
	}
	return out
}

func fitted(tb testing.TB, o feature.Options, texts []string) *feature.Space {
	c, err := feature.NewCounter([]feature.Kind{feature.Text}, o)
	if err != nil {
		tb.Fatal(err)
	}
	for _, s := range texts {
		c.Add([]string{s})
	}
	return c.Space()
}

// BenchmarkRow makes rows of texts of 150 bytes that were not in the sample.
func BenchmarkRow(b *testing.B) {
	for _, chinese := range []bool{false, true} {
		all := texts(20_000, 150, chinese)
		sample, fresh := all[:16_000], all[16_000:]
		for name, o := range map[string]feature.Options{"words": feature.WordsOnly(), "default": feature.Default()} {
			s := fitted(b, o, sample)
			b.Run(fmt.Sprintf("%s/chinese=%v", name, chinese), func(b *testing.B) {
				r, values, i, n := s.Rower(), make([]string, 1), 0, 0
				b.SetBytes(150)
				b.ReportAllocs()
				for b.Loop() {
					values[0] = fresh[i%len(fresh)]
					n += len(r.Row(values).Index)
					i++
				}
				b.ReportMetric(float64(n)/float64(i), "features/row")
			})
		}
	}
}

// BenchmarkCount learns the features of a sample.
func BenchmarkCount(b *testing.B) {
	all := texts(10_000, 150, false)
	c, err := feature.NewCounter([]feature.Kind{feature.Text}, feature.Default())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(150)
	for i := 0; b.Loop(); i++ {
		c.Add(all[i%len(all) : i%len(all)+1])
	}
}

// BenchmarkUnmarshalSpace opens a space of 100,000 features and more.
func BenchmarkUnmarshalSpace(b *testing.B) {
	s := fitted(b, feature.Default(), texts(20_000, 150, false))
	bytes, err := s.MarshalBinary()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(s.Features()), "features")
	b.SetBytes(int64(len(bytes)))
	for b.Loop() {
		if _, err := feature.UnmarshalSpace(bytes); err != nil {
			b.Fatal(err)
		}
	}
}
