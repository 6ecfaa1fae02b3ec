package catalog

// Advice is what screens say of whether more labels are worth while.
type Advice struct {
	Gain   string // labels, points, half of the interval
	Enough string // labels

	GainShort, EnoughShort string // the same in fewer words; GainShort: labels, points, half of the interval

	Kappa   string // of predictions
	Changed string // share, labels
	Unsure  string // mean entropy
	Steady  string
	Moving  string
}

func adviceEN() Advice {
	return Advice{
		Gain:      "%d more labels: %+.1f ± %.1f points",
		Enough:    "enough labels: %d more bring less than a point",
		GainShort: "+%d: %+.1f±%.1f pts", EnoughShort: "enough labels",
		Kappa: "agreement of the last models (kappa) %.3f", Changed: "%s of the answers changed with the last %d labels",
		Unsure: "uncertainty %s", Steady: "the answers are steady", Moving: "the answers still move",
	}
}

func adviceZH() Advice {
	return Advice{
		Gain:      "再标 %d 条：%+.1f ± %.1f 个百分点",
		Enough:    "标签已足够：再标 %d 条提高不到 1 个百分点",
		GainShort: "+%d 条：%+.1f±%.1f 点", EnoughShort: "标签已足够",
		Kappa: "最近几个模型的一致性（kappa）%.3f", Changed: "%s 的答案随最近 %d 个标签而改变",
		Unsure: "不确定性 %s", Steady: "答案已经稳定", Moving: "答案仍在变化",
	}
}
