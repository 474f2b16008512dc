// Package conformance holds an API server to what a kube-apiserver does.
//
// It is a collection of cases, each a conversation: requests, and the answers that a real kube-apiserver gives to them,
// down to the words of its errors. [Run] plays them against any server that a [rest.Config] reaches:
//
//	func TestConformance(t *testing.T) {
//		conformance.Run(t, config, conformance.Options{})
//	}
//
// The server is to serve [Definitions] and the core and apps groups, and to let the user of the configuration do
// everything. A namespace is made for each case; controllers that put objects of their own into new namespaces disturb
// listings.
//
// # Cases
//
// A file in cases/ is a topic. A case begins with "=== " and its name; blank lines stand between its steps:
//
//	=== of an old version
//	POST configmaps
//	ConfigMap a
//	-> 201 ConfigMap {"metadata":{"name":"a","resourceVersion":"rv1"}}
//
//	SET rv metadata.resourceVersion
//
//	MERGE configmaps/a
//	{metadata: {resourceVersion: "${rv}"}, data: {k: v}}
//	-> 200 ConfigMap {"data":{"k":"v"},"metadata":{"name":"a","resourceVersion":"rv2"}}
//
// A request is a verb and a path, headers, and a body. Besides those of HTTP the verbs are MERGE, JSON, STRATEGIC and
// APPLY (the four patches), WATCH NAME PATH and READ NAME COUNT (events; "end" reads to the end of the stream), and SET
// NAME FIELD (keeps a field of the last answer for ${NAME}). A path begins with a resource of the case's namespace, or
// with a slash. A body is YAML, sent as JSON; "KIND NAME {YAML}" for short; or "raw TEXT", sent as it is. After the
// path, +managedFields, +uid, +creationTimestamp and +items show what is left out otherwise, and only=a.b,c.d shows
// nothing else.
//
// An answer is its warnings, its status code, and either reason and message of a Status, with its details, or the
// object. What no two runs share is shown by symbols: the first resource version of a case is rv1, the second rv2, and
// so on, so that what stays the same is seen to stay and what changes to change.
//
// New cases are written without answers; in test/e2e,
//
//	go test ./conformance -record
//
// writes down those of the real server.
//
// # Differences
//
// [Differences] lists the cases in which the server of runtime/apitest is known to answer otherwise, with the reasons.
// The list is checked both ways: a case that is listed and agrees fails. The list also has patterns, behind "~ ", for requests that
// no case has: test/e2e/differ compares the two servers in random conversations, and excuses what a pattern matches ([Excuse]).
package conformance
