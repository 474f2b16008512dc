// Package testing is for tests with fake clients: the actions that a client performed, the reactors that respond to
// them, and the tracker of objects behind the default responses.
//
// A fake clientset embeds a [Fake]. It records each call of a client as an [Action], and passes it down a chain of
// reactors until one handles it. The last reactor is usually the [ObjectReaction] of an [ObjectTracker], which stores
// objects as they are: it sets no uid, no resource version and no defaults, so that tests can compare whole objects.
//
//	client := fake.NewSimpleClientset(robot)
//	client.PrependReactor("update", "robots", func(action testing.Action) (bool, runtime.Object, error) {
//		return true, nil, errors.New("the server is on fire")
//	})
//	…
//	assert.Len(t, client.Actions(), 3)
//
// Names and behaviour are those of k8s.io/client-go/testing, with differences that a passing test does not notice:
//
//   - A watch with a slow reader queues events without limit instead of panicking after a hundred.
//   - A stopped watch is removed from the tracker.
//   - A watch that cannot start returns the reason, not "unhandled watch".
//   - A write of another type than the object's to a subresource, such as a scale, does not replace the object.
//   - Server-side apply of unstructured objects works without managed fields too, and replaces whole lists.
//   - Fake clients report a response of the wrong type as an error, and do not panic.
//
// As in client-go, the deletion of a collection is recorded and deletes nothing, and selectors do not restrict watches.
//
// For what a real server does in addition (versions, conflicts, generated names, selectors, validation), use
// runtime/apitest, or the NewServerBacked of generated fakes.
package testing
