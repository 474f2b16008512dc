package plan

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// TestGuessedResource compares the guess with that of trackers.
func TestGuessedResource(t *testing.T) {
	for _, kind := range []string{"Robot", "Policy", "Gateway", "Ingress", "Box", "Batch", "Shelf", "Endpoints", "ThingEndpoints", "Y", "S", "HTTPRoute"} {
		want, _ := meta.UnsafeGuessKindToResource(schema.GroupVersionKind{Kind: kind})
		assert.Equal(t, want.Resource, guessedResource(kind), kind)
	}
}
