package catalog

// Label is what the label screen says.
type Label struct {
	Loading, AllDone, NoItems          string // AllDone: keys of review, evaluate, quit
	Suggestion, NoSuggestion, NoModel  string
	Updated                            string
	Uncertain, Drawn, Unseen           string // Uncertain: margin; Unseen: label
	Representative, Typical, Far       string // Representative: how many it stands for, margin; Typical: how many
	Disagreed, Contrasting             string
	Influential                        string
	ByStrategy, DrawnAbout             string // the reason in short; ByStrategy: name, what it does
	Withheld                           string
	Similar, SimilarAbout, NoneSimilar string
	LongerSpan                         string
	WordPrompt                         string // keys that move, that takes the word
	SignTurned, SignPulls, SignSimilar string // SignTurned: the key that accepts, seconds
	Comments, NoComments               string // Comments: how many, the key that shows them
	CommentPrompt, Commented           string
	NotCommented                       string // cause
	Second                             string // number of answers, how sure
	AuditHidden, AuditShown            string // before and after the audit key
	AuditAbout                         string
	Again, Earlier, Undone, Asked      string // Earlier: what was decided
	Reasons, NoReasons                 string
	SaidBy                             string // an external annotator
	Before                             string // what there is before any reason, with its weight
	TextLength, ItemsLike              string // reasons: how long the text is; what items like it come to
	ToldFor, ToldFrom                  string // goal of the rule; goal, label, and the probability from which it is told
	Accuracy, Loss, NoAudit            string
	Bought                             string // points gained, answers
	Pace, Left, LeftShort, Accepted    string // per minute; open items and the time they take; accepted and corrected
	Mine                               string // accepted, corrected, of this session
	Labels, More                       string // More: labels that are not shown
	Pending                            string // the first key of two
	Guideline, NoGuideline             string
	FlagPrompt, FindPrompt, PickPrompt string
	Found, NothingFound, Searching     string
	NothingToUndo, NothingToRedo       string
	WasUndone, WasRedone, FailedBack   string // what it was; cause
	RawShown, CleanedShown, RawKey     string // RawKey: the key for the other
	NoNumbers                          string // the key of the palette
	NoSuchKey                          string
	NotSaved, NoEarlier                string // NotSaved: cause
	NothingToAccept, JustTurned        string
	NoAuditItem, Returned              string
	Fetch, History                     string // what was being done when something failed
	MoreText                           string // rows below
	Outside, NoneHolds                 string // where answers are given outside the workbench; no label at all
}

func labelEN() Label {
	return Label{
		Outside:   "Answers of this kind are not given by keys yet: import them (inkling import PROJECT FILE --answers COL); training, evaluation and the data are here.",
		NoneHolds: "none",
		Loading:   "fetching the next items…", AllDone: "Every item is decided. Next: look through them (%s review), see how good the model is (%s evaluate), or leave (%s) and run inkling predict or inkling export.", NoItems: "The project has no items yet: import a file.",
		Suggestion: "suggestion", NoSuggestion: "no suggestion on this one", NoModel: "no model yet: answer a few items of each label",
		Updated:   "updated",
		Uncertain: "the model is unsure: margin %.2f", Drawn: "drawn at random", Unseen: "perhaps the first of %s",
		Representative: "stands for %d like it: margin %.2f", Typical: "typical of %d items like it", Far: "unlike all that is answered",
		Disagreed: "models disagree about it", Contrasting: "items like it are told otherwise", Influential: "its answer would change the model most",
		ByStrategy: "%s. Asked by %s: %s.", DrawnAbout: "%s. A share of the items is drawn at random, so that what is learned from is never only what the model finds hard.",
		Withheld: "The suggestion is withheld here, to measure how far suggestions draw answers. It is not shown afterwards either.",
		Similar:  "similar", SimilarAbout: "answered items, the most similar first", NoneSimilar: "no answered item to set beside this one",
		LongerSpan:  "one word more",
		WordPrompt:  "a rule from a word: %s %s move, %s takes it",
		SignTurned:  "↻ a newer model changed the suggestion while you read. Where it turned to another label, %s does nothing for %.1f seconds, so that you do not accept what you have not seen.",
		SignPulls:   "Bars in the colour of the suggested label, and underlined words, speak for it; grey bars, and slanted words, speak against it.",
		SignSimilar: "0.83 before a similar item is the cosine of the two: 1 reads the same.",
		Comments:    "✎ %d (%s)", NoComments: "no comments that you may read; others' are shown once you have answered",
		CommentPrompt: "comment: ", Commented: "commented", NotCommented: "the comment is not saved: %s",
		Second:      "a second opinion: answers %d, %.2f sure",
		AuditHidden: "no suggestion here (%s tells why)", AuditShown: "audit: drawn at random, shown without a suggestion",
		AuditAbout: "Audited items are drawn at random and never trained on: the accuracy on every screen is measured on them alone.",
		Again:      "you skipped this before", Earlier: "earlier: %s", Undone: "undone: answer again", Asked: "you asked for this one",
		Reasons: "why", NoReasons: "no word or column pulls", SaidBy: "said by %s",
		Before: "before any of it", TextLength: "length of the text", ItemsLike: "items like it",
		ToldFor: "told for %s", ToldFrom: "told for %s: %s from %.2f",
		Accuracy: "accuracy", Loss: "loss", NoAudit: "no audited answer yet",
		Bought: "%+.1f points from the last %d",
		Pace:   "%.1f/min", Left: "all %d open at this pace: %s", LeftShort: "%d open: %s", Accepted: "%d accepted · %d corrected", Mine: "you: %d accepted · %d corrected",
		Labels: "labels", More: "+%d more (%s)",
		Pending:   "%s…",
		Guideline: "guideline", NoGuideline: "The project has no guideline. Outside: inkling set PROJECT --guideline TEXT",
		FlagPrompt: "note: ", FindPrompt: "find: ", PickPrompt: "label: ",
		Found: "%d found", NothingFound: "nothing found", Searching: "searching… %d",
		NothingToUndo: "nothing to undo", NothingToRedo: "nothing to redo",
		WasUndone: "undone: %s", WasRedone: "redone: %s", FailedBack: "not saved, it comes again next: %s",
		RawShown: "raw text", CleanedShown: "cleaned", RawKey: "%s raw",
		NoNumbers: "numbers: nine labels at most; %s: find",
		NoSuchKey: "no label has the key %s",
		NotSaved:  "not saved: %s", NoEarlier: "this is your first decision",
		NothingToAccept: "nothing is suggested here: choose a label", JustTurned: "changed: look again",
		NoAuditItem: "this item is not in the audit stream", Returned: "its answer could not be saved: answer again",
		Fetch: "fetch the next items", History: "read the history",
		MoreText: "%d more below",
	}
}

