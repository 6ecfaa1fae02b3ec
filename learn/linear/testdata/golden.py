#!/usr/bin/python3
"""Writes golden.json: softmax regression of scikit-learn on seeded synthetic rows.

The constant column is part of the penalty, as in package linear, so it is given
as a feature and fit_intercept is off. Versions are in the file.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression


def rows(rng, n, features, classes, empty):
    """Sparse rows whose class follows from a random linear rule, with noise."""
    rule = rng.normal(size=(classes, features))
    x = rng.integers(1, 65, size=(n, features)) / 64 * (rng.random((n, features)) < 0.2)
    x[:empty] = 0
    y = np.argmax(x @ rule.T + rng.gumbel(size=(n, classes)) * 0.5, axis=1)
    y[:classes] = np.arange(classes)
    return x, y


def main():
    out = {"made_by": "scikit-learn %s, numpy %s" % (sklearn.__version__, np.__version__), "cases": []}
    for seed, (n, features, classes, c, bias) in enumerate(
        [(60, 12, 2, 1.0, 1.0), (120, 30, 4, 10.0, 0.25), (200, 40, 7, 100.0, 0.0), (40, 50, 5, 0.1, 2.0)]
    ):
        rng = np.random.default_rng(seed)
        x, y = rows(rng, n, features, classes, 2)
        full = np.hstack([x, np.full((n, 1), bias)]) if bias else x
        m = LogisticRegression(
            C=c, fit_intercept=False, multi_class="multinomial", solver="newton-cg", tol=1e-9, max_iter=10000
        ).fit(full, y)
        w = m.coef_ if classes > 2 else np.vstack([-m.coef_[0], m.coef_[0]])
        z = full @ w.T
        z -= z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        out["cases"].append(
            {
                "c": c,
                "bias": bias,
                "classes": classes,
                "features": features,
                "rows": [[[int(j), float(r[j])] for j in np.flatnonzero(r)] for r in x],
                "class": y.tolist(),
                "coef": w.tolist(),
                "objective": float(-c * logp[np.arange(n), y].sum() + (w * w).sum() / 2),
                "probability": np.exp(logp)[:5].tolist(),
            }
        )
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as f:
        json.dump(out, f)
        f.write("\n")


if __name__ == "__main__":
    main()
