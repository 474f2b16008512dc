// Package record records events of core/v1: a broadcaster takes them from recorders and hands them to sinks, that is clients of an
// API server, to logs and to functions. The names are those of client-go's tools/record.
//
//	broadcaster := record.NewBroadcaster(record.WithContext(ctx))
//	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
//	recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "my-controller"})
//	recorder.Eventf(pod, corev1.EventTypeNormal, "Started", "started in %v", duration)
//
// A program without a client of core/v1 takes [NewSink].
//
// # What becomes of an event
//
// A recorder never waits and never fails. Each sink or other watcher has a queue of 1000 events. A sink writes one after the other,
// after three rules that keep their number small: an event that is the same as an earlier one is counted there; of those that differ
// only in their message, the tenth and later ones become one event; and one source records at most 25 events about an object at
// once, and then one in five minutes. CorrelatorOptions changes the numbers.
//
// An event that the server cannot take at the moment is written again after ten seconds, twelve times in all. Others wait behind it.
//
// # What is dropped
//
// StatusOf tells how many events were dropped, for which reason, and the log says so for the first of each reason, the second, the
// fourth, the eighth and so on:
//
//   - NoReference: the object is nil, or has no kind and is not in the scheme.
//   - InvalidType: the type is neither Normal nor Warning.
//   - NoWatcher: no sink, log or function was started.
//   - QueueFull: a sink or another watcher was 1000 events behind. A sink that never returns is seen by this: it blocks neither
//     recorders, other watchers nor Shutdown, but the goroutine that called it.
//   - Spam: the source recorded too many events about the object. If a later one gets through, its count includes those.
//   - Rejected and NamespaceTerminating: the server did not accept the event, and never will.
//   - RetriesExhausted: the sink failed twelve times.
//   - ShutDown: the event was recorded after the shutdown. Those that wait at that time are still written, each tried once. The
//     first failure that would be a reason to wait ends this, and the rest is dropped.
package record
