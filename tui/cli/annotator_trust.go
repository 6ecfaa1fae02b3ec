package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"inkling/learn/external"
	"inkling/tui"
	"inkling/tui/safe"
)

// agreed is a program that somebody on this machine agreed to run.
type agreed struct {
	Command []string  `json:"command"`
	Folder  string    `json:"folder"`
	When    time.Time `json:"when"`
}

// agreements are all of them, by the digest of command and folder. They lie in
// the person's own folder, outside of any project: a project file may come from
// anybody, and must not bring leave to run what it names.
type agreements struct {
	Annotators map[string]agreed `json:"annotators"`
}

// agreementsPath is beside the config file.
func agreementsPath() (string, error) {
	config, err := tui.ConfigPath()
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(config), "annotators.json"), nil
}

func readAgreements() (agreements, string, error) {
	var all agreements
	path, err := agreementsPath()
	if err != nil {
		return all, "", fmt.Errorf("where to keep which programs may run is not known: %w", err)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return all, path, nil
	}
	if err != nil {
		return all, path, err
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return all, path, fmt.Errorf("%s: %w; remove it, and agree to each program again", path, err)
	}
	return all, path, nil
}

// trusted reports whether it was agreed to run an annotator here.
func trusted(x external.Annotator, folder string) (bool, error) {
	all, _, err := readAgreements()
	_, ok := all.Annotators[external.Digest(x.Args, folder)]
	return ok, err
}

// trust keeps that it was agreed to.
func trust(x external.Annotator, folder string) error {
	all, path, err := readAgreements()
	if err != nil {
		return err
	}
	if all.Annotators == nil {
		all.Annotators = map[string]agreed{}
	}
	all.Annotators[external.Digest(x.Args, folder)] = agreed{x.Args, folder, time.Now().UTC().Truncate(time.Second)}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temp := path + partSuffix()
	if err := os.WriteFile(temp, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// mayRun returns an error unless it was agreed to run an annotator here: before
// now, with --trust, or now, by whoever sits at the terminal.
func (a *app) mayRun(x external.Annotator, folder string, agrees bool) error {
	ok, err := trusted(x, folder)
	if err != nil || ok {
		return err
	}
	what := fmt.Sprintf("%s stands for a program that nobody has agreed to run on this machine:\n  %s\n  in the folder %s", x.Name, commandLine(x.Args), safe.Line(folder))
	if !agrees {
		if !isTerminal(a.In) || !isTerminal(a.Err) {
			return fmt.Errorf("%s\nlook at it, and where it may run add --trust", what)
		}
		answer, err := a.ask(what + "\nIt can do whatever you can. Run it, now and from now on? [y/N]")
		if err != nil {
			return err
		}
		if answer = strings.ToLower(answer); answer != "y" && answer != "yes" {
			return fmt.Errorf("%s was not run", x.Name)
		}
	}
	return trust(x, folder)
}
