// Inkling is a workbench for labelling data and training models on it, in the
// terminal. Package tui/cli says what it can be told.
package main

import (
	"os"

	"inkling/tui/cli"
)

// version is what --version, help and man pages say.
const version = "0.1.0"

func main() {
	os.Exit(cli.Main(version, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
