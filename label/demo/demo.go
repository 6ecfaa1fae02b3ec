// Package demo generates the data of the built-in demo project: loan memos as a credit officer would write them, in
// English and in Chinese, with a few numbers and categories beside them, and the way each loan went.
//
// Each row starts from a latent borrower: how steady the income is, how heavy the debts, how loans went before, how
// open the borrower is, what befell the household, what could cover a loss, what the money is for, how one reaches them.
// The class is a noisy function of those latents. The memo says, in the words of one officer, what stood out, in any
// order, among things that do not matter. Words of trouble occur in good files ("not late once") and the other way
// round, so that no single word decides, and some borrowers are open to dispute however well one reads.
//
// Everything is a pure function of the seed. It is fiction throughout: names, firms, banks and places are invented, telephone
// numbers are from the range reserved for fiction or masked, and addresses lie in the reserved example domains.
package demo

import (
	"iter"
	"strconv"
)

// The classes, in order of severity.
const (
	Repay   = "repay"   // 正常: will pay as agreed
	Watch   = "watch"   // 关注: strained for now but likely to come through; keep in touch, review often
	Default = "default" // 违约: will in all likelihood not be repaid in full
)

// A Class is one of the gold classes with what a screen says about it.
type Class struct {
	Name    string // as it stands in the data
	Chinese string // display name in Chinese
	Meaning string // guideline for the annotator, English
	Sense   string // the same in Chinese
}

// Classes returns the three classes in order of severity.
func Classes() []Class {
	return []Class{
		{Repay, "正常", "Will pay as agreed. Small or cured blemishes do not matter.", "能按约还款；已结清的小瑕疵不影响。"},
		{Watch, "关注", "Under strain for now, but open about it or well covered: likely to come through if watched.", "眼下吃紧，但配合或有保障，盯紧了多半能还上。"},
		{Default, "违约", "Will in all likelihood not be repaid in full: no means left, or no will.", "大概率还不清：没有能力，或没有意愿。"},
	}
}

// A Column describes one field of a Row.
type Column struct {
	Name    string // as in a file's header
	Role    string // "text", "number", "category" or "gold"
	Chinese string // display name in Chinese
}

// Columns returns the columns in the order of Row.Fields: the memo first, the gold class last.
func Columns() []Column {
	return []Column{
		{"memo", "text", "备注"},
		{"amount", "number", "金额"},
		{"term_months", "number", "期限（月）"},
		{"age", "number", "年龄"},
		{"income", "number", "月收入"},
		{"months_employed", "number", "在职月数"},
		{"instalment_rate", "number", "月供收入比（%）"},
		{"open_loans", "number", "未结清贷款"},
		{"housing", "category", "住房"},
		{"purpose", "category", "用途"},
		{"region", "category", "地区"},
		{"channel", "category", "渠道"},
		{"class", "gold", "结果"},
	}
}

// A Row is one loan file.
type Row struct {
	Fields []string // in the order of Columns; an empty number is a missing one (about one in a hundred)
	Gold   string   // Repay, Watch or Default; the same as the last field
	// Ambiguity is 1 minus the posterior probability of the gold class given all that the memo tells, under the
	// generator: near 0 where nobody would doubt, above 0.5 where a perfect reader would have said another class. For a
	// memo that says nothing ("see file") it is 1 minus the class's share among all files.
	Ambiguity float64
}

// Rows yields n rows. The same seed gives the same rows, and Rows(seed, m) for m < n begins Rows(seed, n). A row
// does not share memory with another.
func Rows(seed uint64, n int) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		w := new(writer)
		for i := range n {
			if !yield(w.row(seed, uint64(i))) {
				return
			}
		}
	}
}

// row makes the row at index i. Now and then a file is submitted again: then it is an earlier file with its memo hardly
// changed, and its outcome is drawn anew.
func (w *writer) row(seed, i uint64) Row {
	w.d.reseed(seed, i)
	again := w.d.chance(9) && i > 0
	own := w.d
	if again {
		back := 1 + own.below(int(min(i, 500)))
		w.d.reseed(seed, i-uint64(back))
		w.d.chance(9)
	}
	w.borrower.draw(&w.d)
	w.loan.draw(&w.d, &w.borrower)
	memo, silent := w.memo()
	if again {
		w.d = own
		memo = w.resubmit(memo)
		w.loan.income += 10 * w.d.between(1, 9)
	}
	p := w.posterior()
	gold := p.draw(&w.d)
	if silent {
		p = base
	}
	name := [classes]string{Repay, Watch, Default}[gold]
	return Row{
		Fields:    append(w.fields(&w.d, memo), name),
		Gold:      name,
		Ambiguity: float64(scale-p[gold]) / scale,
	}
}

func number(n int) string { return strconv.Itoa(n) }
