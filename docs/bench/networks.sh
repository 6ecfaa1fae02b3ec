#!/usr/bin/env bash
# Fits the same networks here and in torch, in turn, on one core (or so many as CORES says), and prints of
# both sides the fit's seconds, the loss and accuracy on test rows, and peak memory: medians over
# the seeds, losses and accuracies with their range. Usage:
#
#   docs/bench/networks.sh [seeds] [set..]
#
# Sets are credit (German credit, the preset), rows (100,000 generated rows, the preset) and pictures (the
# Fashion-MNIST sample, one layer of 128). It needs Go, taskset, /usr/bin/python3 with torch and numpy, and the
# folder of public data sets that INKLING_DATA names (by default ../shared/data).
set -euo pipefail
seeds=${1:-5}
sets=("${@:2}")
[ ${#sets[@]} -gt 0 ] || sets=(credit rows pictures)
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
data=${INKLING_DATA:-../shared/data}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CGO_ENABLED=0 go build -o "$dir/ours" ./docs/bench/networks
"$dir/ours" -generate -rows "$dir/rows"
cores=${CORES:-1}
export OMP_NUM_THREADS=$cores GOMAXPROCS=$cores
on=1
[ "$cores" = 1 ] || on="0-$((cores - 1))"
for set in "${sets[@]}"; do
  taskset -c "$on" "$dir/ours" -set "$set" -data "$data" -rows "$dir/rows" -seeds "$seeds" -workers "$cores" > "$dir/a"
  taskset -c "$on" /usr/bin/python3 docs/bench/networks/peer.py --set "$set" --data "$data" --rows "$dir/rows" --seeds "$seeds" --threads "$cores" > "$dir/b"
  /usr/bin/python3 - "$set" "$dir/a" "$dir/b" <<'PY'
import json, statistics, sys
a, b = ([json.loads(line) for line in open(f)] for f in sys.argv[2:])
def of(side, key): return statistics.median(r[key] for r in side)
def span(side, key): return "%.4f (%.4f to %.4f)" % (statistics.mean(r[key] for r in side), min(r[key] for r in side), max(r[key] for r in side))
for name, s in ("inkling", a), ("torch", b):
    print("%-9s %-8s fit %8.4f s  loss %s  accuracy %s  peak %4.0f MB" % (sys.argv[1], name, of(s, "fit_s"), span(s, "loss"), span(s, "accuracy"), s[-1]["peak_mb"]))
print("%-9s ratio    fit %8.3f    memory %.2f    one row p99 %.1f microseconds" % (sys.argv[1], of(a, "fit_s") / of(b, "fit_s"), a[-1]["peak_mb"] / b[-1]["peak_mb"], of(a, "p99_us")))
PY
done