func labelZH() Label {
	return Label{
		Outside:   "这类答案暂时不能用按键给出：请导入答案（inkling import 项目 文件 --answers 列）；训练、评估和数据都在这里。",
		NoneHolds: "无",
		Loading:   "正在取下一批…", AllDone: "所有条目都已处理。接下来：复核（%s），评估模型（%s），或退出（%s）后运行 inkling predict 或 inkling export。", NoItems: "项目里还没有条目：请先导入文件。",
		Suggestion: "建议", NoSuggestion: "此条不给建议", NoModel: "尚无模型：每个标签先答几条",
		Updated:   "已更新",
		Uncertain: "模型拿不准：边际 %.2f", Drawn: "随机抽取", Unseen: "可能是 %s 的第一条",
		Representative: "代表 %d 条同类：边际 %.2f", Typical: "%d 条同类中的典型", Far: "与所有已答条目都不同",
		Disagreed: "各模型说法不一", Contrasting: "相似条目的答案不同", Influential: "其答案最能改变模型",
		ByStrategy: "%s。由 %s 提出：%s。", DrawnAbout: "%s。有一部分条目随机抽取，使所学的不只是模型觉得难的。",
		Withheld: "此条隐藏建议，以衡量建议对答案的影响。作答后也不显示。",
		Similar:  "相似", SimilarAbout: "已答条目，最相似的在前", NoneSimilar: "没有可与此条对照的已答条目",
		LongerSpan:  "多选一词",
		WordPrompt:  "以一个词写规则：%s %s 移动，%s 选定",
		SignTurned:  "↻ 阅读时新模型改变了建议。若换成了别的标签，%s 在 %.1f 秒内不起作用，以免接受没看到的建议。",
		SignPulls:   "与建议标签同色的条、带下划线的词支持它；灰色的条、斜体的词反对它。",
		SignSimilar: "相似条目前的 0.83 是两者的余弦相似度：1 表示读来相同。",
		Comments:    "✎ %d (%s)", NoComments: "没有你可以看到的评论；他人的评论在你作答后显示",
		CommentPrompt: "评论：", Commented: "已评论", NotCommented: "评论未保存：%s",
		Second:      "征求另一意见：已有 %d 个答案，把握 %.2f",
		AuditHidden: "此条不给建议（按 %s 看原因）", AuditShown: "抽检：随机抽取，不显示建议",
		AuditAbout: "抽检条目随机抽取，从不用于训练：所有屏幕上的准确率都只在抽检条目上计算。",
		Again:      "之前跳过的", Earlier: "之前：%s", Undone: "已撤销：请重新作答", Asked: "你要看的这条",
		Reasons: "理由", NoReasons: "没有哪个词或字段起作用", SaidBy: "%s 给出",
		Before: "在此之前", TextLength: "文本长度", ItemsLike: "相似条目",
		ToldFor: "按 %s 判定", ToldFrom: "按 %s 判定：%s 从 %.2f 起",
		Accuracy: "准确率", Loss: "损失", NoAudit: "还没有抽检答案",
		Bought: "%+.1f 个百分点 / %d 个答案",
		Pace:   "每分钟 %.1f 条", Left: "照此速度，剩余 %d 条需 %s", LeftShort: "余 %d 条：%s", Accepted: "接受 %d · 更正 %d", Mine: "你：接受 %d · 更正 %d",
		Labels: "标签", More: "还有 %d 个（%s）",
		Pending:   "%s…",
		Guideline: "标注规范", NoGuideline: "项目没有标注规范。退出后可设置：inkling set PROJECT --guideline TEXT",
		FlagPrompt: "备注：", FindPrompt: "搜索：", PickPrompt: "标签：",
		Found: "找到 %d 条", NothingFound: "没有找到", Searching: "搜索中… %d",
		NothingToUndo: "没有可撤销的", NothingToRedo: "没有可重做的",
		WasUndone: "已撤销：%s", WasRedone: "已重做：%s", FailedBack: "未能保存，接着会再次出现：%s",
		RawShown: "原文", CleanedShown: "已清洗", RawKey: "%s 看原文",
		NoNumbers: "数字键只用于九个以内的标签；按 %s 查找",
		NoSuchKey: "没有标签使用按键 %s",
		NotSaved:  "未能保存：%s", NoEarlier: "这是你的第一个决定",
		NothingToAccept: "这里没有建议：请选择标签", JustTurned: "建议变了：再看一眼",
		NoAuditItem: "此条不属于抽检", Returned: "答案未能保存：请重新作答",
		Fetch: "取下一批条目", History: "读取历史",
		MoreText: "下面还有 %d 行",
	}
}
