package demo

// The invented world of the memos. Lists of the two languages run in parallel, so that a memo that mixes
// them speaks of one employer and one purpose.

type word struct{ en, zh string }

func (w word) in(chinese bool) string {
	if chinese {
		return w.zh
	}
	return w.en
}

// A workplace is an employer with the jobs it has. Public ones do not go out of business.
type workplace struct {
	word
	public bool
	jobs   []word
}

var workplaces = []workplace{
	{word{"Harlow Mills", "宏达纺织厂"}, false, []word{{"machine operator", "操作工"}, {"line inspector", "质检员"}, {"fitter", "机修工"}}},
	{word{"Brandt & Sons", "博兰机械"}, false, []word{{"welder", "焊工"}, {"lathe operator", "车工"}, {"forklift driver", "叉车工"}}},
	{word{"the county hospital", "县医院"}, true, []word{{"nurse", "护士"}, {"lab technician", "化验员"}, {"ward orderly", "护工"}}},
	{word{"Delmar Freight", "德顺货运"}, false, []word{{"lorry driver", "货车司机"}, {"dispatcher", "调度"}, {"warehouse hand", "仓管员"}}},
	{word{"Northgate Foods", "北门食品厂"}, false, []word{{"packer", "包装工"}, {"shift leader", "班组长"}, {"bookkeeper", "会计"}}},
	{word{"Osprey Logistics", "鱼鹰物流"}, false, []word{{"warehouse hand", "仓管员"}, {"forklift driver", "叉车工"}, {"receptionist", "前台"}}},
	{word{"the school board", "城关小学"}, true, []word{{"teacher", "老师"}, {"school cook", "食堂师傅"}, {"caretaker", "校工"}}},
	{word{"Kessler Tools", "恺乐五金"}, false, []word{{"sales clerk", "销售"}, {"toolmaker", "模具工"}, {"bookkeeper", "会计"}}},
	{word{"Lindquist Paper", "林溪纸业"}, false, []word{{"machine operator", "操作工"}, {"electrician", "电工"}, {"yard foreman", "班长"}}},
	{word{"Aldine Bakery", "麦香面包房"}, false, []word{{"baker", "面点师"}, {"shop assistant", "营业员"}, {"delivery driver", "送货司机"}}},
	{word{"Porto Ceramics", "恒窑陶瓷"}, false, []word{{"kiln worker", "窑工"}, {"glazer", "釉工"}, {"office clerk", "文员"}}},
	{word{"Tamsin Textiles", "天新服饰"}, false, []word{{"machinist", "车位工"}, {"cutter", "裁剪工"}, {"merchandiser", "跟单员"}}},
	{word{"the bus depot", "公交二场"}, true, []word{{"bus driver", "公交司机"}, {"mechanic", "修理工"}, {"ticket inspector", "稽查员"}}},
	{word{"Verity Cleaning", "洁诚家政"}, false, []word{{"cleaner", "保洁"}, {"team leader", "领班"}, {"care worker", "护工"}}},
	{word{"Halden Plastics", "海登塑胶"}, false, []word{{"moulding operator", "注塑工"}, {"security guard", "保安"}, {"lab assistant", "实验员"}}},
	{word{"the council", "街道办"}, true, []word{{"clerk", "办事员"}, {"road worker", "养路工"}, {"social worker", "社工"}}},
	{word{"Bellwether Software", "百味软件"}, false, []word{{"software tester", "软件测试"}, {"call-centre agent", "客服"}, {"graphic designer", "美工"}}},
	{word{"the Grand Annex hotel", "锦云宾馆"}, false, []word{{"receptionist", "前台"}, {"cook", "厨师"}, {"housekeeper", "客房服务员"}}},
	{word{"Stanmoor Builders", "石坪建筑"}, false, []word{{"bricklayer", "瓦工"}, {"site foreman", "工地班长"}, {"crane operator", "塔吊司机"}}},
	{word{"Dr Weld's practice", "康乐诊所"}, false, []word{{"dental assistant", "口腔助理"}, {"practice nurse", "护士"}, {"receptionist", "前台"}}},
}

