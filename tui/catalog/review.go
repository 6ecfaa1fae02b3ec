package catalog

// Review is what the review screen says.
type Review struct {
	Flagged, Skipped, Doubtful                    string // names of the lists
	Disputed, Uncertain, Commented, Settled       string // the same, where several people answer
	None, Loading                                 string
	Note, Answer, Says                            string
	NoteNone                                      string
	About, AboutSettle, AboutNumber               string // AboutSettle: three keys; AboutNumber follows it where labels have numbers
	AboutFlagged, AboutDoubtful, AboutSkipped     string // what comes into each list
	AboutDisputed, AboutUncertain, AboutCommented string
	AboutSettled                                  string
	Wrong, WrongBy, AboutWrong, AboutJudge        string // Wrong: how many; AboutJudge: two keys
	Together, Model, Settles, Right               string // of the answers to one item
	By, NearTie                                   string // formats: the method; two keys
	HowAccepted, HowCorrected, HowAnswered        string // how an answer was given
	Prompt                                        string // of a comment
	WasSettled, WasUndone, WasSaid, Failed        string
}

func reviewEN() Review {
	return Review{
		Flagged: "flagged", Skipped: "skipped", Doubtful: "the model disagrees",
		Disputed: "disputed", Uncertain: "uncertain", Commented: "commented", Settled: "settled",
		None: "nothing here", Loading: "reading…",
		Note: "note", Answer: "answer", Says: "model",
		NoteNone:    "no note",
		About:       "⏎ opens the item on the label screen, where any key decides it again.",
		AboutSettle: "%s settles on the answer at ▸, %s %s move it", AboutNumber: ", a number settles on a label",
		AboutFlagged:   "Items that were set aside on the label screen, with their notes.",
		AboutDoubtful:  "Answers that the current model would give otherwise, the surest contradiction first. Either may be wrong. Audited items are not compared.",
		AboutSkipped:   "Items that were skipped; they come again when all others are decided.",
		AboutDisputed:  "Items about which people disagree and that nobody settled, the least certain first.",
		AboutUncertain: "Items whose answers come to nothing certain, whether people disagree or one of them is often wrong.",
		AboutCommented: "Items on which somebody commented.",
		AboutSettled:   "Items that a reviewer settled.",
		Wrong:          "probably wrong %d", WrongBy: "wrong",
		AboutWrong: "Answers that are probably wrong, by models that never saw them (confident learning), the most probable errors first. Audited and settled items are not among them.",
		AboutJudge: "%s: the model's label; %s: the answer is right. Not suspected again",
		Together:   "together", Model: "model", Settles: "settled", Right: "right",
		By: "by %s", NearTie: "near a tie: %s %s choose",
		HowAccepted: "accepted", HowCorrected: "corrected", HowAnswered: "answered",
		Prompt:     "comment: ",
		WasSettled: "settled: %s", WasUndone: "undone: %s", WasSaid: "commented", Failed: "not saved: %s",
	}
}

func reviewZH() Review {
	return Review{
		Flagged: "存疑", Skipped: "已跳过", Doubtful: "模型有异议",
		Disputed: "有分歧", Uncertain: "不确定", Commented: "有评论", Settled: "已裁定",
		None: "这里没有条目", Loading: "读取中…",
		Note: "备注", Answer: "答案", Says: "模型",
		NoteNone:    "无备注",
		About:       "按 ⏎ 在标注屏打开该条目，可重新作答。",
		AboutSettle: "%s 按 ▸ 处的答案裁定，%s 和 %s 移动", AboutNumber: "；按数字则裁定为该标签",
		AboutFlagged:   "在标注屏上标为存疑的条目及备注。",
		AboutDoubtful:  "当前模型会给出不同答案的条目，最确信的在前；可能是答案错，也可能是模型错。抽检条目不参与比较。",
		AboutSkipped:   "跳过的条目；其余条目处理完后会再次出现。",
		AboutDisputed:  "多人答案不一致且尚未裁定的条目，最不确定的在前。",
		AboutUncertain: "综合各人答案仍不确定的条目。",
		AboutCommented: "有评论的条目。",
		AboutSettled:   "复核员已裁定的条目。",
		Wrong:          "疑似错误 %d", WrongBy: "错误率",
		AboutWrong: "很可能有误的答案：由从未见过这些答案的模型判断（置信学习），最可能错的在前。抽检和已裁定的条目不在其中。",
		AboutJudge: "%s 采用模型的标签，%s 确认答案无误：此后都不再列为疑似错误",
		Together:   "综合", Model: "模型", Settles: "裁定", Right: "准确",
		By: "方法：%s", NearTie: "接近平局：按 %s %s 选择",
		HowAccepted: "接受", HowCorrected: "更正", HowAnswered: "作答",
		Prompt:     "评论：",
		WasSettled: "已裁定：%s", WasUndone: "已撤销：%s", WasSaid: "已评论", Failed: "未保存：%s",
	}
}
