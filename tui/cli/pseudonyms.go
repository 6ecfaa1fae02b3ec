package cli

import "fmt"

// pseudonyms gives people names that say nothing of them: their number in the
// order in which they first decided, which stays the same as the project grows.
// Nobody can find a name by trying names; who knows in which order people began
// can.
func pseudonyms(people []string) map[string]string {
	out := map[string]string{}
	for i, name := range people {
		out[name] = fmt.Sprintf("person-%d", i+1)
	}
	return out
}
