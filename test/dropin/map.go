package dropin

import "github.com/typewright/typewright/internal/importmap"

const (
	clientGo = importmap.ClientGo
	module   = importmap.Typewright
)

// Map returns a Go source with its import paths mapped. Everything else stays the same, byte by byte.
func Map(name string, source []byte) ([]byte, error) {
	mapped, _, _, err := importmap.Rewrite(name, source)
	return mapped, err
}
