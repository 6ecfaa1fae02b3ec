package metric_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"inkling/learn/metric"
)

// Six messages, their true classes and what a model made of them.
var (
	names     = []string{"ham", "spam"}
	truth     = []int{0, 0, 0, 0, 1, 1}
	predicted = []int{0, 0, 0, 1, 1, 1}
	p         = [][]float64{{0.9, 0.1}, {0.8, 0.2}, {0.7, 0.3}, {0.4, 0.6}, {0.2, 0.8}, {0.1, 0.9}}
)

func ExampleEvaluate() {
	r := metric.Evaluate(names, truth, predicted, p)
	fmt.Print(r)
	fmt.Printf("log loss %.3f, ECE %.3f, accuracy %.2f to %.2f\n", r.LogLoss, r.ECE, r.Interval.Low(), r.Interval.High())
	// Output:
	//               precision    recall  f1-score   support
	//
	//          ham      1.000     0.750     0.857         4
	//         spam      0.667     1.000     0.800         2
	//
	//     accuracy                          0.833         6
	//    macro avg      0.833     0.875     0.829         6
	// weighted avg      0.889     0.833     0.838         6
	// log loss 0.322, ECE 0.250, accuracy 0.44 to 0.97
}

// An evaluation of a stream keeps counts, not items.
func ExampleEvaluation() {
	e := metric.NewEvaluation(len(names), metric.DefaultBins)
	for i := range truth {
		e.Add(truth[i], predicted[i], p[i])
	}
	fmt.Println(e.Confusion.Rows())
	for _, b := range e.Calibration.Bins() {
		if b.N > 0 {
			fmt.Printf("%.1f to %.1f: %d items, confidence %.2f, accuracy %.2f\n", b.Low, b.High, b.N, b.Confidence, b.Accuracy)
		}
	}
	// Output:
	// [[3 1] [0 2]]
	// 0.5 to 0.6: 1 items, confidence 0.60, accuracy 0.00
	// 0.6 to 0.7: 1 items, confidence 0.70, accuracy 1.00
	// 0.7 to 0.8: 2 items, confidence 0.80, accuracy 1.00
	// 0.8 to 0.9: 2 items, confidence 0.90, accuracy 1.00
}

func ExampleConfusion_Report() {
	m := metric.Tabulate(3, []int{0, 0, 1, 2}, []int{0, 1, 1, 2})
	fmt.Print(m.Report([]string{"late", "paid", "other"}, 0, 1).Text(2))
	// Output:
	//               precision    recall  f1-score   support
	//
	//         late       1.00      0.50      0.67         2
	//         paid       0.50      1.00      0.67         1
	//
	//    micro avg       0.67      0.67      0.67         3
	//    macro avg       0.75      0.75      0.67         3
	// weighted avg       0.83      0.67      0.67         3
}

func ExampleEvaluateNumbers() {
	b, err := json.Marshal(metric.EvaluateNumbers([]float64{1, 2, 4, 5}, []float64{2, 2, 2, 5}))
	if err != nil {
		panic(err)
	}
	fmt.Println(string(b))
	// Output: {"n":4,"mae":0.75,"mse":1.25,"rmse":1.118033988749895,"r2":0.5,"mape":0.375,"pinball":{"0.1":0.275,"0.5":0.375,"0.9":0.475}}
}

// 35 of 38 audited items were right.
func ExampleWilson() {
	v := metric.Wilson(35, 38, metric.Level95)
	fmt.Printf("%.3f to %.3f\n", v.Low(), v.High())
	// Output: 0.792 to 0.973
}

// Two runs answered the same items; on 19 of them only one was right.
func ExampleMcNemar() {
	t := metric.McNemar(4, 15)
	fmt.Printf("p = %.3f, mid-p = %.3f\n", t.P, t.MidP)
	// Output: p = 0.019, mid-p = 0.012
}

// The interval of any statistic: here macro F1, which has no formula for it.
func ExampleBootstrap() {
	rng := rand.New(rand.NewPCG(1, 2))
	v := metric.Bootstrap(rng, len(truth), 1000, metric.Level95, func(rows []int) float64 {
		m := metric.NewConfusion(len(names))
		for _, r := range rows {
			m.Add(truth[r], predicted[r])
		}
		return m.Macro().F1
	})
	fmt.Printf("%.2f to %.2f\n", v.Low(), v.High())
	// Output: 0.33 to 1.00
}
