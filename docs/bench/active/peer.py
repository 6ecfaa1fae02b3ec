#!/usr/bin/env python3
"""The peers' side of docs/bench/active.sh: uncertainty sampling with scikit-learn.

    peer.py TRAIN.csv TEST.csv [--label COL] [--char N] [--C 10] [--seeds 5]
            [--batch 25] [--budget 500] [--strategy random,least_confidence,margin,entropy]

TF-IDF of words and pairs of words (--char N: of one to N characters, for texts
without blanks), fitted on the pool's texts once, and logistic regression fitted
anew on all answers so far. The first batch is drawn at random, the same one for
every strategy under one seed. Where it has one class only, that is told of
everything, and the next batch is random. A JSON line a strategy, on one thread.
"""
import os

for pool in ("OMP", "OPENBLAS", "MKL"):  # before numpy is loaded
    os.environ[pool + "_NUM_THREADS"] = "1"

import argparse
import csv
import json
import time
import warnings

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")


def read(path, label):
    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8-sig") as f:
        rows = list(csv.DictReader(f))
    return [r["text"] for r in rows], np.array([r[label] for r in rows])


def least_first(strategy, p):
    """A number for each row of class probabilities: the least is asked first."""
    if strategy == "least_confidence":
        return p.max(1)
    if strategy == "margin":
        two = np.sort(p, 1)[:, -2:]
        return two[:, 1] - two[:, 0]
    return (p * np.log(p.clip(1e-12))).sum(1)


class Learner:
    """Logistic regression on the columns that occur in the answers: the weights of
    the others would stay 0."""

    def __init__(self, X, C):
        self.X, self.C = X, C

    def fit(self, y, rows):
        some = self.X[rows]
        self.columns = np.unique(some.indices)
        self.model = LogisticRegression(C=self.C, max_iter=1000).fit(some[:, self.columns], y[rows])
        return self

    def accuracy(self, T, yt):
        return float((self.model.predict(T[:, self.columns]) == yt).mean())

    def probabilities(self, rows):
        return self.model.predict_proba(self.X[rows][:, self.columns])


def curve(strategy, seed, X, y, T, yt, a):
    rng = np.random.default_rng(seed)
    known = np.zeros(len(y), bool)
    known[rng.choice(len(y), a.batch, replace=False)] = True
    out = []
    while True:
        rows, rest = np.flatnonzero(known), np.flatnonzero(~known)
        if len(set(y[rows])) < 2:
            out.append(float((yt == y[rows][0]).mean()))
            by = rng.random(len(rest))
        else:
            m = Learner(X, a.C).fit(y, rows)
            out.append(m.accuracy(T, yt))
            if len(rows) + a.batch > a.budget:
                return out
            by = rng.random(len(rest)) if strategy == "random" else least_first(strategy, m.probabilities(rest))
        known[rest[np.argsort(by, kind="stable")[:a.batch]]] = True


def main():
    p = argparse.ArgumentParser()
    p.add_argument("train")
    p.add_argument("test")
    p.add_argument("--label", default="label")
    p.add_argument("--char", type=int, default=0)
    p.add_argument("--C", type=float, default=10)
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--batch", type=int, default=25)
    p.add_argument("--budget", type=int, default=500)
    p.add_argument("--strategy", default="random,least_confidence,margin,entropy")
    a = p.parse_args()
    x, y = read(a.train, a.label)
    xt, yt = read(a.test, a.label)
    kind = dict(analyzer="char", ngram_range=(1, a.char)) if a.char else dict(ngram_range=(1, 2))
    v = TfidfVectorizer(sublinear_tf=True, **kind)
    X, T = v.fit_transform(x), v.transform(xt)
    for strategy in a.strategy.split(","):
        start = time.perf_counter()
        runs = np.array([curve(strategy, seed, X, y, T, yt, a) for seed in range(a.seeds)])
        mean = runs.mean(0)
        print(json.dumps({"strategy": strategy, "labels": list(range(a.batch, a.budget + 1, a.batch)),
                          "mean": mean.round(4).tolist(), "std": runs.std(0).round(4).tolist(), "area": round(float(mean.mean()), 4),
                          "seconds": round(time.perf_counter() - start, 1)}), flush=True)


if __name__ == "__main__":
    main()
