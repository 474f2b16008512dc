package cache

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"
)

// versioned is a config map at a resource version.
func versioned(name, version, value string) *corev1.ConfigMap {
	cm := configMap(name, value)
	cm.ResourceVersion, cm.UID = version, types.UID("uid of "+name)
	return cm
}

func TestMutationCacheHandsOutTheLaterState(t *testing.T) {
	indexer := NewIndexer(MetaNamespaceKeyFunc, Indexers{"value": byValue})
	mutations := NewIntegerResourceVersionMutationCache(klog.Background(), indexer, indexer, time.Minute, true)
	value := func(key string) string {
		obj, exists, err := mutations.GetByKey(key)
		require.NoError(t, err)
		if !exists {
			return ""
		}
		return obj.(*corev1.ConfigMap).Data["value"]
	}
	require.NoError(t, indexer.Add(versioned("a", "9", "stored")))
	assert.Equal(t, "stored", value("default/a"))
	mutations.Mutation(versioned("a", "10", "written"))
	assert.Equal(t, "written", value("default/a"), "10 is later than 9")
	mutations.Mutation(versioned("a", "8", "late"))
	assert.Equal(t, "written", value("default/a"))
	require.NoError(t, indexer.Update(versioned("a", "11", "stored again")))
	assert.Equal(t, "stored again", value("default/a"))

	mutations.Mutation(versioned("new", "12", "written"))
	assert.Equal(t, "written", value("default/new"))
	found, err := mutations.ByIndex("value", "written")
	require.NoError(t, err)
	assert.Len(t, found, 1)
	mutations.OnDelete(versioned("new", "13", "gone"))
	assert.Empty(t, value("default/new"))
	mutations.Mutation(versioned("new", "12", "written"))
	assert.Empty(t, value("default/new"), "a write whose object is known to be gone")
	mutations.OnAddOrUpdate(versioned("new", "14", "again"))
	mutations.Mutation(versioned("new", "15", "again"))
	assert.Equal(t, "again", value("default/new"))
}

func TestMutationCacheWithoutAdds(t *testing.T) {
	store := NewStore(MetaNamespaceKeyFunc)
	mutations := NewIntegerResourceVersionMutationCacheWithOptions(klog.Background(), store, MutationCacheOptions{})
	mutations.Mutation(versioned("a", "1", "written"))
	_, exists, err := mutations.GetByKey("default/a")
	require.NoError(t, err)
	assert.False(t, exists)
	_, err = mutations.ByIndex("value", "written")
	assert.Error(t, err)
}

func TestMutationDetectorNamesObjectAndField(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var messages []string
		detector := NewMutationDetector(MutationDetectorOptions{Name: "config maps", OnMutation: func(m string) { messages = append(messages, m) }})
		mutated, unchanged := configMap("mutated", "secret"), configMap("unchanged", "1")
		detector.AddObject(mutated)
		detector.AddObject(unchanged)
		detector.AddObject(DeletedFinalStateUnknown{Key: "x"})
		stop := make(chan struct{})
		go detector.Run(stop)
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		close(stop)
		synctest.Wait()
		mutated.Data["value"] = "other"
		mutated.Labels["new"] = "label"
		stop = make(chan struct{})
		go detector.Run(stop)
		time.Sleep(2 * time.Second)
		close(stop)
		synctest.Wait()
		require.Len(t, messages, 1, "each change is reported once")
		assert.Contains(t, messages[0], "default/mutated")
		assert.Contains(t, messages[0], "changed: .data.value, .metadata.labels.new")
		assert.NotContains(t, messages[0], "secret")
	})
}

func TestMutationDetectorByEnvironment(t *testing.T) {
	assert.IsType(t, noMutationDetector{}, NewCacheMutationDetector(""))
	t.Setenv(mutationDetectorVariable, "true")
	detector := NewCacheMutationDetector("config maps")
	cm := configMap("a", "1")
	detector.AddObject(cm)
	cm.Data["value"] = "2"
	assert.Panics(t, func() { detector.Run(make(chan struct{})) })
}

// vanishing is an Indexer that deletes objects when it has returned their keys, before they are asked for.
type vanishing struct{ Indexer }

func (v vanishing) IndexKeys(name, value string) ([]string, error) {
	keys, err := v.Indexer.IndexKeys(name, value)
	for _, key := range keys {
		_ = v.Delete(ExplicitKey(key))
	}
	return keys, err
}

// ByIndex finds a write even if the stored object of its key has just been deleted.
func TestMutationCacheByIndexWhileAnObjectGoes(t *testing.T) {
	indexer := NewIndexer(DeletionHandlingMetaNamespaceKeyFunc, Indexers{"value": byValue})
	require.NoError(t, indexer.Add(versioned("a", "1", "x")))
	mutations := NewIntegerResourceVersionMutationCache(klog.Background(), indexer, vanishing{indexer}, time.Minute, true)
	mutations.Mutation(versioned("a", "2", "x"))
	found, err := mutations.ByIndex("value", "x")
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "2", found[0].(*corev1.ConfigMap).ResourceVersion)
}
