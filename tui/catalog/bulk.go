package catalog

// Bulk is what is said where many items are decided about at once.
type Bulk struct {
	Title, About         string    // About: how many at most
	Ways                 [3]string // by the suggestion's probability, by likeness, by a search
	Look, Answer         string    // what enter does
	Reading              string    // items looked at, of all, found
	Found                string    // picked, found
	Full, None, NoneOpen string
	DoubtFirst, Passed   string // Passed: items that match but are not open
	Saving, Done         string // Done: how many, the key of undo
	Undone, Redone       string // how many
	Doing                string // what was being done when something failed
}

func bulkEN() Bulk {
	return Bulk{
		Title: "Answer many items at once",
		About: "You see them first, and leave out what you like. It is one event: one undo takes all of it back. Never among them: audited items, items whose suggestion is withheld, and items that others hold or answered. %s at most.",
		Ways:  [3]string{"suggestions at least this sure", "items that read like this one", "items that contain"},
		Look:  "look through them", Answer: "answer them",
		Reading: "%d of %d items looked at, %d found",
		Found:   "%d of %d", Full: "more than fit at once: the rest comes next time", None: "no such item", NoneOpen: "none of them is open any more",
		DoubtFirst: "the doubtful ones first", Passed: "%d more are audited, withheld, or others'",
		Saving: "saving…", Done: "%d answered at once; %s takes all of it back",
		Undone: "undone: %d answers given at once", Redone: "redone: %d answers given at once",
		Doing: "look for items",
	}
}

func bulkZH() Bulk {
	return Bulk{
		Title: "一次回答多条",
		About: "先看列表，可逐条排除。整批只算一个事件：按一次撤销即可全部收回。其中绝不包含：抽检条目、建议被隐藏的条目、他人占用或已答的条目。最多 %s 条。",
		Ways:  [3]string{"建议的把握不低于", "与此条读来相同", "包含以下文字"},
		Look:  "逐条查看", Answer: "全部作答",
		Reading: "已看 %d / %d 条，找到 %d 条",
		Found:   "%d / %d 条", Full: "一次容不下：其余下次再来", None: "没有这样的条目", NoneOpen: "这些条目都已不可作答",
		DoubtFirst: "存疑的在前", Passed: "另有 %d 条属抽检、隐藏或他人",
		Saving: "保存中…", Done: "一次回答了 %d 条；按 %s 全部收回",
		Undone: "已撤销：一次给出的 %d 个答案", Redone: "已重做：一次给出的 %d 个答案",
		Doing: "查找条目",
	}
}
