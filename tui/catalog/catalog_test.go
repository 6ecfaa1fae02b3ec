package catalog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var verb = regexp.MustCompile(`%[-+# 0]*[\d.]*[a-zA-Z]`)

// TestComplete walks every word of every language: none is empty, and the
// format verbs are those of English, in the same order.
func TestComplete(t *testing.T) {
	en := reflect.ValueOf(*In(English))
	for _, l := range Languages() {
		words := reflect.ValueOf(*In(l))
		var walk func(path string, a, b reflect.Value)
		walk = func(path string, a, b reflect.Value) {
			switch a.Kind() {
			case reflect.Struct:
				for i := range a.NumField() {
					walk(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
				}
			case reflect.Slice, reflect.Array:
				if a.Len() != b.Len() {
					t.Errorf("%s: %s has %d words, English %d", l, path, b.Len(), a.Len())
					return
				}
				for i := range a.Len() {
					walk(path, a.Index(i), b.Index(i))
				}
			case reflect.String:
				if b.String() == "" {
					t.Errorf("%s: %s is empty", l, path)
				}
				if x, y := verb.FindAllString(a.String(), -1), verb.FindAllString(b.String(), -1); !slices.Equal(x, y) {
					t.Errorf("%s: %s has verbs %v, English %v", l, path, y, x)
				}
			}
		}
		walk("Words", en, words)
	}
}

// TestUsed finds words that no screen asks for. It goes by their names: one
// that shares its name with something else in use passes.
func TestUsed(t *testing.T) {
	files, err := filepath.Glob("../*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no screens: %v", err)
	}
	asked := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				asked[s.Sel.Name] = true
			}
			return true
		})
	}
	for _, group := range reflect.VisibleFields(reflect.TypeFor[Words]()) {
		if group.Type.Kind() != reflect.Struct {
			continue
		}
		for _, word := range reflect.VisibleFields(group.Type) {
			if !asked[word.Name] {
				t.Errorf("no screen says %s.%s", group.Name, word.Name)
			}
		}
	}
}

// The environment values are those that POSIX systems set.
func TestFromEnv(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want Language
	}{
		{nil, English},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, Chinese},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, English},
		{map[string]string{"LANG": "de_DE.UTF-8"}, English},
		{map[string]string{"LANG": "en_GB", "LC_MESSAGES": "zh"}, Chinese},
	} {
		if got := FromEnv(func(k string) string { return c.env[k] }); got != c.want {
			t.Errorf("%v: got %s, want %s", c.env, got, c.want)
		}
	}
}
