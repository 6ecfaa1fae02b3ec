#!/usr/bin/env bash
# Imports the same file into a new project and into indexed SQLite tables, in
# turn, and prints of each the seconds, rows a second, processor time and peak
# memory (files that are mapped included). Usage:
#
#   docs/bench/import.sh [rows] [rounds] [folder]
#
# It needs Go, sqlite3, awk and GNU time. The folder is where the files go (by
# default a temporary one, which is removed): put it on the disk that counts.
set -euo pipefail
rows=${1:-1000000} rounds=${2:-3}
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=${3:-}
if [ -z "$dir" ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
fi
(cd "$root" && CGO_ENABLED=0 go build -o "$dir/inkling" .)
file=$dir/rows.csv
awk -v n="$rows" 'BEGIN {
  srand(7)
  k = split("asks to defer the payment again employer confirmed by phone rent second time this year income stable letter missing sent branch over March instalment agreed plan", w, " ")
  print "id,text,label"
  for (i = 1; i <= n; i++) {
    t = w[int(rand() * k) + 1]
    while (length(t) < 60) t = t " " w[int(rand() * k) + 1]
    print i "," t "," (rand() < 0.5 ? "safe" : "risky")
  }
}' > "$file"
printf '%d rows, %d bytes\n' "$rows" "$(wc -c < "$file")"

measure() { # name, command..
  local name=$1
  shift
  rm -f "$dir"/p.inkling* "$dir/t.db"
  sync
  command time -f '%e %M %U %S' -o "$dir/time" "$@" > "$dir/out" 2>&1 || { cat "$dir/out"; exit 1; }
  awk -v name="$name" -v n="$rows" '{ printf "%-44s %6.2f s %9.0f rows/s %6.2f s of processor %5.0f MB\n", name, $1, n / $1, $3 + $4, $2 / 1024 }' "$dir/time"
}
into() { # name, table, index..
  measure "sqlite3 .import, $1" sqlite3 "$dir/t.db" "${@:2}" ".import --csv --skip 1 $file t"
}
for _ in $(seq "$rounds"); do
  measure 'inkling import, named by content' "$dir/inkling" import "$dir/p.inkling" "$file" --text text --gold label
  into 'unique index on the text' 'create table t(id, text, label)' 'create unique index i on t(text, id)'
  measure 'inkling import, named by id' "$dir/inkling" import "$dir/p.inkling" "$file" --text text --id id --gold label
  measure 'inkling import, named by id, with decisions' "$dir/inkling" import "$dir/p.inkling" "$file" --text text --id id --answers label
  into 'id text primary key' 'create table t(id text primary key, text, label)'
done
