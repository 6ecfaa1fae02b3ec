package catalog

// Keys says what each key does, in a word or two for the hint line and the
// help.
type Keys struct {
	Accept, Choose, Palette, Skip, Flag, Undo, Redo, Back, Forth string
	Guideline, Reasons, Search, Help, Quit, Audit, Raw           string
	NextScreen, PrevScreen, Language                             string
	ScrollUp, ScrollDown, PageUp, PageDown, Top, Bottom          string
	Left, Right, Open, Close, Demo                               string
	ZoomIn, ZoomOut, Smooth, Use, Mark, Train, Fresh             string
	TwoKeys, Settle, Comment, People, Agree, Anchors             string
	PickBack, PickForth                                          string
	Switch, SwitchBack                                           string
	NewRule, EditRule, RuleOff, Remove                           string
	Similar, Bulk, Word, Toggle, Less, More, Fix, Confirm        string
}

func keysEN() Keys {
	return Keys{
		Accept: "accept", Choose: "label", Palette: "find a label", Skip: "skip", Flag: "flag", Undo: "undo", Redo: "redo",
		Back: "earlier", Forth: "later", Guideline: "guideline", Reasons: "why", Search: "find", Help: "keys", Quit: "quit",
		Audit: "audit", Raw: "raw text", NextScreen: "next screen", PrevScreen: "previous screen", Language: "language",
		ScrollUp: "up", ScrollDown: "down", PageUp: "page up", PageDown: "page down", Top: "first", Bottom: "last",
		Left: "left", Right: "right", Open: "open", Close: "close", Demo: "demo goes on",
		ZoomIn: "zoom in", ZoomOut: "zoom out", Smooth: "smoothing",
		Use: "use this run", Mark: "overlay", Train: "train now", Fresh: "start over",
		TwoKeys: "label, two keys", Settle: "settle", Comment: "comment", People: "who is here", Agree: "people", Anchors: "anchoring",
		PickBack: "answer before", PickForth: "answer after",
		Switch: "other view", SwitchBack: "view before",
		Similar: "similar items", Bulk: "many at once", Word: "rule from a word", Toggle: "leave out, or not", Less: "less", More: "more",
		Fix: "take the model's label", Confirm: "it is right",
		NewRule: "new rule", EditRule: "change it", RuleOff: "off or on", Remove: "remove",
	}
}

func keysZH() Keys {
	return Keys{
		Accept: "接受", Choose: "标注", Palette: "查找标签", Skip: "跳过", Flag: "存疑", Undo: "撤销", Redo: "重做",
		Back: "上一条", Forth: "下一条", Guideline: "标注规范", Reasons: "理由", Search: "搜索", Help: "按键", Quit: "退出",
		Audit: "抽检", Raw: "原文", NextScreen: "下一屏", PrevScreen: "上一屏", Language: "语言",
		ScrollUp: "上", ScrollDown: "下", PageUp: "上翻", PageDown: "下翻", Top: "最前", Bottom: "最后",
		Left: "左", Right: "右", Open: "打开", Close: "关闭", Demo: "继续演示",
		ZoomIn: "放大", ZoomOut: "缩小", Smooth: "平滑",
		Use: "启用此模型", Mark: "叠加", Train: "立即训练", Fresh: "从头训练",
		TwoKeys: "标注，先后两键", Settle: "裁定", Comment: "评论", People: "在线人员", Agree: "人员", Anchors: "锚定效应",
		PickBack: "上一答案", PickForth: "下一答案",
		Switch: "切换视图", SwitchBack: "上一视图",
		Similar: "相似条目", Bulk: "批量回答", Word: "以词写规则", Toggle: "排除或保留", Less: "调低", More: "调高",
		Fix: "采用模型的标签", Confirm: "答案无误",
		NewRule: "新规则", EditRule: "修改", RuleOff: "停用或启用", Remove: "删除",
	}
}
