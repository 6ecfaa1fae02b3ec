package catalog

// Evaluate is what the evaluate screen says.
type Evaluate struct {
	None, Todo                            string // Todo: items of which one is audited
	NoStream, NoModel, Measuring          string
	OnAudit                               string // answers, run
	Outdated                              string // the run that is the current one by now
	Accuracy, LogLoss, ECE                string
	Between                               string // ends of an interval
	Report, Confusion, Calibration, Curve string // names of the views
	Precision, Recall, F1, Support        string
	Macro, Weighted                       string
	True, Predicted                       string
	Confused                              string
	Instead                               string // true label, predicted label
	Times                                 string // items, of how many
	NoneConfused                          string
	PrecisionShort, RecallShort           string
	F1Short, SupportShort                 string
	Classes                               string // first and last on show, all
	Confidence, Observed, Ideal           string
	CalibrationAbout                      string
	Labels                                string
	CurveAbout                            string
	Newest                                string // labels, run, audited answers
	Honest                                string
	OnGold, HonestGold, ToGold            string // answers, run; name of the column, items at most; none
	NoCurve                               string
	Importance, MacroF1                   string
	BeforeCalibration                     string
	Decided                               string // rule
	ByColumn, ByLabel                     string // heads of the importance view
	NoWeights                             string
	ImportanceAbout                       string // items
	MAE, RMSE, RSquared, MAPE             string // errors of numbers
	Exactly, Hamming                      string // figures of several labels
	HonestTold, NoModelYet                string
}

func evaluateEN() Evaluate {
	return Evaluate{
		None:     "No audited answer yet.",
		Todo:     "Go on labelling: one item in %.0f, drawn at random, comes without a suggestion. Your answers to those are never trained on; they measure the model.",
		NoStream: "This project has no audit stream (its audit share is 0), so the model cannot be measured honestly.",
		NoModel:  "No model yet: it comes with the first answers of two labels.", Measuring: "measuring…",
		OnAudit: "%d audited · run %d", Outdated: "measuring run %d…",
		Accuracy: "accuracy", LogLoss: "log loss", ECE: "ECE", Between: "(%.2f–%.2f)",
		Report: "report", Confusion: "confusion", Calibration: "calibration", Curve: "accuracy over labels",
		Precision: "precision", Recall: "recall", F1: "f1-score", Support: "support",
		PrecisionShort: "prec.", RecallShort: "recall", F1Short: "f1", SupportShort: "n",
		Macro: "macro avg", Weighted: "weighted avg",
		True: "true", Predicted: "predicted",
		Confused: "most confused", Instead: "%s taken for %s", Times: "%d of %d", NoneConfused: "nothing was confused",
		Classes:    "labels %d to %d of %d",
		Confidence: "confidence", Observed: "observed accuracy", Ideal: "ideal",
		CalibrationAbout: "On the diagonal the model is right as often as it is sure; below it, it is too sure. Numbers: answers.",
		Labels:           "labels",
		CurveAbout:       "Each point is a run with its interval (95%): the fewer audited answers, the longer.",
		Newest:           "%s · run %d · %d audited",
		Honest:           "Measured on the audit stream: drawn at random, never trained on, answered without a suggestion. Intervals: Wilson, 95%.",
		OnGold:           "%d with gold · run %d",
		HonestGold:       "Nothing is audited yet: measured on the gold column “%s”, on items drawn at random that do not read like any that the model learned from; at most %d. All of them: inkling eval PROJECT --on gold",
		ToGold:           "This project has a gold column: until the first audited answer the model is measured on it.",
		NoCurve:          "Accuracy over labels is drawn as the runs are measured on the audit stream; nothing is audited yet.",
		Importance:       "what counts", MacroF1: "macro F1",
		BeforeCalibration: "before calibration",
		Decided:           "Answers are told by the rule %s, not by the most probable label.",
		ByColumn:          "columns: how far each moves the answer, on average", ByLabel: "labels: what speaks most for each",
		NoWeights: "No item was told a label yet.",
		MAE:       "mean absolute error", RMSE: "root mean sq. error", RSquared: "R²", MAPE: "mean relative error",
		Exactly: "exactly right", Hamming: "Hamming loss",
		HonestTold:      "Measured on the audit stream: drawn at random, never trained on. Intervals and more: inkling eval PROJECT",
		NoModelYet:      "No model yet: it comes with the first answers.",
		ImportanceAbout: "Sums of the reasons for the answers to %d measured items; in log odds, per item told as the label.",
	}
}

