package tui

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"inkling/tui/catalog"
)

// Config is what a person sets once for all projects, in a JSON file:
//
//	{"language": "zh", "keys": {"accept": ["enter", "y"], "skip": ["n"]}}
type Config struct {
	Language catalog.Language    `json:"language,omitempty"`
	Keys     map[string][]string `json:"keys,omitempty"`
}

// ConfigPath is where the config file is looked for unless the user names
// another.
func ConfigPath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "inkling", "config.json"), nil
}

// ReadConfig reads the file; one that is not there is an empty Config unless
// must is set.
func ReadConfig(path string, must bool) (Config, error) {
	var c Config
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return c, nil
	}
	if err != nil {
		return c, fmt.Errorf("config: %w", err)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("config %s%s", path, jsonFault(string(text), err))
	}
	if c.Language != "" {
		if _, ok := catalog.Parse(string(c.Language)); !ok {
			return c, fmt.Errorf("config %s: no language %q; there are en and zh", path, c.Language)
		}
	}
	if _, _, err := newKeymap(catalog.In(catalog.English), c.Keys); err != nil {
		return c, fmt.Errorf("config %s: %w", path, err)
	}
	return c, nil
}

// jsonFault says where a text is not the JSON that was wanted, and why.
func jsonFault(text string, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at, why := int64(-1), strings.TrimPrefix(err.Error(), "json: ")
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		at, why = int64(len(text)), "the JSON ends too early"
	case errors.As(err, &syntax):
		at, why = syntax.Offset-1, "not JSON: "+why
	case errors.As(err, &kind):
		at, why = kind.Offset-1, fmt.Sprintf("%s cannot be a %s", kind.Field, kind.Value)
	}
	if at < 0 {
		return ": " + why
	}
	before := text[:min(at, int64(len(text)))]
	line := strings.Count(before, "\n")
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf(", line %d, column %d: %s", line+1, column+1, why)
}

// DefaultKeys returns the keys of every command by its name in the config
// file, in the order of the help.
func DefaultKeys() (names []string, keys map[string][]string) {
	var m keymap
	keys = map[string][]string{}
	for _, b := range m.table(catalog.In(catalog.English)) {
		names = append(names, b.name)
		keys[b.name] = b.keys
	}
	return names, keys
}
