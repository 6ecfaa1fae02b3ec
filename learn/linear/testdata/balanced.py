#!/usr/bin/python3
"""Writes balanced.json: softmax regression of scikit-learn with balanced classes on
rows that are part sparse, part dense.

The dense columns are given less their mean, and the constant column is part of the
penalty, as in package linear. Versions are in the file.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression


def main():
    out = {"made_by": "scikit-learn %s, numpy %s" % (sklearn.__version__, np.__version__), "cases": []}
    for seed, (n, sparse, dense, classes, c) in enumerate([(80, 30, 6, 2, 10.0), (150, 40, 12, 5, 10.0), (120, 20, 9, 9, 1.0)]):
        rng = np.random.default_rng(seed)
        x = rng.integers(1, 65, size=(n, sparse)) / 64 * (rng.random((n, sparse)) < 0.2)
        v = rng.integers(-64, 65, size=(n, dense)) / 64 + 0.5
        rule = rng.normal(size=(classes, sparse + dense))
        skew = np.linspace(0, -2, classes)  # so that the classes are not of a size
        y = np.argmax(np.hstack([x, v]) @ rule.T + skew + rng.gumbel(size=(n, classes)), axis=1)
        y[: 2 * classes] = np.tile(np.arange(classes), 2)
        full = np.hstack([x, v - v.mean(axis=0), np.ones((n, 1))])
        m = LogisticRegression(
            C=c, class_weight="balanced", fit_intercept=False, multi_class="multinomial", solver="newton-cg", tol=1e-8, max_iter=10000
        ).fit(full, y)
        w = m.coef_ if classes > 2 else np.vstack([-m.coef_[0], m.coef_[0]])
        z = full @ w.T
        z -= z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        out["cases"].append(
            {
                "c": c,
                "classes": classes,
                "features": sparse,
                "rows": [[[int(j), float(r[j])] for j in np.flatnonzero(r)] for r in x],
                "vectors": v.tolist(),
                "class": y.tolist(),
                "probability": np.exp(logp)[:20].tolist(),
            }
        )
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "balanced.json"), "w") as f:
        json.dump(out, f)
        f.write("\n")


if __name__ == "__main__":
    main()
