package query

// Kernels for the tests.
var (
	Dot      = dot
	DotPlain = dotPlain
	HashOf   = hashOf
)
