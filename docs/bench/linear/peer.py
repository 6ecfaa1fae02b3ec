#!/usr/bin/python3 -B
"""scikit-learn's side of docs/bench/linear.sh, and the split that both sides use.

    peer.py split FILE OUT                  test rows of train_test_split(test_size=0.2, random_state=42)
    peer.py run FILE TARGET TEST METHOD     StandardScaler and the method: the best of five fits and predictions
"""
import json
import sys
import time

import numpy as np
import pandas as pd
from sklearn.linear_model import ElasticNetCV, LinearRegression, Ridge, RidgeCV
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def split(file, out):
    n = sum(1 for _ in open(file)) - 1
    _, te = train_test_split(np.arange(n), test_size=0.2, random_state=42)
    json.dump(sorted(te.tolist()), open(out, "w"))


def run(file, target, test, method):
    df = pd.read_csv(file)
    y = df.pop(target).to_numpy(float)
    x = df.to_numpy(float)
    te = np.array(json.load(open(test)))
    tr = np.setdiff1d(np.arange(len(y)), te)
    a, b, c = x[tr], x[te], y[tr]
    # The penalty that the other side chooses is chosen here too, in ridge-cv and elastic.
    make = {"least": LinearRegression, "ridge": Ridge, "ridge-cv": lambda: RidgeCV(alphas=np.geomspace(0.01, 3000, 12)),
            "elastic": lambda: ElasticNetCV(n_alphas=10, eps=1e-3, cv=4)}[method]
    fit = predict = float("inf")
    for _ in range(5):
        m = make_pipeline(StandardScaler(), make())
        at = time.perf_counter()
        m.fit(a, c)
        fit = min(fit, time.perf_counter() - at)
        at = time.perf_counter()
        p = m.predict(b)
        predict = min(predict, time.perf_counter() - at)
    print(json.dumps({"side": "scikit-learn", "fit": fit, "predict": predict, "mae": mean_absolute_error(y[te], p), "r2": r2_score(y[te], p)}))


{"split": split, "run": run}[sys.argv[1]](*sys.argv[2:])
