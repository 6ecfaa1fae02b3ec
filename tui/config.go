package tui

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return c, nil
	}
	if err != nil {
		return c, fmt.Errorf("config: %w", err)
	}
	defer f.Close()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("config %s: %w", path, err)
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
