#!/usr/bin/env python3
"""The peer's side of docs/bench/errors.sh: cleanlab's published method, from the same probabilities.

    peer.py < CASES

Written from the paper (Northcutt, Jiang, Chuang, JAIR 2021) and cleanlab's documentation. From the
probabilities that the models told out of sample it computes the thresholds, the confident joint,
calibrated, and prunes by noise rate, the default; what is pruned is ranked by self-confidence (the
default) or by normalised margin. Average precision is scikit-learn's, over all items: what a list
does not have comes behind it, by self-confidence. "all" ranks every item by the score alone, without
pruning. Prints a row a set, kind and rate of noise, the mean of the seeds.
"""
import json
import sys
from collections import defaultdict

import numpy as np
from sklearn.metrics import average_precision_score


def joint(given, p):
    n, k = p.shape
    t = np.array([p[given == j, j].mean() if (given == j).any() else np.inf for j in range(k)])
    above = p >= t - 1e-6
    sure = np.where(above, p, -1).argmax(1)
    c = np.zeros((k, k))
    np.add.at(c, (given[above.any(1)], sure[above.any(1)]), 1)
    c[np.arange(k), np.arange(k)] = np.maximum(c.diagonal(), 1)
    counts = np.bincount(given, minlength=k)
    return c / c.sum(1, keepdims=True) * counts[:, None]


def pruned(given, p):
    """Of each pair of labels as many as the joint says, by the margin between the two."""
    c = np.rint(joint(given, p)).astype(int)
    out = np.zeros(len(given), bool)
    for i in range(p.shape[1]):
        rows = np.flatnonzero(given == i)
        for j in range(p.shape[1]):
            if i != j and c[i, j]:
                out[rows[np.argsort(p[rows, i] - p[rows, j], kind="stable")[: c[i, j]]]] = True
    return out & (p.argmax(1) != given)


def scores(given, p):
    own = p[np.arange(len(given)), given]
    q = p.copy()
    q[np.arange(len(given)), given] = -1
    return {"self-confidence": 1 - own, "normalised margin": (1 - (own - q.max(1))) / 2}


def listed(rows, own):
    """Scores of all items from a list: in its order, the others behind it."""
    s = (1 - own) / 2
    s[rows] = 2 + np.arange(len(rows))[::-1]
    return s


def main():
    table = defaultdict(lambda: defaultdict(list))
    for line in sys.stdin:
        c = json.loads(line)
        given, p = np.array(c["given"]), np.array(c["p"], float)
        wrong = given != np.array(c["true"])
        own = p[np.arange(len(given)), given]
        cut = pruned(given, p)
        row = table[c["set"], c["kind"], c["rate"]]
        for name, s in scores(given, p).items():
            rows = np.flatnonzero(cut)
            rows = rows[np.argsort(-s[rows], kind="stable")]
            row["pruned, " + name].append(average_precision_score(wrong, listed(rows, own)))
            row["all, " + name].append(average_precision_score(wrong, s))
        ours = np.array(c["suspects"], int)
        row["inkling"].append(average_precision_score(wrong, listed(ours, own)))
        for at in (20, 100):
            row["first %d" % at].append(wrong[ours[:at]].mean())
            rows = np.flatnonzero(cut)
            rows = rows[np.argsort(own[rows], kind="stable")]
            row["first %d, cleanlab" % at].append(wrong[rows[:at]].mean() if len(rows) else 0)
        row["planted"].append(wrong.mean())
        row["estimated"].append(c["estimated_rate"])
    heads = None
    for key, row in table.items():
        if heads is None:
            heads = list(row)
            print("| set | noise | rate | " + " | ".join(heads) + " |\n|" + " --- |" * (len(heads) + 3))
        print("| %s | %s | %g | " % key + " | ".join("%.3f" % np.mean(row[h]) for h in heads) + " |")
    print("| mean | | | " + " | ".join("%.3f" % np.mean([np.mean(r[h]) for r in table.values()]) for h in heads) + " |")


if __name__ == "__main__":
    main()
