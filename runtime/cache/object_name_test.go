package cache

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/types"
)

func TestObjectNames(t *testing.T) {
	for key, want := range map[string]ObjectName{
		"default/a": NewObjectName("default", "a"),
		"a":         NewObjectName("", "a"),
	} {
		name, err := ParseObjectName(key)
		require.NoError(t, err)
		assert.Equal(t, want, name)
		assert.Equal(t, key, name.String())
		assert.Equal(t, name, NamespacedNameAsObjectName(name.AsNamespacedName()))
		namespace, base := name.Parts()
		assert.Equal(t, types.NamespacedName{Namespace: namespace, Name: base}, name.AsNamespacedName())
	}
	_, err := ParseObjectName("too/many/parts")
	require.ErrorContains(t, err, `"too/many/parts"`)
}

func TestNamesAndKeysOfWhatDeleteHandlersGet(t *testing.T) {
	for what, test := range map[string]struct {
		obj  interface{}
		want string
	}{
		"an object":   {configMap("a", "1"), "default/a"},
		"a tombstone": {DeletedFinalStateUnknown{Key: "default/a", Obj: configMap("other", "1")}, "default/a"},
		"a tombstone without a namespace": {
			DeletedFinalStateUnknown{Key: "a"}, "a",
		},
	} {
		t.Run(what, func(t *testing.T) {
			key, err := DeletionHandlingMetaNamespaceKeyFunc(test.obj)
			require.NoError(t, err)
			assert.Equal(t, test.want, key)
			name, err := DeletionHandlingObjectToName(test.obj)
			require.NoError(t, err)
			assert.Equal(t, test.want, name.String())
		})
	}
	for _, obj := range []interface{}{"no object", DeletedFinalStateUnknown{Key: "too/many/parts"}} {
		_, err := DeletionHandlingObjectToName(obj)
		require.Error(t, err)
	}
	_, err := DeletionHandlingMetaNamespaceKeyFunc("no object")
	require.Error(t, err)
}
