package catalog

// Agreement is what the evaluate screen says of how far people agree.
type Agreement struct {
	Title, Items                    string // Items: format: with several answers, of those answered
	Nobody                          string
	Percent, Fleiss, Alpha          string // Alpha: format: the metric
	Person, Label, Pair             string
	TooFew                          string // of so few items nothing is said
	Fell                            string // format: how far somebody agrees of late
	Answers, Shared, Agree, Quality string // heads of columns, short
	Metrics                         map[string]string
	Why                             map[string]string // reasons of package agreement for there being no figure
}

func agreementEN() Agreement {
	return Agreement{
		TooFew: "too few",
		Title:  "agreement", Items: "%d of %d answered items have several people's answers",
		Nobody:  "No item has two people's answers. inkling set PROJECT --overlap 0.2x3 asks three people about a fifth of the items; inkling serve lets them come over SSH, and whoever opens the project while it is open joins in.",
		Percent: "percent agreement", Fleiss: "Fleiss' kappa", Alpha: "Krippendorff's alpha, %s",
		Fell:   "↓ lately %.2f",
		Person: "person", Label: "label", Pair: "two people",
		Answers: "answers", Shared: "shared", Agree: "agree", Quality: "right",
		Metrics: map[string]string{"nominal": "nominal", "ordinal": "ordinal", "interval": "interval", "MASI": "MASI"},
		Why:     map[string]string{"no item has two answers": "no item has two answers", "all answers are the same": "all answers are the same", "it is not of this kind of answer": "–"},
	}
}

func agreementZH() Agreement {
	return Agreement{
		TooFew: "太少",
		Title:  "一致性", Items: "%d / %d 个已答条目有多人作答",
		Nobody:  "还没有条目由两人作答。inkling set PROJECT --overlap 0.2x3 让三个人回答五分之一的条目；inkling serve 让大家通过 SSH 加入，项目打开时再次打开它的人也会加入。",
		Percent: "一致率", Fleiss: "Fleiss kappa", Alpha: "Krippendorff alpha（%s）",
		Fell:   "↓ 近来 %.2f",
		Person: "人员", Label: "标签", Pair: "两人",
		Answers: "答案", Shared: "共答", Agree: "一致", Quality: "准确",
		Metrics: map[string]string{"nominal": "名义", "ordinal": "有序", "interval": "区间", "MASI": "MASI"},
		Why:     map[string]string{"no item has two answers": "还没有条目由两人作答", "all answers are the same": "所有答案都相同", "it is not of this kind of answer": "–"},
	}
}
