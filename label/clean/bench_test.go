package clean

import (
	"strings"
	"testing"
)

func BenchmarkApply(b *testing.B) {
	for name, s := range map[string]string{
		"clean":   "The applicant asks to roll over the March instalment, second time this year; 12,400 until 2024-05-01.",
		"chinese": "申请人要求把三月份的还款推迟到四月，已经是第二次了，单位证实他仍在职。",
		"dirty":   "<p>Call&nbsp;+1 202 555 0123 or see http://x.y/z, mail bob@example.com</p>",
		"opened":  strings.Repeat("<a &am<!--<script>", 10_000),
		"digits":  strings.Repeat("(1-", 30_000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			o := Defaults()
			for b.Loop() {
				o.Apply(s)
			}
		})
	}
}
