#!/usr/bin/env python3
"""The table of one set of docs/bench/active.sh.

    table.py NAME OURS [PEERS]

OURS is what inkling simulate --json printed, PEERS what peer.py did. Accuracies at
50, 100, 250 and 500 labels, the area, and the labels at which the mean curve reaches
the best that a peer has at the end.
"""
import json
import os
import sys

name, ours, peers = (sys.argv[1:] + [""])[:3]
rows = []
best = None
if peers and os.path.exists(peers):
    for line in open(peers):
        p = json.loads(line)
        rows.append(("scikit-learn, " + p["strategy"].replace("_", " "), p["labels"], p["mean"], p["std"], p["area"], None, p["seconds"]))
        best = max(best or 0, p["mean"][-1])
doc = json.load(open(ours))
for s, c in doc["strategies"].items():
    rows.append(("inkling, " + s, c["labels"], c["mean"], c["std"], c["area"], c["area_std"], doc["seconds"]))
print("%s: %d in the pool, %d to measure on; all labels %.4f; %s, vectors of %d; %.0f s for all of ours" % (
    name, doc["pool"], doc["test"], list(doc["full"].values())[0], doc["model"], doc["vector"], doc["seconds"]))
for what, labels, mean, std, area, spread, seconds in rows:
    at = "".join(" | %.3f" % mean[labels.index(n)] if n in labels else " | -" for n in (50, 100, 250, 500))
    reach = next((n for n, m in zip(labels, mean) if best is not None and m >= best), None)
    print("| %-32s%s | %.4f%s | %s |" % (what, at, area, " ±%.4f" % spread if spread is not None else "", "-" if best is None else reach or "never"))
if best is not None:
    print("best of the peers at the end: %.4f" % best)
