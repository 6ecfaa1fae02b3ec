package tui

func asProgram() {}
