package demo

import (
	"math"
	"strings"
	"testing"
	"unicode"
)

// tokens splits a memo into lower-case words, and single and paired Chinese characters.
func tokens(memo string) []string {
	var out []string
	var before string
	for _, w := range strings.FieldsFunc(strings.ToLower(memo), func(c rune) bool { return !unicode.IsLetter(c) }) {
		if w[0] < 0x80 {
			out = append(out, w)
			if before != "" {
				out = append(out, before+" "+w)
			}
			before = w
			continue
		}
		rs := []rune(w)
		for i := range rs {
			out = append(out, string(rs[i]))
			if i > 0 {
				out = append(out, string(rs[i-1:i+1]))
			}
		}
	}
	return out
}

// corpus is a set of memos as sets of tokens.
type corpus struct {
	docs  []map[string]bool
	class []int
}

func read(seed uint64, n int) corpus {
	var c corpus
	index := map[string]int{Repay: repay, Watch: watch, Default: deflt}
	for r := range Rows(seed, n) {
		set := map[string]bool{}
		for _, w := range tokens(r.Fields[0]) {
			set[w] = true
		}
		c.docs = append(c.docs, set)
		c.class = append(c.class, index[r.Gold])
	}
	return c
}

// The best rule of the kind "word present: one class, absent: another", chosen with hindsight over all words and pairs
// of words, is hardly better than always naming the commonest class.
func TestNoSingleWordDecides(t *testing.T) {
	c := read(1, 4000)
	var total [classes]int
	with := map[string]*[classes]int{}
	for i, doc := range c.docs {
		total[c.class[i]]++
		for w := range doc {
			n := with[w]
			if n == nil {
				n = new([classes]int)
				with[w] = n
			}
			n[c.class[i]]++
		}
	}
	commonest := max(total[0], total[1], total[2])
	best, word := 0, ""
	for w, n := range with {
		hits := max(n[0], n[1], n[2]) + max(total[0]-n[0], total[1]-n[1], total[2]-n[2])
		if hits > best {
			best, word = hits, w
		}
	}
	if gain := float64(best-commonest) / 4000; gain > 0.03 {
		t.Errorf("the word %q alone gains %.3f over the commonest class, want 0.03 at most", word, gain)
	}
}

// Naive Bayes learns from the memos: with more labels it reads better, and never as well as a perfect reader.
func TestMemosCanBeLearnt(t *testing.T) {
	train, test := read(1, 4000), read(2, 1200)
	var accuracy []float64
	for _, n := range []int{200, 4000} {
		accuracy = append(accuracy, naiveBayes(corpus{train.docs[:n], train.class[:n]}, test))
	}
	t.Logf("accuracy with 200 labels %.3f, with 4000 %.3f", accuracy[0], accuracy[1])
	if a := accuracy[0]; a < 0.62 || a > 0.80 {
		t.Errorf("accuracy with 200 labels %.3f, want 0.62 to 0.80", a)
	}
	if a := accuracy[1]; a < 0.80 || a > 0.92 {
		t.Errorf("accuracy with 4000 labels %.3f, want 0.80 to 0.92", a)
	}
}

func naiveBayes(train, test corpus) float64 {
	const smooth = 0.3
	var docs, mass [classes]float64
	count := map[string]*[classes]float64{}
	for i, doc := range train.docs {
		k := train.class[i]
		docs[k]++
		for w := range doc {
			if count[w] == nil {
				count[w] = new([classes]float64)
			}
			count[w][k]++
			mass[k]++
		}
	}
	right := 0
	for i, doc := range test.docs {
		best, guess := math.Inf(-1), 0
		for k := range classes {
			score := math.Log(docs[k])
			for w := range doc {
				if n := count[w]; n != nil {
					score += math.Log((n[k] + smooth) / (mass[k] + smooth*float64(len(count))))
				}
			}
			if score > best {
				best, guess = score, k
			}
		}
		if guess == test.class[i] {
			right++
		}
	}
	return float64(right) / float64(len(test.docs))
}
