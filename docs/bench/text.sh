#!/usr/bin/env bash
# Text classification side by side with scikit-learn and fastText, on the same
# rows, one thread and one core each, in turn. Usage, from anywhere:
#
#   docs/bench/text.sh [set..]          sms, ag, bank, tweets, thuc; all without
#
# It needs Go, Python with scikit-learn (PYTHON, by default /usr/bin/python3), and
# for its part fasttext. INKLING_DATA is the folder with the data, by default
# ../shared/data beside the repository; the peers' side is text/peer.py. MODELS
# says which of scikit-learn's are asked: mnb, cnb, sgd, lr; the last takes a
# minute in all. Every side runs once. Seconds are of processor time from texts in
# memory to the probabilities of the test texts (scikit-learn's to its classes);
# fastText's are by the wall clock, with reading its files. Where a set has no test
# file, a fifth is held out by scikit-learn, stratified, with seed 42.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=${INKLING_DATA:-$root/../shared/data}
models=${MODELS:-mnb,cnb,sgd,lr}
python=${PYTHON:-/usr/bin/python3}
peer=("$python" -B "$root/docs/bench/text/peer.py")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
(cd "$root" && CGO_ENABLED=0 go build -o "$dir/text" ./docs/bench/text)
pin=()
if command -v taskset > /dev/null; then pin=(taskset -c "${CORE:-1}"); fi

set_of() { # name: train, test, column of the class, flags of the peer
  case $1 in
    sms) echo "sms_spam/sms_spam.csv - label" ;;
    ag) echo "ag_news/train.csv ag_news/test.csv label" ;;
    bank) echo "banking77/train.csv banking77/test.csv category" ;;
    tweets) echo "twitter_financial_news/train.csv twitter_financial_news/valid.csv label" ;;
    thuc) echo "thucnews_headlines/train.csv thucnews_headlines/test.csv label --char" ;;
    *) echo "no set $1" >&2; exit 2 ;;
  esac
}
for name in "${@:-sms ag bank tweets thuc}"; do for s in $name; do
  read -r train test class flags <<< "$(set_of "$s")"
  if [[ $test != - ]]; then test=$data/$test; fi
  "${peer[@]}" split "$data/$train" "$test" "$class" "$dir/$s"
  GOMAXPROCS=1 "${pin[@]}" "$dir/text" -train "$dir/${s}_train.csv" -test "$dir/${s}_test.csv" > "$dir/$s.ours"
  # shellcheck disable=SC2086
  "${pin[@]}" "${peer[@]}" sklearn "$dir/${s}_train.csv" "$dir/${s}_test.csv" "$models" ${flags:-} > "$dir/$s.sklearn"
  if command -v fasttext > /dev/null; then
    "${pin[@]}" "${peer[@]}" fasttext "$dir/${s}_train.csv" "$dir/${s}_test.csv" > "$dir/$s.fasttext"
  fi
  "$python" -B - "$dir/$s" "$s" << 'PY'
import json, os, sys
base, name = sys.argv[1:]
def lines(kind):
    path = base + "." + kind
    return [json.loads(l) for l in open(path)] if os.path.exists(path) else []
ours = lines("ours")[0]
total = ours["total_s"]
def row(pipeline, s, accuracy, f1, loss, mb):
    f = lambda x, n: "-" if x is None else "%.*f" % (n, x)
    print("%-8s %-34s %8.3f s %8s  accuracy %s  macro F1 %s  log loss %s  %5.0f MB" % (
        name, pipeline, s, "%.3fx" % (total / s), f(accuracy, 4), f(f1, 4), f(loss, 3), mb))
row("inkling: softmax regression", total, ours["accuracy"], ours["macro_f1"], ours["log_loss"], ours["peak_rss_mb"])
r = {l["name"]: l for l in lines("sklearn")}
vectorise = r["vectorise_fit"]["cpu_s"] + r["vectorise_transform"]["cpu_s"]
for n in [l["name"][:-4] for l in r.values() if l["name"].endswith(".fit")]:
    p = r[n + ".predict"]
    row("scikit-learn: TF-IDF, " + n.split("(")[0], vectorise + r[n + ".fit"]["cpu_s"] + p["cpu_s"], p["accuracy"], p["macro_f1"], p["log_loss"], p["peak_rss_mb"])
ft = {l["name"]: l for l in lines("fasttext")}
if ft:
    row("fastText, 10 epochs, lr 1.0 (wall)", ft["fasttext.fit"]["seconds"] + ft["fasttext.predict"]["seconds"],
        ft["fasttext.predict"]["accuracy"], None, None, ft["fasttext.fit"]["peak_rss_mb"])
print("%-8s by stage: vectorise %.3f, fit %.3f, predict %.3f s; %d features; one text at a time: p50 %.0f, p99 %.0f us" % (
    name, ours["vectorise_s"], ours["fit_s"], ours["predict_s"], ours["features"], ours["one_p50_us"], ours["one_p99_us"]))
PY
done; done
