package catalog

// Review is what the review screen says.
type Review struct {
	Flagged, Skipped, Doubtful string // names of the lists
	None, Loading              string
	Note, Answer, Says         string
	NoteNone                   string
	About                      string
}

func reviewEN() Review {
	return Review{
		Flagged: "flagged", Skipped: "skipped", Doubtful: "the model disagrees",
		None: "nothing here", Loading: "reading…",
		Note: "note", Answer: "answer", Says: "model",
		NoteNone: "no note",
		About:    "⏎ opens the item on the label screen, where any key decides it again.",
	}
}

func reviewZH() Review {
	return Review{
		Flagged: "存疑", Skipped: "已跳过", Doubtful: "模型有异议",
		None: "这里没有条目", Loading: "读取中…",
		Note: "备注", Answer: "答案", Says: "模型",
		NoteNone: "无备注",
		About:    "按 ⏎ 在标注屏打开该条目，可重新作答。",
	}
}