func evaluateZH() Evaluate {
	return Evaluate{
		None:     "还没有抽检答案。",
		Todo:     "请继续标注：每 %.0f 条随机抽出一条不给建议。对它们的回答从不用于训练，只用来衡量模型。",
		NoStream: "此项目没有抽检（抽检比例为 0），无法如实衡量模型。",
		NoModel:  "尚无模型：两个标签各有答案之后就会产生。", Measuring: "计算中…",
		OnAudit: "%d 个抽检答案 · 第 %d 次训练", Outdated: "正在评估第 %d 次训练…",
		Accuracy: "准确率", LogLoss: "对数损失", ECE: "校准误差", Between: "(%.2f–%.2f)",
		Report: "报告", Confusion: "混淆矩阵", Calibration: "校准曲线", Curve: "准确率与标签数",
		Precision: "精确率", Recall: "召回率", F1: "F1", Support: "样本数",
		PrecisionShort: "精确", RecallShort: "召回", F1Short: "F1", SupportShort: "样本",
		Macro: "宏平均", Weighted: "加权平均",
		True: "真实", Predicted: "预测",
		Confused: "最易混淆", Instead: "%s 被当成 %s", Times: "%d / %d", NoneConfused: "没有混淆",
		Classes:    "第 %d 至 %d 个标签，共 %d 个",
		Confidence: "置信度", Observed: "实际准确率", Ideal: "理想",
		CalibrationAbout: "在对角线上，模型有多大把握就有多准；在线下则过于自信。数字为答案数。",
		Labels:           "标签数",
		CurveAbout:       "每点是一次训练及其 95% 区间：抽检答案越少，区间越长。",
		Newest:           "%s · 第 %d 次训练 · %d 个抽检答案",
		Honest:           "在抽检条目上计算：随机抽取，从不用于训练，作答时不显示建议。区间：Wilson，95%。",
		OnGold:           "%d 个已知答案 · 第 %d 次训练",
		HonestGold:       "尚无抽检答案：在已知答案列“%s”上计算，条目随机抽取，且与模型学过的条目不同，最多 %d 条。全部计算：inkling eval 项目 --on gold",
		ToGold:           "此项目有已知答案列：在第一个抽检答案之前，用它衡量模型。",
		NoCurve:          "每次训练在抽检条目上得到衡量后，在此画出准确率与标签数的关系；目前尚无抽检答案。",
		Importance:       "判断依据", MacroF1: "宏 F1",
		BeforeCalibration: "校准前",
		Decided:           "答案按规则 %s 给出，而不是取概率最大的标签。",
		ByColumn:          "各列对答案的平均影响", ByLabel: "各标签最有力的依据",
		NoWeights: "还没有条目得到标签。",
		MAE:       "平均绝对误差", RMSE: "均方根误差", RSquared: "R²", MAPE: "平均相对误差",
		Exactly: "完全正确", Hamming: "汉明损失",
		HonestTold:      "在抽检条目上计算：随机抽取，从不用于训练。区间及更多：inkling eval 项目",
		NoModelYet:      "尚无模型：有了答案就会产生。",
		ImportanceAbout: "在 %d 条已衡量的条目上汇总答案的理由；单位为对数几率，按判为该标签的条目平均。",
	}
}
