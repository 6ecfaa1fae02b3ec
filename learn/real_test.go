package learn_test

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"inkling/label"
)

// realData is one of the public data sets that accuracy is measured on.
type realData struct {
	name, train, test string // files; without test, every fifth text by its order in a shuffle is held out
	text, class       string // columns
}

var realSets = []realData{
	{"sms_spam", "sms_spam/sms_spam.csv", "", "text", "label"},
	{"ag_news", "ag_news/train.csv", "ag_news/test.csv", "text", "label"},
	{"banking77", "banking77/train.csv", "banking77/test.csv", "text", "category"},
	{"twitter_financial_news", "twitter_financial_news/train.csv", "twitter_financial_news/valid.csv", "text", "label"},
	{"thucnews_headlines", "thucnews_headlines/train.csv", "thucnews_headlines/test.csv", "text", "label"},
}

// examplesOf are texts with their classes.
type examplesOf struct {
	texts []string
	class []int
}

// load reads a set, or skips the test where it is not there.
func (r realData) load(t testing.TB) (train, test examplesOf, names []string) {
	dir := dataFolder(t)
	var x, y []string
	n := 0
	for i, file := range []string{r.train, r.test} {
		if file == "" {
			continue
		}
		texts, classes := readColumns(t, filepath.Join(dir, file), r.text, r.class)
		x, y = append(x, texts...), append(y, classes...)
		if i == 0 {
			n = len(x)
		}
	}
	names = slices.Compact(slices.Sorted(slices.Values(y)))
	task := label.Task{Columns: []label.Column{{Name: "text", Role: label.Text}}}
	for i, text := range x {
		class, _ := slices.BinarySearch(names, y[i])
		_, key := task.Identify([]string{text})
		if i >= n || r.test == "" && key%5 == 0 { // the same texts fall on the same side
			test.texts, test.class = append(test.texts, text), append(test.class, class)
		} else {
			train.texts, train.class = append(train.texts, text), append(train.class, class)
		}
	}
	return train, test, names
}

func readColumns(t testing.TB, file, text, class string) (x, y []string) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no data: %s is not there; INKLING_DATA names the folder", filepath.Base(file))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	a, b := slices.Index(rows[0], text), slices.Index(rows[0], class)
	for _, r := range rows[1:] {
		x, y = append(x, r[a]), append(y, r[b])
	}
	return x, y
}

// dataFolder is where the public data sets are: INKLING_DATA, or
// ../shared/data beside the repository.
func dataFolder(t testing.TB) string {
	if dir := os.Getenv("INKLING_DATA"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared", "data")
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
}
