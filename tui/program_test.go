package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"inkling/learn"
	"inkling/store"
	"inkling/tui/catalog"
)

// asProgramEnv names the project that the test binary shows on its terminal when
// it is started with this variable, instead of running tests.
const asProgramEnv = "INKLING_TEST_PROJECT"

// asProgram runs the workbench as the program does, where the test binary was
// started for that; it does not return then. The exit status is 0, or 3 for a
// hang-up.
func asProgram() {
	path := os.Getenv(asProgramEnv)
	if path == "" {
		return
	}
	err := showProject(path)
	switch {
	case errors.Is(err, ErrHangUp):
		os.Exit(3)
	case err != nil:
		fmt.Fprintln(os.Stderr, "failed:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func showProject(path string) error {
	p, err := store.Open(path, store.Options{})
	if err != nil {
		return err
	}
	defer p.Close()
	debug.SetGCPercent(50) // as the command has it
	ctx, cancel := context.WithCancel(context.Background())
	t := learn.NewTrainer(p, learn.Options{Seed: 1, Answers: 1})
	stopped := make(chan error, 1)
	go func() { stopped <- t.Run(ctx) }()
	err = Run(ctx, p, t, Options{Annotator: "ana", Language: catalog.English})
	cancel()
	return errors.Join(err, <-stopped)
}
