package dropin

import "github.com/typewright/typewright/internal/importmap"

const (
	was    = importmap.ClientGo
	module = importmap.Typewright
)

// Map returns a Go source with its import paths mapped, and not a byte changed beside them.
func Map(name string, source []byte) ([]byte, error) {
	mapped, _, _, err := importmap.Rewrite(name, source)
	return mapped, err
}
