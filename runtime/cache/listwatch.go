package cache

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache/internal/core"
	"github.com/typewright/typewright/runtime/internal/gates"
	"github.com/typewright/typewright/runtime/rest"
)

// Lister lists.
type Lister interface {
	// List returns a list object, whose items and resource version are read with apimachinery's meta.
	List(options metav1.ListOptions) (runtime.Object, error)
}

// Watcher watches.
type Watcher interface {
	// Watch begins a watch at the resource version of the options.
	Watch(options metav1.ListOptions) (watch.Interface, error)
}

// ListerWatcher lists and watches.
type ListerWatcher interface {
	Lister
	Watcher
}

// ListerWithContext is Lister with a context.
type ListerWithContext interface {
	ListWithContext(ctx context.Context, options metav1.ListOptions) (runtime.Object, error)
}

// WatcherWithContext is Watcher with a context, whose end ends the watch.
type WatcherWithContext interface {
	WatchWithContext(ctx context.Context, options metav1.ListOptions) (watch.Interface, error)
}

// ListerWatcherWithContext is ListerWatcher with a context.
type ListerWatcherWithContext interface {
	ListerWithContext
	WatcherWithContext
}

// ToListerWithContext returns l itself if it has ListWithContext, and otherwise a wrapper that ignores the context.
func ToListerWithContext(l Lister) ListerWithContext {
	if withContext, ok := l.(ListerWithContext); ok {
		return withContext
	}
	return listerWithoutContext{l}
}

// ToWatcherWithContext returns w itself if it has WatchWithContext, and otherwise a wrapper that ignores the context.
func ToWatcherWithContext(w Watcher) WatcherWithContext {
	if withContext, ok := w.(WatcherWithContext); ok {
		return withContext
	}
	return watcherWithoutContext{w}
}

// ToListerWatcherWithContext returns lw itself if it has both methods with a context, and otherwise a wrapper that ignores
// the context in the methods that lw lacks.
func ToListerWatcherWithContext(lw ListerWatcher) ListerWatcherWithContext {
	if withContext, ok := lw.(ListerWatcherWithContext); ok {
		return withContext
	}
	return struct {
		ListerWithContext
		WatcherWithContext
	}{ToListerWithContext(lw), ToWatcherWithContext(lw)}
}

type listerWithoutContext struct{ Lister }

func (l listerWithoutContext) ListWithContext(_ context.Context, options metav1.ListOptions) (runtime.Object, error) {
	return l.List(options)
}

type watcherWithoutContext struct{ Watcher }

func (w watcherWithoutContext) WatchWithContext(_ context.Context, options metav1.ListOptions) (watch.Interface, error) {
	return w.Watch(options)
}

// ListFunc lists.
type ListFunc func(options metav1.ListOptions) (runtime.Object, error)

// ListWithContextFunc lists with a context.
type ListWithContextFunc func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error)

// WatchFunc watches.
type WatchFunc func(options metav1.ListOptions) (watch.Interface, error)

// WatchFuncWithContext watches with a context.
type WatchFuncWithContext func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error)

// ListWatch is a ListerWatcher made of functions. One function of each pair is enough. If both are set, each method calls
// the one that has the same parameters.
type ListWatch struct {
	ListFunc             ListFunc
	WatchFunc            WatchFunc
	ListWithContextFunc  ListWithContextFunc
	WatchFuncWithContext WatchFuncWithContext
	// DisableChunking requests lists without pages.
	DisableChunking bool
}

// listsWhole reports whether lists have no pages. It is a method so that types that embed a ListWatch have it too.
func (lw *ListWatch) listsWhole() bool { return lw.DisableChunking }

// List calls ListFunc, or ListWithContextFunc.
func (lw *ListWatch) List(options metav1.ListOptions) (runtime.Object, error) {
	if lw.ListFunc != nil {
		return lw.ListFunc(options)
	}
	return lw.ListWithContextFunc(context.Background(), options)
}

// ListWithContext calls ListWithContextFunc, or ListFunc.
func (lw *ListWatch) ListWithContext(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	if lw.ListWithContextFunc != nil {
		return lw.ListWithContextFunc(ctx, options)
	}
	return lw.ListFunc(options)
}

// Watch calls WatchFunc, or WatchFuncWithContext.
func (lw *ListWatch) Watch(options metav1.ListOptions) (watch.Interface, error) {
	if lw.WatchFunc != nil {
		return lw.WatchFunc(options)
	}
	return lw.WatchFuncWithContext(context.Background(), options)
}

// WatchWithContext calls WatchFuncWithContext, or WatchFunc.
func (lw *ListWatch) WatchWithContext(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	if lw.WatchFuncWithContext != nil {
		return lw.WatchFuncWithContext(ctx, options)
	}
	return lw.WatchFunc(options)
}

