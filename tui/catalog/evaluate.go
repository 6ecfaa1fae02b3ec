package catalog

// Evaluate is what the evaluate screen says.
type Evaluate struct {
	None, Measuring                       string
	OnAudit                               string // answers, run
	Accuracy, LogLoss, ECE                string
	Report, Confusion, Calibration, Curve string // names of the views
	Precision, Recall, F1, Support        string
	Macro, Weighted                       string
	True, Predicted                       string
	Confidence, Observed                  string
	Labels                                string
	Honest                                string
}

func evaluateEN() Evaluate {
	return Evaluate{
		None: "No audited answer yet: one item in ten comes without a suggestion, and those measure the model.", Measuring: "measuring…",
		OnAudit:  "%d audited answers · run %d",
		Accuracy: "accuracy", LogLoss: "log loss", ECE: "ECE",
		Report: "report", Confusion: "confusion", Calibration: "calibration", Curve: "accuracy over labels",
		Precision: "precision", Recall: "recall", F1: "f1-score", Support: "support",
		Macro: "macro avg", Weighted: "weighted avg",
		True: "true", Predicted: "predicted",
		Confidence: "confidence", Observed: "observed accuracy",
		Labels: "labels",
		Honest: "Measured on the audit stream: drawn at random, never trained on, answered without a suggestion. 95% Wilson interval.",
	}
}

func evaluateZH() Evaluate {
	return Evaluate{
		None: "还没有抽检答案：每十条有一条不给建议，模型由它们来衡量。", Measuring: "计算中…",
		OnAudit:  "%d 个抽检答案 · 第 %d 次训练",
		Accuracy: "准确率", LogLoss: "对数损失", ECE: "校准误差",
		Report: "报告", Confusion: "混淆矩阵", Calibration: "校准曲线", Curve: "准确率与标签数",
		Precision: "精确率", Recall: "召回率", F1: "F1", Support: "样本数",
		Macro: "宏平均", Weighted: "加权平均",
		True: "真实", Predicted: "预测",
		Confidence: "置信度", Observed: "实际准确率",
		Labels: "标签数",
		Honest: "在抽检条目上计算：随机抽取，从不用于训练，作答时不显示建议。95% Wilson 区间。",
	}
}
