package format

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// dataFile returns the path of a file of the development data, and skips the
// test where that is absent.
func dataFile(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("INKLING_DATA")
	if dir == "" {
		root, err := os.Getwd()
		for ; err == nil; root = filepath.Dir(root) {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil || root == filepath.Dir(root) {
				break
			}
		}
		dir = filepath.Join(root, "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here; set INKLING_DATA to the folder of the development data", name)
	}
	return path
}

// realFiles are the CSV files of the development data with the rows that its
// README states.
var realFiles = map[string]struct{ rows, columns int }{
	"sms_spam/sms_spam.csv":                     {5574, 2},
	"ag_news/train.csv":                         {10001, 2},
	"ag_news/test.csv":                          {7600, 3},
	"banking77/train.csv":                       {10003, 2},
	"banking77/test.csv":                        {3080, 2},
	"thucnews_headlines/train.csv":              {10000, 2},
	"thucnews_headlines/test.csv":               {10000, 2},
	"twitter_financial_news/train.csv":          {9543, 2},
	"twitter_financial_news/valid.csv":          {2388, 2},
	"german_credit/german_credit.csv":           {1000, 21},
	"german_credit/columns.csv":                 {64, 4},
	"wine_quality_white/wine_quality_white.csv": {4898, 12},
	"crowd_bluebird/labels.csv":                 {4212, 3},
	"crowd_bluebird/truth.csv":                  {108, 2},
	"crowd_mozafari/labels.csv":                 {5000, 3},
	"crowd_mozafari/truth.csv":                  {1000, 2},
}

// count reads to the end and returns the records, failing on any error.
func count(t *testing.T, r *Reader) (n int) {
	t.Helper()
	for {
		_, err := r.Next()
		if err == io.EOF {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
}

func TestRealFiles(t *testing.T) {
	for name, want := range realFiles {
		t.Run(name, func(t *testing.T) {
			r, err := Open(dataFile(t, name), Spec{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if got := r.Dialect().String(); got != "CSV, comma, header, UTF-8" {
				t.Error(got)
			}
			if len(r.Columns()) != want.columns {
				t.Errorf("columns %q", r.Columns())
			}
			if n := count(t, r); n != want.rows {
				t.Errorf("%d rows, the README says %d", n, want.rows)
			}
			if r.BytesRead() != r.Size() {
				t.Errorf("%d of %d bytes read", r.BytesRead(), r.Size())
			}
		})
	}
}
