package cache

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func byValue(obj interface{}) ([]string, error) {
	cm, ok := obj.(*corev1.ConfigMap)
	if !ok {
		return nil, errors.New("not a config map")
	}
	return []string{cm.Data["value"], "all"}, nil
}

func keysBy(t *testing.T, indexer Indexer, name, value string) []string {
	t.Helper()
	keys, err := indexer.IndexKeys(name, value)
	require.NoError(t, err)
	return keys
}

func TestIndexer(t *testing.T) {
	indexer := NewIndexer(MetaNamespaceKeyFunc, Indexers{"value": byValue})
	for name, value := range map[string]string{"a": "1", "b": "1", "c": "2"} {
		require.NoError(t, indexer.Add(configMap(name, value)))
	}
	assert.ElementsMatch(t, []string{"default/a", "default/b"}, keysBy(t, indexer, "value", "1"))
	assert.ElementsMatch(t, []string{"1", "2", "all"}, indexer.ListIndexFuncValues("value"))

	require.NoError(t, indexer.Update(configMap("a", "2")))
	require.NoError(t, indexer.Delete(configMap("b", "")))
	assert.Empty(t, keysBy(t, indexer, "value", "1"))
	assert.ElementsMatch(t, []string{"2", "all"}, indexer.ListIndexFuncValues("value"))
	sameValue, err := indexer.Index("value", configMap("x", "2"))
	require.NoError(t, err)
	assert.Len(t, sameValue, 2)

	require.NoError(t, indexer.AddIndexers(Indexers{NamespaceIndex: MetaNamespaceIndexFunc}), "objects are there already")
	assert.Len(t, keysBy(t, indexer, NamespaceIndex, "default"), 2)
	require.Error(t, indexer.AddIndexers(Indexers{"value": byValue}), "the name is taken")

	require.NoError(t, indexer.Replace([]interface{}{configMap("z", "9")}, "7"))
	assert.Equal(t, []string{"default/z"}, keysBy(t, indexer, "value", "9"))
	assert.Empty(t, keysBy(t, indexer, "value", "2"))
	assert.Equal(t, "7", indexer.LastStoreSyncResourceVersion())

	_, err = indexer.ByIndex("nowhere", "x")
	require.EqualError(t, err, `index with name "nowhere" does not exist`)
	assert.ErrorContains(t, indexer.Add(42), "couldn't create key for object 42")
}

func TestTypedViewAllocatesNothing(t *testing.T) {
	informer := NewTypedInformer(newServer(), SharedIndexInformerOptions{Indexers: Indexers{NamespaceIndex: MetaNamespaceIndexFunc}})
	for _, name := range []string{"a", "b", "c"} {
		require.NoError(t, informer.GetIndexer().Add(configMap(name, "1")))
	}
	reader, ok := TypedView[*corev1.ConfigMap](informer.GetIndexer())
	require.True(t, ok)
	count := 0
	allocations := testing.AllocsPerRun(100, func() {
		for range reader.All() {
			count++
		}
	})
	assert.Positive(t, count)
	if !poolForgets {
		assert.Zero(t, allocations)
	}

	_, ok = TypedView[*corev1.Pod](informer.GetIndexer())
	assert.False(t, ok)
}

func TestTypedViewMayBeWrittenToWhileItIsRead(t *testing.T) {
	informer := NewTypedInformer(newServer(), SharedIndexInformerOptions{})
	indexer := informer.GetIndexer()
	require.NoError(t, indexer.Add(configMap("a", "1")))
	reader, _ := TypedView[*corev1.ConfigMap](indexer)
	for obj := range reader.All() {
		require.NoError(t, indexer.Delete(obj))
	}
	assert.Zero(t, reader.Len())
}

func TestStoreWithATransformer(t *testing.T) {
	refuse := errors.New("not this one")
	store := NewStore(MetaNamespaceKeyFunc, WithTransformer(func(obj interface{}) (interface{}, error) {
		cm := obj.(*corev1.ConfigMap)
		if cm.Data["value"] == "refused" {
			return nil, refuse
		}
		cm.Data["value"] += "!"
		return cm, nil
	}))
	require.NoError(t, store.Add(configMap("a", "1")))
	require.NoError(t, store.Update(configMap("b", "1")))
	require.ErrorIs(t, store.Add(configMap("c", "refused")), refuse)
	require.ErrorIs(t, store.Update(configMap("a", "refused")), refuse)
	for _, obj := range store.List() {
		assert.Equal(t, "1!", valueOf(obj))
	}
	assert.Len(t, store.ListKeys(), 2)
	require.ErrorIs(t, store.Replace([]interface{}{configMap("d", "refused")}, "7"), refuse)
	assert.Len(t, store.ListKeys(), 2, "the store is unchanged")
	require.NoError(t, store.Replace([]interface{}{configMap("d", "2")}, "7"))
	assert.Equal(t, "2!", valueOf(store.List()[0]))
}
