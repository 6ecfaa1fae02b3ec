#!/usr/bin/env bash
# Learning curves side by side with scikit-learn, on the same pools and test files.
# Usage, from anywhere:
#
#   docs/bench/active.sh [set..]          sms, ag, bank, tweets, thuc; all without
#
# It needs Go and Python with scikit-learn (PYTHON, by default /usr/bin/python3).
# INKLING_DATA is the folder with the data, by default ../shared/data beside the
# repository; the peers' side is active/peer.py. STRATEGIES are those of ours (by
# default that of new projects, and random), FLAGS further flags of inkling
# simulate, SEEDS the runs of each (5). PEERS=no leaves the peers out; OUT is where
# the curves are kept (by default nowhere), and peers' curves that are there already
# are not made again. Where a set has no test file, a fifth is held out by
# scikit-learn, stratified, with seed 42.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=${INKLING_DATA:-$root/../shared/data}
python=${PYTHON:-/usr/bin/python3}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
out=${OUT:-$dir}
mkdir -p "$out"
(cd "$root" && CGO_ENABLED=0 go build -o "$dir/inkling" .)

set_of() { # name: train, test, column of the class, flags of the peer
  case $1 in
    sms) echo "sms_spam/sms_spam.csv - label" ;;
    ag) echo "ag_news/train.csv ag_news/test.csv label" ;;
    bank) echo "banking77/train.csv banking77/test.csv category" ;;
    tweets) echo "twitter_financial_news/train.csv twitter_financial_news/valid.csv label" ;;
    thuc) echo "thucnews_headlines/train.csv thucnews_headlines/test.csv label --char 2" ;;
    *) echo "no set $1" >&2; exit 2 ;;
  esac
}
for name in "${@:-sms ag bank tweets thuc}"; do for s in $name; do
  read -r train test class flags <<< "$(set_of "$s")"
  if [[ $test != - ]]; then test=$data/$test; fi
  "$python" -B "$root/docs/bench/text/peer.py" split "$data/$train" "$test" "$class" "$dir/$s"
  if [[ ${PEERS:-yes} == yes && ! -s $out/$s.peers ]]; then
    # shellcheck disable=SC2086
    "$python" -B "$root/docs/bench/active/peer.py" "$dir/${s}_train.csv" "$dir/${s}_test.csv" --seeds "${SEEDS:-5}" ${flags:-} > "$dir/$s.peers"
    [[ $out == "$dir" ]] || mv "$dir/$s.peers" "$out/$s.peers"
  fi
  # shellcheck disable=SC2086
  "$dir/inkling" simulate "$dir/${s}_train.csv" --test "$dir/${s}_test.csv" --task classes --text text --gold label --seeds "${SEEDS:-5}" \
    ${STRATEGIES:+--strategy "$STRATEGIES"} ${FLAGS:-} --json > "$out/$s.ours"
  "$python" -B "$root/docs/bench/active/table.py" "$s" "$out/$s.ours" "$out/$s.peers"
done; done
