package query

// Kernels for the tests.
var (
	HashOf = hashOf
)
