"""The peer's side of docs/bench/networks.sh: the same networks in torch on one processor."""
import argparse
import csv
import gzip
import json
import os
import resource
import time

import numpy as np
import torch


def credit(folder):
    with open(os.path.join(folder, "german_credit", "german_credit.csv")) as f:
        rows = list(csv.reader(f))[1:]
    held = np.arange(len(rows)) % 5 == 0
    parts = []
    for column in list(zip(*rows))[:-1]:
        try:
            x = np.array(column, dtype=np.float32)
            parts.append(((x - x[~held].mean()) / x[~held].std())[:, None])
        except ValueError:
            parts.append(np.stack([np.array(column) == c for c in sorted(set(column))], 1).astype(np.float32))
    x, y = np.concatenate(parts, 1), np.array([int(r[-1]) for r in rows])
    return x[~held], y[~held], x[held], y[held]


def generated(path):
    a = np.fromfile(path, dtype="<f4").reshape(-1, 31)
    x, y, n = a[:, :30], a[:, 30].astype(np.int64), 100_000
    mean, deviation = x[:n].mean(0), x[:n].std(0)
    x = (x - mean) / deviation
    return x[:n], y[:n], x[n:], y[n:]


def pictures(folder):
    def idx(name, skip):
        with gzip.open(os.path.join(folder, "fashion_mnist", name)) as f:
            return np.frombuffer(f.read(), np.uint8, offset=skip)
    out = []
    for part in "train", "t10k":
        y = idx(part + "-labels-idx1-ubyte.gz", 8).astype(np.int64)
        out += [idx(part + "-images-idx3-ubyte.gz", 16).reshape(len(y), -1).astype(np.float32) / 255, y]
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--set", default="credit")
    p.add_argument("--data", default="../shared/data")
    p.add_argument("--rows", default="")
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--threads", type=int, default=1)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    x, y, tx, ty = {"credit": lambda: credit(a.data), "rows": lambda: generated(a.rows), "pictures": lambda: pictures(a.data)}[a.set]()
    x, tx = torch.tensor(np.ascontiguousarray(x)), torch.tensor(np.ascontiguousarray(tx))
    nn, two = torch.nn, a.set != "pictures"
    batch = 32 if two else 128
    truth = torch.tensor(y, dtype=torch.float32 if two else torch.long)
    for seed in range(a.seeds):
        torch.manual_seed(seed)
        if two:
            net = nn.Sequential(nn.Linear(x.shape[1], 20), nn.ReLU(), nn.Linear(20, 10), nn.ReLU(), nn.Linear(10, 1))
        else:
            net = nn.Sequential(nn.Linear(x.shape[1], 128), nn.ReLU(), nn.Linear(128, 10))
        start = time.perf_counter()
        loss, opt = nn.BCEWithLogitsLoss() if two else nn.CrossEntropyLoss(), torch.optim.Adam(net.parameters(), lr=1e-3)
        for _ in range(10):
            for b in torch.randperm(len(x)).split(batch):
                opt.zero_grad()
                z = net(x[b])
                loss(z[:, 0] if two else z, truth[b]).backward()
                opt.step()
        took = time.perf_counter() - start
        with torch.no_grad():
            z = net(tx)
            q = torch.sigmoid(z[:, 0]).numpy().astype(float) if two else None
            q = np.stack([1 - q, q], 1) if two else torch.softmax(z, 1).numpy().astype(float)
        print(json.dumps({"fit_s": took, "loss": float(-np.log(q[np.arange(len(ty)), ty]).mean()), "accuracy": float((q.argmax(1) == ty).mean()),
                          "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


if __name__ == "__main__":
    main()
