#!/usr/bin/python3 -B
"""scikit-learn's side of docs/bench/linear.sh, and the split that both sides use.

    peer.py split FILE OUT                  test rows of train_test_split(test_size=0.2, random_state=42)
    peer.py run FILE TARGET TEST METHOD [THREADS]   StandardScaler and the method: the best of fifteen fits and predictions
    peer.py table FILE TARGET TEST C        logistic regression by liblinear on a table: StandardScaler, and one column a category
    peer.py dump FILE C                     the same on the rows in FILE.train and FILE.test, which the other side wrote
"""
import json
import resource
import sys
import time

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_svmlight_files
from sklearn.linear_model import ElasticNetCV, LinearRegression, LogisticRegression, Ridge, RidgeCV
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def split(file, out):
    n = len(pd.read_csv(file))
    _, te = train_test_split(np.arange(n), test_size=0.2, random_state=42)
    json.dump(sorted(te.tolist()), open(out, "w"))


def best(make, a, c, b):
    """The last model, its predictions, and the least seconds of fifteen fits and predictions."""
    fit = predict = float("inf")
    for _ in range(15):
        m = make()
        at = time.perf_counter()
        m.fit(a, c)
        fit = min(fit, time.perf_counter() - at)
        at = time.perf_counter()
        p = m.predict_proba(b) if hasattr(m, "predict_proba") else m.predict(b)
        predict = min(predict, time.perf_counter() - at)
    return m, p, {"side": "scikit-learn", "fit": fit, "predict": predict}


def show(out):
    print(json.dumps({**out, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def read(file, target, test):
    df = pd.read_csv(file)
    y = df.pop(target).to_numpy()
    te = np.array(json.load(open(test)))
    return df, y, np.setdiff1d(np.arange(len(y)), te), te


def run(file, target, test, method, threads="1"):
    df, y, tr, te = read(file, target, test)
    x, y = df.to_numpy(float), y.astype(float)
    # The penalty that the other side chooses is chosen here too, in ridge-cv and elastic.
    make = {"least": LinearRegression, "ridge": Ridge, "ridge-cv": lambda: RidgeCV(alphas=np.geomspace(0.01, 3000, 12)),
            "elastic": lambda: ElasticNetCV(n_alphas=10, eps=1e-3, cv=4, n_jobs=int(threads))}[method]
    a, b, c = x[tr], x[te], y[tr]
    _, p, out = best(lambda: make_pipeline(StandardScaler(), make()), a, c, b)
    show({**out, "mae": mean_absolute_error(y[te], p), "r2": r2_score(y[te], p)})


def logistic(make, a, c, b, d):
    m, p, out = best(make, a, c, b)
    show({**out, "accuracy": accuracy_score(d, m.classes_[p.argmax(1)]), "loss": log_loss(d, p, labels=m.classes_)})


def table(file, target, test, c):
    df, y, tr, te = read(file, target, test)
    numbers = df.select_dtypes("number").columns
    others = df.columns.difference(numbers)

    def make():
        columns = make_column_transformer((StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore"), others))
        return make_pipeline(columns, LogisticRegression(solver="liblinear", C=float(c)))

    logistic(make, df.iloc[tr], y[tr], df.iloc[te], y[te])


def dump(file, c):
    a, y, b, d = load_svmlight_files([file + ".train", file + ".test"])
    logistic(lambda: LogisticRegression(solver="liblinear", C=float(c)), a, y, b, d)


{"split": split, "run": run, "table": table, "dump": dump}[sys.argv[1]](*sys.argv[2:])
