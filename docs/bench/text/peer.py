#!/usr/bin/env python3
"""The peers' side of docs/bench/text.sh: scikit-learn and fastText.

    peer.py split TRAIN.csv TEST.csv|- CLASS OUT      OUT_train.csv and OUT_test.csv
    peer.py sklearn TRAIN.csv TEST.csv MODELS [--char]
    peer.py fasttext TRAIN.csv TEST.csv

Without a test file (-) split holds out a fifth, stratified, with seed 42. MODELS
is a list of mnb, cnb, sgd and lr. The latter two read the columns text and label,
and print a JSON line a stage, on one thread.
"""
import os

for pool in ("OMP", "OPENBLAS", "MKL"):  # before numpy is loaded
    os.environ[pool + "_NUM_THREADS"] = "1"

import csv
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import warnings


def read(path, label="label"):
    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8-sig") as f:
        rows = list(csv.DictReader(f))
    return [r["text"] for r in rows], [r[label] for r in rows]


def tell(name, who=resource.RUSAGE_SELF, **figures):
    """Print a stage, with the most memory that was resident until its end."""
    figures["peak_rss_mb"] = resource.getrusage(who).ru_maxrss / 1024
    print(json.dumps({"name": name, **figures}), flush=True)


def timed(work):
    """What work returns, and the seconds of processor time that it took."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def split(train, test, label, out):
    x, y = read(train, label)
    if test == "-":
        from sklearn.model_selection import train_test_split

        x, xt, y, yt = train_test_split(x, y, test_size=0.2, random_state=42, stratify=y)
    else:
        xt, yt = read(test, label)
    for part, texts, classes in (("train", x, y), ("test", xt, yt)):
        with open(f"{out}_{part}.csv", "w", newline="", encoding="utf-8") as f:
            csv.writer(f).writerows([("text", "label"), *zip(texts, classes)])


def sklearn(train, test, models, shape="--words"):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression, SGDClassifier
    from sklearn.metrics import accuracy_score, f1_score, log_loss
    from sklearn.naive_bayes import ComplementNB, MultinomialNB

    warnings.filterwarnings("ignore")
    known = {
        "mnb": MultinomialNB(),
        "cnb": ComplementNB(),
        "sgd": SGDClassifier(loss="log_loss", random_state=42),
        "lr": LogisticRegression(max_iter=1000),
    }
    grams = {"analyzer": "char", "ngram_range": (1, 4)} if shape == "--char" else {"ngram_range": (1, 2)}
    (x, y), (xt, yt) = read(train), read(test)
    terms = TfidfVectorizer(sublinear_tf=True, **grams)
    a, seconds = timed(lambda: terms.fit_transform(x))
    tell("vectorise_fit", cpu_s=seconds, features=a.shape[1])
    b, seconds = timed(lambda: terms.transform(xt))
    tell("vectorise_transform", cpu_s=seconds)
    for key in models.split(","):
        m = known[key]
        name = type(m).__name__
        _, seconds = timed(lambda: m.fit(a, y))
        tell(name + ".fit", cpu_s=seconds)
        # Classes are told as its users tell them; probabilities are for the loss.
        told, seconds = timed(lambda: m.predict(b))
        loss = log_loss(yt, m.predict_proba(b), labels=m.classes_)
        tell(name + ".predict", cpu_s=seconds, accuracy=accuracy_score(yt, told),
             macro_f1=f1_score(yt, told, average="macro"), log_loss=loss)


def fasttext(train, test):
    """fastText by its command line. It takes rows in the order of the file and
    words between spaces, so rows are shuffled, and signs and Han characters set
    apart, outside of the time that is told."""
    (x, y), (xt, yt) = read(train), read(test)
    number = {c: i for i, c in enumerate(sorted({*y, *yt}))}
    rows = list(zip(x, y))
    random.Random(42).shuffle(rows)
    apart = re.compile(r"([^\w\s]|[\u3400-\u9fff])")

    def run(*args):
        start = time.perf_counter()
        done = subprocess.run(["fasttext", *args], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        return done.stdout, time.perf_counter() - start

    with tempfile.TemporaryDirectory() as folder:
        for name, part in (("train", rows), ("test", zip(xt, yt))):
            with open(f"{folder}/{name}", "w", encoding="utf-8") as f:
                for text, c in part:
                    f.write(f"__label__{number[c]} " + " ".join(apart.sub(r" \1 ", text.lower()).split()) + "\n")
        _, seconds = run("supervised", "-input", folder + "/train", "-output", folder + "/model", "-lr", "1.0",
                         "-epoch", "10", "-wordNgrams", "2", "-thread", "1", "-seed", "42", "-verbose", "0")
        tell("fasttext.fit", resource.RUSAGE_CHILDREN, seconds=seconds)
        out, seconds = run("test", folder + "/model.bin", folder + "/test")
        tell("fasttext.predict", resource.RUSAGE_CHILDREN, seconds=seconds,
             accuracy=float(re.search(r"P@1\s+([\d.]+)", out)[1]))


if __name__ == "__main__":
    commands = {"split": split, "sklearn": sklearn, "fasttext": fasttext}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
