package cache

import (
	"context"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
	"github.com/typewright/typewright/runtime/internal/adapter"
	"github.com/typewright/typewright/runtime/internal/shard"
)

// listWatchSource wraps a ListerWatcher as a StreamListerWatcher. It logs and omits objects in watch events that do not
// have the expected type.
type listWatchSource struct {
	lw           ListerWatcherWithContext
	expectedType reflect.Type
	expectedKind *schema.GroupVersionKind
	wholeLists   bool
	streamsLists bool
}

var _ StreamListerWatcher[interface{}] = (*listWatchSource)(nil)

// newListWatchSource returns a source of objects of the type of example; nil accepts all types. If example is unstructured
// and has a kind, the source accepts only that kind.
func newListWatchSource(lw ListerWatcher, example interface{}) *listWatchSource {
	s := &listWatchSource{lw: ToListerWatcherWithContext(lw), streamsLists: streamsLists(lw)}
	if says, ok := lw.(interface{ listsWhole() bool }); ok {
		s.wholeLists = says.listsWhole()
	}
	if example == nil {
		return s
	}
	s.expectedType = reflect.TypeOf(example)
	if obj, ok := example.(runtime.Unstructured); ok {
		if gvk := obj.GetObjectKind().GroupVersionKind(); !gvk.Empty() {
			s.expectedKind = &gvk
		}
	}
	return s
}

// IsWatchListSemanticsUnSupported reports whether the ListerWatcher cannot stream lists.
func (s *listWatchSource) IsWatchListSemanticsUnSupported() bool { return !s.streamsLists }

// StreamList gets the complete list and calls each for its items.
func (s *listWatchSource) StreamList(ctx context.Context, opts StreamOptions, each func(interface{}) error) (metav1.ListMeta, error) {
	if s.wholeLists {
		opts.Limit = 0
	}
	list, err := s.lw.ListWithContext(ctx, opts.ListOptions)
	if err != nil {
		return metav1.ListMeta{}, err
	}
	return adapter.EachItem(list, func(obj runtime.Object) error { return each(obj) })
}

// StreamWatch watches through a channel.
func (s *listWatchSource) StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[interface{}]) error) error {
	watcher, err := s.lw.WatchWithContext(ctx, opts.ListOptions)
	if err != nil {
		return err
	}
	return adapter.EachEvent(ctx, watcher, opts.Opened, func(event watch.Event) error {
		if !s.expects(ctx, event.Object) {
			return nil
		}
		return each(streamEvent(event))
	})
}

func streamEvent(event watch.Event) StreamEvent[interface{}] {
	typed := StreamEvent[interface{}]{Type: event.Type, Object: event.Object, ResourceVersion: versionOf(event.Object)}
	if event.Type == watch.Bookmark {
		if accessor, err := meta.Accessor(event.Object); err == nil {
			typed.InitialEventsEnd = adapter.EndsInitialEvents(accessor)
		}
		typed.Object = nil
	}
	return typed
}

// expects reports whether an object has the expected type and kind, and logs if it does not.
func (s *listWatchSource) expects(ctx context.Context, obj runtime.Object) bool {
	if s.expectedType != nil && reflect.TypeOf(obj) != s.expectedType {
		klog.FromContext(ctx).Error(nil, "Unexpected watch event object type", "expected", s.expectedType.String(), "actual", fmt.Sprintf("%T", obj))
		return false
	}
	if s.expectedKind == nil {
		return true
	}
	actual := obj.GetObjectKind().GroupVersionKind()
	if actual != *s.expectedKind {
		klog.FromContext(ctx).Error(nil, "Unexpected watch event object gvk", "expected", s.expectedKind.String(), "actual", actual.String())
	}
	return actual == *s.expectedKind
}

// describe returns the kind or type of an example object, for names and logs.
func describe(example interface{}) string {
	if example == nil {
		return "<unspecified>"
	}
	if obj, ok := example.(runtime.Unstructured); ok {
		if gvk := obj.GetObjectKind().GroupVersionKind(); !gvk.Empty() {
			return gvk.String()
		}
	}
	return reflect.TypeOf(example).String()
}

// Shards are the objects that this process holds while other processes hold the others: *sharding.Membership of package sharding. An
// informer with Shards in its options keeps these objects and no others, as they change:
//
//   - It lists what was gained, asking the server for the latest state, and adds it to what there is. Handlers get additions, with
//     isInInitialList set.
//   - What was lost leaves the store, and a [LeftHandler] is told. The server is not asked. Nobody else gets these objects before all
//     handlers of the informer have been told, unless the lease has run out.
//   - A handler is not called with an object that the process does not hold at that moment, OnLeft aside.
//
// The informer has synced once it has listed what the process holds; if that is nothing, it waits. An object that is deleted while it
// goes from one process to another is seen by neither: programs that must know of deletions use finalizers, as for deletions while
// they do not run. The transform must keep uid and namespace.
//
// The server selects if it knows how (KEP-5866, gate ShardedListAndWatch). Otherwise it sends everything; the informer leaves out what
// is not held, and [ShardStatus] says so. Lists are not streamed (WatchList).
//
// Field names what is hashed. Follow and Enter are documented at sharding.Membership.
type Shards = core.Shards

// ShardSet is a set of hashes: sharding.Set.
type ShardSet = shard.Set

// ShardStatus says what an informer with Shards has.
type ShardStatus = core.ShardStatus
