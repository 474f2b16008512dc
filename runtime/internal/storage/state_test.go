package storage

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func TestRestoreBringsObjectsAndVersionBack(t *testing.T) {
	s := New(Options[string]{Window: 10})
	resource, late := schema.GroupResource{Resource: "things"}, schema.GroupResource{Resource: "late"}
	put := func(resource schema.GroupResource, name, value string) {
		_, err := s.Update(resource, Key{Name: name}, func(string) (string, error) { return value, nil })
		require.NoError(t, err)
	}
	put(resource, "a", "1")
	saved := s.Save()
	put(resource, "a", "2")
	put(late, "b", "1")

	for range 2 {
		s.Restore(saved)
		assert.Equal(t, uint64(2), s.Version())
		assert.Equal(t, "1", s.Get(resource, Key{Name: "a"}))
		assert.Empty(t, s.Get(late, Key{Name: "b"}))
		_, err := s.Watch(resource, 1)
		require.Error(t, err, "history is forgotten")
		put(resource, "a", "3") // the saved state does not change with it
	}
}
