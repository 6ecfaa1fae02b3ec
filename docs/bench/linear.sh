#!/usr/bin/env bash
# Fits the same regressions here and in scikit-learn, in turn, on one core each, on the white wines
# and on a generated table of 100,000 rows of 30 numbers, and prints of both sides the
# seconds of the fit, of predicting all test rows, and MAE and R2 on these. Usage:
#
#   docs/bench/linear.sh [rows]
#
# It needs Go, taskset, /usr/bin/python3 with scikit-learn and pandas, and the folder of public
# data sets that INKLING_DATA names (by default ../shared/data).
set -euo pipefail
rows=${1:-100000}
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
data=${INKLING_DATA:-../shared/data}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CGO_ENABLED=0 go build -o "$dir/ours" ./docs/bench/linear
"$dir/ours" generate "$dir/generated.csv" "$rows"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
show() { # set, ours, theirs: prints both sides and the ratios
  /usr/bin/python3 - "$@" "$dir/a" "$dir/b" <<'PY'
import json, sys
a, b = (json.load(open(f)) for f in sys.argv[4:])
for side, what, r in (("inkling", sys.argv[2], a), ("scikit-learn", sys.argv[3], b)):
    score = "MAE %.4f  R2 %.4f" % (r["mae"], r["r2"]) if "mae" in r else "accuracy %.4f  log loss %.4f" % (r["accuracy"], r["loss"])
    more = "  p99 %.1f µs, %d columns%s" % (r["p99_us"], r["columns"], ", bent" if r["bends"] else "") if "p99_us" in r else ""
    print("%-9s %-12s %-20s fit %.4f s  predict %.5f s  %s  %.0f MB%s" % (sys.argv[1], side, what, r["fit"], r["predict"], score, r["peak_mb"], more))
print("%-9s ratio of fit and predict %.2f, of peak memory %.2f" % (sys.argv[1], (a["fit"] + a["predict"]) / (b["fit"] + b["predict"]), a["peak_mb"] / b["peak_mb"]))
PY
}
for set in wine generated; do
  file=$data/wine_quality_white/wine_quality_white.csv target=quality
  [ $set = wine ] || { file=$dir/generated.csv target=y; }
  /usr/bin/python3 docs/bench/linear/peer.py split "$file" "$dir/test"
  # Ours: method and bends; theirs: method.
  for pair in "least no least" "ridge no ridge" "ridge no ridge-cv" "ridge auto ridge-cv" "elastic auto elastic"; do
    read -r method bends peer <<< "$pair"
    taskset -c 1 env GOMAXPROCS=1 "$dir/ours" run "$file" $target "$dir/test" $method $bends 1 > "$dir/a"
    taskset -c 1 /usr/bin/python3 docs/bench/linear/peer.py run "$file" $target "$dir/test" $peer > "$dir/b"
    show $set "$method, bends $bends" $peer
  done
done
echo "Two threads:"
for pair in "ridge no ridge" "ridge auto ridge-cv"; do
  read -r method bends peer <<< "$pair"
  GOMAXPROCS=2 "$dir/ours" run "$file" $target "$dir/test" $method $bends 2 > "$dir/a"
  OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=2 /usr/bin/python3 docs/bench/linear/peer.py run "$file" $target "$dir/test" $peer 2 > "$dir/b"
  show $set "$method, bends $bends" $peer
done
echo "One-vs-rest logistic regression, C = 1, against liblinear (-s 0):"
file=$data/german_credit/german_credit.csv
/usr/bin/python3 docs/bench/linear/peer.py split "$file" "$dir/test"
taskset -c 1 env GOMAXPROCS=1 "$dir/ours" logistic "$file" default "$dir/test" 1 1 > "$dir/a"
taskset -c 1 /usr/bin/python3 docs/bench/linear/peer.py table "$file" default "$dir/test" 1 > "$dir/b"
show german logistic liblinear
# Tweets: both fit the same rows, those that our side makes.
file=$data/twitter_financial_news/train.csv
/usr/bin/python3 docs/bench/linear/peer.py split "$file" "$dir/test"
taskset -c 1 env GOMAXPROCS=1 "$dir/ours" logistic "$file" label "$dir/test" 1 1 "$dir/rows" > "$dir/a"
taskset -c 1 /usr/bin/python3 docs/bench/linear/peer.py dump "$dir/rows" 1 > "$dir/b"
show tweets logistic liblinear
