package catalog

// People is what the list of those at a project says.
type People struct {
	Title, Look                                 string // Title: how many
	Name, Role, Since, Decisions, PerHour, Last string
	Item, From, You                             string // You: format of one's own name
	Looking, Gone                               string // formats: whose screen is looked at
	Moment                                      string // layout of a day and a time of day
	Roles                                       map[string]string
	Here, WatchedBy, LooksOn                    string // in the frame: how many are there, who watches; what a viewer is told
}

func peopleEN() People {
	return People{
		Title: "%d here", Look: "look at the screen",
		Name: "name", Role: "role", Since: "here for", Decisions: "decisions", PerHour: "per hour", Last: "last", Item: "item", From: "from", You: "%s (you)",
		Looking: "the screen of %s, who is told that you watch · esc leaves", Gone: "%s has left · esc goes back",
		Moment: "2 Jan 15:04",
		Roles:  map[string]string{"viewer": "viewer", "annotator": "annotator", "reviewer": "reviewer", "admin": "admin"},
		Here:   "%d here", WatchedBy: "%s watches", LooksOn: "you look on: your role does not answer",
	}
}

func peopleZH() People {
	return People{
		Title: "在线 %d 人", Look: "查看其屏幕",
		Name: "姓名", Role: "角色", Since: "在线", Decisions: "决定数", PerHour: "每小时", Last: "最近", Item: "条目", From: "来源", You: "%s（你）",
		Looking: "%s 的屏幕，对方知道你在看 · esc 离开", Gone: "%s 已离开 · esc 返回",
		Moment: "1月2日 15:04",
		Roles:  map[string]string{"viewer": "观察员", "annotator": "标注员", "reviewer": "复核员", "admin": "管理员"},
		Here:   "在线 %d", WatchedBy: "%s 在看", LooksOn: "你只能查看：你的角色不能作答",
	}
}
