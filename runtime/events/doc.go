// Package events records events of events.k8s.io/v1: a broadcaster takes them from recorders and hands them to a sink, that is a
// client of an API server, to logs and to functions. The names are those of client-go's tools/events.
//
//	broadcaster := events.NewBroadcaster(&events.EventSinkImpl{Interface: client.EventsV1()})
//	err := broadcaster.StartRecordingToSinkWithContext(ctx)
//	recorder := broadcaster.NewRecorder(scheme.Scheme, "example.com/my-controller")
//	recorder.Eventf(pod, node, corev1.EventTypeNormal, "Bound", "Binding", "bound to %s", node.Name)
//
// # What becomes of an event
//
// A recorder never waits and never fails. The sink and each other watcher have a queue of 1000 events. Events that differ only in
// note, time and the object's version are one series: the first one is created, the second makes it a series on the server, and
// later ones are counted. The count is written every 30 minutes, when the series had no event for 6 minutes, and at the shutdown.
// Events of one series are written one after the other, those of different ones at the same time, 100 at most. A note is cut to
// the 1024 bytes that servers accept.
//
// An event that the server cannot take at the moment is written again after ten seconds, twelve times in all. A request has 30
// seconds.
//
// # What is dropped
//
// StatusOf tells how many events were dropped, for which reason, and the log says so for the first of each reason, the second, the
// fourth and so on. The reasons are those of package record, but for Spam: series take its place. Each event of a series counts.
//
// After the shutdown, or when the context of StartRecordingToSinkWithContext ends, each event that waits and the count of each
// series is tried once. The first failure that would be a reason to wait ends this, and the rest is dropped.
package events
