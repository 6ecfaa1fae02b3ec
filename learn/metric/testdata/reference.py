"""Writes reference.json beside itself: what scikit-learn and scipy say of
drawn answers, for the measures that metrics_golden.json does not hold.

    /usr/bin/python3 learn/metric/testdata/reference.py
"""
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.stats import binom, binomtest
from sklearn.metrics import (average_precision_score, mean_absolute_percentage_error,
                             mean_pinball_loss, roc_auc_score, top_k_accuracy_score)
from sklearn.preprocessing import label_binarize

rng = np.random.default_rng(7)


def ranked(k, n, rounded):
    """Answers of k classes with probabilities that lean to the truth; rounded ones tie often."""
    truth = np.concatenate([np.arange(k), rng.integers(0, k, n - k)])
    p = rng.dirichlet(np.full(k, 0.7), n)
    p[np.arange(n), truth] += rng.random(n) * 0.6
    if rounded:
        p = np.round(p, 1)
    p = p / p.sum(axis=1, keepdims=True)
    if k == 2:
        p[:, 1] = 1 - p[:, 0]
        hot, areas = truth, p[:, 1]
        pr = {"macro": average_precision_score(hot, areas), "weighted": average_precision_score(hot, areas)}
        roc = {"macro": roc_auc_score(hot, areas), "weighted": roc_auc_score(hot, areas)}
    else:
        hot = label_binarize(truth, classes=range(k))
        pr = {a: average_precision_score(hot, p, average=a) for a in ("macro", "weighted")}
        roc = {a: roc_auc_score(hot, p, average=a) for a in ("macro", "weighted")}
    top = {}
    if not rounded and k > 2:  # of equal probabilities scikit-learn prefers the higher class
        top = {str(j): top_k_accuracy_score(truth, p, k=j, labels=range(k)) for j in (1, 2, 3) if j < k}
    return {"k": k, "truth": truth.tolist(), "p": p.tolist(), "pr_auc": pr, "roc_auc": roc, "top_k": top}


def numbers(n, scale):
    truth = rng.normal(5, 3, n) * scale
    predicted = truth + rng.normal(0.3, 1, n) * scale
    return {"truth": truth.tolist(), "predicted": predicted.tolist(),
            "mape": mean_absolute_percentage_error(truth, predicted),
            "pinball": {str(q): mean_pinball_loss(truth, predicted, alpha=q) for q in (0.1, 0.5, 0.9)}}


def mcnemar(a, b):
    p = binomtest(a, a + b, 0.5).pvalue if a + b else 1.0
    k = min(a, b)
    mid = 1.0 if a == b else 2 * binom.cdf(k, a + b, 0.5) - binom.pmf(k, a + b, 0.5)
    return {"a": a, "b": b, "p": p, "mid_p": float(mid)}


document = {
    "made_with": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
    "ranked": [ranked(k, n, r) for k, n in ((2, 60), (3, 80), (7, 120)) for r in (False, True)],
    "numbers": [numbers(40, 1.0), numbers(25, 1000.0)],
    "mcnemar": [mcnemar(a, b) for a, b in ((0, 0), (0, 3), (4, 15), (12, 12), (13, 11), (10, 30), (200, 260), (5000, 5300))],
}
path = pathlib.Path(__file__).with_name("reference.json")
path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
