#!/usr/bin/env bash
# Trees against scikit-learn and xgboost: the same rows for both sides, five splits each,
# run in turn, and the ratios. Usage:
#
#   docs/bench/trees.sh [seeds] [rows] [threads..]
#
# By default 5 seeds, a generated table of 100,000 rows, 1 thread and then 2. With one thread both sides
# are pinned to one core. It needs Go, and a Python with scikit-learn and xgboost, named by PYTHON (default
# /usr/bin/python3). INKLING_DATA names the folder of the public data sets, by default ../shared/data
# beside the repository.
set -euo pipefail
seeds=${1:-5} rows=${2:-100000}
shift $(($# < 2 ? $# : 2))
threads=("$@")
[ $# -gt 0 ] || threads=(1 2)
root=$(cd "$(dirname "$0")/../.." && pwd)
data=${INKLING_DATA:-$root/../shared/data}
python=${PYTHON:-/usr/bin/python3}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
(cd "$root" && CGO_ENABLED=0 go build -o "$dir/trees" ./docs/bench/trees)
peers=("$python" "$root/docs/bench/trees/peers.py")
"$dir/trees" generate "$dir/generated.csv" "$rows"

compare() { # name, file, target, work
  [ -f "$2" ] || { echo "$1: no $2"; return; }
  "${peers[@]}" split "$2" "$seeds" "$dir/splits"
  for n in "${threads[@]}"; do
    pin=()
    [ "$n" -gt 1 ] || pin=(taskset -c 1)
    "${pin[@]}" "$dir/trees" run "$2" "$3" "$4" "$dir/splits" "$n" > "$dir/ours"
    "${pin[@]}" "${peers[@]}" run "$2" "$3" "$4" "$dir/splits" "$n" > "$dir/theirs"
    "${peers[@]}" ratio "$1, $n threads" "$dir/ours" "$dir/theirs"
  done
}
compare 'German credit, forest' "$data/german_credit/german_credit.csv" default forest
compare 'German credit, boosting' "$data/german_credit/german_credit.csv" default boosting
compare 'white wine, forest regression' "$data/wine_quality_white/wine_quality_white.csv" quality regression
compare "generated, $rows rows, boosting" "$dir/generated.csv" y boosting
compare "generated, $rows rows, forest" "$dir/generated.csv" y forest
