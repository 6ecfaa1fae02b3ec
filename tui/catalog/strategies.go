package catalog

// Strategies says by its name, in a line, what a query strategy does; package query
// says it in English.
type Strategies map[string]string

func strategiesZH() Strategies {
	return Strategies{
		"graph-margin":       "先问典型的；再问拿不准且代表许多同类的，绝不连问相似的",
		"margin":             "最可能的两类最接近的",
		"least-confidence":   "最可能的一类概率最低的",
		"entropy":            "各类概率最平均的",
		"vote-entropy":       "委员会投票最分散的",
		"committee-kl":       "委员会成员与其平均分歧最大的",
		"bald":               "答案最能说明委员会中谁对的",
		"density":            "拿不准且与其余条目相似的",
		"core-set":           "离所有已答条目最远的",
		"badge":              "拿不准且会以不同方式改变模型的",
		"typical":            "每组未答条目中最典型的；不需要模型",
		"contrastive":        "模型的判断与相似的已答条目不同的",
		"expected-change":    "答案最能改变模型的",
		"margin-clusters":    "最拿不准的，每组相似的只问一条",
		"cvirs":              "难以判断的标签，且标签组合与已答的不同",
		"committee-variance": "委员会给出的数值差别最大的",
		"greedy-io":          "内容和数值都远离已答条目的",
		"random":             "随机抽取：其他策略都与它比较",
	}
}
