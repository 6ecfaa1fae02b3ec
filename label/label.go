// Package label is the language of a project: what is asked (Task), about
// what (Item), what a model proposes (Suggestion), what a person says
// (Decision), and the record of it (Event).
//
// It holds pure values. It does no I/O, knows no terminal and imports nothing
// of this module, so that the store, the models and the screens can all speak
// it without knowing each other.
package label
