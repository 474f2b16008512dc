package cache

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// popAll empties a queue and returns the types of the deltas of each key. A question mark stands for a tombstone.
func popAll(t *testing.T, f *DeltaFIFO) map[string][]string {
	t.Helper()
	f.Close()
	types := map[string][]string{}
	for {
		_, err := f.Pop(func(obj interface{}, _ bool) error {
			deltas, ok := obj.(Deltas)
			require.True(t, ok)
			key, err := f.KeyOf(deltas)
			require.NoError(t, err)
			for _, d := range deltas {
				line := string(d.Type)
				if _, unknown := d.Object.(DeletedFinalStateUnknown); unknown {
					line += "?"
				}
				types[key] = append(types[key], line)
			}
			return nil
		})
		if errors.Is(err, ErrFIFOClosed) {
			return types
		}
		require.NoError(t, err)
	}
}

func TestDeltaFIFORules(t *testing.T) {
	known := NewStore(MetaNamespaceKeyFunc)
	require.NoError(t, known.Add(configMap("known", "1")))
	a, b, k := configMap("a", "1"), configMap("b", "1"), configMap("known", "2")
	for name, test := range map[string]struct {
		do   func(f *DeltaFIFO) error
		want map[string][]string
	}{
		"a key is queued once, with all that happened": {
			func(f *DeltaFIFO) error { return errors.Join(f.Add(a), f.Add(b), f.Update(a), f.Delete(a)) },
			map[string][]string{"default/a": {"Added", "Updated", "Deleted"}, "default/b": {"Added"}},
		},
		"two deletions become the one that knows more": {
			func(f *DeltaFIFO) error {
				return errors.Join(f.Add(a), f.Delete(DeletedFinalStateUnknown{Key: "default/a"}), f.Delete(a),
					f.Delete(DeletedFinalStateUnknown{Key: "default/a"}))
			},
			map[string][]string{"default/a": {"Added", "Deleted"}},
		},
		"a deletion of an unknown object is left out": {
			func(f *DeltaFIFO) error { return f.Delete(a) },
			map[string][]string{},
		},
		"a list deletes what it lacks, queued or known": {
			func(f *DeltaFIFO) error { return errors.Join(f.Add(a), f.Replace([]interface{}{b}, "1")) },
			map[string][]string{"default/a": {"Added", "Deleted?"}, "default/b": {"Replaced"}, "default/known": {"Deleted?"}},
		},
		"a resync adds nothing to a queued key": {
			func(f *DeltaFIFO) error { return errors.Join(f.Update(k), f.Resync()) },
			map[string][]string{"default/known": {"Updated"}},
		},
		"a resync queues all known objects": {
			func(f *DeltaFIFO) error { return f.Resync() },
			map[string][]string{"default/known": {"Sync"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := NewDeltaFIFOWithOptions(DeltaFIFOOptions{KnownObjects: known, EmitDeltaTypeReplaced: true})
			require.NoError(t, test.do(f))
			assert.Equal(t, test.want, popAll(t, f))
		})
	}
}

func TestDeltaFIFOHasSyncedAfterTheFirstList(t *testing.T) {
	f := NewDeltaFIFOWithOptions(DeltaFIFOOptions{})
	assert.False(t, f.HasSynced())
	require.NoError(t, f.Replace([]interface{}{configMap("a", "1"), configMap("b", "1")}, "1"))
	for range 2 {
		assert.False(t, f.HasSynced())
		_, err := f.Pop(func(_ interface{}, initial bool) error {
			assert.True(t, initial)
			return nil
		})
		require.NoError(t, err)
	}
	assert.True(t, f.HasSynced())
}

func TestDeltaFIFOKeepsTheLastKnownState(t *testing.T) {
	f := NewDeltaFIFOWithOptions(DeltaFIFOOptions{})
	require.NoError(t, f.Add(configMap("a", "1")))
	require.NoError(t, f.Replace(nil, "2"))
	_, err := f.Pop(func(obj interface{}, _ bool) error {
		deltas, _ := obj.(Deltas)
		unknown, ok := deltas.Newest().Object.(DeletedFinalStateUnknown)
		require.True(t, ok)
		last, ok := unknown.Obj.(*corev1.ConfigMap)
		require.True(t, ok)
		assert.Equal(t, "1", last.Data["value"])
		return nil
	})
	require.NoError(t, err)
}

func TestDeltaFIFONameTransformerAndClose(t *testing.T) {
	transform := func(obj interface{}) (interface{}, error) {
		obj.(*corev1.ConfigMap).Data["value"] = "transformed"
		return obj, nil
	}
	f := NewDeltaFIFOWithOptions(DeltaFIFOOptions{Name: "config maps", Transformer: transform})
	assert.Equal(t, "config maps", f.Name())
	assert.Equal(t, "config maps", f.HasSyncedChecker().Name())
	transformed, err := f.Transformer()(configMap("a", "1"))
	require.NoError(t, err)
	assert.Equal(t, "transformed", valueOf(transformed))
	assert.False(t, f.IsClosed())
	f.Close()
	f.Close()
	assert.True(t, f.IsClosed())
	<-f.Done()
}
