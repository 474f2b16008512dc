package cache_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
)

// numbered is an object of a queue, whose key is its name.
type numbered struct {
	name string
	n    int
}

func nameOf(obj any) (string, error) {
	o, ok := obj.(numbered)
	if !ok {
		return "", errors.New("not numbered")
	}
	return o.name, nil
}

func popped(t *testing.T, q cache.Queue) any {
	t.Helper()
	obj, err := q.Pop(func(any, bool) error { return nil })
	require.NoError(t, err)
	return obj
}

func TestFIFOHoldsTheLastState(t *testing.T) {
	q := cache.NewFIFO(nameOf)
	require.NoError(t, q.Replace([]any{numbered{"gone", 1}}, ""))
	assert.False(t, q.HasSynced())
	require.NoError(t, q.Add(numbered{"a", 1}))
	require.NoError(t, q.Add(numbered{"b", 1}))
	require.NoError(t, q.Update(numbered{"a", 2}))
	require.NoError(t, q.Delete(numbered{"gone", 0}))
	assert.Equal(t, numbered{"a", 2}, popped(t, q))
	assert.True(t, q.HasSynced(), "the first list has been worked off, as its only object was deleted")
	assert.Equal(t, numbered{"b", 1}, popped(t, q))
	q.Close()
	_, err := q.Pop(func(any, bool) error { return nil })
	require.ErrorIs(t, err, cache.ErrFIFOClosed)
	require.ErrorAs(t, q.Add("nothing"), &cache.KeyError{})
}

