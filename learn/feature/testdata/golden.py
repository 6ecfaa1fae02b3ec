#!/usr/bin/python3
"""Writes golden.json: TfidfVectorizer of scikit-learn on seeded synthetic texts.

Features have no names in package feature, so rows are compared by their sorted
values. Versions are in the file.
"""
import json
import os
import random

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer


def main():
    rng = random.Random(7)
    words = ["".join(rng.choice("abcdefghij") for _ in range(rng.randint(2, 7))) for _ in range(60)]
    texts = [
        " ".join(w.upper() if rng.random() < 0.1 else w for w in rng.choices(words, k=rng.randint(0, 25))).replace(" a", ", a")
        for _ in range(80)
    ]
    out = {"made_by": "scikit-learn " + sklearn.__version__, "texts": texts, "cases": []}
    for n, least in [(1, 1), (2, 1), (2, 3)]:
        v = TfidfVectorizer(ngram_range=(1, n), sublinear_tf=True, min_df=least)
        x = v.fit_transform(texts[:60])
        t = v.transform(texts)
        out["cases"].append(
            {"words": n, "min_items": least, "features": x.shape[1], "rows": [sorted(t[i].data.tolist()) for i in range(len(texts))]}
        )
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as f:
        json.dump(out, f)
        f.write("\n")


if __name__ == "__main__":
    main()
