package demo_test

import (
	"fmt"

	"inkling/label/demo"
)

func ExampleRows() {
	person := demo.NewOracle(1)
	right, n := 0, 0
	for row := range demo.Rows(1, 500) {
		if answer, _ := person.Answer(row); answer == row.Gold {
			right++
		}
		n++
	}
	fmt.Println(n, "rows of", len(demo.Columns()), "columns; the person agrees with the gold class in more than 450:", right > 450)
	// Output: 500 rows of 13 columns; the person agrees with the gold class in more than 450: true
}
