package catalog

// Data is what the data screen says.
type Data struct {
	Items, Open               string
	Labels, Columns           string
	Accepted, Corrected       string
	Skipped, Flagged, Audited string
	Labelled, Unaided         string // Unaided: answered without a suggestion
	Cleaning, AuditShare      string
	Number, Text, Standing    string
	NotYet                    string
	Events                    string
	Column, Role, Example     string // Example: number of the item
	OtherRole                 string // the keys that choose one
	SetRole, RoleStays        string // SetRole: the key
}

func dataEN() Data {
	return Data{
		Items: "items", Open: "open", Labels: "labels", Columns: "columns",
		Accepted: "accepted", Corrected: "corrected", Skipped: "skipped", Flagged: "flagged", Audited: "audited",
		Labelled: "labelled", Unaided: "no suggestion",
		Cleaning: "cleaning", AuditShare: "audit share",
		Number: "no.", Text: "text", Standing: "answer", NotYet: "·",
		Events: "events",
		Column: "column", Role: "role", Example: "item %d",
		OtherRole: "%s %s choose another role; what models read is then learned anew",
		SetRole:   "%s sets it, and models learn anew", RoleStays: "the role of this column stays: it does not say what an item is",
	}
}

func dataZH() Data {
	return Data{
		Items: "条目", Open: "未处理", Labels: "标签", Columns: "字段",
		Accepted: "接受", Corrected: "更正", Skipped: "跳过", Flagged: "存疑", Audited: "抽检",
		Labelled: "已标", Unaided: "无建议作答",
		Cleaning: "清洗", AuditShare: "抽检比例",
		Number: "编号", Text: "文本", Standing: "答案", NotYet: "·",
		Events: "事件",
		Column: "字段", Role: "角色", Example: "条目 %d",
		OtherRole: "%s %s 选择其他角色；之后模型会重新学习",
		SetRole:   "按 %s 生效，模型随后重新学习", RoleStays: "此字段的角色不能更改：它不属于条目内容",
	}
}
