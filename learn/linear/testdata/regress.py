#!/usr/bin/python3
"""Writes regress.json: scikit-learn's regressions and binary logistic regression on seeded sparse rows with weights.

Versions are in the file.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, Ridge


def main():
    out = {"made_by": "scikit-learn %s, numpy %s" % (sklearn.__version__, np.__version__), "cases": []}
    for seed, (n, features) in enumerate([(40, 8), (150, 25), (30, 50)]):
        rng = np.random.default_rng(400 + seed)
        x = rng.integers(1, 129, size=(n, features)) / 64 * (rng.random((n, features)) < 0.3)
        y = x @ rng.normal(size=features) + 3 + rng.normal(size=n) * 0.5
        w = rng.integers(1, 5, size=n) / 2
        models = [("least", 0, 0, LinearRegression())] if n > features else []
        models += [("ridge", a, 0, Ridge(alpha=a, solver="cholesky")) for a in (0.1, 10.0)]
        models += [("elastic", a, s, ElasticNet(alpha=a, l1_ratio=s, tol=1e-14, max_iter=1000000)) for a, s in ((0.1, 0.5), (0.01, 0.9), (0.05, 1.0))]
        case = {"features": features, "rows": [[[int(j), float(r[j])] for j in np.flatnonzero(r)] for r in x], "target": y.tolist(), "weight": w.tolist(), "models": []}
        for name, penalty, share, m in models:
            m.fit(x, y, sample_weight=w)
            case["models"].append({"method": name, "penalty": penalty, "share": share, "coef": m.coef_.tolist(), "intercept": float(m.intercept_)})
        c = (y > np.median(y)).astype(int)
        case["class"] = c.tolist()
        for strength in (1.0, 20.0):
            m = LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(x, c, sample_weight=w)
            case["models"].append({"method": "logistic", "penalty": strength, "share": 0, "coef": m.coef_[0].tolist(), "intercept": float(m.intercept_[0])})
        out["cases"].append(case)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "regress.json"), "w") as f:
        json.dump(out, f)
        f.write("\n")


if __name__ == "__main__":
    main()
