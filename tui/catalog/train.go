package catalog

// Train is what the train screen says.
type Train struct {
	Loss, Accuracy, Steps                  string
	TrainLoss, ValidLoss, ValidAccuracy    string
	Runs, None, Current, Overlaid          string
	ID, Model, Labels, Took, Audit, Parent string
	Fresh, Tuned                           string // Tuned: the run it came from
	Chosen                                 string
	Smoothing                              string // factor
	Zoomed                                 string // share of the steps in sight
	Using                                  string // the run made current
	NoBytes                                string
	DataVersion, Seed, Size, Features      string
}

func trainEN() Train {
	return Train{
		Loss: "log loss", Accuracy: "accuracy", Steps: "step",
		TrainLoss: "training", ValidLoss: "held out", ValidAccuracy: "held-out accuracy",
		Runs: "runs", None: "No run yet: the first model comes with the first answers.", Current: "current", Overlaid: "overlaid",
		ID: "run", Model: "model", Labels: "labels", Took: "took", Audit: "audit accuracy", Parent: "from",
		Fresh: "fresh", Tuned: "run %d",
		Chosen:    "chosen by cross-validation",
		Smoothing: "smoothing %.1f", Zoomed: "last %d%%",
		Using:       "run %d suggests now",
		NoBytes:     "the model of run %d is no longer kept",
		DataVersion: "data version", Seed: "seed", Size: "size", Features: "features",
	}
}

func trainZH() Train {
	return Train{
		Loss: "对数损失", Accuracy: "准确率", Steps: "步",
		TrainLoss: "训练集", ValidLoss: "留出集", ValidAccuracy: "留出准确率",
		Runs: "训练记录", None: "还没有训练：有了最初几个答案就会产生第一个模型。", Current: "当前", Overlaid: "叠加",
		ID: "编号", Model: "模型", Labels: "标签数", Took: "用时", Audit: "抽检准确率", Parent: "来自",
		Fresh: "从头", Tuned: "第 %d 次",
		Chosen:    "由交叉验证选出",
		Smoothing: "平滑 %.1f", Zoomed: "最近 %d%%",
		Using:       "现在由第 %d 次训练给出建议",
		NoBytes:     "第 %d 次训练的模型已不再保存",
		DataVersion: "数据版本", Seed: "种子", Size: "大小", Features: "特征数",
	}
}
