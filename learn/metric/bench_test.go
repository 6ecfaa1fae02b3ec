package metric

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// generated returns n items of k classes that a middling classifier answered.
func generated(n, k int) (names []string, truth, predicted []int, p [][]float64) {
	rng := rand.New(rand.NewPCG(1, 1))
	names = make([]string, k)
	for c := range names {
		names[c] = fmt.Sprintf("class %d", c)
	}
	truth, predicted, p = make([]int, n), make([]int, n), make([][]float64, n)
	all := make([]float64, n*k)
	for i := range p {
		truth[i] = rng.IntN(k)
		row := all[i*k : (i+1)*k]
		row[truth[i]] = 0.5
		sum := 0.5
		for c := range row {
			v := rng.Float64()
			row[c] += v
			sum += v
		}
		for c := range row {
			row[c] /= sum
		}
		p[i], predicted[i] = row, ArgMax(row)
	}
	return names, truth, predicted, p
}

func BenchmarkReport(b *testing.B) {
	for _, size := range []struct{ n, k int }{{1_000_000, 2}, {1_000_000, 10}, {100_000, 100}, {10_000, 1000}} {
		names, truth, predicted, p := generated(size.n, size.k)
		name := fmt.Sprintf("items=%d/classes=%d", size.n, size.k)
		b.Run(name+"/counts", func(b *testing.B) {
			for b.Loop() {
				_ = Tabulate(size.k, truth, predicted).Report(names).String()
			}
		})
		b.Run(name+"/probabilities", func(b *testing.B) {
			for b.Loop() {
				_ = Evaluate(names, truth, predicted, p).String()
			}
		})
	}
}

func BenchmarkROCAUC(b *testing.B) {
	_, truth, _, p := generated(1_000_000, 2)
	for b.Loop() {
		ROCAUC(truth, p)
	}
}

func BenchmarkBootstrapAccuracy(b *testing.B) {
	_, truth, predicted, _ := generated(1000, 10)
	rng := rand.New(rand.NewPCG(1, 1))
	for b.Loop() {
		Bootstrap(rng, len(truth), 1000, Level95, func(rows []int) float64 {
			right := 0
			for _, r := range rows {
				if truth[r] == predicted[r] {
					right++
				}
			}
			return float64(right) / float64(len(rows))
		})
	}
}
