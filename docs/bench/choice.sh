#!/bin/sh
# What "train" chooses by itself on five sets of texts and a table, how long the
# choosing takes, and what calibration does to texts that no model saw. Run it from
# the repository's root; INKLING_DATA names the folder with the data sets.
set -eu
data=${INKLING_DATA:-../shared/data}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/inkling" .

choose() { # name, training file, column of answers, file to evaluate on, flags
	name=$1 train=$2 answers=$3 test=$4
	shift 4
	echo "== $name"
	"$work/inkling" import "$work/$name.inkling" "$data/$train" --answers "$answers" "$@" --json >"$work/import.json" 2>"$work/import.log"
	"$work/inkling" train "$work/$name.inkling" 2>"$work/train.log" | grep -v '^digest'
	if [ -n "$test" ]; then
		"$work/inkling" eval "$work/$name.inkling" "$data/$test" --gold "$answers" 2>"$work/eval.log" | grep -E '^(accuracy|log loss|ECE)'
	fi
}

choose sms sms_spam/sms_spam.csv label ""
choose tweets twitter_financial_news/train.csv label twitter_financial_news/valid.csv --text text
choose banking77 banking77/train.csv category banking77/test.csv
choose ag ag_news/train.csv label ag_news/test.csv
choose thucnews thucnews_headlines/train.csv label thucnews_headlines/test.csv
choose credit german_credit/german_credit.csv default ""

echo "== calibration by number of labels"
INKLING_DATA="$(cd "$data" && pwd)" go test ./learn -count=1 -run TestCalibrationOnRealTexts -v | grep 'mean of'
