package catalog

// Review is what the review screen says.
type Review struct {
	Flagged, Skipped, Doubtful                string // names of the lists
	None, Loading                             string
	Note, Answer, Says                        string
	NoteNone                                  string
	About                                     string
	AboutFlagged, AboutDoubtful, AboutSkipped string // what comes into each list
}

func reviewEN() Review {
	return Review{
		Flagged: "flagged", Skipped: "skipped", Doubtful: "the model disagrees",
		None: "nothing here", Loading: "reading…",
		Note: "note", Answer: "answer", Says: "model",
		NoteNone:      "no note",
		About:         "⏎ opens the item on the label screen, where any key decides it again.",
		AboutFlagged:  "Items that were set aside on the label screen, with their notes.",
		AboutDoubtful: "Answers that the current model would give otherwise, the surest contradiction first. Either may be wrong. Audited items are not compared.",
		AboutSkipped:  "Items that were skipped; they come again when all others are decided.",
	}
}

func reviewZH() Review {
	return Review{
		Flagged: "存疑", Skipped: "已跳过", Doubtful: "模型有异议",
		None: "这里没有条目", Loading: "读取中…",
		Note: "备注", Answer: "答案", Says: "模型",
		NoteNone:      "无备注",
		About:         "按 ⏎ 在标注屏打开该条目，可重新作答。",
		AboutFlagged:  "在标注屏上标为存疑的条目及备注。",
		AboutDoubtful: "当前模型会给出不同答案的条目，最确信的在前；可能是答案错，也可能是模型错。抽检条目不参与比较。",
		AboutSkipped:  "跳过的条目；其余条目处理完后会再次出现。",
	}
}
