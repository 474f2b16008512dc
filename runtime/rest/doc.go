// Package rest is the REST client that every typed, dynamic and discovery client stands on: a [Config] that says how to
// reach a server and as whom, a [Request] that is built step by step, and a [Result].
//
//	client, err := rest.RESTClientFor(config)
//	…
//	pod := &corev1.Pod{}
//	err = client.Get().Namespace("default").Resource("pods").Name("web").Do(ctx).Into(pod)
//
// # Before sending
//
// What could not be meant is refused: a name that would leave its place in the path, an empty namespace for one object.
// Requests other than watches then wait for the client's rate limiter ([Config] says how many a second it lets through).
//
// # Errors
//
// A request that could not be built is a [*RequestConstructionError]; nothing was sent. What the server answers with a
// Status becomes an error of [k8s.io/apimachinery/pkg/api/errors], any other refusal one that quotes the beginning of the
// answer. What breaks on the way keeps its chain for errors.Is and errors.As. Errors hold no credentials.
//
// # Sending again
//
// A request is sent again, at most ten times, when the server asks for it with Retry-After (429 and 5xx), and, if it is a
// GET, when the connection broke. The body has to be there again: bytes are, readers if they are seekers. Each attempt
// waits for the rate limiter and for the backoff manager, and no longer than the context lives. A refused credential of an
// exec plugin is replaced, and the request replayed, once.
//
// # Lists and watches
//
// [Request.ListInto] hands out the items of a list while it is being read, so that the list is never in memory as a whole.
//
// [Request.Watch] hands out events through a channel, [Request.WatchInto] calls back in the caller's goroutine and tells
// how the stream ended. Over HTTP/2 a connection whose other end is gone is noticed within 45 seconds.
//
// # Measuring and tracing
//
// Package metrics has hooks for every attempt; [Config.Wrap] puts a round tripper of the program's around the transport.
package rest
