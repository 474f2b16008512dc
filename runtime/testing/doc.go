// Package testing holds what tests written against fake clients touch: the actions that a client performed, the reactors
// that answer them, and the tracker of objects behind the default answers.
//
// A fake clientset embeds a [Fake]. Each call of a client becomes an [Action], is recorded, and goes down a chain of
// reactors until one handles it. The last of the chain is usually the [ObjectReaction] of an [ObjectTracker], which stores
// objects as they are: it invents no uid, no resource version and no defaults, so that tests can compare whole objects.
//
//	client := fake.NewSimpleClientset(robot)
//	client.PrependReactor("update", "robots", func(action testing.Action) (bool, runtime.Object, error) {
//		return true, nil, errors.New("the server is on fire")
//	})
//	…
//	assert.Len(t, client.Actions(), 3)
//
// Names and behaviour are those of k8s.io/client-go/testing, with these differences, none of which a passing test notices:
//
//   - A watch whose reader is slow queues events without limit instead of panicking after a hundred.
//   - A stopped watch is forgotten.
//   - A watch that cannot begin returns the reason, not "unhandled watch".
//   - A write to a subresource of another type than the object's, such as a scale, no longer replaces the object.
//   - Server-side apply of unstructured objects works without managed fields too: lists are replaced as wholes.
//   - Fake clients report an answer of the wrong type as an error, and do not panic.
//
// As there, deleting a collection is recorded and deletes nothing, and selectors do not restrict watches.
//
// What a real server would do beyond storing — versions, conflicts, generated names, selectors, validation — is in
// runtime/apitest, and behind the NewServerBacked of generated fakes.
package testing
