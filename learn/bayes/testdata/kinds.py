#!/usr/bin/python3
"""Writes kinds.json: ComplementNB, GaussianNB and CategoricalNB of scikit-learn on seeded rows.

Package bayes smooths the prior, so the prior is given. Columns of numbers are
scaled to a variance of 1, so that what scikit-learn adds to variances (a part
of the greatest of all columns) is what package bayes adds (a part of the
column's own). Versions are in the file.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.naive_bayes import CategoricalNB, ComplementNB, GaussianNB


def prior(y, w, classes):
    n = np.bincount(y, weights=w, minlength=classes)
    return (n + 1) / (n.sum() + classes)


def main():
    out = {"made_by": "scikit-learn %s, numpy %s" % (sklearn.__version__, np.__version__), "complement": [], "gaussian": [], "categories": []}
    for seed, (n, features, classes, alpha, norm) in enumerate([(30, 10, 2, 1.0, False), (80, 25, 5, 0.1, False), (60, 20, 4, 0.3, True)]):
        rng = np.random.default_rng(200 + seed)
        topic = rng.dirichlet(np.full(features, 0.3), size=classes)
        y = rng.integers(classes, size=n)
        y[:classes] = np.arange(classes)
        x = np.array([rng.multinomial(12, topic[c]) for c in y]) * rng.integers(1, 65, size=(n, 1)) / 64
        x[0] += 1 / 64  # every feature occurs
        w = rng.integers(1, 4, size=n).astype(float)
        m = ComplementNB(alpha=alpha, norm=norm).fit(x, y, sample_weight=w)
        t = np.vstack([x[:8], np.zeros((1, features)), rng.integers(0, 3, size=(4, features))])
        out["complement"].append({
            "alpha": alpha, "norm": norm, "classes": classes, "features": features,
            "rows": [[[int(j), float(r[j])] for j in np.flatnonzero(r)] for r in x], "class": y.tolist(), "weight": w.tolist(),
            "test": [[[int(j), float(r[j])] for j in np.flatnonzero(r)] for r in t],
            # With norm, package bayes multiplies by the mean of what it divides by; here is that mean.
            "mean": float(np.mean(np.abs(np.log(m.feature_all_ + alpha - m.feature_count_)
                                         - np.log((m.feature_all_ + alpha - m.feature_count_).sum(axis=1, keepdims=True))).sum(axis=1))),
            "log_probability": m.predict_log_proba(t).tolist(),
        })
    for seed, (n, columns, classes) in enumerate([(40, 3, 2), (90, 6, 4)]):
        rng = np.random.default_rng(300 + seed)
        y = rng.integers(classes, size=n)
        y[:classes] = np.arange(classes)
        w = rng.integers(1, 4, size=n).astype(float)
        x = rng.normal(size=(classes, columns))[y] + rng.normal(size=(n, columns)) * rng.uniform(0.3, 2, size=(classes, columns))[y]
        x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype(np.float32).astype(float)
        m = GaussianNB(priors=prior(y, w, classes)).fit(x, y, sample_weight=w)
        t = np.vstack([x[:10], rng.normal(size=(5, columns)) * 3]).astype(np.float32).astype(float)
        out["gaussian"].append({"classes": classes, "rows": x.tolist(), "class": y.tolist(), "weight": w.tolist(), "test": t.tolist(),
                                "log_probability": m.predict_log_proba(t).tolist()})
        codes = rng.integers(2, 6, size=columns)
        x = (rng.integers(0, 1000, size=(n, columns)) * (1 + y[:, None])) % codes
        m = CategoricalNB(alpha=1.0, class_prior=prior(y, w, classes), min_categories=codes).fit(x, y, sample_weight=w)
        t = rng.integers(0, 1000, size=(12, columns)) % codes
        out["categories"].append({"classes": classes, "codes": codes.tolist(), "rows": x.tolist(), "class": y.tolist(), "weight": w.tolist(),
                                  "test": t.tolist(), "log_probability": m.predict_log_proba(t).tolist()})
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "kinds.json"), "w") as f:
        json.dump(out, f)
        f.write("\n")


if __name__ == "__main__":
    main()
