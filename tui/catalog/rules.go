package catalog

// Rules is what the rules screen says.
type Rules struct {
	Rule, Votes, Covers, Overlaps, Conflicts string // titles of columns
	Right, Held, Asks                        string
	None, About                              string // without rules; About: the key for a new one
	OtherKind                                string // the kind of answer that the project asks for
	Off                                      string
	Trying                                   string // items read, of how many
	Summary                                  string // items voted on, of how many, share
	GetsWrong, Matches                       string // titles of the items below, with how many
	NoWrong, NoMatches                       string
	Prompt                                   string
	Help                                     []string // how rules are written: a form, and what it means, in turn
	Covering                                 string   // items, of how many, share, overlaps, conflicts
	RightOf                                  string   // share, low, high, of how many answers
	Unanswered                               string
	Saved, Removed, TurnedOff, TurnedOn      string // name
	Surely                                   string // the key, name
	Undone, NothingUndone                    string // name
	Says                                     string // an item's answer
	ByRules                                  string // what suggests, in place of a run
	Column                                   string // of what is wrong in what was typed
}

func rulesEN() Rules {
	return Rules{
		Rule: "rule", Votes: "votes", Covers: "covers", Overlaps: "overlaps", Conflicts: "conflicts", Right: "right", Held: "held", Asks: "asks for",
		None:      "no rules yet",
		About:     "A rule votes for a label where it matches. Several together suggest labels before there are any answers; they never answer by themselves. %s writes one.",
		OtherKind: "Rules vote for one of several classes; this project asks for %s.",
		Off:       "off", Trying: "trying %d of %d", Summary: "rules vote on %d of %d items, %s",
		GetsWrong: "gets wrong %d", Matches: "matches %d",
		NoWrong: "no answer contradicts this rule", NoMatches: "this rule matches no item",
		Prompt: "rule ",
		Help: []string{
			`LABEL: free, "call now"`, "one of the words or phrases",
			`LABEL: COLUMN has pay*`, "in one column; pay, paid by, payment",
			`LABEL: /\b\d{5}\b/`, "a regular expression; /../i any case",
			`LABEL: COLUMN > 10000`, "a comparison: > >= < <= = !=",
			`LABEL: = amount > 2 * income`, `an expression; has("word")`,
		},
		Covering: "matches %d of %d items, %s; %d with other rules, %d against them",
		RightOf:  "right on %.2f  [%.2f, %.2f] of %d answers", Unanswered: "no answers yet where it matches",
		Saved: "%s is kept", Removed: "%s is removed", TurnedOff: "%s no longer votes", TurnedOn: "%s votes again",
		Surely: "%s again removes %s", Undone: "%s is as it was", NothingUndone: "there is nothing to undo",
		Says: "answer", ByRules: "by rules", Column: "column %d: %s",
	}
}

func rulesZH() Rules {
	return Rules{
		Rule: "规则", Votes: "投票", Covers: "覆盖", Overlaps: "重叠", Conflicts: "冲突", Right: "正确", Held: "可信", Asks: "条件",
		None:      "还没有规则",
		About:     "规则在匹配之处为一个标签投票。多条规则合起来，在没有任何答案时就能给出建议；规则本身从不作答。按 %s 写一条。",
		OtherKind: "规则为若干类别之一投票；此项目要的是：%s。",
		Off:       "停用", Trying: "正在试 %d / %d", Summary: "规则对 %d / %d 个条目投票，%s",
		GetsWrong: "判错 %d", Matches: "匹配 %d",
		NoWrong: "没有答案与此规则相反", NoMatches: "此规则不匹配任何条目",
		Prompt: "规则 ",
		Help: []string{
			"标签：手机、苹果", "词或短语之一出现",
			"标签：字段 has 贷款", "只看一个字段",
			`标签：/\d{5}/`, "正则表达式；/../i 不分大小写",
			"标签：金额 > 10000", "比较：> >= < <= = !=",
			"标签：= 金额 > 2 * 收入", `表达式；has("词")`,
		},
		Covering: "匹配 %d / %d 个条目，%s；其中 %d 个另有规则投票，%d 个与之相反",
		RightOf:  "正确 %.2f  [%.2f, %.2f]，共 %d 个答案", Unanswered: "匹配之处还没有答案",
		Saved: "已保存 %s", Removed: "已删除 %s", TurnedOff: "%s 不再投票", TurnedOn: "%s 重新投票",
		Surely: "再按一次 %s 删除 %s", Undone: "%s 已恢复", NothingUndone: "没有可撤销的",
		Says: "答案", ByRules: "来自规则", Column: "第 %d 个字符：%s",
	}
}
