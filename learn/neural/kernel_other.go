//go:build !amd64

package neural

func adam(w, g, m, v []float32, r *rates) { adamPortable(w, g, m, v, r) }
