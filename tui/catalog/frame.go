package catalog

// Frame is what the frame around every screen says.
type Frame struct {
	Label, Train, Evaluate, Review, Data string // names of the screens
	Rules                                string
	Labelled, Audited                    string // formats of counts
	Saved, Saving                        string // formats: commit number; decisions not yet on disk
	SaveFailed                           string // format: cause
	Run, Training, Reading, Scoring      string // formats and phases of the trainer
	Representing                         string // likewise
	NoRun, Choosing                      string
	TooSmall                             string // format: columns and rows needed
	CloseHelp                            string
	TrainerFailed                        string // format: cause
	DemoPlays, DemoYours                 string
	Pasted                               string
	EndsIdle, EndsMax, EndsShutdown      string // formats: in how long the host ends the session
	KeyTaken, KeyOfLabel                 string // key, who has it, who lost it
}

func frameEN() Frame {
	return Frame{
		Label: "label", Train: "train", Evaluate: "evaluate", Review: "review", Data: "data", Rules: "rules",
		Labelled: "%d labelled", Audited: "%d audited",
		Saved: "saved #%d", Saving: "saving %d…", SaveFailed: "NOT SAVED: %s",
		Run: "run %d", Training: "training", Reading: "reading", Scoring: "scoring", Representing: "learning from the texts", NoRun: "no model yet",
		Choosing:      "comparing",
		TooSmall:      "The window is too small: %d columns and %d rows are needed.",
		CloseHelp:     "any key closes this",
		TrainerFailed: "training: %s",
		DemoPlays:     "the demo plays: press any key to take over",
		DemoYours:     "the keys are yours: press %s to let the demo go on",
		Pasted:        "pasted text is no command: it was left out",
		EndsIdle:      "nothing was pressed for long: the session ends in %s; any key keeps it",
		EndsMax:       "the session is as long as it may be: it ends in %s; you can log in again",
		EndsShutdown:  "the host is shutting down in %s: what you decided is saved",
		KeyTaken:      "%s is now %s, no longer %s", KeyOfLabel: "%s is the key of the label %s, and not %s here",
	}
}

func frameZH() Frame {
	return Frame{
		Label: "标注", Train: "训练", Evaluate: "评估", Review: "复核", Data: "数据", Rules: "规则",
		Labelled: "已标 %d", Audited: "抽检 %d",
		Saved: "已保存 #%d", Saving: "正在保存 %d…", SaveFailed: "未保存：%s",
		Run: "第 %d 次训练", Training: "训练中", Reading: "读取中", Scoring: "打分中", Representing: "从文本学习中", NoRun: "尚无模型",
		Choosing:      "比较模型",
		TooSmall:      "窗口太小：至少需要 %d 列 %d 行。",
		CloseHelp:     "按任意键关闭",
		TrainerFailed: "训练出错：%s",
		DemoPlays:     "演示进行中：按任意键接手",
		DemoYours:     "键盘归你了：按 %s 让演示继续",
		Pasted:        "粘贴的文字不是命令，已忽略",
		EndsIdle:      "很久没有按键：会话将在 %s 后结束，按任意键可保留",
		EndsMax:       "会话已到时限：%s 后结束，之后可重新登录",
		EndsShutdown:  "主机即将关闭：会话将在 %s 后结束，已做的决定都已保存",
		KeyTaken:      "%s 现在是“%s”，不再是“%s”", KeyOfLabel: "%s 是标签“%s”的按键，在此不是“%s”",
	}
}
