#!/usr/bin/env bash
# Trains every model that tells classes on this machine (amd64), exports each as
# a file, and has programs for amd64, 386 and arm64 tell what the file says of
# other rows: the digests of the bits of all probabilities, and of the reasons,
# must be the same. Usage:
#
#   docs/bench/portable.sh [training rows] [rows to tell] [model ..]
#
# It needs Go, and qemu-aarch64-static for arm64. Status 1 where a bit differs.
set -euo pipefail
train=${1:-600} tell=${2:-300}
shift $(($# < 2 ? $# : 2))
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$root"
export CGO_ENABLED=0
go build -o "$dir/inkling" .
for arch in amd64 386 arm64; do
  GOARCH=$arch go build -o "$dir/portable-$arch" ./docs/bench/portable
done
"$dir/portable-amd64" rows 1 "$train" > "$dir/train.csv"
"$dir/portable-amd64" rows 2 "$tell" > "$dir/tell.csv"
models=("$@")
if [ ${#models[@]} = 0 ]; then
  mapfile -t models < <("$dir/portable-amd64" models)
fi
differ=0 told=0
for model in "${models[@]}"; do
  p=$dir/$model.inkling
  "$dir/inkling" import "$p" "$dir/train.csv" --answers class --on-error skip > "$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
  if ! "$dir/inkling" train "$p" --model "$model" > "$dir/log" 2>&1; then
    echo "$model: left out: $(tail -1 "$dir/log")"
    continue
  fi
  "$dir/inkling" models export "$p" -o "$dir/$model.model" 2> "$dir/log"
  for arch in amd64 386 arm64; do
    run=("$dir/portable-$arch")
    if [ "$arch" = arm64 ]; then run=(qemu-aarch64-static "$dir/portable-$arch"); fi
    "${run[@]}" tell "$dir/$model.model" "$dir/tell.csv" | tee "$dir/told-$arch"
    cut -c10- "$dir/told-$arch" > "$dir/said-$arch"
    if ! cmp -s "$dir/said-amd64" "$dir/said-$arch"; then
      echo "$model: $arch differs from amd64"
      differ=1
    fi
  done
  told=$((told + 1))
done
if [ "$told" = 0 ]; then echo "no model was told"; exit 1; fi
exit "$differ"
