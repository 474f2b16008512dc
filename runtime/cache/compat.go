package cache

import (
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/clock"
)

// NewInformer is NewInformerWithOptions.
//
// Deprecated: client-go has deprecated it. Use NewInformerWithOptions.
func NewInformer(lw ListerWatcher, objType runtime.Object, resyncPeriod time.Duration, h ResourceEventHandler) (Store, Controller) {
	return NewInformerWithOptions(InformerOptions{ListerWatcher: lw, ObjectType: objType, ResyncPeriod: resyncPeriod, Handler: h})
}

// NewIndexerInformer is NewInformerWithOptions with indexes.
//
// Deprecated: client-go has deprecated it. Use NewInformerWithOptions.
func NewIndexerInformer(lw ListerWatcher, objType runtime.Object, resyncPeriod time.Duration, h ResourceEventHandler, indexers Indexers) (Indexer, Controller) {
	return NewTransformingIndexerInformer(lw, objType, resyncPeriod, h, indexers, nil)
}

// NewTransformingInformer is NewInformerWithOptions with a transform.
//
// Deprecated: client-go has deprecated it. Use NewInformerWithOptions.
func NewTransformingInformer(lw ListerWatcher, objType runtime.Object, resyncPeriod time.Duration, h ResourceEventHandler, transformer TransformFunc) (Store, Controller) {
	return NewTransformingIndexerInformer(lw, objType, resyncPeriod, h, nil, transformer)
}

// NewTransformingIndexerInformer is NewInformerWithOptions with indexes and a transform.
//
// Deprecated: client-go has deprecated it. Use NewInformerWithOptions.
func NewTransformingIndexerInformer(lw ListerWatcher, objType runtime.Object, resyncPeriod time.Duration, h ResourceEventHandler, indexers Indexers, transformer TransformFunc) (Indexer, Controller) {
	return newHandlerController(InformerOptions{
		ListerWatcher: lw, ObjectType: objType, ResyncPeriod: resyncPeriod, Handler: h, Indexers: indexers, Transform: transformer,
	})
}

// NewDeltaFIFO is NewDeltaFIFOWithOptions.
//
// Deprecated: client-go has deprecated it. Use NewDeltaFIFOWithOptions.
func NewDeltaFIFO(keyFunc KeyFunc, knownObjects KeyListerGetter) *DeltaFIFO {
	return NewDeltaFIFOWithOptions(DeltaFIFOOptions{KeyFunction: keyFunc, KnownObjects: knownObjects})
}

// NewNamespaceKeyedIndexerAndReflector returns an Indexer with an index by namespace, and a reflector that fills it.
func NewNamespaceKeyedIndexerAndReflector(lw ListerWatcher, expectedType interface{}, resyncPeriod time.Duration) (indexer Indexer, reflector *Reflector) {
	indexer = NewIndexer(MetaNamespaceKeyFunc, Indexers{NamespaceIndex: MetaNamespaceIndexFunc})
	return indexer, NewReflector(lw, expectedType, indexer, resyncPeriod)
}

// UndeltaStore is a Store that calls a function with its whole contents after every change. With several writers, the calls
// may come in any order, and two calls may have the same contents.
type UndeltaStore struct {
	Store

	// PushFunc is called with the contents, in the goroutine of the writer, so at the same time in several goroutines.
	PushFunc func([]interface{})
}

var _ Store = (*UndeltaStore)(nil)

// NewUndeltaStore returns an empty UndeltaStore.
func NewUndeltaStore(pushFunc func([]interface{}), keyFunc KeyFunc) *UndeltaStore {
	return &UndeltaStore{Store: NewStore(keyFunc), PushFunc: pushFunc}
}

// pushUnless calls PushFunc unless the change has failed.
func (u *UndeltaStore) pushUnless(err error) error {
	if err == nil {
		u.PushFunc(u.List())
	}
	return err
}

// Add stores an object.
func (u *UndeltaStore) Add(obj interface{}) error { return u.pushUnless(u.Store.Add(obj)) }

// Update stores an object.
func (u *UndeltaStore) Update(obj interface{}) error { return u.pushUnless(u.Store.Update(obj)) }

// Delete removes an object.
func (u *UndeltaStore) Delete(obj interface{}) error { return u.pushUnless(u.Store.Delete(obj)) }

// Replace makes the given objects the whole contents.
func (u *UndeltaStore) Replace(list []interface{}, resourceVersion string) error {
	return u.pushUnless(u.Store.Replace(list, resourceVersion))
}