var trades = []word{
	{"self-employed painter", "个体油漆工"}, {"market trader", "菜市场摊主"}, {"taxi owner", "出租车主"}, {"hairdresser with a shop", "理发店主"},
	{"tiler, own firm", "装修包工头"}, {"café owner", "小吃店老板"}, {"freelance translator", "自由翻译"}, {"greengrocer", "水果店主"},
	{"courier with two vans", "跑运输的"}, {"market gardener", "大棚种植户"}, {"bicycle repairer", "修车铺老板"}, {"tailor", "裁缝店主"},
}

var banks = []word{
	{"Meridian Savings", "邻县农商行"}, {"Coast Mutual", "海塘银行"}, {"Fennwick Credit Union", "芬河信用社"}, {"Old Harbour Bank", "老港银行"},
	{"Tellow Building Society", "同里村镇银行"},
}

var towns = []word{
	{"Ostergate", "东关"}, {"Fennwick", "柳河镇"}, {"Caldmoor", "石桥"}, {"Sarn", "沙湾"}, {"Tellow", "南屏"}, {"Port Anselm", "安港"},
	{"Upper Wick", "上坪"}, {"Brindle", "白溪"}, {"Marrow Hill", "东岭"},
}

var kin = []word{
	{"brother", "哥哥"}, {"sister", "姐姐"}, {"father", "父亲"}, {"mother", "母亲"}, {"cousin", "表弟"}, {"uncle", "叔叔"}, {"aunt", "姑姑"},
	{"brother-in-law", "妹夫"}, {"grandmother", "外婆"}, {"flatmate", "室友"},
}

// things gives what each purpose may stand for.
var things = map[string][]word{
	"car":           {{"a used car", "买二手车"}, {"a van", "买面包车"}, {"a small estate car", "买代步车"}},
	"household":     {{"a kitchen", "添置厨房电器"}, {"a washing machine and a fridge", "买冰箱洗衣机"}, {"furniture", "买家具"}},
	"renovation":    {{"a new roof", "翻修屋顶"}, {"windows", "换门窗"}, {"a bathroom", "装修卫生间"}},
	"education":     {{"a training course", "交培训费"}, {"school fees", "交孩子学费"}, {"a language certificate", "考证"}},
	"business":      {{"stock for the shop", "进货"}, {"a second oven", "添置设备"}, {"a delivery bike", "买配送车"}},
	"medical":       {{"dental work", "种牙"}, {"an operation", "做手术"}, {"hearing aids", "配助听器"}},
	"consolidation": {{"rolling three loans into one", "归并几笔贷款"}, {"clearing the cards", "还信用卡"}},
	"farm":          {{"seed and diesel", "买种子化肥"}, {"a used tractor", "买二手拖拉机"}, {"a polytunnel", "搭大棚"}},
	"moving":        {{"a deposit and the move", "付押金搬家"}, {"moving costs", "搬家"}},
	"wedding":       {{"a wedding", "办婚事"}, {"the wedding party", "办酒席"}},
}

var (
	menNames   = []string{"Daniel", "Tomasz", "Kofi", "Imran", "Pavel", "Luis", "Henrik", "Amadou", "Viktor", "Gareth", "Anil", "Jonas", "Mehmet", "Owen"}
	womenNames = []string{"Marta", "Ngozi", "Leila", "Ingrid", "Carmen", "Priya", "Aoife", "Svetla", "Hanna", "Yasmin", "Rosa", "Bridget", "Elena", "Joyce"}
	surnames   = []string{
		"Okafor", "Lindholm", "Petrov", "Haddad", "Marsh", "Novak", "Castellan", "Achterberg", "Mensah", "Dunne", "Rahmani", "Sørli",
		"Kowalczyk", "Pritchard", "Vane", "Tessier", "Ibarra", "Oduya", "Fenn", "Halloran", "Zielke", "Brock",
	}
	chineseSurnames = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "林", "何", "郭", "罗", "梁", "谢"}
	initials        = []string{"mk", "JD", "R.T.", "ab", "Lw", "P. S.", "hq", "EV", "tn", "cf"}
	clerks          = []string{"小陈", "老周", "刘", "wq", "李工", "zf", "小吴", "LH"}
	monthsLong      = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	monthsShort     = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"}
	monthsChinese   = []string{"一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"}
)
