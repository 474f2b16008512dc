package cache

import "github.com/typewright/typewright/runtime/cache/internal/core"

// StreamOptions are the options of a streaming list or watch: what the server is asked for, and what the consumer
// allows the decoder to do with the answer. The zero value asks for everything, decoded in full.
type StreamOptions = core.StreamOptions

// StreamEvent is one event of a typed watch stream. An ERROR event never appears as a StreamEvent: it ends the stream
// and is returned as an error (an [k8s.io/apimachinery/pkg/api/errors.APIStatus]).
type StreamEvent[T any] = core.StreamEvent[T]

// StreamListerWatcher lists and watches objects of one type straight into a consumer, with no list object, channel or
// boxed value between the decoder and the store. It is the typed counterpart of [ListerWatcherWithContext].
type StreamListerWatcher[T any] = core.StreamListerWatcher[T]
