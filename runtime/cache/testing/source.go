package framework

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// watchBuffer is the number of events that a slow watch may lag behind before it blocks the test.
const watchBuffer = 100

// FakeControllerSource lists and watches the objects that a test adds. The source then owns the objects. It sets their
// resource versions, which grow by one with each change, and returns copies. It does not stream lists. Its methods are safe
// for concurrent use.
type FakeControllerSource struct {
	mu sync.RWMutex
	// Items are the objects.
	Items map[nnu]runtime.Object
	// Broadcaster feeds the watches.
	Broadcaster *watch.Broadcaster
	// ListError is the error that List returns, unless it is nil.
	ListError error

	// changes holds the events since the last ResetWatch, one for each resource version.
	changes []watch.Event
	version int
	closed  bool
}

// nnu identifies an object.
type nnu struct {
	namespace, name string
	uid             types.UID
}

// FakePVControllerSource is a FakeControllerSource whose lists are PersistentVolumeLists.
type FakePVControllerSource struct {
	FakeControllerSource
}

// FakePVCControllerSource is a FakeControllerSource whose lists are PersistentVolumeClaimLists.
type FakePVCControllerSource struct {
	FakeControllerSource
}

// NewFakeControllerSource returns an empty source.
func NewFakeControllerSource() *FakeControllerSource {
	return &FakeControllerSource{Items: map[nnu]runtime.Object{}, Broadcaster: newBroadcaster()}
}

// NewFakePVControllerSource returns an empty source of persistent volumes.
func NewFakePVControllerSource() *FakePVControllerSource {
	return &FakePVControllerSource{FakeControllerSource{Items: map[nnu]runtime.Object{}, Broadcaster: newBroadcaster()}}
}

// NewFakePVCControllerSource returns an empty source of persistent volume claims.
func NewFakePVCControllerSource() *FakePVCControllerSource {
	return &FakePVCControllerSource{FakeControllerSource{Items: map[nnu]runtime.Object{}, Broadcaster: newBroadcaster()}}
}

func newBroadcaster() *watch.Broadcaster {
	return watch.NewBroadcaster(watchBuffer, watch.WaitIfChannelFull)
}

// IsWatchListSemanticsUnSupported tells reflectors not to ask for streamed lists. The spelling is that of fake clients.
func (f *FakeControllerSource) IsWatchListSemanticsUnSupported() bool { return true }

// Add adds an object and sends an event to the watches.
func (f *FakeControllerSource) Add(obj runtime.Object) {
	f.Change(watch.Event{Type: watch.Added, Object: obj}, 1)
}

// Modify replaces an object and sends an event to the watches.
func (f *FakeControllerSource) Modify(obj runtime.Object) {
	f.Change(watch.Event{Type: watch.Modified, Object: obj}, 1)
}

// Delete removes an object and sends an event to the watches.
func (f *FakeControllerSource) Delete(lastValue runtime.Object) {
	f.Change(watch.Event{Type: watch.Deleted, Object: lastValue}, 1)
}

// AddDropWatch is Add without an event for open watches.
func (f *FakeControllerSource) AddDropWatch(obj runtime.Object) {
	f.Change(watch.Event{Type: watch.Added, Object: obj}, 0)
}

// ModifyDropWatch is Modify without an event for open watches.
func (f *FakeControllerSource) ModifyDropWatch(obj runtime.Object) {
	f.Change(watch.Event{Type: watch.Modified, Object: obj}, 0)
}

// DeleteDropWatch is Delete without an event for open watches.
func (f *FakeControllerSource) DeleteDropWatch(lastValue runtime.Object) {
	f.Change(watch.Event{Type: watch.Deleted, Object: lastValue}, 0)
}

