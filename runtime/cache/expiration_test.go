package cache

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTTLStoreDropsExpiredObjects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewTTLStore(MetaNamespaceKeyFunc, time.Minute)
		require.NoError(t, store.Add(configMap("old", "1")))
		time.Sleep(40 * time.Second)
		require.NoError(t, store.Add(configMap("young", "1")))
		require.NoError(t, store.Replace([]interface{}{configMap("old", "1"), configMap("young", "1")}, "7"))
		time.Sleep(40 * time.Second)
		require.NoError(t, store.Update(configMap("young", "2")))
		assert.Len(t, store.List(), 2)
		time.Sleep(40 * time.Second)

		_, exists, err := store.Get(configMap("old", ""))
		require.NoError(t, err)
		assert.False(t, exists)
		assert.Len(t, store.List(), 1)
		assert.Equal(t, []string{"default/young"}, store.ListKeys())
		require.NoError(t, store.Delete(configMap("young", "")))
		assert.Empty(t, store.List())
		assert.Equal(t, "7", store.LastStoreSyncResourceVersion())
		require.NoError(t, store.Resync())
		store.Bookmark("9")
		assert.Equal(t, "9", store.LastStoreSyncResourceVersion())
		assert.Error(t, store.Add(42))
	})
}

func TestTTLStoreWithoutAnAge(t *testing.T) {
	store := NewTTLStore(MetaNamespaceKeyFunc, 0)
	require.NoError(t, store.Add(configMap("a", "1")))
	_, exists, err := store.GetByKey("default/a")
	require.NoError(t, err)
	assert.True(t, exists)
}
