#!/usr/bin/python3 -B
"""The peers' side of docs/bench/trees.sh, and the splits that both sides use.

    peers.py split FILE SEEDS OUT      test rows of train_test_split(test_size=0.2), one JSON list a seed
    peers.py run FILE TARGET WORK SPLITS THREADS
    peers.py ratio NAME OURS THEIRS    both sides of a run: means, standard deviation, and ours / theirs

WORK is forest, boosting or regression. Categories are one-hot columns. One JSON line a seed.
"""
import json
import os
import sys
import time

if sys.argv[1] == "run":
    for v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[v] = sys.argv[6]

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split


def peak():
    with open("/proc/self/status") as f:
        return next(round(int(l.split()[1]) / 1024, 1) for l in f if l.startswith("VmHWM"))


def split(file, seeds, out):
    n = sum(1 for _ in open(file)) - 1
    with open(out, "w") as f:
        for s in range(int(seeds)):
            _, te = train_test_split(np.arange(n), test_size=0.2, random_state=s)
            f.write(json.dumps(sorted(te.tolist())) + "\n")


def run(file, target, work, splits, threads):
    threads = int(threads)
    df = pd.read_csv(file)
    y = df.pop(target).to_numpy()
    X = pd.get_dummies(df).to_numpy(dtype=np.float32)
    for seed, line in enumerate(open(splits)):
        te = np.array(json.loads(line))
        tr = np.setdiff1d(np.arange(len(y)), te)
        if work == "forest":
            from sklearn.ensemble import RandomForestClassifier
            m, side = RandomForestClassifier(100, random_state=seed, n_jobs=threads), "scikit-learn"
        elif work == "regression":
            from sklearn.ensemble import RandomForestRegressor
            m, side = RandomForestRegressor(100, random_state=seed, n_jobs=threads), "scikit-learn"
        else:
            import xgboost
            m, side = xgboost.XGBClassifier(tree_method="hist", random_state=seed, n_jobs=threads), "xgboost"
        A, B = X[tr], X[te]
        at, busy = time.perf_counter(), time.process_time()
        m.fit(A, y[tr])
        r = {"side": side, "seed": seed, "fit": time.perf_counter() - at, "fit_cpu": time.process_time() - busy}
        at = time.perf_counter()
        p = m.predict(B) if work == "regression" else m.predict_proba(B)[:, 1]
        r["predict"] = time.perf_counter() - at
        if work == "regression":
            from sklearn.metrics import mean_absolute_error, r2_score
            r["mae"], r["r2"] = mean_absolute_error(y[te], p), r2_score(y[te], p)
        else:
            from sklearn.metrics import log_loss, roc_auc_score
            r["auc"], r["log_loss"] = roc_auc_score(y[te], p), log_loss(y[te], p)
        r["peak_mb"] = peak()
        print(json.dumps({k: float(v) if isinstance(v, np.floating) else v for k, v in r.items()}), flush=True)


def ratio(name, ours, theirs):
    sides = [[json.loads(l) for l in open(f)] for f in (ours, theirs)]
    print(f"{name} ({len(sides[0])} seeds)")
    for key in ("fit", "fit_cpu", "predict", "auc", "log_loss", "mae", "r2", "peak_mb", "p99_us", "nodes"):
        a, b = (np.array([r[key] for r in s if key in r]) for s in sides)
        if len(a) == 0:
            continue
        f = np.max if key in ("peak_mb", "p99_us") else np.mean
        line = f"  {key:9} {sides[0][0]['side']} {f(a):.5g}"
        if key not in ("peak_mb", "p99_us", "nodes"):
            line += f" (sd {a.std(ddof=min(1, len(a) - 1)):.2g})"
        if len(b):
            line += f"  {sides[1][0]['side']} {f(b):.5g}"
            if key in ("auc", "log_loss", "mae", "r2"):
                d = a - b
                line += f"  difference {d.mean():+.4f} (standard error {d.std(ddof=min(1, len(d) - 1)) / len(d) ** 0.5:.4f})"
            else:
                line += f"  ratio {f(a) / f(b):.3f}"
        print(line, flush=True)


{"split": split, "run": run, "ratio": ratio}[sys.argv[1]](*sys.argv[2:])
