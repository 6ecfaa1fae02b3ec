#!/usr/bin/python3
"""Writes golden.json: MultinomialNB of scikit-learn on seeded synthetic rows.

Package bayes smooths the prior, so the prior is given. Versions are in the file.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.naive_bayes import MultinomialNB


def main():
    out = {"made_by": "scikit-learn %s, numpy %s" % (sklearn.__version__, np.__version__), "cases": []}
    for seed, (n, features, classes, alpha, prior) in enumerate([(30, 10, 2, 1.0, 1.0), (80, 25, 5, 0.1, 1.0), (50, 40, 9, 0.01, 2.5)]):
        rng = np.random.default_rng(100 + seed)
        topic = rng.dirichlet(np.full(features, 0.3), size=classes)
        y = rng.integers(classes, size=n)
        y[:classes] = np.arange(classes)
        # Multiples of 1/64 are exact in a float32, and so are their sums.
        x = np.array([rng.multinomial(12, topic[c]) for c in y]) * rng.integers(1, 65, size=(n, 1)) / 64
        x[0] += 1 / 64  # every feature occurs
        count = np.bincount(y, minlength=classes)
        p = (count + prior) / (n + prior * classes)
        m = MultinomialNB(alpha=alpha, class_prior=p).fit(x, y)
        t = np.vstack([x[:10], np.zeros((1, features)), rng.integers(0, 3, size=(5, features))])
        out["cases"].append(
            {
                "alpha": alpha,
                "prior": prior,
                "classes": classes,
                "features": features,
                "rows": [[[int(j), float(r[j])] for j in np.flatnonzero(r)] for r in x],
                "class": y.tolist(),
                "test": [[[int(j), float(r[j])] for j in np.flatnonzero(r)] for r in t],
                "log_probability": m.predict_log_proba(t).tolist(),
            }
        )
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as f:
        json.dump(out, f)
        f.write("\n")


if __name__ == "__main__":
    main()
