package demo

// What stands around the evidence in a Chinese memo; see phrases_en_frame.go.

var chineseOpen = [3][]string{
	{
		"{full}，{age}岁，{job}，申请{amount}，期限{term}个月，用于{thing}。",
		"借款人{full}，{town}人，申请贷款{amount}，用于{thing}。",
		"{date}面谈{full}，用途{thing}。",
		"贷后检查：{full}，余额{amount}，原用途{thing}。",
		"经实地走访，{full}（{job}）情况如下：",
		"申请金额{amount}，月供约{inst}，用途：{thing}。",
		"{date}电话回访{full}。",
		"{full}，{job}，月收入{income}（自报），拟贷{amount}。",
		"客户经理{initials}：{full}申请{amount}，情况说明如下。",
	},
	{
		"{full}，{age}，{amount}，{thing}。",
		"{amount}/{term}期，",
		"{date}回访，",
		"{job}，月入{income}，",
		"续贷，{amount}。",
		"{thing}，{amount}。",
		"下户，{town}。",
	},
	{
		"今天见了{full}，{job}，想贷{amount}，{thing}。",
		"{full}又来了，这回是{thing}。",
		"跟{full}聊了半天，{thing}的事，要{amount}。",
		"{full}带着{kin}来的，说要{amount}。",
		"这户拿不太准。{full}，{job}。",
		"先记一笔，{full}，{thing}，",
		"老客户介绍来的，{full}，{age}岁，",
	},
}

var chineseAside = []string{
	"网点门口又没地方停车",
	"打印机坏了，表是补签的",
	"聊了会儿[足球|天气|孩子上学]",
	"档案{date}从{town}支行转来",
	"影像见第{days}页",
	"上次接电话的同事休假",
	"利率按{month}的表",
	"身份证复印件在老地方",
	"系统卡，晚上补录的",
	"那套房上一任租客是我们的不良户，跟{ta}无关",
	"{ta}{kin}打过官司，跟本案无关",
	"约的时间我迟到了，不怪客户",
	"有个同名的在{bank}逾期，身份证不一样",
	"用的是旧版申请表",
	"{town}去年有家厂破产，{ta}没在那干过",
	"顺便问了定期利率",
	"{month}要搬家，就隔两条街",
	"说话带口音，听着费劲",
	"习惯去{town}网点",
	"隔壁邻居炒币赔光了，{ta}跟我讲了半天",
	"催收组先拿错档案，这户不归他们",
	"两个签名都清楚，难得",
	"回电{phone}",
	"资料发到{mail}",
	"存了{month}的台账",
	"给了份保险折页",
	"e:{employer}就在环路边上那家",
	"中午吃饭没人，下午又去了一趟",
	"楼下保安挺热心",
	"村里修路，绕了一大圈",
}

var chineseHedge = []string{
	"据{ta}讲，", "看样子", "应该是", "初步看，", "听说", "从材料看，", "按{ta}的说法，", "总体上，", "说实话，", "经了解，",
	"目前看，", "据网点反映，", "我的印象是", "再记一次：", "备注：", "经核实，",
}

var (
	chineseBut = []string{"但", "不过", "可是", "只是", "另一方面，", "话说回来，", "然而", "反过来，", "但是"}
	chineseAnd = []string{"另外，", "此外，", "而且", "同时，", "并且", "还有，", "加上", "再者，"}
)

var chineseLean = [classes][]string{
	{
		"可做。", "同意上报。", "本人无异议。", "没什么可担心的。", "建议准入。", "风险可控。", "支持。", "不是没风险，但可以。", "比这差的也还上了。",
	},
	{
		"建议按季回访。", "贷后盯紧点。", "{month}再看一次。", "先观察。", "说不上好，也说不上坏。", "还没到放弃的时候。", "每月打个电话再说。", "给点时间。", "先别急着下结论。",
	},
	{
		"不建议。", "看不到还款来源。", "先放一放吧。", "我不敢签。", "能保多少是多少。", "{month}我还抱希望，现在没了。", "宁可现在不做。", "准备走程序。", "谁想做谁做。",
	},
}

var chineseClose = []string{
	"请审批。", "报贷审会。", "以上。", "{initials}", "材料附后。", "妥否，请批示。", "转{town}支行。", "详见附件。", "{date}后再补充。", "待补。", "请领导定。",
	"{initials} {date}", "完", "录入：{initials}",
}

var chineseTag = [facets][]string{
	income: {"收入", "工作", "还款来源"}, debts: {"负债", "他行贷款"}, history: {"征信", "还款记录"}, candour: {"材料", "人品", "印象"},
	shock: {"家庭", "近况"}, cushion: {"保障", "担保", "资产"}, purpose: {"用途"}, contact: {"联系", "配合度"},
}

// chineseSlip lists misspellings that Chinese input methods lead to: a homophone for the right character.
var chineseSlip = map[rune]rune{
	'账': '帐', '做': '作', '在': '再', '已': '以', '像': '象', '得': '的', '贷': '代', '供': '共', '定': '订', '拖': '托', '欠': '歉', '帮': '邦',
}
