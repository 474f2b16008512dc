// Package rest is the REST client under all typed, dynamic and discovery clients: a [Config] with the server and the
// credentials, a [Request] that is built step by step, and a [Result].
//
//	client, err := rest.RESTClientFor(config)
//	…
//	pod := &corev1.Pod{}
//	err = client.Get().Namespace("default").Resource("pods").Name("web").Do(ctx).Into(pod)
//
// # Before sending
//
// A request is refused if it cannot be what the caller meant: a name that is not one segment of a path, an empty namespace
// for one object. All requests but watches then wait for the client's rate limiter, whose limits [Config] sets.
//
// # Errors
//
// A request that could not be built and was not sent is a [*RequestConstructionError]. A Status in a response becomes an
// error of [k8s.io/apimachinery/pkg/api/errors]; so does any other response with an error code, with the beginning of its body
// in the details. Network errors keep their chain for errors.Is and errors.As. Errors hold no credentials.
//
// # Retries
//
// A request is retried, at most ten times, when the server asks for it with Retry-After (429 and 5xx), and, if it is a GET,
// when the connection breaks. A request whose body is a reader that cannot seek is not retried. Each attempt waits for the
// rate limiter and the backoff manager, until the context ends. When the server refuses a credential of an exec plugin, the
// plugin runs again and the request is retried once.
//
// # Lists and watches
//
// [Request.ListInto] passes on the items of a list while it reads the response, so that the list is never in memory as a
// whole.
//
// [Request.Watch] sends events to a channel; [Request.WatchInto] calls a function in the caller's goroutine and returns how
// the stream ended. HTTP/2 connections to a dead server are detected within 45 seconds.
//
// # Measuring and tracing
//
// Package metrics has hooks for every attempt; [Config.Wrap] adds the program's own round tripper.
package rest
