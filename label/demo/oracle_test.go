package demo

import (
	"slices"
	"testing"
	"time"
)

func TestOracleDependsOnSeedAndRowOnly(t *testing.T) {
	rows := collect(1, 300)
	a, b, other := NewOracle(5), NewOracle(5), NewOracle(6)
	type answer struct {
		label string
		took  time.Duration
	}
	var forward, backward []answer
	differ := false
	for _, r := range rows {
		l, d := a.Answer(r)
		forward = append(forward, answer{l, d})
		ol, od := other.Answer(r)
		differ = differ || ol != l || od != d
	}
	for i := len(rows) - 1; i >= 0; i-- {
		l, d := b.Answer(rows[i])
		backward = append(backward, answer{l, d})
	}
	slices.Reverse(backward)
	if !slices.Equal(forward, backward) {
		t.Error("the order of the questions changed the answers")
	}
	if !differ {
		t.Error("two seeds gave the same person")
	}
}

func TestOracleErrs(t *testing.T) {
	o := NewOracle(1)
	var wrong, asked [2]float64 // clear rows, ambiguous rows
	neighbours := map[string][]string{Repay: {Watch}, Watch: {Repay, Default}, Default: {Watch}}
	for r := range Rows(1, 20000) {
		kind := 0
		if r.Ambiguity > 0.3 {
			kind = 1
		}
		asked[kind]++
		if l, _ := o.Answer(r); l != r.Gold {
			wrong[kind]++
			if !slices.Contains(neighbours[r.Gold], l) {
				t.Fatalf("%s taken for %s", r.Gold, l)
			}
		}
	}
	clear, ambiguous := wrong[0]/asked[0], wrong[1]/asked[1]
	if clear < 0.005 || clear > 0.03 {
		t.Errorf("error rate where the case is clear is %.3f, want about 0.015", clear)
	}
	if ambiguous < 0.10 || ambiguous > 0.25 {
		t.Errorf("error rate where the case is open is %.3f, want 0.10 to 0.25", ambiguous)
	}
	if all := (wrong[0] + wrong[1]) / 20000; all < 0.02 || all > 0.06 {
		t.Errorf("error rate is %.3f, want 0.02 to 0.06", all)
	}
}

func TestOracleTakesAPersonsTime(t *testing.T) {
	o := NewOracle(1)
	var all []time.Duration
	for r := range Rows(1, 3000) {
		_, d := o.Answer(r)
		all = append(all, d)
	}
	slices.Sort(all)
	if lo, mid, hi := all[0], all[len(all)/2], all[len(all)-1]; lo < 300*time.Millisecond || mid < 1500*time.Millisecond ||
		mid > 5*time.Second || hi > 20*time.Second {
		t.Errorf("fastest %v, median %v, slowest %v", lo, mid, hi)
	}

	short, long := Row{Fields: []string{"see the file for all that is known"}}, Row{Fields: []string{string(make([]byte, 800))}}
	doubtful := Row{Fields: short.Fields, Ambiguity: 0.6}
	var sum [3]time.Duration
	for seed := range uint64(50) {
		for i, r := range []Row{short, long, doubtful} {
			_, d := NewOracle(seed).Answer(r)
			sum[i] += d
		}
	}
	if sum[1] <= sum[0] || sum[2] <= sum[0] {
		t.Errorf("50 short memos took %v, long ones %v, doubtful ones %v", sum[0], sum[1], sum[2])
	}
}

func TestOracleAnswersAnEmptyRow(t *testing.T) {
	if l, d := NewOracle(1).Answer(Row{Gold: Watch}); l == "" || d <= 0 {
		t.Errorf("answer %q in %v", l, d)
	}
}
