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
	ChosenCheaper                          string // model, the one with the lowest loss, folds, labels
	ChoiceOf, ChoiceNone                   string // run
	ChoiceAbout                            string // folds, labels
	Candidate, LossSE, Behind, Outcome     string
	LeftBy                                 [6]string // why a candidate is not the chosen one, by learn.Left
	Lineage, Imported                      string    // Imported: from where
	VersusOf, VersusGold                   string    // run, run, answers
	VersusNone, VersusOne, Comparing       string
	Difference                             string
	VersusEqual                            string // run, run, how many each gets right alone
	VersusBetter                           string // run, right alone, run, right alone, share by chance, the better run
	VersusUnsure                           string // run, right alone, run, right alone, share by chance
	VersusItems                            string // run, run
	VersusGone                             string // run, run
	SquaredError, SquaredAcross            string // where a number is told
	RSquared, RSquaredAcross               string
	AuditMAE, AuditRMSE, AuditExact        string
	NoneYet                                string
	ChosenSquared                          string // losses by model, folds, labels
	VersusElsewhere                        string // run, run
	Strategies, Strategy, Does, Cost       string
	Needs, UseStrategy, StrategyUsed       string // StrategyUsed: name
	StrategyAbout                          string
	NeedsOf                                [4]string // of a strategy: a model, a representation, a committee, answers
	NeedsNothing, NoStrategy               string
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
		ChosenCheaper: "%s: as good as %s within a standard error, and simpler (%d-fold cross-validation, %d labels)",
		ChoiceOf:      "the choice of run %d", ChoiceNone: "Models were not compared for run %d.",
		ChoiceAbout: "%d-fold cross-validation on %d labels",
		Candidate:   "model", LossSE: "loss ± se", Behind: "behind by ± se", Outcome: "outcome",
		LeftBy:  [6]string{"chosen", "worse", "as good, but less simple", "clearly behind early on", "too slow for its share", "failed"},
		Lineage: "lineage", Imported: "imported from %s",
		VersusOf: "run %d against run %d, on %d audited answers", VersusGold: "run %d against run %d, on %d answers with gold",
		VersusNone: "Nothing to compare them on: no answer is audited yet.", VersusOne: "There is no second run to compare with: mark one with %s.",
		Comparing: "comparing…", Difference: "difference",
		VersusEqual:  "Run %d and run %d each get %d right that the other gets wrong: they are equally good here.",
		VersusBetter: "Only run %d gets %d right, only run %d gets %d. Two equally good models would differ as much in %s of such comparisons, so run %d is the better one.",
		VersusUnsure: "Only run %d gets %d right, only run %d gets %d. Two equally good models would differ as much in %s of such comparisons, so these answers do not tell which is better.",
		VersusGone:   "The model of run %d or of run %d is no longer kept, or not saved yet.",
		SquaredError: "squared error", SquaredAcross: "squared error, run by run",
		RSquared: "R²", RSquaredAcross: "R², run by run", AuditMAE: "audit MAE", AuditRMSE: "audit RMSE",
		ChosenSquared:   "model by squared error: %s (%d-fold cross-validation, %d labels)",
		VersusElsewhere: "Two such runs are compared by: inkling eval PROJECT --run %d --against %d",
		Strategies:      "what is asked next", Strategy: "strategy", Does: "asks", Cost: "cost", Needs: "needs",
		UseStrategy: "use this strategy", StrategyUsed: "from now on %s chooses what is asked",
		StrategyAbout: "Audited items are drawn at random by every strategy, and so is a share of the others.",
		NeedsOf:       [4]string{"a model", "a representation", "a committee", "answers"}, NeedsNothing: "nothing",
		NoStrategy:  "Nothing is asked by itself in a task of this kind.",
		AuditExact:  "audits exactly right",
		NoneYet:     "No run yet: the first model comes with the first answers.",
		VersusItems: "The items on which they differ: inkling models compare PROJECT %d %d",
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
		ChosenCheaper: "%s：与 %s 相差不到一个标准误，而且更简单（%d 折交叉验证，%d 个标签）",
		ChoiceOf:      "第 %d 次训练的模型选择", ChoiceNone: "第 %d 次训练没有比较模型。",
		ChoiceAbout: "%d 折交叉验证，%d 个标签",
		Candidate:   "模型", LossSE: "损失 ± 标准误", Behind: "落后 ± 标准误", Outcome: "结果",
		LeftBy:  [6]string{"选中", "较差", "同样好，但不够简单", "早早明显落后", "超出所分时间", "失败"},
		Lineage: "来历", Imported: "导入自 %s",
		VersusOf: "第 %d 次对第 %d 次，%d 个抽检答案", VersusGold: "第 %d 次对第 %d 次，%d 个已知答案",
		VersusNone: "无从比较：还没有抽检答案。", VersusOne: "没有可比较的另一次训练：用 %s 标记一次。",
		Comparing: "比较中…", Difference: "差",
		VersusEqual:  "第 %d 次与第 %d 次各有 %d 个独自答对：在此同样好。",
		VersusBetter: "只有第 %d 次答对 %d 个，只有第 %d 次答对 %d 个。两个同样好的模型在 %s 的比较中也会有这样的差别，因此第 %d 次更好。",
		VersusUnsure: "只有第 %d 次答对 %d 个，只有第 %d 次答对 %d 个。两个同样好的模型在 %s 的比较中也会有这样的差别，因此这些答案分不出哪个更好。",
		VersusGone:   "第 %d 次或第 %d 次训练的模型已不再保留，或尚未保存。",
		SquaredError: "平方误差", SquaredAcross: "历次训练的平方误差",
		RSquared: "R²", RSquaredAcross: "历次训练的 R²", AuditMAE: "抽检 MAE", AuditRMSE: "抽检 RMSE",
		ChosenSquared:   "按平方误差选择模型：%s（%d 折交叉验证，%d 个标签）",
		VersusElsewhere: "比较这样的两次训练：inkling eval 项目 --run %d --against %d",
		Strategies:      "接下来问什么", Strategy: "策略", Does: "提问", Cost: "代价", Needs: "需要",
		UseStrategy: "启用此策略", StrategyUsed: "从现在起由 %s 选择提问的条目",
		StrategyAbout: "无论何种策略，抽检条目总是随机抽取，其余条目也有一部分随机抽取。",
		NeedsOf:       [4]string{"模型", "表示", "委员会", "答案"}, NeedsNothing: "无",
		NoStrategy:  "这类任务不会自行提问。",
		AuditExact:  "抽检完全正确",
		NoneYet:     "还没有训练：有了答案就会产生第一个模型。",
		VersusItems: "两者不同的条目：inkling models compare 项目 %d %d",
	}
}
