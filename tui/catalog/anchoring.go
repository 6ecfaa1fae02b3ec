package catalog

// Anchoring is what the evaluate screen says of how far people's answers are drawn
// to the suggestions that they see.
type Anchoring struct {
	Title, About       string
	Off, None          string // no share is withheld; suggestions that nothing was withheld of yet
	Person, All        string
	Seen, Hidden       string // heads of the columns
	Difference         string
	Labels             string // head of the table of labels
	Differ             string // p
	Median             string // seconds with and without
	Shows, Raised      string // who; share, before
	Nothing            string // that no anchoring shows, and answers
	TooFew             string // answers, that it takes
	With, Without, Gap string // heads of the table of labels
}

func anchoringEN() Anchoring {
	return Anchoring{
		Title: "anchoring",
		About: "%s of the items, drawn at random, come without their suggestion. Unless its sight moves people, they answer as suggested just as often there. Intervals: Newcombe, 95%%.",
		Off:   "No suggestion is withheld in this project, so that nothing tells whether people are drawn to what they see: inkling set PROJECT --withhold 0.05",
		None:  "%d answers to a suggestion, none of them withheld yet.", Person: "person", All: "all",
		Seen: "as suggested, seen", Hidden: "withheld", Difference: "difference",
		Labels: "labels given", Differ: "labels differ as much by chance with p = %.3f",
		Median: "median %.1f s with a suggestion, %.1f s without",
		Shows:  "%s: anchored. Answers follow the suggestion more often where it is seen.", Raised: "Withheld from now on: %s instead of %s.",
		Nothing: "No anchoring shows in %d answers without a suggestion.", TooFew: "%d answers without a suggestion; it takes %d to tell.",
		With: "seen", Without: "withheld", Gap: "gap",
	}
}

func anchoringZH() Anchoring {
	return Anchoring{
		Title: "锚定效应",
		About: "随机抽取的 %s 条目不显示建议。若看到建议不影响人，这些条目的回答与建议一致的比例应当相同。区间：Newcombe，95%%。",
		Off:   "此项目不隐藏任何建议，无从得知建议是否影响回答：inkling set 项目 --withhold 0.05",
		None:  "有建议的回答 %d 个，尚无一个隐藏了建议。", Person: "人员", All: "全部",
		Seen: "看到建议时一致", Hidden: "隐藏时", Difference: "差",
		Labels: "所给标签", Differ: "标签分布差异出于偶然的概率 p = %.3f",
		Median: "有建议时中位用时 %.1f 秒，无建议时 %.1f 秒",
		Shows:  "%s：有锚定。看到建议时更常照建议回答。", Raised: "今后隐藏 %s，此前为 %s。",
		Nothing: "在 %d 个无建议的回答中未见锚定。", TooFew: "无建议的回答 %d 个，满 %d 个才能判断。",
		With: "看到", Without: "隐藏", Gap: "差",
	}
}