// Getter begins GET requests, as REST clients do.
type Getter interface {
	Get() *rest.Request
}

// NewListWatchFromClient returns a ListWatch that lists and watches a resource with a REST client.
func NewListWatchFromClient(c Getter, resource, namespace string, fieldSelector fields.Selector) *ListWatch {
	return NewFilteredListWatchFromClient(c, resource, namespace, func(options *metav1.ListOptions) {
		options.FieldSelector = fieldSelector.String()
	})
}

// NewFilteredListWatchFromClient is NewListWatchFromClient with a function that changes the options of each request.
func NewFilteredListWatchFromClient(c Getter, resource, namespace string, optionsModifier func(options *metav1.ListOptions)) *ListWatch {
	request := func(options *metav1.ListOptions) *rest.Request {
		return c.Get().Namespace(namespace).Resource(resource).VersionedParams(options, metav1.ParameterCodec)
	}
	list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		optionsModifier(&options)
		return request(&options).Do(ctx).Get()
	}
	watchWith := func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
		options.Watch = true
		optionsModifier(&options)
		return request(&options).Watch(ctx)
	}
	return &ListWatch{ListWithContextFunc: list, WatchFuncWithContext: watchWith}
}

// ToListWatcherWithWatchListSemantics returns lw with the method IsWatchListSemanticsUnSupported of client, the client that
// lw uses. Fake clients have such a method, which returns true because they cannot stream lists.
func ToListWatcherWithWatchListSemantics(lw *ListWatch, client any) ListerWatcher {
	return &listWatchOf{lw, client}
}

type listWatchOf struct {
	*ListWatch

	client any
}

// IsWatchListSemanticsUnSupported reports whether the client cannot stream lists. The spelling is that of fake clients.
func (lw *listWatchOf) IsWatchListSemanticsUnSupported() bool { return !streamsLists(lw.client) }

// streamsLists reports whether a client or source may stream lists. It asks the feature gate; constructors of informers and
// reflectors call it.
func streamsLists(client any) bool {
	return gates.WatchListClient() && !gates.RefusesWatchList(client)
}

// SharedValues are what the objects of caches have in common, so that it is in memory once. Make one with new(SharedValues).
//
// Equal text of a watch or list, from 64 bytes on, that becomes a map, a slice or what a pointer points to, is decoded once. A text
// has to come twice before its value is kept. What no cached object holds any more is collected as garbage. Of unstructured objects, the
// maps and slices below metadata, spec and the other fields are shared, maps whatever their length.
//
// An object that shares is as read-only as any in a cache, but a program that changes one, which is a defect, changes the others too. A
// [MutationDetector] then names all.
type SharedValues = core.SharedValues

// FollowOptions say how informers and reflectors list and watch. The options of informers and of factories embed them. The
// zero value is usable.
type FollowOptions = core.FollowOptions

// StreamOptions are the options of a list or watch of a [StreamListerWatcher]: the options of the request, and what the
// decoder may omit. The zero value requests all objects and decodes them completely.
type StreamOptions = core.StreamOptions

// StreamEvent is one event of a typed watch stream. An ERROR event never appears as a StreamEvent: it ends the stream
// and is returned as an error (an [k8s.io/apimachinery/pkg/api/errors.APIStatus]).
type StreamEvent[T any] = core.StreamEvent[T]

// StreamListerWatcher lists and watches objects of one type and passes each to a function, so that no list object, channel
// or interface{} value is needed between the decoder and the store. It is the typed counterpart of
// [ListerWatcherWithContext].
type StreamListerWatcher[T any] = core.StreamListerWatcher[T]

// Scope is a part of the objects of a resource, such as those of a namespace, with the source that lists and watches it.
type Scope[T any] = core.Scope[T]

// ScopedSource is a source that consists of scopes. An informer calls Scopes when it begins to run, and lists and watches
// each scope; together they make up its contents. If Scopes returns none, the informer uses the source itself. Scopes must
// not overlap.
type ScopedSource[T any] interface {
	StreamListerWatcher[T]
	Scopes() []Scope[T]
}

// Server records what informers have learnt about a server: that it does not stream lists (WatchList, KEP-3157), and that it does
// not select shards (KEP-5866), each for an hour. Informers that share a Server need to learn it only once. The zero value is ready to use. It must not be copied.
type Server = core.Server

// scopesOf returns a function that returns the scopes of a source, or the source as the only scope.
func scopesOf[T any](source StreamListerWatcher[T]) func() []Scope[T] {
	return func() []Scope[T] {
		if scoped, ok := source.(ScopedSource[T]); ok {
			if scopes := scoped.Scopes(); len(scopes) > 0 {
				return scopes
			}
		}
		return []Scope[T]{{Source: source}}
	}
}