func TestHeapPopsTheLeast(t *testing.T) {
	h := cache.NewHeap(nameOf, func(a, b any) bool { return a.(numbered).n < b.(numbered).n })
	require.NoError(t, h.BulkAdd([]any{numbered{"a", 5}, numbered{"b", 3}, numbered{"c", 4}, numbered{"d", 1}}))
	require.NoError(t, h.Add(numbered{"d", 9}))
	require.NoError(t, h.AddIfNotPresent(numbered{"a", 0}))
	require.NoError(t, h.Delete(numbered{"b", 0}))
	require.Error(t, h.Delete(numbered{"b", 0}))
	h.Close()
	require.Error(t, h.Add(numbered{"e", 0}))
	for _, want := range []numbered{{"c", 4}, {"a", 5}, {"d", 9}} {
		got, err := h.Pop()
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := h.Pop()
	require.Error(t, err)
}

func TestRealFIFOKeepsTheOrder(t *testing.T) {
	known := cache.NewStore(nameOf)
	require.NoError(t, known.Add(numbered{"lost", 1}))
	q := cache.NewRealFIFO(nameOf, known, nil)
	require.NoError(t, q.Add(numbered{"a", 1}))
	require.NoError(t, q.Add(numbered{"b", 1}))
	require.NoError(t, q.Update(numbered{"a", 2}))
	require.NoError(t, q.Replace([]any{numbered{"a", 3}}, "7"))
	var all []cache.Delta
	for range 3 { // a and b; a, b and lost; a
		require.NoError(t, q.PopBatch(
			func(deltas []cache.Delta, _ bool) error { all = append(all, deltas...); return nil },
			func(obj any, _ bool) error { all = append(all, obj.(cache.Deltas)...); return nil }))
	}
	assert.Equal(t, []cache.Delta{
		{Type: cache.Added, Object: numbered{"a", 1}},
		{Type: cache.Added, Object: numbered{"b", 1}},
		{Type: cache.Updated, Object: numbered{"a", 2}},
		{Type: cache.Deleted, Object: cache.DeletedFinalStateUnknown{Key: "b", Obj: numbered{"b", 1}}},
		{Type: cache.Deleted, Object: cache.DeletedFinalStateUnknown{Key: "lost", Obj: numbered{"lost", 1}}},
		{Type: cache.Replaced, Object: numbered{"a", 3}},
	}, all)
}

// With UnlockWhileProcessing the function that processes an element may add another one.
func TestRealFIFOUnlocksWhileProcessing(t *testing.T) {
	q := cache.NewRealFIFOWithOptions(cache.RealFIFOOptions{KeyFunction: nameOf, AtomicEvents: true, UnlockWhileProcessing: true})
	require.NoError(t, q.Replace([]any{numbered{"a", 1}}, "7"))
	_, err := q.Pop(func(obj any, inInitialList bool) error {
		assert.True(t, inInitialList)
		assert.Equal(t, cache.Deltas{{
			Type:   cache.ReplacedAll,
			Object: cache.ReplacedAllInfo{ResourceVersion: "7", Objects: []any{numbered{"a", 1}}},
		}}, obj)
		return q.Add(numbered{"b", 1})
	})
	require.NoError(t, err)
	assert.True(t, q.HasSynced())
	assert.Equal(t, cache.Deltas{{Type: cache.Added, Object: numbered{"b", 1}}}, popped(t, q))
}

func TestTransactionsLeaveOutWhatHasNoKey(t *testing.T) {
	store := cache.NewStore(nameOf)
	require.NoError(t, store.Add(numbered{"a", 1}))
	failed := store.(cache.TransactionStore).Transaction(
		cache.Transaction{Type: cache.TransactionTypeDelete, Object: numbered{"a", 0}},
		cache.Transaction{Type: cache.TransactionTypeAdd, Object: "nothing"},
		cache.Transaction{Type: cache.TransactionTypeAdd, Object: numbered{"b", 2}},
	)
	require.NotNil(t, failed)
	assert.Equal(t, []int{0, 2}, failed.SuccessfulIndices)
	assert.Len(t, failed.Errors, 1)
	assert.Equal(t, []any{numbered{"b", 2}}, store.List())
}

// As in client-go, ListAndWatch returns no error when a watch in progress ends.
func TestListAndWatchReturnsNoErrorOfAWatchInProgress(t *testing.T) {
	lw := cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListFunc: func(metav1.ListOptions) (runtime.Object, error) {
			return &v1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "1"}}, nil
		},
		WatchFunc: func(metav1.ListOptions) (watch.Interface, error) {
			w := watch.NewFakeWithChanSize(1, false)
			w.Error(&metav1.Status{Status: metav1.StatusFailure, Message: "broken", Code: 500})
			return w, nil
		},
	}, struct{ noWatchList }{})
	r := cache.NewReflector(lw, &v1.Pod{}, cache.NewStore(cache.MetaNamespaceKeyFunc), 0)
	require.NoError(t, r.ListAndWatchWithContext(t.Context()))
}

// noWatchList marks a client that does not support streamed lists.
type noWatchList struct{}

func (noWatchList) IsWatchListSemanticsUnSupported() bool { return true }

// As in client-go, ListAndWatch returns no error when a resync fails.
func TestListAndWatchReturnsNoErrorOfAResync(t *testing.T) {
	lw := cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListFunc: func(metav1.ListOptions) (runtime.Object, error) {
			return &v1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "1"}}, nil
		},
		WatchFunc: func(metav1.ListOptions) (watch.Interface, error) { return watch.NewFake(), nil },
	}, struct{ noWatchList }{})
	store := &cache.FakeCustomStore{ResyncFunc: func() error { return errors.New("no") }}
	r := cache.NewReflector(lw, &v1.Pod{}, store, time.Millisecond)
	require.NoError(t, r.ListAndWatchWithContext(t.Context()))
}

func TestReleasedNamesReserveNothing(t *testing.T) {
	name, err := cache.NewInformerName(t.Name())
	require.NoError(t, err)
	id := name.WithResource(schema.GroupVersionResource{Resource: "pods"})
	assert.True(t, id.Reserved())
	name.Release()
	assert.False(t, id.Reserved())
	next, err := cache.NewInformerName(t.Name())
	require.NoError(t, err)
	name.Release() // does not release the name of the new owner
	_, err = cache.NewInformerName(t.Name())
	require.Error(t, err)
	next.Release()
}
