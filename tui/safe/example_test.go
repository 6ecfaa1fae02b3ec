package safe_test

import (
	"fmt"

	"inkling/tui/safe"
)

func ExampleLine() {
	fmt.Println(safe.Line("click \x1b]8;;http://a.example\x07here\r\n\u202egnp.exe"))
	// Output: click ␛]8;;http://a.example␇here⏎⟨RLO⟩gnp.exe
}

func ExampleLayout() {
	const text = "memo: applicant asks to roll over the March instalment"
	l := safe.NewLayout(text, 24, []safe.Mark{{Start: 24, End: 33, Kind: 1}})
	for _, row := range l.Rows(0, 2) {
		for _, s := range row {
			if s.Kind == 1 {
				fmt.Print("[", s.Text, "]")
			} else {
				fmt.Print(s.Text)
			}
		}
		fmt.Println()
	}
	fmt.Println(l.Known())
	// Output:
	// memo: applicant asks to
	// [roll over] the March
	// 2 false
}