// FakeCustomStore is a Store made of functions, for tests. A function that is nil does nothing and returns zero values.
type FakeCustomStore struct {
	AddFunc                          func(obj interface{}) error
	UpdateFunc                       func(obj interface{}) error
	DeleteFunc                       func(obj interface{}) error
	ListFunc                         func() []interface{}
	ListKeysFunc                     func() []string
	GetFunc                          func(obj interface{}) (item interface{}, exists bool, err error)
	GetByKeyFunc                     func(key string) (item interface{}, exists bool, err error)
	ReplaceFunc                      func(list []interface{}, resourceVersion string) error
	ResyncFunc                       func() error
	BookmarkFunc                     func(rv string)
	LastStoreSyncResourceVersionFunc func() string
}

var _ Store = (*FakeCustomStore)(nil)

// changeWith calls a function that may be nil.
func changeWith(change func(interface{}) error, obj interface{}) error {
	if change == nil {
		return nil
	}
	return change(obj)
}

// askFor calls a function that may be nil.
func askFor[T any](ask func() T) (none T) {
	if ask == nil {
		return none
	}
	return ask()
}

// Add calls AddFunc.
func (f *FakeCustomStore) Add(obj interface{}) error { return changeWith(f.AddFunc, obj) }

// Update calls UpdateFunc.
func (f *FakeCustomStore) Update(obj interface{}) error { return changeWith(f.UpdateFunc, obj) }

// Delete calls DeleteFunc.
func (f *FakeCustomStore) Delete(obj interface{}) error { return changeWith(f.DeleteFunc, obj) }

// List calls ListFunc.
func (f *FakeCustomStore) List() []interface{} { return askFor(f.ListFunc) }

// ListKeys calls ListKeysFunc.
func (f *FakeCustomStore) ListKeys() []string { return askFor(f.ListKeysFunc) }

// Get calls GetFunc.
func (f *FakeCustomStore) Get(obj interface{}) (item interface{}, exists bool, err error) {
	if f.GetFunc == nil {
		return nil, false, nil
	}
	return f.GetFunc(obj)
}

// GetByKey calls GetByKeyFunc.
func (f *FakeCustomStore) GetByKey(key string) (item interface{}, exists bool, err error) {
	if f.GetByKeyFunc == nil {
		return nil, false, nil
	}
	return f.GetByKeyFunc(key)
}

// Replace calls ReplaceFunc.
func (f *FakeCustomStore) Replace(list []interface{}, resourceVersion string) error {
	if f.ReplaceFunc == nil {
		return nil
	}
	return f.ReplaceFunc(list, resourceVersion)
}

// Resync calls ResyncFunc.
func (f *FakeCustomStore) Resync() error { return askFor(f.ResyncFunc) }

// Bookmark calls BookmarkFunc.
func (f *FakeCustomStore) Bookmark(rv string) {
	if f.BookmarkFunc != nil {
		f.BookmarkFunc(rv)
	}
}

// LastStoreSyncResourceVersion calls LastStoreSyncResourceVersionFunc.
func (f *FakeCustomStore) LastStoreSyncResourceVersion() string {
	return askFor(f.LastStoreSyncResourceVersionFunc)
}

// RetryWithDeadline limits the time for which failed attempts are repeated.
type RetryWithDeadline interface {
	// After records the error of an attempt.
	After(error)
	// ShouldRetry reports whether to make another attempt.
	ShouldRetry() bool
}

// retryWithDeadline holds the times of the first and the last error in a row; zero if there is none.
type retryWithDeadline struct {
	most, calm  time.Duration
	isRetryable func(error) bool
	clock       clock.Clock
	first, last time.Time
}

// NewRetryWithDeadline returns a RetryWithDeadline that allows attempts for maxRetryDuration after the first retryable error
// in a row. An error begins a new row if it comes at least minResetPeriod after the last one, or if the time of the last
// row is over.
func NewRetryWithDeadline(maxRetryDuration, minResetPeriod time.Duration, isRetryable func(error) bool, clock clock.Clock) RetryWithDeadline {
	return &retryWithDeadline{most: maxRetryDuration, calm: minResetPeriod, isRetryable: isRetryable, clock: clock}
}

func (r *retryWithDeadline) After(err error) {
	if !r.isRetryable(err) {
		return
	}
	now := r.clock.Now()
	if r.first.IsZero() || now.Sub(r.last) >= r.calm {
		r.first = now
	}
	r.last = now
}

func (r *retryWithDeadline) ShouldRetry() bool {
	if r.most <= 0 {
		return false
	}
	if r.clock.Since(r.first) <= r.most {
		return true
	}
	r.first, r.last = time.Time{}, time.Time{}
	return false
}
