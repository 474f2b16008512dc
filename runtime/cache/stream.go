package cache

import "github.com/typewright/typewright/runtime/cache/internal/core"

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
