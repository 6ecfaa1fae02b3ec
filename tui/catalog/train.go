package catalog

// Train is what the train screen says.
type Train struct {
	Loss, Accuracy, Steps                  string
	LossAcross, AccuracyAcross             string // titles of the charts over all runs
	TrainLoss, ValidLoss, OnAudit          string
	None, Current, Overlaid                string
	ID, Model, Labels, Took, Audit, Parent string
	AuditLoss, Began                       string
	Fresh, Tuned                           string // Tuned: the run it came from
	Chosen                                 string // losses by model, folds, labels
	NotChosen                              string // the model asked for
	NotCompared                            string
	HeldAbout                              string
	Smoothing                              string // factor
	Zoomed                                 string // share of the stretch in sight
	OnLabel, OnLabels                      string // how many: one, more
	EarlierRuns                            string
	OneRun, NoSteps                        string // in place of a chart
	AboutC, AboutEpochs                    string // what a parameter is
	AboutAlpha, AboutScale                 string
	StepOf                                 string // step, of how many
	Remaining                              string // time
	Using                                  string // the run made current
	CurvesOf                               string // run
	DataVersion, Seed, Size, Features      string
}

func trainEN() Train {
	return Train{
		Loss: "log loss", Accuracy: "accuracy", Steps: "step",
		LossAcross: "log loss, run by run", AccuracyAcross: "accuracy, run by run",
		TrainLoss: "training", ValidLoss: "held out", OnAudit: "audit",
		None: "No run yet: the first model comes with the first answers of two labels.", Current: "current", Overlaid: "overlaid",
		ID: "run", Model: "model", Labels: "labels", Took: "took", Audit: "audit accuracy", Parent: "from",
		AuditLoss: "log loss", Began: "began",
		Fresh: "fresh", Tuned: "run %d",
		Chosen:      "model by log loss: %s (%d-fold cross-validation, %d labels)",
		NotChosen:   "%s was asked for;",
		NotCompared: "models are not compared yet: too few answers",
		HeldAbout:   "held out: answers that the model asked for and was not fitted on, harder than most; audit: drawn at random",
		Smoothing:   "smoothing %.1f", Zoomed: "last %.3g%%",
		EarlierRuns: "earlier",
		OneRun:      "Loss and accuracy are drawn here, run by run, as soon as two runs were measured.",
		NoSteps:     "Nothing was held out of this run: its answers were too few.",
		AboutC:      "inverse strength of the L2 penalty", AboutEpochs: "passes over the data",
		AboutAlpha: "smoothing of the counts", AboutScale: "weight of the text against the class shares",
		OnLabel: "%d label", OnLabels: "%d labels", StepOf: "step %d of %d", Remaining: "%s left",
		Using: "run %d suggests from now on", CurvesOf: "curves of run %d",
		DataVersion: "data version", Seed: "seed", Size: "size", Features: "features",
	}
}

func trainZH() Train {
	return Train{
		Loss: "对数损失", Accuracy: "准确率", Steps: "步",
		LossAcross: "历次训练的对数损失", AccuracyAcross: "历次训练的准确率",
		TrainLoss: "训练集", ValidLoss: "留出集", OnAudit: "抽检",
		None: "还没有训练：两个标签各有答案之后就会产生第一个模型。", Current: "当前", Overlaid: "叠加",
		ID: "编号", Model: "模型", Labels: "标签数", Took: "用时", Audit: "抽检准确率", Parent: "来自",
		AuditLoss: "对数损失", Began: "开始",
		Fresh: "从头", Tuned: "第 %d 次",
		Chosen:      "按对数损失选择模型：%s（%d 折交叉验证，%d 个标签）",
		NotChosen:   "指定使用 %s；",
		NotCompared: "答案太少，尚未比较模型",
		HeldAbout:   "留出集：模型主动要求、未用于拟合的答案，比一般条目更难；抽检：随机抽取",
		Smoothing:   "平滑 %.1f", Zoomed: "最近 %.3g%%",
		EarlierRuns: "更早",
		OneRun:      "有两次训练得到衡量之后，在此逐次画出损失和准确率。",
		NoSteps:     "此次训练没有留出答案：答案太少。",
		AboutC:      "L2 惩罚强度的倒数", AboutEpochs: "遍历数据的次数",
		AboutAlpha: "计数的平滑", AboutScale: "文本相对于类别比例的权重",
		OnLabel: "%d 个标签", OnLabels: "%d 个标签", StepOf: "第 %d 步，共 %d 步", Remaining: "还需 %s",
		Using: "从现在起由第 %d 次训练给出建议", CurvesOf: "曲线属于第 %d 次训练",
		DataVersion: "数据版本", Seed: "种子", Size: "大小", Features: "特征数",
	}
}
