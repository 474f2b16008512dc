// Package rest is the REST client that every typed, dynamic and discovery client stands on: a [Config] that says how to
// reach a server and as whom, a [Request] that is built step by step, and a [Result].
//
//	client, err := rest.RESTClientFor(config)
//	…
//	pod := &corev1.Pod{}
//	err = client.Get().Namespace("default").Resource("pods").Name("web").Do(ctx).Into(pod)
//
// Requests wait for the client's rate limiter, are sent again when the server asks for it with Retry-After (at most ten
// times), and refuse before sending what could not be meant: a name that would leave its place in the path, an empty
// namespace for one object. What the server answers with a Status becomes an error of
// [k8s.io/apimachinery/pkg/api/errors].
package rest