// Change makes a change and sends its event to open watches with a probability between 0 and 1. It panics for an object
// without metadata.
func (f *FakeControllerSource) Change(e watch.Event, watchProbability float64) {
	accessor, err := meta.Accessor(e.Object)
	if err != nil {
		panic(err) // the test is wrong
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.version++
	accessor.SetResourceVersion(strconv.Itoa(f.version))
	f.changes = append(f.changes, e)
	key := nnu{accessor.GetNamespace(), accessor.GetName(), accessor.GetUID()}
	if e.Type == watch.Deleted {
		delete(f.Items, key)
	} else {
		f.Items[key] = e.Object
	}
	if rand.Float64() < watchProbability { //nolint:gosec // tests roll dice
		// It fails once the source is shut down, when nobody listens any more.
		_ = f.Broadcaster.Action(e.Type, e.Object.DeepCopyObject())
	}
}

// ResetWatch ends all watches and drops all past events, as when a server restarts. A watch from an older version than the
// present one then fails with "too old resource version".
func (f *FakeControllerSource) ResetWatch() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.Broadcaster.Shutdown()
	f.Broadcaster = newBroadcaster()
	f.changes = nil
}

// Shutdown ends all watches, once their events have been taken. Lists and watches after it fail.
func (f *FakeControllerSource) Shutdown() {
	if broadcaster := f.close(); broadcaster != nil {
		broadcaster.Shutdown()
	}
}

// close makes later lists and watches fail. It returns the broadcaster to shut down, or nil if an earlier call has done so.
func (f *FakeControllerSource) close() *watch.Broadcaster {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	f.closed = true
	return f.Broadcaster
}

// errShutDown is returned by lists and watches after Shutdown. client-go's block for ever, and with them an informer that a
// test has not waited for.
var errShutDown = errors.New("the source is shut down")

// List returns copies of all objects, whatever the options select.
func (f *FakeControllerSource) List(_ metav1.ListOptions) (runtime.Object, error) {
	return f.list(&corev1.List{})
}

// List returns copies of all objects, whatever the options select.
func (f *FakePVControllerSource) List(_ metav1.ListOptions) (runtime.Object, error) {
	return f.list(&corev1.PersistentVolumeList{})
}

// List returns copies of all objects, whatever the options select.
func (f *FakePVCControllerSource) List(_ metav1.ListOptions) (runtime.Object, error) {
	return f.list(&corev1.PersistentVolumeClaimList{})
}

func (f *FakeControllerSource) list(into runtime.Object) (runtime.Object, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	switch {
	case f.closed:
		return nil, errShutDown
	case f.ListError != nil:
		return nil, f.ListError
	}
	items := make([]runtime.Object, 0, len(f.Items))
	for _, obj := range f.Items {
		items = append(items, obj.DeepCopyObject())
	}
	if err := meta.SetList(into, items); err != nil {
		return nil, err
	}
	accessor, err := meta.ListAccessor(into)
	if err != nil {
		return nil, err
	}
	accessor.SetResourceVersion(strconv.Itoa(f.version))
	return into, nil
}

// Watch watches from the resource version of the options, which must be that of a list.
func (f *FakeControllerSource) Watch(options metav1.ListOptions) (watch.Interface, error) {
	since, err := strconv.Atoi(options.ResourceVersion)
	if err != nil {
		return nil, fmt.Errorf("the source watches from resource versions of its own: %w", err)
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	oldest := f.version - len(f.changes) // the last version whose successors are all known
	switch {
	case f.closed:
		return nil, errShutDown
	case since > f.version:
		return nil, errors.New("the source has not seen that resource version yet")
	case since < oldest:
		return nil, apierrors.NewResourceExpired(fmt.Sprintf("too old resource version: %d (%d)", since, oldest))
	case since == f.version:
		return f.Broadcaster.Watch()
	}
	missed := make([]watch.Event, 0, f.version-since)
	for _, e := range f.changes[since-oldest:] {
		missed = append(missed, watch.Event{Type: e.Type, Object: e.Object.DeepCopyObject()})
	}
	return f.Broadcaster.WatchWithPrefix(missed)
}
