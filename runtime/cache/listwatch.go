package cache

import (
	"context"
	"os"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache/internal/core"
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

// ToListerWithContext returns l itself where it takes a context, and else one that ignores it.
func ToListerWithContext(l Lister) ListerWithContext {
	if withContext, ok := l.(ListerWithContext); ok {
		return withContext
	}
	return listerWithoutContext{l}
}

// ToWatcherWithContext returns w itself where it takes a context, and else one that ignores it.
func ToWatcherWithContext(w Watcher) WatcherWithContext {
	if withContext, ok := w.(WatcherWithContext); ok {
		return withContext
	}
	return watcherWithoutContext{w}
}

// ToListerWatcherWithContext returns lw itself where it takes a context, and else one that ignores it.
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

// ListWatch is a ListerWatcher made of functions. Of each pair one is enough; the one with a context wins.
type ListWatch struct {
	ListFunc             ListFunc
	WatchFunc            WatchFunc
	ListWithContextFunc  ListWithContextFunc
	WatchFuncWithContext WatchFuncWithContext
	// DisableChunking asks for lists as a whole.
	DisableChunking bool
}

// listsWhole reaches through types that a ListWatch is embedded in.
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

// Getter begins requests; REST clients do.
type Getter interface {
	Get() *rest.Request
}

// NewListWatchFromClient lists and watches a resource through a REST client.
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

// ToListWatcherWithWatchListSemantics returns lw with the word of the client that it uses on whether lists can be
// streamed: fake clients have a method IsWatchListSemanticsUnSupported that returns true.
func ToListWatcherWithWatchListSemantics(lw *ListWatch, client any) ListerWatcher {
	return &listWatchOf{lw, client}
}

type listWatchOf struct {
	*ListWatch

	client any
}

// IsWatchListSemanticsUnSupported passes the client's word on. The spelling is that of the method of fake clients.
func (lw *listWatchOf) IsWatchListSemanticsUnSupported() bool { return !streamsLists(lw.client) }

// watchListVariable is the environment variable that turns streamed lists off, where it is false; it is client-go's name for
// a gate that is on by default.
const watchListVariable = "KUBE_FEATURE_WatchListClient"

// streamsLists reports whether a client, or whatever lists and watches, may be asked for streamed lists. The environment is
// asked when an informer or reflector is made.
func streamsLists(client any) bool {
	if on, err := strconv.ParseBool(os.Getenv(watchListVariable)); err == nil && !on {
		return false
	}
	says, ok := client.(interface{ IsWatchListSemanticsUnSupported() bool })
	return !ok || !says.IsWatchListSemanticsUnSupported()
}

// FollowOptions say how an informer follows the server. One value is made with the informer, or with the factory that
// makes informers, and passed down to what lists and watches. The zero value is usable.
type FollowOptions = core.FollowOptions

// StreamOptions are the options of a streaming list or watch: what the server is asked for, and what the consumer
// allows the decoder to do with the answer. The zero value asks for everything, decoded in full.
type StreamOptions = core.StreamOptions

// StreamEvent is one event of a typed watch stream. An ERROR event never appears as a StreamEvent: it ends the stream
// and is returned as an error (an [k8s.io/apimachinery/pkg/api/errors.APIStatus]).
type StreamEvent[T any] = core.StreamEvent[T]

// StreamListerWatcher lists and watches objects of one type straight into a consumer, with no list object, channel or
// boxed value between the decoder and the store. It is the typed counterpart of [ListerWatcherWithContext].
type StreamListerWatcher[T any] = core.StreamListerWatcher[T]

// Scope is a part of what there is, such as a namespace, with the source that lists and watches it.
type Scope[T any] = core.Scope[T]

// ScopedSource is a source that knows of scopes: an informer follows each of them, and together they are its content. It
// is asked when the informer begins to run; none means that the source is followed as one. Scopes must not overlap.
type ScopedSource[T any] interface {
	StreamListerWatcher[T]
	Scopes() []Scope[T]
}

// Server is what informers have learned of a server: so far, whether it streams lists (WatchList, KEP-3157). One that
// does not is remembered for an hour. Informers that share a Server learn for each other. Its zero value knows nothing;
// it must not be copied.
type Server = core.Server

// scopesOf returns what asks a source for its scopes.
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
