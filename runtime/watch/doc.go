// Package watch waits for what a watch tells, and keeps watches alive. The names are those of client-go's tools/watch.
//
//	event, err := watch.Until(ctx, pod.ResourceVersion, pods, func(event watch.Event) (bool, error) { return running(event.Object) })
//
// Which function for which purpose:
//
//   - UntilWithSync follows the state of objects through an informer, and so survives everything: a version that the server does not
//     know any more, too. It may miss changes in between, but never the last one.
//   - Until sees every change in order, by a RetryWatcher, and ends with an error event if the server cannot tell them any more.
//   - UntilWithoutRetry reads a watch that the caller has opened, until it is closed.
//
// # Errors of a watch
//
// A RetryWatcher opens the watch again, at most once a second, if it was closed, could not be opened or told of an error, and waits
// for as long as the error asks. It sends an error event with a Status, and ends, when that would not help:
//
//   - the server tells that the version is too old (410), in the watch or five times in a row when it is opened;
//   - the server refuses the watch (401, 403);
//   - an object has no resource version, or an event no known type, so that there is no telling where to go on.
//
// UntilWithoutRetry and Until hand error events to the conditions, which should return an error for them. After the end of the watch
// they return ErrWatchClosed.
package watch
